/**
 * What becomes of a keyword in the form that takes JSON Schema:
 *
 * - `kept`: Gemini honours it.
 * - `rewritten`: said in honoured words; a loss is named where there is one.
 * - `silent`: left out without a notice, for the reason beside it.
 * - `downgraded`: left out, and the client is told by path; a hint in the description says it to the model.
 */
export type Treatment = "kept" | "rewritten" | "silent" | "downgraded";

const annotation = "an annotation: no value is valid or invalid for it";
const told = "an annotation; the description tells the model";
const address = "references are written as pointers, so nothing asks for the address";
const partner = "says nothing without its partner, and is lost with it";

/**
 * Every keyword of the drafts 3 to 2020-12 and of OpenAPI 3. What is not here is unknown to every validator, and goes
 * in silence: by JSON Schema an unknown keyword is an annotation.
 *
 * @see reference: openai-chat-to-gemini §§6.2, 6.3
 */
export const keywords: Readonly<Record<string, readonly [Treatment, why?: string]>> = {
  type: ["kept"],
  format: ["kept"],
  title: ["kept"],
  description: ["kept"],
  items: ["kept"],
  prefixItems: ["kept"],
  minItems: ["kept"],
  maxItems: ["kept"],
  minimum: ["kept"],
  maximum: ["kept"],
  anyOf: ["kept"],
  properties: ["kept"],
  additionalProperties: ["kept"],
  required: ["kept"],
  propertyOrdering: ["kept"],
  $defs: ["kept", "those that are used"],
  $ref: ["kept", "alone, and to an entry of $defs"],

  enum: ["rewritten", "texts and numbers are honoured; other values become schemas that only they fit"],
  const: ["rewritten", "a list of one"],
  definitions: ["rewritten", "$defs"],
  oneOf: ["rewritten", "anyOf; a loss where a value could fit two branches"],
  allOf: ["rewritten", "one schema that says all of it"],
  nullable: ["rewritten", "null among the types"],
  exclusiveMinimum: ["rewritten", "the next integer; for other numbers the bound itself, which is a loss"],
  exclusiveMaximum: ["rewritten", "the next integer; for other numbers the bound itself, which is a loss"],
  additionalItems: ["rewritten", "the items after a tuple"],
  patternProperties: ["rewritten", "additionalProperties; a loss unless the pattern fits every name"],
  propertyNames: ["rewritten", "properties where it lists names; else a loss"],
  unevaluatedItems: ["rewritten", "items where nothing else looks at them; else a loss"],
  unevaluatedProperties: ["rewritten", "additionalProperties where nothing else looks at them; else a loss"],
  $dynamicRef: ["rewritten", "$ref"],
  $recursiveRef: ["rewritten", "$ref"],

  $schema: ["silent", annotation],
  $comment: ["silent", annotation],
  $vocabulary: ["silent", annotation],
  readOnly: ["silent", annotation],
  writeOnly: ["silent", annotation],
  discriminator: ["silent", "a hint for readers of unions: the branches say the same"],
  xml: ["silent", annotation],
  externalDocs: ["silent", annotation],
  strict: ["silent", "a setting of other servers in the wrong place"],
  default: ["silent", told],
  example: ["silent", told],
  examples: ["silent", told],
  deprecated: ["silent", told],
  contentEncoding: ["silent", told],
  contentMediaType: ["silent", told],
  contentSchema: ["silent", annotation],
  $id: ["silent", address],
  id: ["silent", address],
  $anchor: ["silent", address],
  $dynamicAnchor: ["silent", address],
  $recursiveAnchor: ["silent", address],
  minContains: ["silent", partner],
  maxContains: ["silent", partner],
  then: ["silent", partner],
  else: ["silent", partner],

  pattern: ["downgraded"],
  minLength: ["downgraded"],
  maxLength: ["downgraded"],
  multipleOf: ["downgraded"],
  uniqueItems: ["downgraded"],
  minProperties: ["downgraded"],
  maxProperties: ["downgraded"],
  contains: ["downgraded"],
  not: ["downgraded"],
  if: ["downgraded"],
  dependencies: ["downgraded"],
  dependentRequired: ["downgraded"],
  dependentSchemas: ["downgraded"],
};
