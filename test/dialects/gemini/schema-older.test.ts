import { describe, expect, test } from "vitest";
import { type OlderRow, older } from "./_older.ts";

const str = { type: "string" };
const STR = { type: "STRING" };
const int = { type: "integer" };
const INT = { type: "INTEGER" };
const BOOL = { type: "BOOLEAN" };

const rows: readonly OlderRow[] = [
  ["annotations go", { $schema: "x", $id: "y", $comment: "z", readOnly: true, ...str }, STR],
  ...(["$anchor", "$comment", "$id", "contentSchema", "discriminator", "externalDocs", "xml", "x-order"] as const).map(
    (keyword): OlderRow => [`${keyword} goes`, { ...str, [keyword]: "x" }, STR],
  ),
  ["writeOnly goes", { ...str, writeOnly: true }, STR],
  ["strict goes", { ...str, strict: true }, STR],
  ["examples are told", { ...str, examples: ["a"] }, { ...STR, description: 'For example "a"' }],
  ["deprecated is told", { ...str, deprecated: true }, { ...STR, description: "Deprecated" }],
  ["encodings are told", { ...str, contentEncoding: "base64" }, { ...STR, description: "Encoding: base64" }],
  ["media types are told", { ...str, contentMediaType: "a/b" }, { ...STR, description: "Media type: a/b" }],
  ["multiples of what is no number", { ...str, multipleOf: 2 }, STR],
  ...(
    [
      ["not", { not: str }],
      ["if", { if: {}, then: {}, else: {} }],
      ["dependencies", { type: "object", dependencies: { a: ["b"] } }],
      ["dependentRequired", { type: "object", dependentRequired: { a: ["b"] } }],
      ["dependentSchemas", { type: "object", dependentSchemas: { a: {} } }],
      ["propertyNames", { type: "object", propertyNames: { pattern: "^a" } }],
      ["contains", { type: "array", items: str, contains: { const: "a" } }],
    ] as const
  ).map(([keyword, schema]): OlderRow => {
    const want = { object: { type: "OBJECT" }, array: { type: "ARRAY", items: STR } };
    const type = "type" in schema ? schema.type : undefined;
    return [`${keyword} is told`, { ...str, ...schema }, type === undefined ? STR : want[type], [`.${keyword}`]];
  }),
  [
    "what is left over is closed",
    { type: "object", properties: { a: str }, unevaluatedProperties: false },
    { type: "OBJECT", properties: { a: STR } },
  ],
  [
    "members by pattern",
    { type: "object", patternProperties: { "^x-": str } },
    { type: "OBJECT", description: "Names of members: ^x-" },
    [".patternProperties"],
  ],
  [
    "no item twice",
    { type: "array", items: str, uniqueItems: true },
    { type: "ARRAY", items: STR, description: "No item twice" },
    [".uniqueItems"],
  ],
  [
    "closed objects",
    { type: "object", properties: { a: str }, additionalProperties: false },
    { type: "OBJECT", properties: { a: STR } },
  ],
  ["maps", { type: "object", additionalProperties: str }, { type: "OBJECT" }, [".additionalProperties"]],
  ["const", { const: "x" }, { ...STR, enum: ["x"] }],
  ["const of a number", { const: 2 }, { ...INT, format: "enum", enum: ["2"] }],
  ["words without a type are texts", { enum: ["a", "b"] }, { ...STR, enum: ["a", "b"] }],
  ["words of fractions", { type: "number", enum: [0.5] }, { type: "NUMBER", format: "enum", enum: ["0.5"] }],
  ["both flags are a type", { enum: [true, false] }, BOOL],
  ["one flag is told", { const: true }, { ...BOOL, description: "Always true" }, [".const"]],
  ["the format of words without words", { ...str, format: "enum" }, STR],
  ["also of numbers", { type: "integer", format: "enum" }, INT, [".format"]],
  ["words that are numbers", { enum: [1, 2] }, { type: "INTEGER", format: "enum", enum: ["1", "2"] }],
  [
    "mixed words",
    { enum: ["a", 1.5] },
    {
      anyOf: [
        { ...STR, enum: ["a"] },
        { type: "NUMBER", format: "enum", enum: ["1.5"] },
      ],
    },
  ],
  ["null among words", { type: ["string", "null"], enum: ["a", null] }, { ...STR, enum: ["a"], nullable: true }],
  [
    "words that are numbers of two kinds",
    { type: ["integer", "number"], enum: [1, 1.5] },
    {
      anyOf: [
        { ...INT, format: "enum", enum: ["1"] },
        { type: "NUMBER", format: "enum", enum: ["1", "1.5"] },
      ],
    },
  ],
  ["an empty list of words", { type: "string", enum: [] }, STR, [".enum"]],
  ["the flag of draft 4", { type: "integer", minimum: 0, exclusiveMinimum: true }, { ...INT, minimum: 1 }],
  ["an integer below ten", { type: "integer", exclusiveMaximum: 10 }, { ...INT, maximum: 9 }],
  [
    "a number above one",
    { type: "number", exclusiveMinimum: 1 },
    { type: "NUMBER", minimum: 1, description: "Greater than 1" },
    [".exclusiveMinimum"],
  ],
  ["an integer above zero", { type: "integer", exclusiveMinimum: 0 }, { type: "INTEGER", minimum: 1 }],
  [
    "a number below one",
    { type: "number", exclusiveMaximum: 1 },
    { type: "NUMBER", maximum: 1, description: "Less than 1" },
    [".exclusiveMaximum"],
  ],
  ["date-time", { type: "string", format: "date-time" }, { ...STR, format: "date-time" }],
  ["other formats", { type: "string", format: "email" }, { ...STR, description: "Format: email" }, [".format"]],
  ["formats of numbers", { type: "integer", format: "int64" }, { type: "INTEGER", format: "int64" }],
  ["short ones", { type: "integer", format: "int32" }, { ...INT, format: "int32" }],
  ["of fractions", { type: "number", format: "float" }, { type: "NUMBER", format: "float" }],
  ["long ones of fractions", { type: "number", format: "double" }, { type: "NUMBER", format: "double" }],
  ["of fractions for integers", { type: "integer", format: "double" }, INT, [".format"]],
  ["other formats of numbers", { type: "integer", format: "uint8" }, { type: "INTEGER" }, [".format"]],
  [
    "tuples",
    { type: "array", prefixItems: [str, { type: "integer" }], items: false },
    { type: "ARRAY", items: { anyOf: [STR, { type: "INTEGER" }] }, maxItems: "2" },
    [""],
  ],
  [
    "tuples of one kind say no more than a list",
    { type: "array", items: [int, int], additionalItems: false, minItems: 2 },
    { type: "ARRAY", items: INT, minItems: "2", maxItems: "2" },
  ],
  [
    "tuples of one kind that go on so",
    { type: "array", items: [int], additionalItems: int },
    { type: "ARRAY", items: INT },
  ],
  [
    "tuples of one kind that go on a little",
    { type: "array", items: [int], maxItems: 3 },
    { type: "ARRAY", items: INT, maxItems: "3" },
    [""],
  ],
  ["tuples of one kind that go on anyhow", { type: "array", items: [int] }, { type: "ARRAY", items: INT }, [""]],
  ["arrays of anything", { type: "array" }, { type: "ARRAY", items: STR }, [""]],
  ["objects without properties", { type: "object" }, { type: "OBJECT" }],
  [
    "a required name that is no property",
    { type: "object", properties: { a: str }, required: ["a", "b"] },
    { type: "OBJECT", properties: { a: STR }, required: ["a"] },
    [".required"],
  ],
  ["any value", {}, STR, [""]],
  ["any value that has members", { properties: { a: str } }, { type: "OBJECT", properties: { a: STR } }, [""]],
  ["any value that has items", { minItems: 1 }, { type: "ARRAY", items: STR, minItems: "1" }, [""]],
  ["any value with a bound", { minimum: 1 }, { type: "NUMBER", minimum: 1 }, [""]],
  [
    "names that Google's pages do not list",
    { type: "object", properties: { "a-b": str, "1": str, ["x".repeat(70)]: str } },
    { type: "OBJECT", properties: { "a-b": STR, "1": STR, ["x".repeat(70)]: STR } },
  ],
  [
    "numbers of members are texts",
    { type: "object", properties: { a: str }, minProperties: 1, maxProperties: 2 },
    { type: "OBJECT", properties: { a: STR }, minProperties: "1", maxProperties: "2" },
  ],
  ["numbers of items too", { type: "array", items: str, maxItems: 3 }, { type: "ARRAY", items: STR, maxItems: "3" }],
  ["true", true, STR, [""]],
  ["defaults are told", { type: "string", default: "x" }, { ...STR, description: 'Default: "x"' }],
  ["titles stay", { type: "string", title: "T" }, { ...STR, title: "T" }],
  [
    "patterns and counts stay",
    { type: "string", pattern: "^a", minLength: 2 },
    { ...STR, pattern: "^a", minLength: "2" },
  ],
  ["multiples", { type: "number", multipleOf: 2 }, { type: "NUMBER", description: "A multiple of 2" }, [".multipleOf"]],
];

describe("§6.3 the older form", () => {
  test.each<OlderRow>(rows)("%s", (_name, schema, want, losses = [], more = {}) => {
    expect(older(schema, more)).toEqual({ schema: want, losses });
  });

  test.each<OlderRow>([
    ["null is a type", { type: "null" }, { type: "NULL" }],
    ["null beside others is a word", { type: ["string", "null"] }, { ...STR, nullable: true }],
    ["date-time", { ...str, format: "date-time" }, { ...STR, format: "date-time" }],
    ["other formats", { ...str, format: "uuid" }, { ...STR, description: "Format: uuid" }, [".format"]],
    ["formats of numbers", { type: "number", format: "double" }, { type: "NUMBER", format: "double" }],
    [
      "numbers are told behind the client's own words",
      { type: "number", enum: [0.5, 1], description: "How much" },
      { type: "NUMBER", description: "How much (one of 0.5, 1)" },
      [""],
    ],
    [
      "closed objects",
      { type: "object", properties: { a: str }, additionalProperties: false },
      { type: "OBJECT", properties: { a: STR } },
    ],
    ["lists hold texts only", { enum: [1, 2] }, { type: "INTEGER", description: "One of 1, 2" }, [""]],
    ["words that are texts", { enum: ["a"] }, { ...STR, enum: ["a"] }],
  ])("of the Developer API: %s", (_name, schema, want, losses = []) => {
    expect(older(schema, {}, "openapi-developer")).toEqual({ schema: want, losses });
  });
});
