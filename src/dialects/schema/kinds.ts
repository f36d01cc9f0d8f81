import { isCount, isFiniteNumber, isObject } from "./json.ts";
import { deepest } from "./rewrite.ts";
import { isType } from "./values.ts";

/** What a keyword may hold in draft 2020-12. What holds something else is lost, and told. */
export type Kind =
  | "any"
  | "type"
  | "text"
  | "number"
  | "positive"
  | "count"
  | "flag"
  | "list"
  | "names"
  | "names by name"
  | "schema"
  | "schemas"
  | "schemas by name"
  | "reference"
  // It is read before, where it can be.
  | "never"
  // Annotations go without a word where they are none.
  | "note"
  | "mark"
  | "notes"
  // References are written as pointers: nothing asks for addresses.
  | "address";

/** Keywords that nobody knows are annotations, and stay as they are. */
const kinds: Readonly<Record<string, Kind>> = {
  type: "type",
  enum: "list",
  const: "any",
  format: "text",
  title: "note",
  description: "note",
  $comment: "note",
  contentEncoding: "note",
  contentMediaType: "note",
  contentSchema: "schema",
  default: "any",
  examples: "notes",
  deprecated: "mark",
  readOnly: "mark",
  writeOnly: "mark",

  $ref: "reference",
  allOf: "schemas",
  anyOf: "schemas",
  oneOf: "schemas",
  not: "schema",
  if: "schema",
  then: "schema",
  else: "schema",

  multipleOf: "positive",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
  minLength: "count",
  maxLength: "count",
  pattern: "text",

  items: "schema",
  prefixItems: "schemas",
  unevaluatedItems: "schema",
  contains: "schema",
  minContains: "count",
  maxContains: "count",
  minItems: "count",
  maxItems: "count",
  uniqueItems: "flag",

  properties: "schemas by name",
  patternProperties: "schemas by name",
  additionalProperties: "schema",
  unevaluatedProperties: "schema",
  propertyNames: "schema",
  required: "names",
  dependentRequired: "names by name",
  dependentSchemas: "schemas by name",
  dependencies: "never",
  minProperties: "count",
  maxProperties: "count",

  $schema: "address",
  $id: "address",
  id: "address",
  $anchor: "address",
  $dynamicAnchor: "address",
  $recursiveAnchor: "address",
  $vocabulary: "address",
  $defs: "address",
  definitions: "address",
};

/** What a keyword may hold; undefined for one that nobody knows. */
export function kindOf(keyword: string): Kind | undefined {
  return Object.hasOwn(kinds, keyword) ? kinds[keyword] : undefined;
}

/** Whether a plain value is one that the draft knows. */
export function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "any":
      return true;
    case "text":
    case "note":
      return typeof value === "string";
    case "number":
      return isFiniteNumber(value);
    case "positive":
      return isFiniteNumber(value) && value > 0;
    case "count":
      return isCount(value);
    case "flag":
    case "mark":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value) && value.length > 0;
    case "notes":
      return Array.isArray(value);
    default:
      return false;
  }
}

/**
 * Whether a schema is by the draft as it is written, and leads nowhere: then it need not be rewritten. One look at each
 * member, and nothing is made; a no is no more than that a closer look is needed.
 */
export function isStandard(schema: unknown, depth: number): boolean {
  if (typeof schema === "boolean") return true;
  if (!isObject(schema) || depth >= deepest) return false;
  for (const keyword in schema) {
    const kind = kindOf(keyword);
    if (keyword === "nullable" || keyword === "additionalItems") return false;
    if (keyword === "$dynamicRef" || keyword === "$recursiveRef" || keyword === "patternProperties") return false;
    if (kind !== undefined && !isSound(kind, schema[keyword], depth + 1)) return false;
  }
  return true;
}

function isSound(kind: Kind, value: unknown, depth: number): boolean {
  switch (kind) {
    case "schema":
      return isStandard(value, depth);
    case "schemas":
      return Array.isArray(value) && value.length > 0 && value.every((one) => isStandard(one, depth));
    case "schemas by name":
      return isObject(value) && Object.keys(value).every((name) => isStandard(value[name], depth));
    case "type":
      return isType(value) || (Array.isArray(value) && value.length > 0 && areDistinct(value) && value.every(isType));
    case "names":
      return Array.isArray(value) && areDistinct(value) && value.every((one) => typeof one === "string");
    default:
      return fits(kind, value);
  }
}

function areDistinct(list: readonly unknown[]): boolean {
  return list.length < 2 || new Set(list).size === list.length;
}
