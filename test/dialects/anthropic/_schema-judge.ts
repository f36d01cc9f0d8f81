import { Ajv2020 } from "ajv/dist/2020.js";
import { isObject } from "../_schema-values.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false, ownProperties: true });

/** What Claude says against the schema of a tool's input; undefined where it takes it. */
export function complaintAboutInput(schema: JsonObject): string | undefined {
  if (schema["type"] !== "object") return "no object at the top";
  for (const keyword of ["anyOf", "oneOf", "allOf", "$ref"]) if (keyword in schema) return `${keyword} at the top`;
  const { properties } = schema;
  if (!isObject(properties)) return "no properties at the top";
  const unsound = Object.keys(properties).find((name) => !/^[a-zA-Z0-9_.-]{1,64}$/.test(name));
  if (unsound !== undefined) return `a property called ${unsound}`;
  if (ajv.validateSchema(schema) !== true) return `no JSON Schema: ${ajv.errorsText(ajv.errors)}`;
  return referencesIn(schema).find((reference) => !leadsToDefinition(reference, schema));
}

/** References of a schema, wherever they stand; members of properties that are called so are not among them. */
function referencesIn(schema: unknown): readonly string[] {
  if (!isObject(schema)) return [];
  const found = typeof schema["$ref"] === "string" ? [schema["$ref"]] : [];
  const single = ["items", "contains", "additionalProperties", "propertyNames", "unevaluatedItems", "not", "if"];
  const others = ["then", "else", "unevaluatedProperties", "contentSchema"];
  for (const keyword of [...single, ...others]) found.push(...referencesIn(schema[keyword]));
  for (const keyword of ["allOf", "anyOf", "oneOf", "prefixItems"]) {
    const list = schema[keyword];
    if (Array.isArray(list)) found.push(...list.flatMap(referencesIn));
  }
  for (const keyword of ["properties", "patternProperties", "dependentSchemas", "$defs"]) {
    const members = schema[keyword];
    if (isObject(members)) found.push(...Object.values(members).flatMap(referencesIn));
  }
  return found;
}

function leadsToDefinition(reference: string, { $defs }: JsonObject): boolean {
  const name = /^#\/\$defs\/([A-Za-z0-9_.-]+)$/.exec(reference)?.[1];
  return name !== undefined && isObject($defs) && Object.hasOwn($defs, name);
}

const formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];
const types = ["string", "number", "integer", "boolean", "array", "object", "null"];
const texts = ["title", "description"];

/** What Claude says against a schema that it is to be held to; undefined where it takes it. */
export function complaintAboutStrict(document: JsonObject): string | undefined {
  const { $defs = {}, ...root } = document;
  if (!isObject($defs)) return "$defs are no object";
  let optional = 0;

  function check(schema: unknown, path: string, inside: readonly string[]): string | undefined {
    if (!isObject(schema)) return `${path} is no schema`;
    if ("$ref" in schema) return checkReference(schema, path, inside);
    if ("anyOf" in schema) return checkUnion(schema, path, inside);
    const { type } = schema;
    if (type === "object") return checkObject(schema, path, inside);
    if (type === "array") return checkArray(schema, path, inside);
    if (Array.isArray(type)) return type.every(isSimple) ? checkKeywords(schema, path, ["type"]) : `${path}: types`;
    if (typeof type !== "string" || !types.includes(type)) return `${path} has no type`;
    return checkScalar(schema, path);
  }

  function checkReference(schema: JsonObject, path: string, inside: readonly string[]): string | undefined {
    const name = String(schema["$ref"]).slice("#/$defs/".length);
    if (Object.keys(schema).length > 1) return `${path} has more than a reference`;
    if (!isObject($defs) || !Object.hasOwn($defs, name)) return `${path} leads nowhere`;
    if (inside.includes(name)) return `${path} leads back`;
    return check($defs[name], `$defs.${name}`, [...inside, name]);
  }

  function checkUnion(schema: JsonObject, path: string, inside: readonly string[]): string | undefined {
    const { anyOf } = schema;
    if (!Array.isArray(anyOf) || anyOf.length === 0) return `${path} has no branch`;
    return checkKeywords(schema, path, ["anyOf"]) ?? first(anyOf.map((one, i) => check(one, `${path}[${i}]`, inside)));
  }

  function checkObject(schema: JsonObject, path: string, inside: readonly string[]): string | undefined {
    const { properties, required = [], additionalProperties } = schema;
    if (additionalProperties !== false) return `${path} is open`;
    if (!isObject(properties)) return `${path} names no properties`;
    if (!Array.isArray(required)) return `${path} requires no list`;
    const strange = required.find((name) => !Object.hasOwn(properties, name));
    if (strange !== undefined) return `${path} requires ${strange}`;
    optional += Object.keys(properties).length - new Set(required).size;
    if (optional > 10) return "too many may be left out";
    const members = Object.entries(properties).map(([name, one]) => check(one, `${path}.${name}`, inside));
    return checkKeywords(schema, path, ["type", "properties", "required", "additionalProperties"]) ?? first(members);
  }

  function checkArray(schema: JsonObject, path: string, inside: readonly string[]): string | undefined {
    const { minItems = 0, items } = schema;
    if (minItems !== 0 && minItems !== 1) return `${path} has ${minItems} items`;
    return checkKeywords(schema, path, ["type", "items", "minItems"]) ?? check(items, `${path}.items`, inside);
  }

  return check(root, "root", []);
}

const isSimple = (type: unknown): boolean => typeof type === "string" && !["array", "object"].includes(type);

function checkScalar(schema: JsonObject, path: string): string | undefined {
  const { enum: words, format, type } = schema;
  if (format !== undefined && (type !== "string" || !formats.includes(String(format)))) return `${path}: ${format}`;
  const isList = words === undefined || (Array.isArray(words) && words.length > 0 && words.every(isScalar));
  return isList ? checkKeywords(schema, path, ["type", "enum", "format"]) : `${path} lists what it may not`;
}

const isScalar = (value: unknown): boolean => value === null || typeof value !== "object";

function checkKeywords(schema: JsonObject, path: string, allowed: readonly string[]): string | undefined {
  const strange = Object.keys(schema).find((keyword) => !allowed.includes(keyword) && !texts.includes(keyword));
  return strange === undefined ? undefined : `${path} says ${strange}`;
}

const first = (complaints: readonly (string | undefined)[]): string | undefined =>
  complaints.find((complaint) => complaint !== undefined);
