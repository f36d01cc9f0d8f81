/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const single = new Set(["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"]);
const lists = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const maps = new Set(["properties", "$defs", "definitions", "patternProperties", "dependentSchemas"]);

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A client's JSON Schema in the form Gemini reads: `const` becomes a list of one, `definitions` become `$defs`.
 *
 * Only keywords are touched: a property that happens to be called `const` stays.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1beta1/GenerationConfig
 */
export function toGeminiSchema(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "const") result["enum"] = [value];
    else if (keyword === "$ref" && typeof value === "string")
      result["$ref"] = value.replace(/^#\/definitions\//, "#/$defs/");
    else if (maps.has(keyword)) result[keyword === "definitions" ? "$defs" : keyword] = mapValues(value);
    else if (lists.has(keyword)) result[keyword] = Array.isArray(value) ? value.map(toGeminiSchema) : value;
    else if (single.has(keyword)) result[keyword] = toGeminiSchema(value);
    else result[keyword] = value;
  }
  return result;
}

function mapValues(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, toGeminiSchema(schema)]));
}

/** Whether a schema of parameters says anything: Gemini wants none at all rather than an object without members. */
export function hasMembers(schema: unknown): schema is JsonObject {
  if (!isObject(schema)) return false;
  const { properties, ...rest } = schema;
  if (isObject(properties) && Object.keys(properties).length > 0) return true;
  return ["$ref", "anyOf", "oneOf", "allOf", "patternProperties"].some((keyword) => keyword in rest);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
