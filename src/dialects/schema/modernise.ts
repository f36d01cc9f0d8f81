import { isObject, isSame, type JsonObject, own, put, without } from "./json.ts";
import { isAnnotation } from "./keywords.ts";
import { isEveryName } from "./objects.ts";

/** A schema in the keywords of draft 2020-12, and where those that were written otherwise come from. */
export interface Modern {
  readonly schema: JsonObject;
  readonly sources: ReadonlyMap<string, string> | undefined;
}

/** Keywords that older drafts have, or that mean something else in them. */
const older: ReadonlySet<string> = new Set([
  ...["items", "exclusiveMinimum", "exclusiveMaximum", "patternProperties"],
  ...["additionalItems", "dependencies", "$dynamicRef", "$recursiveRef"],
]);

/** The schema itself where no keyword is of an older draft. Its parts are left as they are. */
export function modernise(schema: JsonObject): Modern {
  if (!Object.keys(schema).some((keyword) => older.has(keyword))) return { schema, sources: undefined };
  const sources = new Map<string, string>();
  const out: Record<string, unknown> = { ...schema };
  tuple(out, schema, sources);
  for (const [bound, exclusive] of bounds) openBound(out, bound, exclusive, sources);
  dependencies(out, schema, sources);
  reference(out, schema, sources);
  everyName(out, schema, sources);
  return { schema: out, sources };
}

/** The items of a tuple, and those after it. */
function tuple(out: Record<string, unknown>, schema: JsonObject, sources: Map<string, string>): void {
  delete out["additionalItems"];
  const { items, additionalItems: rest } = schema;
  if (!Array.isArray(items)) return;
  delete out["items"];
  if (items.length > 0) {
    out["prefixItems"] = items;
    sources.set("prefixItems", "items");
  }
  if (rest === undefined) return;
  out["items"] = rest;
  sources.set("items", "additionalItems");
}

const bounds = [
  ["minimum", "exclusiveMinimum"],
  ["maximum", "exclusiveMaximum"],
] as const;

/** In draft 4 the keyword is a flag beside the bound. */
function openBound(out: Record<string, unknown>, bound: string, exclusive: string, sources: Map<string, string>): void {
  const flag = out[exclusive];
  if (typeof flag !== "boolean") return;
  delete out[exclusive];
  const closed = out[bound];
  if (!flag || closed === undefined) return;
  delete out[bound];
  out[exclusive] = closed;
  sources.set(exclusive, bound);
}

/** Names and schemas were one keyword until draft 7. */
function dependencies(out: Record<string, unknown>, schema: JsonObject, sources: Map<string, string>): void {
  const given = own(schema, "dependencies");
  if (!isObject(given)) return;
  delete out["dependencies"];
  for (const name of Object.keys(given)) {
    const value = typeof given[name] === "string" ? [given[name]] : given[name];
    const keyword = Array.isArray(value) ? "dependentRequired" : "dependentSchemas";
    const known = out[keyword];
    const together: Record<string, unknown> = isObject(known) ? { ...known } : {};
    if (!Object.hasOwn(together, name)) put(together, name, value);
    out[keyword] = together;
    if (!Object.hasOwn(schema, keyword)) sources.set(keyword, "dependencies");
  }
}

/** References that look at where they are called from lead to one place in a single document. */
function reference(out: Record<string, unknown>, schema: JsonObject, sources: Map<string, string>): void {
  for (const keyword of ["$dynamicRef", "$recursiveRef"]) {
    const given = own(schema, keyword);
    if (given === undefined) continue;
    delete out[keyword];
    if (out["$ref"] === undefined) {
      out["$ref"] = given;
      sources.set("$ref", keyword);
    } else {
      const all = out["allOf"];
      out["allOf"] = [...(Array.isArray(all) ? all : []), { $ref: given }];
    }
  }
}

/** A pattern for every name, where no other keyword speaks of members. */
function everyName(out: Record<string, unknown>, schema: JsonObject, sources: Map<string, string>): void {
  const patterns = own(schema, "patternProperties");
  if (!isObject(patterns)) return;
  const names = Object.keys(patterns);
  const [pattern] = names;
  const isAlone = names.length === 1 && Object.keys(propertiesOf(schema)).length === 0;
  if (pattern === undefined || !isAlone || !isEveryName(pattern)) return;
  delete out["patternProperties"];
  out["additionalProperties"] = patterns[pattern];
  sources.set("additionalProperties", `patternProperties.${pattern}`);
}

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = own(schema, "properties");
  return isObject(properties) ? properties : {};
}

/** Keywords that keep null out though the type lets it in. */
const closing: ReadonlySet<string> = new Set(["const", "anyOf", "oneOf", "allOf", "$ref", "not", "if"]);

/** The same schema, or null, as OpenAPI 3.0 has it. */
export function orNull(schema: JsonObject): JsonObject {
  const { type, enum: words } = schema;
  if (Object.keys(schema).some((keyword) => closing.has(keyword))) return beside(schema);
  const or: Record<string, unknown> = { ...schema };
  if (type !== undefined) or["type"] = [...new Set([type, "null"].flat())];
  if (Array.isArray(words)) or["enum"] = words.some((word) => isSame(word, null)) ? words : [...words, null];
  return or;
}

function beside(schema: JsonObject): JsonObject {
  const annotations = new Set(Object.keys(schema).filter(isAnnotation));
  const others = new Set(Object.keys(schema).filter((keyword) => !annotations.has(keyword)));
  return { ...without(schema, others), anyOf: [without(schema, annotations), { type: "null" }] };
}
