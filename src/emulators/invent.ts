import { isObject, type JsonObject } from "./json.ts";

/** What an invented value may be made of. */
export interface Hints {
  /** Fills texts that ask for a place, a name or the like. */
  readonly name: string | undefined;
  /** Fills texts that ask for a question, a query or the like. */
  readonly says: string;
}

interface Context extends Hints {
  readonly root: JsonObject;
  readonly depth: number;
  /** The member the value is for. */
  readonly key: string;
}

// Past this depth only required members are filled, which ends every schema that can be satisfied at all.
const maxOptionalDepth = 3;
const maxDepth = 24;

/**
 * Makes a value that satisfies a schema: JSON Schema, or Google's subset of OpenAPI with its upper-case types.
 *
 * Enumerations give their first word, numbers their lower bound, arrays as few items as allowed, but one where it may be.
 */
export function invent(schema: unknown, hints: Hints): unknown {
  return make(schema, { ...hints, root: isObject(schema) ? schema : {}, depth: 0, key: "" });
}

function make(given: unknown, context: Context): unknown {
  const schema = resolve(given, context);
  if (context.depth > maxDepth) return null;
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"]) && schema["enum"].length > 0) return enumValue(schema);
  const branches = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(branches))
    return make(
      branches.find((one) => typeOf(resolve(one, context)) !== "null"),
      deeper(context),
    );
  switch (typeOf(schema)) {
    case "object":
      return makeObject(schema, context);
    case "array":
      return makeArray(schema, context);
    case "integer":
    case "number":
      return makeNumber(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return makeText(schema, context);
  }
}

const deeper = (context: Context): Context => ({ ...context, depth: context.depth + 1 });

/** Google writes the allowed values of numbers as texts. */
function enumValue(schema: JsonObject): unknown {
  const [first] = Array.isArray(schema["enum"]) ? schema["enum"] : [];
  const numeric = ["integer", "number"].includes(typeOf(schema)) && typeof first === "string";
  return numeric ? Number(first) : first;
}

/** Follows `$ref` and `ref`, and merges `allOf`. */
function resolve(given: unknown, context: Context): JsonObject {
  let schema = isObject(given) ? given : {};
  for (let hops = 0; hops < 20; hops++) {
    const ref = schema["$ref"] ?? schema["ref"];
    if (typeof ref !== "string") break;
    schema = lookUp(ref, context.root);
  }
  const all = schema["allOf"];
  if (!Array.isArray(all)) return schema;
  const { allOf: _allOf, ...own } = schema;
  return [own, ...all.map((one) => resolve(one, context))].reduce(merge);
}

function lookUp(ref: string, root: JsonObject): JsonObject {
  const steps = ref
    .replace(/^#\/?/, "")
    .split("/")
    .filter((step) => step !== "");
  let at: unknown = root;
  for (const step of steps) at = isObject(at) ? at[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  return isObject(at) ? at : {};
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const properties = { ...objectOr(a["properties"]), ...objectOr(b["properties"]) };
  const required = [...listOr(a["required"]), ...listOr(b["required"])];
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

const objectOr = (value: unknown): JsonObject => (isObject(value) ? value : {});
const listOr = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The type in lower case; guessed from other members where it is missing. */
function typeOf(schema: JsonObject): string {
  const { type } = schema;
  const named = Array.isArray(type) ? type.find((one) => one !== "null") : type;
  if (typeof named === "string") return named.toLowerCase();
  if ("properties" in schema || "additionalProperties" in schema) return "object";
  return "items" in schema || "prefixItems" in schema ? "array" : "string";
}

function makeObject(schema: JsonObject, context: Context): JsonObject {
  const properties = objectOr(schema["properties"]);
  const required = new Set(listOr(schema["required"]));
  const ordering = listOr(schema["propertyOrdering"]).map(String);
  const names = [...new Set([...ordering.filter((name) => name in properties), ...Object.keys(properties)])];
  const wanted = names.filter((name) => required.has(name) || context.depth < maxOptionalDepth);
  return Object.fromEntries(wanted.map((key) => [key, make(properties[key], { ...deeper(context), key })]));
}

function makeArray(schema: JsonObject, context: Context): readonly unknown[] {
  const fixed = listOr(schema["prefixItems"]);
  if (fixed.length > 0) return fixed.map((item) => make(item, deeper(context)));
  const least = Number(schema["minItems"] ?? 0);
  const most = Number(schema["maxItems"] ?? Infinity);
  const usual = context.depth < maxOptionalDepth ? 1 : 0;
  const count = Math.min(Math.max(least, usual), Math.max(most, least));
  return Array.from({ length: count }, () => make(schema["items"], deeper(context)));
}

function makeNumber(schema: JsonObject): number {
  const whole = typeOf(schema) === "integer";
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  let value = typeof minimum === "number" ? minimum : 1;
  if (typeof exclusiveMinimum === "number") value = Math.max(value, exclusiveMinimum + (whole ? 1 : 0.5));
  if (typeof multipleOf === "number" && multipleOf > 0) value = Math.ceil(value / multipleOf) * multipleOf;
  if (typeof maximum === "number") value = Math.min(value, maximum);
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum) value = exclusiveMaximum - (whole ? 1 : 0.5);
  return whole ? Math.ceil(value) : value;
}

const formats: Readonly<Record<string, string>> = {
  date: "2026-11-21",
  "date-time": "2026-11-21T12:00:00Z",
  time: "12:00:00Z",
  duration: "PT1H",
  email: "someone@example.com",
  uri: "https://example.com/",
  uuid: "3b241101-e2bb-4255-8caf-4136c566a962",
  ipv4: "192.0.2.1",
};

function makeText(schema: JsonObject, { key, name, says }: Context): string {
  const format = formats[String(schema["format"])];
  if (format !== undefined) return format;
  const fits = /quer|question|text|prompt|input|message|search|content/i.test(key) ? says : (name ?? (key || "text"));
  const least = Number(schema["minLength"] ?? 0);
  const most = Number(schema["maxLength"] ?? Infinity);
  return (fits || key || "text").padEnd(least, ".").slice(0, most);
}
