import { describe, expect, test } from "vitest";
import { toParameters } from "../../../src/dialects/gemini/schema/index.ts";
import { isPlain } from "../../../src/dialects/gemini/schema/plain.ts";
import { rewriteDocument } from "../../../src/dialects/gemini/schema/rewrite.ts";
import { deepest } from "../../../src/dialects/schema/rewrite.ts";
import fc from "../../_fc.ts";
import { soundSchema } from "../_schema-fuzz.ts";

const text = { type: "string" };
const one = { a: text };

/** A schema in lists, so many levels deep. */
function nested(levels: number): object {
  let schema: object = text;
  for (let level = 1; level < levels; level++) schema = { type: "array", items: schema };
  return schema;
}

describe("§6.2 schemas that need no rewriting", () => {
  test.each<[string, object]>([
    ["any value", {}],
    ["a description", { description: "The file.", title: "File" }],
    ["a text of some words", { type: "string", enum: ["read", "write"], format: "enum" }],
    ["a number with bounds", { type: "integer", minimum: 0, maximum: 10.5 }],
    ["a list", { type: "array", items: text, minItems: 0, maxItems: 20 }],
    [
      "an object",
      { type: "object", properties: { a: text, b: {} }, required: ["b", "a"], additionalProperties: false },
    ],
    ["members of one form", { type: "object", additionalProperties: { type: "array", items: { type: "boolean" } } }],
    ["a name like a member of all objects", JSON.parse('{"type":"object","properties":{"__proto__":{"type":"null"}}}')],
    ["as many levels as are looked at", nested(deepest)],
  ])("%s", (_, schema) => {
    expect(isPlain(schema, 0)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["no schema", true],
    ["a list of schemas", []],
    ["types in capitals", { type: "STRING" }],
    ["two types", { type: ["string", "null"] }],
    ["words without a type", { enum: ["a"] }],
    ["a word twice", { type: "string", enum: ["a", "b", "a"] }],
    ["a word twice among many", { type: "string", enum: [..."abcdefghi", "a"] }],
    ["no word", { type: "string", enum: [] }],
    ["numbers as words", { type: "integer", enum: [1] }],
    ["a bound of a text", { type: "string", minimum: 0 }],
    ["a number of characters", { type: "string", minLength: 1 }],
    ["a bound that is no number", { type: "integer", minimum: "0" }],
    ["a number of items below zero", { type: "array", minItems: -1 }],
    ["a list by places", { type: "array", items: [text] }],
    ["a required name twice", { type: "object", properties: one, required: ["a", "a"] }],
    ["a required name that is no member", { type: "object", properties: one, required: ["b"] }],
    ["a required name of all objects", { type: "object", properties: one, required: ["toString"] }],
    ["required names that say nothing", { type: "object", properties: one, required: [] }],
    ["members of a text", { type: "string", properties: one }],
    ["a member that may be anything", { type: "object", properties: { a: true } }],
    ["a member to be rewritten", { type: "object", properties: { a: { const: 1 } } }],
    ["a default", { type: "string", default: "a" }],
    ["a description that is no text", { type: "string", description: null }],
    ["a keyword nobody knows", { "x-unknown": 1 }],
    ["one level more than is looked at", nested(deepest + 1)],
  ])("not %s", (_, schema) => {
    expect(isPlain(schema, 0)).toBe(false);
  });

  test("rewriting gives the same object back and loses nothing", () => {
    const asked = fc.oneof(soundSchema, plainSchema);
    fc.assert(
      fc.property(asked, (schema) => {
        fc.pre(isPlain(schema, 0));
        const losses: string[] = [];
        const made = rewriteDocument(schema, { path: "p", older: false, lost: (path) => losses.push(path) });
        expect(made.root).toBe(schema);
        expect(made.definitions.size).toBe(0);
        expect(losses).toEqual([]);
      }),
      { numRuns: 500, maxSkipsPerRun: 1000 },
    );
  });

  test("the draft that a document names goes, and nothing else", () => {
    const schema = { $schema: "https://json-schema.org/draft-07/schema#", type: "object", properties: one };
    const said = toParameters({ schema, path: "p", lost: expect.fail }, "json-schema");
    expect(said).toEqual({ json: { type: "object", properties: one } });
    expect(schema.$schema).toBeDefined();
  });
});

const texts = fc.uniqueArray(fc.constantFrom("a", "b", "kind", "__proto__"), { minLength: 1, maxLength: 3 });

/** Schemas of plain words, now and then with values that make them less plain. */
const { plainSchema } = fc.letrec<{ plainSchema: Readonly<Record<string, unknown>> }>((tie) => ({
  plainSchema: fc.oneof(
    { maxDepth: 4 },
    fc.record({ type: fc.constant("string"), enum: texts, format: fc.string() }, { requiredKeys: ["type"] }),
    fc.record(
      { type: fc.constantFrom("integer", "number"), minimum: fc.double(), maximum: fc.integer() },
      { requiredKeys: ["type"] },
    ),
    fc.record(
      {
        type: fc.constant("array"),
        items: tie("plainSchema"),
        minItems: fc.integer({ min: -1, max: 3 }),
        title: fc.string(),
      },
      { requiredKeys: ["type"] },
    ),
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(fc.constantFrom("a", "b", "kind", "__proto__"), tie("plainSchema"), { maxKeys: 3 }),
        required: texts,
        additionalProperties: fc.oneof(fc.boolean(), tie("plainSchema")),
      },
      { requiredKeys: ["type"] },
    ),
  ),
}));
