import { describe, expect, test } from "vitest";
import { toParameters } from "../../../src/dialects/gemini/schema/index.ts";

const str = { type: "string" };
const STR = { type: "STRING" };

function older(schema: unknown, more: object = {}, form: "openapi-vertex" | "openapi-developer" = "openapi-vertex") {
  const losses: string[] = [];
  const whole = { type: "object", properties: { p: schema }, ...more };
  const said = toParameters(
    { schema: whole, path: "", lost: (path) => losses.push(path.replace(".properties.p", "")) },
    form,
  );
  return { schema: said.older?.properties?.["p"], losses };
}

/** One property's schema, what it becomes in the older form, and what is told. */
type Row = [name: string, schema: unknown, want: unknown, losses?: readonly string[], more?: object];

const rows: readonly Row[] = [
  ["annotations go", { $schema: "x", $id: "y", $comment: "z", readOnly: true, ...str }, STR],
  ["references are copied", { $ref: "#/$defs/A" }, STR, [], { $defs: { A: str } }],
  ["from definitions too", { $ref: "#/definitions/a~1b" }, STR, [], { definitions: { "a/b": str } }],
  [
    "siblings override",
    { $ref: "#/$defs/A", description: "D" },
    { ...STR, description: "D" },
    [],
    { $defs: { A: { ...str, description: "E" } } },
  ],
  [
    "cycles are cut",
    { $ref: "#/$defs/A" },
    { type: "OBJECT", properties: { a: { type: "OBJECT", description: "A A as above." } } },
    [".$defs.A.properties.a.$ref"],
    { $defs: { A: { type: "object", properties: { a: { $ref: "#/$defs/A" } } } } },
  ],
  [
    "closed objects",
    { type: "object", properties: { a: str }, additionalProperties: false },
    { type: "OBJECT", properties: { a: STR } },
  ],
  ["maps", { type: "object", additionalProperties: str }, { type: "OBJECT" }, [".additionalProperties"]],
  ["const", { const: "x" }, { ...STR, enum: ["x"] }],
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
  ["an empty list of words", { type: "string", enum: [] }, STR, [".enum"]],
  ["or null", { type: ["string", "null"] }, { ...STR, nullable: true }],
  ["two types", { type: ["string", "number"] }, { anyOf: [STR, { type: "NUMBER" }] }],
  [
    "two types or null",
    { type: ["string", "number", "null"] },
    {
      anyOf: [
        { ...STR, nullable: true },
        { type: "NUMBER", nullable: true },
      ],
    },
  ],
  ["null alone", { type: "null" }, { ...STR, nullable: true }, [""]],
  ["one branch or null", { anyOf: [str, { type: "null" }] }, { ...STR, nullable: true }],
  [
    "branches stand alone",
    { description: "D", anyOf: [str, { type: "integer" }] },
    {
      anyOf: [
        { ...STR, description: "D" },
        { type: "INTEGER", description: "D" },
      ],
    },
  ],
  ["oneOf", { oneOf: [str, { type: "integer" }] }, { anyOf: [STR, { type: "INTEGER" }] }],
  [
    "allOf",
    { allOf: [{ type: "string", minLength: 1 }, { maxLength: 5 }] },
    { ...STR, minLength: "1", maxLength: "5" },
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
  ["other formats of numbers", { type: "integer", format: "uint8" }, { type: "INTEGER" }, [".format"]],
  [
    "tuples",
    { type: "array", prefixItems: [str, { type: "integer" }], items: false },
    { type: "ARRAY", items: { anyOf: [STR, { type: "INTEGER" }] }, maxItems: "2" },
    [""],
  ],
  ["arrays of anything", { type: "array" }, { type: "ARRAY", items: STR }, [""]],
  ["objects without properties", { type: "object" }, { type: "OBJECT" }],
  [
    "a required name that is no property",
    { type: "object", properties: { a: str }, required: ["a", "b"] },
    { type: "OBJECT", properties: { a: STR }, required: ["a"] },
    [".required"],
  ],
  ["any value", {}, STR, [""]],
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
  test.each<Row>(rows)("%s", (_name, schema, want, losses = [], more = {}) => {
    expect(older(schema, more)).toEqual({ schema: want, losses });
  });

  test.each<Row>([
    ["null is a type", { type: "null" }, { type: "NULL" }],
    ["lists hold texts only", { enum: [1, 2] }, { type: "INTEGER", description: "One of 1, 2" }, [""]],
    ["words that are texts", { enum: ["a"] }, { ...STR, enum: ["a"] }],
  ])("of the Developer API: %s", (_name, schema, want, losses = []) => {
    expect(older(schema, {}, "openapi-developer")).toEqual({ schema: want, losses });
  });

  test("a root of branches is one object with the members of all", () => {
    const losses: string[] = [];
    const branch = (name: string) => ({
      type: "object",
      properties: { kind: { const: name }, [name]: str },
      required: ["kind", name],
    });
    const schema = { oneOf: [branch("a"), branch("b")] };
    const said = toParameters({ schema, path: "root", lost: (path) => losses.push(path) }, "openapi-vertex");
    expect(said.older).toEqual({
      type: "OBJECT",
      properties: {
        kind: {
          anyOf: [
            { ...STR, enum: ["a"] },
            { ...STR, enum: ["b"] },
          ],
        },
        a: STR,
        b: STR,
      },
      required: ["kind"],
    });
    expect(losses).toEqual(["root"]);
  });
});
