import { describe, expect, test } from "vitest";
import { toOutputSchema } from "../../../src/dialects/anthropic/schema/output.ts";
import { toInputSchema } from "../../../src/dialects/anthropic/schema/parameters.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { Change } from "../../../src/operations/types.ts";

/** A schema, what becomes of it, and what is told; the same object where nothing is. */
type Row = [name: string, schema: unknown, want: unknown, told?: readonly string[]];

const str = { type: "string" };
const int = { type: "integer" };
const ab = { type: "object", properties: { a: str, b: int }, required: ["a"] };

/** Changes without the way to the schema: `renamed:.properties.x`, and the path alone where something is downgraded. */
const texts = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ verb, path }) => (verb === "downgraded" ? path : `${verb}:${path}`));

function input(parameters: unknown, strict = false) {
  const { schema, members, changes, strict: held } = toInputSchema(parameters, "", { strict });
  return { schema, members: Object.fromEntries(members), told: texts(changes), strict: held };
}

/** The schema of one member of a tool's input. */
function member(schema: unknown, more: object = {}) {
  const { schema: whole, told } = input({ type: "object", properties: { p: schema }, ...more });
  return { schema: Object(whole.properties).p, told: told.map((path) => path.replace(".properties.p", "")) };
}

describe("§5 the root of a tool's schema", () => {
  test.each<Row>([
    ["no parameters", undefined, { type: "object", properties: {} }],
    ["null", null, { type: "object", properties: {} }],
    ["nothing said", {}, { type: "object", properties: {} }],
    ["an object without members", { type: "object" }, { type: "object", properties: {} }],
    ["a type left out", { properties: { a: str } }, { type: "object", properties: { a: str } }],
    ["null besides", { type: ["object", "null"], properties: { a: str } }, { type: "object", properties: { a: str } }],
    ["nullable", { ...ab, nullable: true }, ab],
    [
      "a map",
      { type: "object", additionalProperties: str },
      { type: "object", additionalProperties: str, properties: {} },
    ],
    ["a draft that is named", { $schema: "http://json-schema.org/draft-07/schema#", ...ab }, ab],
    ["a reference", { $ref: "#/$defs/A", $defs: { A: ab } }, ab],
    [
      "all of several",
      { allOf: [ab, { properties: { c: str }, required: ["c"] }] },
      { type: "object", properties: { a: str, b: int, c: str }, required: ["a", "c"] },
    ],
    [
      "all of several that do not go together",
      { allOf: [{ type: "object" }, { type: "string" }] },
      { type: "object", properties: {} },
      [".allOf[1].type"],
    ],
    [
      "conditions of which each half is elsewhere",
      { ...ab, if: { required: ["b"] }, allOf: [{ then: { required: ["c"] } }, { minContains: 2 }] },
      ab,
    ],
    [
      "two conditions",
      {
        ...ab,
        allOf: [
          { if: { required: ["a"] }, then: false },
          { if: { required: ["b"] }, then: true, else: false },
        ],
      },
      { ...ab, if: { required: ["a"] }, then: false },
      [".allOf[1].if"],
    ],
    ["a branch alone", { anyOf: [ab] }, ab],
    ["an object or null", { anyOf: [ab, { type: "null" }] }, ab],
    ["an object or a text", { oneOf: [{ type: "string" }, ab] }, ab],
    ["a branch behind a reference", { anyOf: [{ $ref: "#/$defs/A" }, { type: "null" }], $defs: { A: ab } }, ab],
    [
      "either of two members",
      { type: "object", properties: { a: str, b: str }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      { type: "object", properties: { a: str, b: str }, description: "One of: a; b" },
      [".anyOf"],
    ],
    [
      "kinds of objects",
      {
        description: "A payment.",
        oneOf: [
          { type: "object", properties: { kind: { const: "card" }, number: str }, required: ["kind", "number"] },
          { type: "object", properties: { kind: { const: "iban" }, iban: str }, required: ["kind", "iban"] },
        ],
      },
      {
        type: "object",
        description: 'A payment. (one of: kind "card", number; kind "iban", iban)',
        properties: { kind: { enum: ["card", "iban"] }, number: str, iban: str },
        required: ["kind"],
      },
      [".oneOf"],
    ],
    [
      "branches that differ in a member",
      { anyOf: [{ properties: { a: str, b: int } }, { properties: { a: int, b: int } }] },
      { type: "object", properties: { a: { anyOf: [str, int] }, b: int } },
      [".anyOf"],
    ],
    [
      "closed branches",
      {
        anyOf: [
          { type: "object", properties: { a: str }, additionalProperties: false },
          { type: "object", properties: { b: str }, additionalProperties: false },
        ],
      },
      { type: "object", properties: { a: str, b: str }, additionalProperties: false },
      [".anyOf"],
    ],
    [
      "branches of a member that is described outside",
      {
        type: "object",
        properties: { a: { type: "string", maxLength: 3 } },
        anyOf: [{ properties: { a: { const: "x" } } }, { properties: { a: { const: "y" } } }],
      },
      { type: "object", properties: { a: { allOf: [{ type: "string", maxLength: 3 }, { enum: ["x", "y"] }] } } },
      [".anyOf"],
    ],
    [
      "no branch that an object fits",
      { anyOf: [{ type: "string" }, false] },
      { type: "object", properties: {} },
      [".anyOf"],
    ],
    [
      "what refers to the root",
      { properties: { "a b": str, next: { $ref: "#" } } },
      {
        type: "object",
        properties: { a_b: str, next: { $ref: "#/$defs/Root" } },
        $defs: { Root: { properties: { "a b": str, next: { $ref: "#/$defs/Root" } } } },
      },
      ["renamed:.properties.a b"],
    ],
  ])("%s", (_name, schema, want, told = []) => {
    const said = input(schema);
    expect(said.schema).toEqual(want);
    expect(said.told).toEqual(told);
  });

  test.each([["string"], [["array", "null"]], ["file"]])("of type %j is refused by name", (type) => {
    expect(() => toInputSchema({ type }, "tools[0].function.parameters", { strict: false })).toThrow(GatewayError);
    expect(() => toInputSchema({ type }, "tools[0].function.parameters", { strict: true })).toThrow(
      /^Invalid schema for 'tools\[0\]\.function\.parameters'/,
    );
  });
});

describe("§5 names at the top of a tool's schema", () => {
  test.each<[string, object, object, object, (readonly string[])?]>([
    ["sound ones stay", { "a.b-c_1": str }, { "a.b-c_1": str }, {}],
    [
      "others are written otherwise",
      { "filter[status]": str },
      { filter_status_: str },
      { filter_status_: "filter[status]" },
    ],
    ["as few letters as there were", { ü: str, "🌍": str }, { _: str, __2: str }, { _: "ü", __2: "🌍" }],
    ["sound ones are not taken", { "a b": str, a_b: int }, { a_b_2: str, a_b: int }, { a_b_2: "a b" }],
    ["one that is empty", { "": str }, { _: str }, { _: "" }],
    ["a long one", { ["x".repeat(70)]: str }, { ["x".repeat(64)]: str }, { ["x".repeat(64)]: "x".repeat(70) }],
    [
      "further down they are not looked at",
      { a: { type: "object", properties: { "b c": str } } },
      { a: { type: "object", properties: { "b c": str } } },
      {},
    ],
  ])("%s", (_name, properties, want, members) => {
    const said = input({ type: "object", properties });
    expect(said.schema).toEqual({ type: "object", properties: want });
    expect(said.members).toEqual(members);
    expect(said.told).toEqual(Object.values(members).map((name) => `renamed:.properties.${name}`));
  });

  test("what lists names goes along, and a schema of its own is lost", () => {
    const said = input({
      type: "object",
      properties: { "a b": str, c: str },
      required: ["a b", "c"],
      dependentRequired: { c: ["a b"] },
      not: { required: ["a b"] },
    });
    expect(said.schema).toEqual({
      type: "object",
      properties: { a_b: str, c: str },
      required: ["a_b", "c"],
      dependentRequired: { c: ["a_b"] },
    });
    expect(said.told).toEqual(["renamed:.properties.a b", ".not"]);
  });
});

describe("§5 JSON Schema of draft 2020-12", () => {
  test.each<readonly [unknown]>([
    [{ type: "string", pattern: "^a", minLength: 1, maxLength: 3, format: "email", default: "a" }],
    [{ type: ["string", "null"] }],
    [{ const: { a: [1, null] } }],
    [{ enum: ["a", 1, true, null, {}] }],
    [{ type: "number", exclusiveMinimum: 0, maximum: 1, multipleOf: 0.1 }],
    [{ type: "array", prefixItems: [str], items: false, uniqueItems: true, contains: str, minContains: 1 }],
    [{ oneOf: [str, { type: "number" }, int], not: { const: 1 } }],
    [{ allOf: [{ minLength: 1 }, { pattern: "a" }], if: str, then: { maxLength: 3 }, else: true }],
    [{ type: "object", patternProperties: { "^x-": str }, propertyNames: { maxLength: 9 }, minProperties: 1 }],
    [{ type: "object", dependentRequired: { a: ["b"] }, dependentSchemas: { a: { required: ["c"] } } }],
    [{ title: "T", description: "D", examples: ["a"], deprecated: true, readOnly: true, "x-order": 1 }],
    [true],
    [{}],
  ])("%j stays the same object", (schema) => {
    const said = member(schema);
    expect(said.schema).toBe(schema);
    expect(said.told).toEqual([]);
  });

  test.each<Row>([
    ["capitals", { type: "STRING" }, str],
    ["an unknown type", { type: "file" }, {}, [".type"]],
    ["a type twice", { type: ["string", "string"] }, { type: ["string"] }],
    ["no words", { type: "string", enum: [] }, str, [".enum"]],
    [
      "a bound that is a flag",
      { type: "number", minimum: 0, exclusiveMinimum: true },
      { type: "number", exclusiveMinimum: 0 },
    ],
    ["a flag that is off", { type: "number", maximum: 3, exclusiveMaximum: false }, { type: "number", maximum: 3 }],
    ["a bound that is a text", { type: "number", minimum: "0" }, { type: "number" }, [".minimum"]],
    ["steps of nothing", { type: "number", multipleOf: 0 }, { type: "number" }, [".multipleOf"]],
    ["a length below zero", { type: "string", minLength: -1 }, str, [".minLength"]],
    [
      "a tuple of draft 7",
      { type: "array", items: [str, { type: "INTEGER" }] },
      { type: "array", prefixItems: [str, int] },
    ],
    [
      "a closed one",
      { type: "array", items: [str], additionalItems: false },
      { type: "array", prefixItems: [str], items: false },
    ],
    [
      "what is after a tuple that is none",
      { type: "array", items: str, additionalItems: false },
      { type: "array", items: str },
    ],
    ["nullable", { type: "string", nullable: true }, { type: ["string", "null"] }],
    [
      "nullable words",
      { type: "string", enum: ["a"], nullable: true },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    ["nullable, of any type", { nullable: true, description: "D" }, { description: "D" }],
    [
      "a nullable union",
      { anyOf: [str, int], nullable: true, description: "D" },
      { description: "D", anyOf: [{ anyOf: [str, int] }, { type: "null" }] },
    ],
    ["not nullable", { type: "string", nullable: false }, str],
    [
      "dependencies of draft 7",
      { type: "object", dependencies: { a: ["b"], c: { required: ["d"] } } },
      { type: "object", dependentRequired: { a: ["b"] }, dependentSchemas: { c: { required: ["d"] } } },
    ],
    ["dependencies that are none", { type: "object", dependencies: 1 }, { type: "object" }, [".dependencies"]],
    [
      "a pattern for every name",
      { type: "object", patternProperties: { "^(.*)$": str } },
      { type: "object", additionalProperties: str },
    ],
    ["a property that says itself that it is required", { type: "string", required: true }, str, [".required"]],
    ["a required name twice", { type: "object", required: ["a", "a"] }, { type: "object", required: ["a"] }],
    [
      "a required name that is none",
      { type: "object", required: ["a", 1] },
      { type: "object", required: ["a"] },
      [".required"],
    ],
    ["addresses", { $id: "urn:x", $anchor: "y", $schema: "z", ...str }, str],
    ["annotations that are none", { type: "string", description: null, examples: "a", deprecated: "yes" }, str],
    ["an empty union", { type: "string", anyOf: [] }, str, [".anyOf"]],
    ["what is no schema", { type: "array", items: "string" }, { type: "array", items: {} }, [".items"]],
    [
      "members called like keywords",
      { type: "object", properties: { items: { type: "STRING" }, nullable: str, $ref: str } },
      { type: "object", properties: { items: str, nullable: str, $ref: str } },
    ],
  ])("%s", (_name, schema, want, told = []) => {
    expect(member(schema)).toEqual({ schema: want, told });
  });

  test.each<[string, object, unknown, unknown, (readonly string[])?]>([
    ["definitions", { definitions: { A: str } }, { $ref: "#/definitions/A" }, { $ref: "#/$defs/A" }],
    ["anchors", { $defs: { A: { $anchor: "x", ...str } } }, { $ref: "#x" }, { $ref: "#/$defs/A" }],
    [
      "with bounds beside",
      { $defs: { "A B": str } },
      { $ref: "#/$defs/A%20B", minLength: 1 },
      { $ref: "#/$defs/A_B", minLength: 1 },
    ],
    ["into properties", { properties: { q: str, p: { $ref: "#/properties/q" } } }, undefined, { $ref: "#/$defs/q" }],
    ["of draft 2019-09", { $defs: { A: str } }, { $recursiveRef: "#/$defs/A" }, { $ref: "#/$defs/A" }],
    ["to any value", { $defs: { A: true } }, { $ref: "#/$defs/A", title: "T" }, { title: "T" }],
    ["nowhere", {}, { $ref: "#/$defs/Z" }, {}, [".$ref"]],
    ["other documents", {}, { $ref: "https://example.com/s.json", title: "T" }, { title: "T" }, [".$ref"]],
  ])("references: %s", (_name, more, schema, want, told = []) => {
    expect(member(schema, more)).toEqual({ schema: want, told });
  });

  test("recursion stays", () => {
    const node = { type: "object", properties: { kids: { type: "array", items: { $ref: "#/$defs/Node" } } } };
    const schema = { type: "object", properties: { root: { $ref: "#/$defs/Node" } }, $defs: { Node: node } };
    expect(input(schema)).toEqual({ schema, members: {}, told: [], strict: false });
    expect(input(schema).schema).toBe(schema);
  });

  test.each<[string, object, object, string]>([
    ["that is itself", { A: { $ref: "#/$defs/A" } }, { A: {} }, "$defs.A"],
    ["with bounds beside", { A: { $ref: "#/$defs/A", ...str } }, { A: str }, "$defs.A"],
    [
      "by way of another",
      { A: { $ref: "#/$defs/B", ...str }, B: { $ref: "#/$defs/C" }, C: { $ref: "#/$defs/B", title: "T" } },
      { A: { $ref: "#/$defs/B", ...str }, B: { $ref: "#/$defs/C" }, C: { title: "T" } },
      "$defs.C",
    ],
  ])("a definition %s says nothing, and ends", (_name, $defs, want, place) => {
    const properties = { p: { $ref: "#/$defs/A" } };
    const { schema, told } = input({ type: "object", properties, $defs });
    expect(schema).toEqual({ type: "object", properties, $defs: want });
    expect(told).toEqual([`.${place}.$ref`]);
  });

  test("depth has an end, and definitions that take each other in twice do not grow without bounds", () => {
    let deep: unknown = str;
    for (let i = 0; i < 5000; i++) deep = { type: "array", items: deep };
    expect(member(deep).told).toHaveLength(1);
    const $defs: Record<string, unknown> = { L0: ab };
    for (let i = 1; i < 30; i++)
      $defs[`L${i}`] = { anyOf: [{ $ref: `#/$defs/L${i - 1}` }, { $ref: `#/$defs/L${i - 1}` }] };
    const { schema } = input({ $ref: "#/$defs/L29", $defs });
    expect(JSON.stringify(schema).length).toBeLessThan(100_000);
  });
});

/** The schema of one member of an answer. */
function answer(schema: unknown, more: object = {}) {
  const whole = { type: "object", properties: { p: schema }, required: ["p"], ...more };
  const { schema: said, changes, fits } = toOutputSchema(whole, "");
  const told = texts(changes).map((path) => path.replace(".properties.p", ""));
  return { schema: Object(said).properties.p, told, fits };
}

const closed = { type: "object", properties: { a: str }, required: ["a"], additionalProperties: false };

describe("§6 what answers are held to", () => {
  test.each<readonly [object]>([
    [str],
    [{ type: "string", enum: ["a"], description: "D", title: "T" }],
    [{ type: "string", format: "date-time" }],
    [{ type: ["integer", "null"] }],
    [{ type: "array", items: str, minItems: 1 }],
    [{ anyOf: [str, closed] }],
    [closed],
  ])("%j stays the same object", (schema) => {
    const said = answer(schema);
    expect(said.schema).toBe(schema);
    expect(said).toMatchObject({ told: [], fits: true });
  });

  test("a whole schema that is ready stays the same object", () => {
    const node = { type: "object", properties: {}, additionalProperties: false };
    const schema = { ...closed, properties: { a: { $ref: "#/$defs/A" } }, $defs: { A: node } };
    expect(toOutputSchema(schema, "p")).toEqual({ schema, changes: [], fits: true, optional: 0 });
    expect(toOutputSchema(schema, "p").schema).toBe(schema);
  });

  test.each<Row>([
    ["objects are closed", { type: "object", properties: { a: str }, required: ["a"] }, closed],
    ["an object is meant", { properties: { a: str }, required: ["a"] }, closed],
    ["a list is meant", { items: str }, { type: "array", items: str }],
    ["a value alone", { const: true }, { type: "boolean", enum: [true] }],
    ["a text alone", { const: "a" }, { type: "string", enum: ["a"] }],
    [
      "words of several types",
      { enum: ["a", 1, false, null] },
      {
        anyOf: [
          { type: "string", enum: ["a"] },
          { type: "integer", enum: [1] },
          { type: "boolean", enum: [false] },
          { type: "null" },
        ],
      },
    ],
    [
      "texts and numbers",
      { type: ["string", "integer"], enum: ["a", 1], title: "T" },
      {
        title: "T",
        anyOf: [
          { type: "string", enum: ["a"] },
          { type: "integer", enum: [1] },
        ],
      },
    ],
    [
      "an object or null",
      { type: ["object", "null"], properties: { a: str }, required: ["a"], description: "D" },
      { description: "D", anyOf: [closed, { type: "null" }] },
    ],
    ["one of several", { oneOf: [str, int] }, { anyOf: [str, int] }],
    [
      "one of several that overlap",
      { oneOf: [int, { type: "number" }] },
      { anyOf: [int, { type: "number" }] },
      [".oneOf"],
    ],
    [
      "a type beside a union",
      { type: "string", anyOf: [{ enum: ["a"] }, { format: "date" }] },
      {
        anyOf: [
          { type: "string", enum: ["a"] },
          { format: "date", type: "string" },
        ],
      },
    ],
    [
      "a type beside a union that takes others too",
      { type: "string", anyOf: [str, { type: "object" }] },
      { anyOf: [str] },
    ],
    ["types beside a union", { type: "integer", anyOf: [{ type: ["number", "null"] }, str] }, { anyOf: [int] }],
    ["all of several", { allOf: [{ type: "object", properties: { a: str } }, { required: ["a"] }] }, closed],
    [
      "a tag that is described",
      { ...closed, description: "D", title: "T" },
      { ...closed, description: "D", title: "T" },
    ],
    [
      "an object that is listed",
      { const: { a: true } },
      {
        type: "object",
        properties: { a: { type: "boolean", enum: [true] } },
        required: ["a"],
        additionalProperties: false,
      },
    ],
  ])("%s", (_name, schema, want, told = []) => {
    expect(answer(schema)).toEqual({ schema: want, told, fits: true });
  });

  test.each<readonly [string, object, string]>([
    ["minimum", { type: "integer", minimum: 1 }, "At least 1"],
    ["maximum", { type: "integer", maximum: 9 }, "At most 9"],
    ["exclusiveMinimum", { type: "number", exclusiveMinimum: 0 }, "Greater than 0"],
    ["exclusiveMaximum", { type: "integer", exclusiveMaximum: 5 }, "Less than 5"],
    ["multipleOf", { type: "number", multipleOf: 5 }, "A multiple of 5"],
    ["minLength", { type: "string", minLength: 2 }, "At least 2 characters"],
    ["maxLength", { type: "string", maxLength: 2 }, "At most 2 characters"],
    ["pattern", { type: "string", pattern: "^a" }, "Pattern: ^a"],
    ["format", { type: "string", format: "phone" }, "Format: phone"],
    ["format", { type: "integer", format: "int32" }, "Format: int32"],
    ["minItems", { type: "array", items: str, minItems: 2 }, "At least 2 items"],
    ["maxItems", { type: "array", items: str, maxItems: 2 }, "At most 2 items"],
    ["uniqueItems", { type: "array", items: str, uniqueItems: true }, "No item twice"],
    ["contains", { type: "array", items: str, contains: { const: "a" } }, 'Contains: {"const":"a"}'],
    ["minProperties", { type: "object", properties: { a: str }, minProperties: 1 }, "At least 1 members"],
    ["not", { type: "string", not: { const: "a" } }, 'Not: {"const":"a"}'],
    ["if", { type: "string", if: { const: "a" }, then: {} }, 'If: {"const":"a"}'],
    ["dependentRequired", { ...closed, dependentRequired: { a: ["b"] } }, 'DependentRequired: {"a":["b"]}'],
  ])("%s is told to the model and to the client: %j", (keyword, schema, description) => {
    const said = answer(schema);
    expect(said.schema.description).toBe(description);
    expect(said.schema).not.toHaveProperty(keyword === "minItems" ? "maxItems" : keyword);
    expect(said).toMatchObject({ told: [`.${keyword}`], fits: true });
  });

  test("a bound that a flag opens is told by both, and said once", () => {
    expect(answer({ type: "number", minimum: 0, exclusiveMinimum: true })).toEqual({
      schema: { type: "number", description: "Greater than 0" },
      told: [".minimum", ".exclusiveMinimum"],
      fits: true,
    });
  });

  test("of a number of items one is kept", () => {
    expect(answer({ type: "array", items: str, minItems: 2 }).schema.minItems).toBe(1);
  });

  test.each<[string, unknown, object?]>([
    ["any value", {}],
    ["any value, described", { description: "D" }],
    ["an object of any members", { type: "object" }],
    ["a map", { type: "object", additionalProperties: str }],
    ["members beside those that are named", { type: "object", properties: { a: str }, additionalProperties: true }],
    ["members by pattern", { type: "object", patternProperties: { "^x-": str } }],
    ["a list of anything", { type: "array" }],
    ["a tuple", { type: "array", prefixItems: [str, int] }],
    ["a list that is listed", { const: ["a"] }],
    ["types of which one is open", { type: ["object", "null"] }],
    [
      "members beside a union",
      { type: "object", properties: { a: str, b: str }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
    ],
    ["an object beside a union", { ...closed, anyOf: [closed, { ...closed, title: "T" }] }],
    [
      "recursion",
      { $ref: "#/$defs/A" },
      { $defs: { A: { type: "object", properties: { next: { $ref: "#/$defs/A" } } } } },
    ],
    [
      "recursion of members that must be there",
      { $ref: "#/$defs/A" },
      {
        $defs: {
          A: {
            type: "object",
            properties: { next: { anyOf: [{ $ref: "#/$defs/A" }, { type: "null" }] } },
            required: ["next"],
          },
        },
      },
    ],
    ["the root again", { $ref: "#" }],
    [
      "eleven members that may be left out",
      { type: "object", properties: Object.fromEntries([..."abcdefghijk"].map((name) => [name, str])) },
    ],
    [
      "as many where a definition is used twice",
      {
        type: "array",
        items: { anyOf: [{ $ref: "#/$defs/A" }, { type: "object", properties: { a: { $ref: "#/$defs/A" } } }] },
      },
      { $defs: { A: { type: "object", properties: { a: str, b: str, c: str, d: str, e: str } } } },
    ],
  ])("%s does not fit", (_name, schema, more) => {
    expect(answer(schema, more).fits).toBe(false);
  });

  test("ten members that may be left out do", () => {
    const properties = Object.fromEntries([..."abcdefghij"].map((name) => [name, str]));
    expect(answer({ type: "object", properties }).fits).toBe(true);
    expect(toOutputSchema({ type: "object", properties }, "p").optional).toBe(10);
    expect(toInputSchema({ type: "object", properties }, "p", { strict: true }).optional).toBe(10);
    expect(toInputSchema({ type: "object", properties }, "p", { strict: false }).optional).toBe(0);
  });
});

describe("§§5, 6 strict tools", () => {
  test("are closed, and bounds become words", () => {
    expect(input({ ...closed, properties: { a: { type: "string", pattern: "^a" } } }, true)).toEqual({
      schema: { ...closed, properties: { a: { type: "string", description: "Pattern: ^a" } } },
      members: {},
      told: [".properties.a.pattern"],
      strict: true,
    });
  });

  test.each<[string, unknown]>([
    ["no parameters", undefined],
    ["no members", { type: "object", properties: {}, required: [] }],
    ["null besides", { type: ["object", "null"] }],
  ])("of %s take none", (_name, schema) => {
    const said = input(schema, true);
    expect(said.schema).toMatchObject({ type: "object", properties: {}, additionalProperties: false });
    expect(said.strict).toBe(true);
  });

  test("have names that are taken, and no branches at the top", () => {
    const schema = { anyOf: [{ type: "object", properties: { "a b": str }, required: ["a b"] }, { type: "null" }] };
    expect(input(schema, true)).toEqual({
      schema: { type: "object", properties: { a_b: str }, required: ["a_b"], additionalProperties: false },
      members: { a_b: "a b" },
      told: ["renamed:.properties.a b"],
      strict: true,
    });
  });

  test("are not strict where calls cannot be held to the schema, which then loses nothing", () => {
    const schema = {
      type: "object",
      properties: { env: { type: "object", additionalProperties: { type: "string", maxLength: 9 } } },
    };
    expect(input(schema, true)).toEqual({ schema, members: {}, told: [], strict: false });
  });
});
