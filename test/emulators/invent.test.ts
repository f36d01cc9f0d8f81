import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { invent } from "../../src/emulators/invent.ts";

const hints = { name: "Paris", says: "What is the weather in Paris?" };
const node = {
  type: "object",
  properties: { next: { $ref: "#/$defs/node" }, id: { type: "integer" } },
  required: ["id"],
};

test.each<[string, object]>([
  ["nothing said", {}],
  [
    "members, required and not",
    { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["b"] },
  ],
  ["an enumeration", { enum: [3, 4] }],
  ["a constant", { const: { a: 1 } }],
  ["several types", { type: ["null", "integer"] }],
  ["bounds", { type: "integer", minimum: 5, maximum: 6 }],
  ["open bounds", { type: "number", exclusiveMinimum: 1, exclusiveMaximum: 2 }],
  ["an open upper bound", { type: "integer", exclusiveMaximum: 0 }],
  ["a multiple", { type: "integer", minimum: 5, multipleOf: 4 }],
  ["lengths", { type: "string", minLength: 12, maxLength: 12 }],
  ["items", { type: "array", items: { type: "boolean" }, minItems: 3 }],
  ["no items", { type: "array", items: { type: "boolean" }, maxItems: 0 }],
  ["a tuple", { type: "array", items: [{ type: "string" }, { type: "integer" }], minItems: 0 }],
  ["alternatives", { anyOf: [{ type: "null" }, { type: "object", properties: { a: { const: 1 } }, required: ["a"] }] }],
  [
    "a merger",
    { allOf: [{ properties: { a: { type: "integer" } } }, { properties: { b: { type: "null" } }, required: ["b"] }] },
  ],
  ["a reference", { $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "boolean" } } }],
  ["a recursion", { $ref: "#/$defs/node", $defs: { node } }],
])("%s is satisfied", (_name, schema) => {
  const value = invent(schema, hints);
  const validate = new Ajv({ strict: false }).compile(schema);
  expect({ value, valid: validate(value), errors: validate.errors }).toMatchObject({ valid: true });
});

test("names and questions go where they belong", () => {
  const properties = { city: { type: "STRING" }, query: { type: "STRING" }, at: { type: "STRING", format: "date" } };
  expect(invent({ type: "OBJECT", properties }, hints)).toEqual({
    city: "Paris",
    query: "What is the weather in Paris?",
    at: "2026-11-21",
  });
});

test("Google's 64-bit bounds are texts", () => {
  expect(invent({ type: "ARRAY", items: { type: "INTEGER", enum: ["7"] }, minItems: "2" }, hints)).toEqual([7, 7]);
});
