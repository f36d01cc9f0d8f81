import type { ValidationError } from "../../../generated/validators/validator.ts";
import { isObject, type JsonObject } from "../json.ts";

/** A member of a body. */
export interface Place {
  readonly root: JsonObject;
  readonly path: readonly string[];
  /** What holds it; undefined for the root. */
  readonly parent: JsonObject | unknown[] | undefined;
  readonly key: string;
  readonly value: unknown;
}

/** The member a failed check speaks of; for an unknown name that member, not its parent. */
export function placeOf(root: JsonObject, error: ValidationError): Place | undefined {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const unknown = error.params["additionalProperty"];
  if (typeof unknown === "string") path.push(unknown);
  const parent = path.length === 0 ? undefined : find(root, path.slice(0, -1));
  if (path.length > 0 && parent === undefined) return undefined;
  return { root, path, parent, key: path.at(-1) ?? "", value: member(parent, path.at(-1)) };
}

function find(root: JsonObject, path: readonly string[]): JsonObject | unknown[] | undefined {
  let at: unknown = root;
  for (const step of path) at = member(at, step);
  return isObject(at) || Array.isArray(at) ? at : undefined;
}

function member(holder: unknown, key: string | undefined): unknown {
  if (key === undefined) return undefined;
  if (Array.isArray(holder)) return holder[Number(key)];
  return isObject(holder) ? holder[key] : undefined;
}

/** Maps are lists of entries in protobuf, and error texts count them. */
const maps = new Set(["properties", "defs", "labels"]);

/**
 * A path as Google's error texts write it: snake case, list items in brackets, members of maps as entries:
 * `tools[0].function_declarations[1].parameters.properties[2].value`.
 */
export function fieldPath(root: JsonObject, path: readonly string[]): string {
  let text = "";
  let at: unknown = root;
  for (const [index, step] of path.entries()) {
    const inMap = isObject(at) && maps.has(path[index - 1] ?? "");
    if (Array.isArray(at)) text += `[${step}]`;
    else if (inMap) text += `[${Object.keys(at ?? {}).indexOf(step)}].value`;
    else text += `${text === "" ? "" : "."}${toSnake(step)}`;
    at = member(at, step);
  }
  return text;
}

/** `functionCall` → `function_call` */
export const toSnake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
