import type { Definition } from "../../schema/definitions.ts";
import type { Form } from "../../schema/form.ts";
import { isObject, isShallowlySame, type JsonObject, own, put, without } from "../../schema/json.ts";
import { isAnnotation } from "../../schema/keywords.ts";
import type { Rewritten } from "../../schema/rewrite.ts";

/** Of texts, the formats that Claude can be held to. */
const formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

/** What is left of JSON Schema where Claude is held to it: no bounds but "at least one item". */
export const strictForm: Form = {
  words: new Set(),
  leastItems: 1,
  formats: new Set(formats),
  listsFlags: true,
  takesAnything: true,
  quotes: true,
};

/**
 * Members that may be left out, in all schemas of a request: from 11 on Vertex AI fails to make a grammar of them, from
 * 13 others do.
 */
export const maxOptional = 10;

/** A schema that Claude can be held to. */
export interface Strict {
  readonly root: JsonObject;
  readonly definitions: ReadonlyMap<string, { readonly schema: JsonObject }>;
  /** Whether that is all of it: no place takes any value or any name, none leads back to itself. */
  readonly fits: boolean;
  /** Members that may be left out, wherever they are. */
  readonly optional: number;
}

/**
 * A rewritten document as Claude can be held to it: objects are closed, a schema of several types is several schemas,
 * and nothing that restricts stands beside `anyOf`. Objects without a word on other members are meant as they are
 * named.
 *
 * @see reference: openai-chat-to-anthropic §6
 */
export function toStrict({ root, definitions }: Rewritten): Strict {
  let fits = true;

  function close(schema: JsonObject): JsonObject {
    if (own(schema, "$ref") !== undefined) return schema;
    const union = own(schema, "anyOf");
    if (Array.isArray(union)) return closeUnion(schema, union);
    const types = typesOf(schema);
    if (types.length === 1) return closeOne({ ...schema, type: types[0] }, schema);
    if (types.length === 0) fits = false;
    const isBrief = Object.keys(schema).every((keyword) => keyword === "type" || isAnnotation(keyword));
    if (isBrief && !types.includes("array") && !types.includes("object")) return schema;
    return { ...texts(schema), anyOf: types.map((type) => close(only(type, schema))) };
  }

  /** Types around a union are said by its branches. */
  function closeUnion(schema: JsonObject, union: readonly unknown[]): JsonObject {
    const { type } = schema;
    const isMore = (keyword: string): boolean => keyword !== "type" && keyword !== "anyOf" && !isAnnotation(keyword);
    if (Object.keys(schema).some(isMore)) fits = false;
    const anyOf = union.filter(isObject).flatMap((branch) => {
      const said = type === undefined ? branch : narrow(branch, [type].flat());
      return said === undefined ? [] : [close(said)];
    });
    if (anyOf.length === 0) fits = false;
    const made = { ...texts(schema), anyOf: isUnchanged(anyOf, union) ? union : anyOf };
    return isShallowlySame(made, schema) ? schema : made;
  }

  /** A branch of some types only; undefined where it takes none of them. */
  function narrow(branch: JsonObject, types: readonly unknown[]): JsonObject | undefined {
    const reference = own(branch, "$ref");
    const target = typeof reference === "string" ? definitions.get(reference.slice("#/$defs/".length))?.schema : branch;
    const given = target?.["type"];
    if (target !== branch) {
      if (given === undefined || [given].flat().some((one) => !isAmong(one, types))) fits = false;
      return branch;
    }
    if (given === undefined) return { ...branch, type: types.length === 1 ? types[0] : types };
    const wide = [given].flat();
    const common = wide.flatMap((one) => {
      if (isAmong(one, types)) return [one];
      return one === "number" && types.includes("integer") ? ["integer"] : [];
    });
    if (common.length === wide.length && common.every((one, i) => one === wide[i])) return branch;
    return common.length === 0 ? undefined : { ...branch, type: common.length === 1 ? common[0] : common };
  }

  function closeOne(schema: JsonObject, original: JsonObject): JsonObject {
    const known = [...alwaysKnown, ...(keywordsOf.get(schema["type"]) ?? [])];
    const made = without(schema, new Set(Object.keys(schema).filter((keyword) => !known.includes(keyword))));
    if (schema["type"] === "object") closeObject(made, schema);
    if (schema["type"] === "array") closeArray(made, schema);
    return isShallowlySame(made, original) ? original : made;
  }

  function closeObject(made: Record<string, unknown>, { properties, additionalProperties: rest }: JsonObject): void {
    const given = isObject(properties) ? properties : {};
    const isOpen = rest === undefined && Object.keys(given).length === 0;
    if (isOpen || (rest !== undefined && rest !== false)) fits = false;
    const closed: Record<string, unknown> = {};
    for (const name of Object.keys(given)) {
      const property = given[name];
      put(closed, name, close(isObject(property) ? property : {}));
    }
    made["properties"] = isObject(properties) && isShallowlySame(closed, properties) ? properties : closed;
    made["additionalProperties"] = false;
  }

  function closeArray(made: Record<string, unknown>, { items, prefixItems }: JsonObject): void {
    if (!isObject(items) || prefixItems !== undefined) fits = false;
    if (isObject(items)) made["items"] = close(items);
  }

  const closed = new Map([...definitions].map(([name, { schema }]) => [name, { schema: close(schema) }] as const));
  const top = close(root);
  const optional = fits ? optionalIn(top, closed) : 0;
  if (optional > maxOptional) fits = false;
  return { root: top, definitions: closed, fits, optional: fits ? optional : 0 };
}

const isUnchanged = (made: readonly unknown[], given: readonly unknown[]): boolean =>
  made.length === given.length && made.every((one, i) => one === given[i]);

/** The types of a schema; where it names none, the one it speaks of. */
function typesOf(schema: JsonObject): readonly unknown[] {
  const { type } = schema;
  if (type !== undefined) return Array.isArray(type) ? type : [type];
  return [...keywordsOf].flatMap(([one, keywords]) => (keywords.some((keyword) => keyword in schema) ? [one] : []));
}

/** Which keywords speak of which type. */
const keywordsOf: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["string", ["format"]],
  ["array", ["items", "prefixItems", "minItems"]],
  ["object", ["properties", "required", "additionalProperties"]],
]);

const alwaysKnown: readonly string[] = ["type", "enum", "title", "description"];

/** Whether values of a type are of one of some types: integers are numbers. */
const isAmong = (type: unknown, types: readonly unknown[]): boolean =>
  types.includes(type) || (type === "integer" && types.includes("number"));

/** What a schema says of one of its types. */
function only(type: unknown, schema: JsonObject): JsonObject {
  const said: Record<string, unknown> = { type };
  for (const keyword of keywordsOf.get(type) ?? []) {
    if (Object.hasOwn(schema, keyword)) said[keyword] = schema[keyword];
  }
  const words = schema["enum"];
  if (Array.isArray(words)) said["enum"] = words.filter((word) => (typeof word === "string") === (type === "string"));
  return said;
}

function texts({ title, description }: JsonObject): Record<string, unknown> {
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

const deepestCounted = 200;

/** Members that may be left out, counted wherever a definition is used; more than {@link maxOptional} where it recurs. */
function optionalIn(root: JsonObject, definitions: ReadonlyMap<string, Pick<Definition, "schema">>): number {
  const known = new Map<string, number>();

  function count(schema: unknown, depth: number): number {
    if (!isObject(schema)) return 0;
    // Definitions may lead back to themselves, or stand in a row of thousands: no grammar is made of that.
    if (depth > deepestCounted) return maxOptional + 1;
    const { $ref: reference, anyOf, items, properties, required } = schema;
    if (typeof reference === "string") return countIn(reference.slice("#/$defs/".length), depth + 1);
    const names = isObject(properties) ? Object.keys(properties) : [];
    const needed = new Set<unknown>(Array.isArray(required) ? required : []);
    const parts = [
      items,
      ...(Array.isArray(anyOf) ? anyOf : []),
      ...(isObject(properties) ? Object.values(properties) : []),
    ];
    const inParts = parts.reduce((sum: number, part) => sum + count(part, depth + 1), 0);
    return inParts + names.filter((name) => !needed.has(name)).length;
  }

  function countIn(name: string, depth: number): number {
    const found = known.get(name) ?? count(definitions.get(name)?.schema, depth);
    known.set(name, found);
    return found;
  }

  return count(root, 0);
}
