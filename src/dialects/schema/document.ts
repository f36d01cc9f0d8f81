import { GatewayError } from "../../errors.ts";
import type { Definition } from "./definitions.ts";
import { isObject, isShallowlySame, type JsonObject, own, put, shortJson } from "./json.ts";

/**
 * Fails: `invalid_value` where a schema is for something other than an object, as OpenAI does for parameters and for
 * answers alike.
 */
export function mustTakeObject(schema: JsonObject, param: string): void {
  if (takesObject(schema)) return;
  const type = shortJson(schema["type"]) ?? "something else";
  throw new GatewayError("invalid_value", `Invalid schema for '${param}': it must be of type "object", not ${type}.`, {
    param,
  });
}

/** Whether the type of a schema lets objects in. */
export function takesObject({ type }: JsonObject): boolean {
  if (type === undefined || type === null) return true;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.length === 0 || types.some((one) => typeof one === "string" && one.toLowerCase() === "object");
}

/** Arguments are an object, whatever else the schema would let in. */
export function asObject(root: JsonObject): JsonObject {
  return root["type"] === "object" ? root : { ...root, type: "object" };
}

/** Places may be looked at twice, and are told once. */
export function once(lost: (path: string) => void): (path: string) => void {
  const told = new Set<string>();
  return (path) => {
    if (told.has(path)) return;
    told.add(path);
    lost(path);
  };
}

/** A root with its definitions; the client's document itself where nothing has changed. */
export function assemble(
  document: JsonObject,
  root: JsonObject,
  definitions: ReadonlyMap<string, Pick<Definition, "schema">>,
): JsonObject {
  if (definitions.size === 0) return root;
  const given = own(document, "$defs");
  const $defs: Record<string, unknown> = {};
  for (const [name, { schema }] of definitions) put($defs, name, schema);
  const isSame = isObject(given) && isShallowlySame(given, $defs);
  const whole = { ...root, $defs: isSame ? given : $defs };
  return isShallowlySame(whole, document) ? document : whole;
}
