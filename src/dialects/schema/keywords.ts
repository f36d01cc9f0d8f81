/**
 * Keywords of the drafts 3 to 2020-12 and of OpenAPI 3 by which a value is valid or not, or that say how others are to
 * be read. All others are annotations, those that nobody knows among them: so JSON Schema has it.
 */
const restricting: ReadonlySet<string> = new Set([
  ...["type", "enum", "const", "format", "nullable", "$ref", "$dynamicRef", "$recursiveRef"],
  ...["allOf", "anyOf", "oneOf", "not", "if", "then", "else"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minLength", "maxLength", "pattern"],
  ...["items", "prefixItems", "additionalItems", "unevaluatedItems", "contains", "minContains", "maxContains"],
  ...["minItems", "maxItems", "uniqueItems"],
  ...["properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"],
  ...["required", "dependencies", "dependentRequired", "dependentSchemas", "minProperties", "maxProperties"],
]);

/** Keywords that restrict nothing: a reference beside them is still a reference alone. */
export function isAnnotation(keyword: string): boolean {
  return !restricting.has(keyword);
}
