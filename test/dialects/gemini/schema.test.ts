import { describe, expect, test } from "vitest";
import { toAnswerSchema, toParameters } from "../../../src/dialects/gemini/schema/index.ts";
import { keywords } from "../../../src/dialects/gemini/schema/keywords.ts";
import { GatewayError } from "../../../src/errors.ts";

/** One property's schema, what becomes of it, and what is told; the same object where nothing is. */
type Row = [name: string, schema: unknown, want: unknown, losses?: readonly string[]];

const str = { type: "string" };
const int = { type: "integer" };

function property(schema: unknown, more: object = {}): { json: unknown; losses: readonly string[] } {
  const losses: string[] = [];
  const whole = { type: "object", properties: { p: schema }, ...more };
  const { json } = toParameters(
    { schema: whole, path: "", lost: (path) => losses.push(path.replace(".properties.p", "")) },
    "json-schema",
  );
  return { json: Object(json).properties.p, losses };
}

const kept: readonly unknown[] = [
  { type: "string", title: "T", description: "D", format: "email" },
  { type: "string", enum: ["a", "b"] },
  { type: "integer", minimum: 1, maximum: 5 },
  { type: "array", items: str, minItems: 1, maxItems: 3 },
  { type: "array", prefixItems: [str, int], items: str },
  { type: "object", properties: { a: str }, required: ["a"], additionalProperties: false, propertyOrdering: ["a"] },
  { type: "object", additionalProperties: str },
  { anyOf: [str, int] },
  { type: ["string", "null"] },
  {},
];

const rewritten: readonly Row[] = [
  ["const becomes a list of one", { const: "x" }, { type: "string", enum: ["x"] }],
  ["a number too", { type: "number", const: 2 }, { type: "number", enum: [2] }],
  ["with the type it has", { const: 2 }, { type: "integer", enum: [2] }],
  ["const null is a type", { const: null }, { type: "null" }],
  [
    "an object is described",
    { const: { a: 1 } },
    {
      type: "object",
      properties: { a: { type: "integer", enum: [1] } },
      required: ["a"],
      additionalProperties: false,
    },
  ],
  [
    "null in a list is a branch",
    { type: ["string", "null"], enum: ["a", null] },
    { anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] },
  ],
  ["true and false is a type", { enum: [true, false] }, { type: "boolean" }],
  ["true alone cannot be said", { const: true }, { type: "boolean", description: "Always true" }, [".const"]],
  ["an empty list is no list", { type: "string", enum: [] }, str, [".enum"]],
  ["words of another type are left out", { type: "string", enum: ["a", 1] }, { type: "string", enum: ["a"] }],
  ["words twice are said once", { type: "string", enum: ["a", "a"] }, { type: "string", enum: ["a"] }],
  ["nullable is a type", { type: "string", nullable: true }, { type: ["string", "null"] }],
  [
    "nullable beside a list is a branch",
    { type: "string", enum: ["a"], nullable: true },
    { anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] },
  ],
  ["capitals are read", { type: "STRING" }, str],
  ["an unknown type is none", { type: "file" }, {}, [".type"]],
  ["an integer above zero", { type: "integer", exclusiveMinimum: 0 }, { type: "integer", minimum: 1 }],
  ["an integer below a fraction", { type: "integer", exclusiveMaximum: 2.5 }, { type: "integer", maximum: 2 }],
  ["the tighter of two bounds", { type: "integer", minimum: 5, exclusiveMinimum: 1 }, { type: "integer", minimum: 5 }],
  ["the flag of draft 4", { type: "integer", minimum: 0, exclusiveMinimum: true }, { type: "integer", minimum: 1 }],
  ["a flag that is off", { type: "integer", maximum: 3, exclusiveMaximum: false }, { type: "integer", maximum: 3 }],
  [
    "a number above zero",
    { type: "number", exclusiveMinimum: 0 },
    { type: "number", minimum: 0, description: "Greater than 0" },
    [".exclusiveMinimum"],
  ],
  ["multiples of one", { type: "number", multipleOf: 1 }, int],
  [
    "other multiples",
    { type: "number", multipleOf: 5 },
    { type: "number", description: "A multiple of 5" },
    [".multipleOf"],
  ],
  ["a tuple of draft 7", { type: "array", items: [str, int] }, { type: "array", prefixItems: [str, int] }],
  [
    "a closed one",
    { type: "array", items: [str], additionalItems: false },
    { type: "array", prefixItems: [str], maxItems: 1 },
  ],
  [
    "a closed one of 2020",
    { type: "array", prefixItems: [str], items: false },
    { type: "array", prefixItems: [str], maxItems: 1 },
  ],
  ["no items at all", { type: "array", items: false }, { type: "array", maxItems: 0 }],
  ["oneOf of types that differ", { oneOf: [str, int] }, { anyOf: [str, int] }],
  [
    "oneOf of schemas that overlap",
    { oneOf: [int, { type: "number" }] },
    { anyOf: [int, { type: "number" }] },
    [".oneOf"],
  ],
  [
    "allOf of objects is one object",
    {
      allOf: [
        { type: "object", properties: { a: str }, required: ["a"] },
        { properties: { b: int }, required: ["b"] },
      ],
    },
    { type: "object", properties: { a: str, b: int }, required: ["a", "b"] },
  ],
  [
    "allOf takes the tightest bounds",
    {
      allOf: [
        { type: "number", minimum: 1, maximum: 9 },
        { type: "integer", minimum: 3 },
      ],
    },
    { type: "integer", minimum: 3, maximum: 9 },
  ],
  [
    "allOf takes the words of both",
    { allOf: [{ enum: ["a", "b"] }, { enum: ["b", "c"] }] },
    { type: "string", enum: ["b"] },
  ],
  ["what cannot be merged is the first", { allOf: [str, int] }, str, [".allOf[1].type"]],
  [
    "allOf of nothing but a branch",
    { allOf: [{ type: "string", pattern: "^a" }] },
    { type: "string", description: "Pattern: ^a" },
    [".allOf[0].pattern"],
  ],
  [
    "a pattern for every name",
    { type: "object", patternProperties: { "^.*$": str } },
    { type: "object", additionalProperties: str },
  ],
  [
    "patterns of closed objects",
    { type: "object", patternProperties: { "^x-": str }, additionalProperties: false },
    { type: "object", additionalProperties: str, description: "Names of members: ^x-" },
    [".patternProperties"],
  ],
  [
    "names that are listed",
    { type: "object", propertyNames: { enum: ["a"] }, additionalProperties: int },
    { type: "object", properties: { a: int }, additionalProperties: false },
  ],
  [
    "names that are listed, and none of them let in",
    { type: "object", propertyNames: { enum: ["a"] }, unevaluatedProperties: false },
    { type: "object", additionalProperties: false },
    [".propertyNames"],
  ],
  [
    "names that are listed, and what is left over",
    { type: "object", propertyNames: { enum: ["a"] }, unevaluatedProperties: int },
    { type: "object", properties: { a: int }, additionalProperties: false },
  ],
  ["names of any kind", { type: "object", propertyNames: str }, { type: "object" }],
  [
    "nothing left over",
    { type: "object", properties: { a: str }, unevaluatedProperties: false },
    { type: "object", properties: { a: str }, additionalProperties: false },
  ],
  [
    "nothing left over of one schema of several",
    { type: "object", properties: { b: str }, allOf: [{ unevaluatedProperties: false }] },
    { type: "object", properties: { b: str } },
    [".allOf[0].unevaluatedProperties"],
  ],
  [
    "nothing left over of what another schema has looked at",
    { type: "object", unevaluatedProperties: false, allOf: [{ unevaluatedProperties: true }] },
    { type: "object" },
  ],
  [
    "nothing left over of all schemas together",
    { type: "object", unevaluatedProperties: false, allOf: [{ properties: { a: str } }] },
    { type: "object", properties: { a: str }, additionalProperties: false },
  ],
  [
    "no item left over of one schema of several",
    { type: "array", prefixItems: [str], allOf: [{ unevaluatedItems: false }] },
    { type: "array", prefixItems: [str] },
    [".allOf[0].unevaluatedItems"],
  ],
  [
    "a required name that is no property",
    { type: "object", properties: {}, required: ["a"] },
    { type: "object", properties: { a: {} }, required: ["a"] },
  ],
  [
    "one that may not be there",
    { type: "object", required: ["a"], additionalProperties: false },
    { type: "object", additionalProperties: false },
    [".required"],
  ],
  ["true is any value", { type: "object", properties: { a: true } }, { type: "object", properties: { a: {} } }],
  [
    "what is met already",
    { type: "object", properties: { a: str }, required: ["a"], minProperties: 1 },
    { type: "object", properties: { a: str }, required: ["a"] },
  ],
  ["a count of zero says nothing", { type: "string", minLength: 0 }, str],
  ["keywords of other types say nothing", { type: "integer", pattern: "x", minLength: 3, properties: { a: str } }, int],
  [
    "properties called like keywords",
    { type: "object", properties: { const: str, $ref: str, enum: int } },
    { type: "object", properties: { const: str, $ref: str, enum: int } },
  ],
];

const silent: readonly (readonly [string, object])[] = [
  ["$schema", { $schema: "x" }],
  ["$comment", { $comment: "x" }],
  ["$id", { $id: "x" }],
  ["$anchor", { $anchor: "x" }],
  ["readOnly", { readOnly: true }],
  ["writeOnly", { writeOnly: true }],
  ["xml", { xml: {} }],
  ["strict", { strict: true }],
  ["contentSchema", { contentSchema: {} }],
  ["a word nobody knows", { "x-order": 1 }],
  ["uniqueItems that is off", { uniqueItems: false }],
  ["then without if", { then: { minLength: 3 } }],
];

const told: readonly (readonly [string, object, string])[] = [
  ["default", { default: 5 }, "Default: 5"],
  ["examples", { examples: ["a", "b"] }, 'For example "a", "b"'],
  ["example", { example: "a" }, 'For example "a"'],
  ["deprecated", { deprecated: true }, "Deprecated"],
  ["contentEncoding", { contentEncoding: "base64" }, "Encoding: base64"],
];

const lost: readonly (readonly [string, object, string])[] = [
  ["pattern", { type: "string", pattern: "^a" }, "Pattern: ^a"],
  ["minLength", { type: "string", minLength: 2 }, "At least 2 characters"],
  ["maxLength", { type: "string", maxLength: 2 }, "At most 2 characters"],
  ["uniqueItems", { type: "array", uniqueItems: true }, "No item twice"],
  ["minProperties", { type: "object", minProperties: 1 }, "At least 1 members"],
  ["maxProperties", { type: "object", maxProperties: 2 }, "At most 2 members"],
];

const unsaid: readonly (readonly [string, object])[] = [
  ["not", { not: str }],
  ["if", { if: {}, then: {} }],
  ["contains", { contains: str }],
  ["dependencies", { dependencies: { a: ["b"] } }],
  ["dependentRequired", { dependentRequired: { a: ["b"] } }],
  ["dependentSchemas", { dependentSchemas: { a: {} } }],
  ["unevaluatedItems", { anyOf: [{}], unevaluatedItems: false }],
  ["unevaluatedProperties", { anyOf: [{}], unevaluatedProperties: false }],
  ["propertyNames", { propertyNames: { pattern: "^a" } }],
];

describe("§6.2 JSON Schema", () => {
  test.each(kept)("%j stays the same object", (schema) => {
    const { json, losses } = property(schema);
    expect(json).toBe(schema);
    expect(losses).toEqual([]);
  });

  test.each(rewritten)("%s", (_name, schema, want, losses = []) => {
    expect(property(schema)).toEqual({ json: want, losses });
  });

  test.each(silent)("%s goes without a word", (_name, schema) => {
    expect(property({ type: "string", ...schema })).toEqual({ json: str, losses: [] });
  });

  test.each(told)("%s is told by the description", (_name, schema, description) => {
    expect(property({ type: "string", ...schema })).toEqual({ json: { ...str, description }, losses: [] });
  });

  test.each(lost)("%s is told to the model and to the client", (keyword, schema, description) => {
    const { json, losses } = property(schema);
    expect(Object(json).description).toBe(description);
    expect(losses).toEqual([`.${keyword}`]);
  });

  test.each(unsaid)("%s is told to the client", (keyword, schema) => {
    const { json, losses } = property(schema);
    expect(losses).toEqual([`.${keyword}`]);
    expect(json).not.toHaveProperty(keyword);
  });

  test("hints go behind the client's own description", () => {
    expect(property({ type: "string", description: "A name.", pattern: "^a", default: "a" }).json).toEqual({
      type: "string",
      description: 'A name. (pattern: ^a; default: "a")',
    });
  });

  test("a schema that says nothing new is the client's own, definitions and all", () => {
    const schema = {
      type: "object",
      properties: { a: { $ref: "#/$defs/A" } },
      $defs: { A: { type: "object", properties: { next: { $ref: "#/$defs/A" } } } },
    };
    expect(toParameters({ schema, path: "", lost: () => {} }, "json-schema").json).toBe(schema);
  });

  test.each<[string, object, unknown, unknown, (readonly string[])?]>([
    ["definitions", { definitions: { A: str } }, { $ref: "#/definitions/A" }, { $ref: "#/$defs/A" }],
    ["escapes", { $defs: { "a/b~c": str } }, { $ref: "#/$defs/a~1b~0c" }, { $ref: "#/$defs/a_b_c" }],
    ["percent signs", { $defs: { "A[B]": str } }, { $ref: "#/$defs/A%5BB%5D" }, { $ref: "#/$defs/A_B_" }],
    ["anchors", { $defs: { A: { $anchor: "x", ...str } } }, { $ref: "#x" }, { $ref: "#/$defs/A" }],
    ["ids", { $defs: { A: { $id: "urn:a", ...str } } }, { $ref: "urn:a" }, { $ref: "#/$defs/A" }],
    [
      "a description beside",
      { $defs: { A: str } },
      { $ref: "#/$defs/A", description: "D" },
      { description: "D", anyOf: [{ $ref: "#/$defs/A" }] },
    ],
    [
      "null beside",
      { $defs: { A: str } },
      { $ref: "#/$defs/A", nullable: true },
      { anyOf: [{ $ref: "#/$defs/A" }, { type: "null" }] },
    ],
    ["a bound beside", { $defs: { A: int } }, { $ref: "#/$defs/A", minimum: 1 }, { type: "integer", minimum: 1 }],
    [
      "allOf around",
      { $defs: { A: str } },
      { allOf: [{ $ref: "#/$defs/A" }], title: "T" },
      { title: "T", anyOf: [{ $ref: "#/$defs/A" }] },
    ],
    ["nowhere", {}, { $ref: "#/$defs/Z" }, {}, [".$ref"]],
    ["other documents", {}, { $ref: "https://example.com/s.json" }, {}, [".$ref"]],
  ])("references: %s", (_name, more, schema, want, losses = []) => {
    expect(property(schema, more)).toEqual({ json: want, losses });
  });

  test("references within cycles stand under optional properties, or are cut", () => {
    const losses: string[] = [];
    const schema = {
      type: "object",
      properties: { a: { $ref: "#/$defs/Node" }, b: { $ref: "#/$defs/Json" } },
      $defs: {
        Node: {
          type: "object",
          properties: { kids: { type: "array", items: { $ref: "#/$defs/Node" } } },
          required: ["kids"],
        },
        Json: { anyOf: [str, { type: "array", items: { $ref: "#/$defs/Json" } }] },
      },
    };
    const { json } = toParameters({ schema, path: "", lost: (path) => losses.push(path) }, "json-schema");
    expect(json).toMatchObject({ $defs: { Json: { anyOf: [str, { type: "array", items: {} }] } } });
    expect(Object(json).$defs.Node).not.toHaveProperty("required");
    expect(losses).toEqual([".$defs.Node.required", ".$defs.Json.anyOf[1].items.$ref"]);
  });

  test("what refers to the root alone does not loop, nor does depth without an end", () => {
    let deep: unknown = str;
    for (let i = 0; i < 5000; i++) deep = { type: "array", items: deep };
    expect(property(deep).losses).toHaveLength(1);
    expect(property({ $ref: "#" }, { $ref: "#" }).json).toBeDefined();
  });

  test("definitions that take each other in twice do not grow without bounds", () => {
    const $defs: Record<string, unknown> = { L0: { type: "object", properties: { x: str } } };
    for (let i = 1; i < 30; i++) {
      const both = { allOf: [{ $ref: `#/$defs/L${i - 1}` }, { properties: { [`n${i}`]: str } }] };
      $defs[`L${i}`] = { type: "object", properties: { a: both, b: both } };
    }
    const { json } = toParameters(
      { schema: { type: "object", properties: { p: { $ref: "#/$defs/L29" } }, $defs }, path: "", lost: () => {} },
      "json-schema",
    );
    expect(JSON.stringify(json).length).toBeLessThan(1_000_000);
  });

  test("every keyword of the table that is lost in silence says why", () => {
    const unexplained = Object.entries(keywords).filter(([, [treatment, why]]) => treatment === "silent" && !why);
    expect(unexplained).toEqual([]);
  });
});

describe("roots", () => {
  test.each<readonly [string, object, unknown]>([
    ["nothing", {}, undefined],
    ["an object without members", { type: "object" }, undefined],
    ["one that is closed", { type: "object", properties: {}, additionalProperties: false }, undefined],
    ["one without a type", { properties: { a: str } }, { type: "object", properties: { a: str } }],
    [
      "one that may be null",
      { type: ["object", "null"], properties: { a: str } },
      { type: "object", properties: { a: str } },
    ],
    ["a map", { type: "object", additionalProperties: str }, { type: "object", additionalProperties: str }],
    [
      "a reference",
      { $ref: "#/$defs/A", $defs: { A: { type: "object", properties: { a: str } } } },
      { type: "object", properties: { a: str } },
    ],
  ])("§6.1 parameters: %s", (_name, schema, want) => {
    expect(toParameters({ schema: { ...schema }, path: "p", lost: () => {} }, "json-schema").json).toEqual(want);
  });

  test.each([["string"], [["array", "null"]], ["file"]])("§6.3 parameters of type %j are refused by name", (type) => {
    const source = { schema: { type }, path: "tools[0].function.parameters", lost: () => {} };
    expect(() => toParameters(source, "json-schema")).toThrow(GatewayError);
    expect(() => toParameters(source, "openapi-vertex")).toThrow(
      /^Invalid schema for 'tools\[0\]\.function\.parameters'/,
    );
  });

  test("§7 answers may be of any type, and in the older form are written in the schema's order", () => {
    const answer = (schema: Record<string, unknown>) =>
      toAnswerSchema({ schema, path: "p", lost: () => {} }, "openapi-vertex").older;
    expect(answer({ type: "array", items: str })).toEqual({ type: "ARRAY", items: { type: "STRING" } });
    expect(answer({ type: "object", properties: { b: str, a: str } })).toMatchObject({ propertyOrdering: ["b", "a"] });
  });
});
