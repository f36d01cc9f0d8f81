import { isObject } from "../json.ts";

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === "string";
const isNumber: Test = (value) => typeof value === "number";
const isCount: Test = (value) => typeof value === "number" && Number.isInteger(value) && value >= 0;
const isTexts: Test = (value) => Array.isArray(value) && value.every(isText);
const isType: Test = (value) => typeof value === "string" && types.has(value);
const isSchemas: Test = (value) => Array.isArray(value) && value.length > 0 && value.every(isJsonSchema);
const isSchemaMap: Test = (value) => isObject(value) && Object.values(value).every(isJsonSchema);

/** What keywords of JSON Schema, draft 2020-12, have to look like. Keywords it does not know are passed over. */
const keywords: Readonly<Record<string, Test>> = {
  type: (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
  enum: Array.isArray,
  // Null stands for nothing in Anthropic's own types.
  required: (value) => value === null || isTexts(value),
  properties: isSchemaMap,
  patternProperties: isSchemaMap,
  $defs: isSchemaMap,
  dependentSchemas: isSchemaMap,
  items: isJsonSchema,
  additionalProperties: isJsonSchema,
  propertyNames: isJsonSchema,
  contains: isJsonSchema,
  not: isJsonSchema,
  if: isJsonSchema,
  then: isJsonSchema,
  else: isJsonSchema,
  prefixItems: isSchemas,
  anyOf: isSchemas,
  oneOf: isSchemas,
  allOf: isSchemas,
  minimum: isNumber,
  maximum: isNumber,
  // True and false in older drafts, numbers in this one.
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  multipleOf: (value) => typeof value === "number" && value > 0,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
  minProperties: isCount,
  maxProperties: isCount,
  uniqueItems: (value) => typeof value === "boolean",
  pattern: isText,
  format: isText,
  title: isText,
  description: isText,
  $ref: isText,
};

/** Whether a value is JSON Schema as far as the usual keywords go. */
export function isJsonSchema(schema: unknown): boolean {
  if (typeof schema === "boolean") return true;
  if (!isObject(schema)) return false;
  return Object.entries(schema).every(([keyword, value]) => {
    const test = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    return test === undefined || test(value);
  });
}
