import { describe, expect, test } from "vitest";
import { type Description, describe as describeOutline } from "../../scripts/spec/readers/description.ts";
import { componentOf, toSchema } from "../../scripts/spec/readers/dialects.ts";
import { toOutline } from "../../scripts/spec/readers/read.ts";
import { tellsOf } from "../../scripts/spec/readers/tells.ts";
import type { Schema } from "../../scripts/spec/schema.ts";
import { ref } from "./_spec.ts";

const components = {
  Word: { type: "string" },
  Base: {
    type: "object",
    required: ["id"],
    properties: { id: { type: "string" }, top: { type: "integer", nullable: true } },
  },
  Derived: {
    allOf: [
      { $ref: "#/components/schemas/Base" },
      { type: "object", required: ["name"], properties: { name: { type: "string" }, top: { type: "integer" } } },
    ],
  },
  Filter: {
    $recursiveAnchor: true,
    type: "object",
    properties: { filters: { type: "array", items: { $recursiveRef: "#" } } },
  },
};

const document = { raw: { components: { schemas: components } }, section: "components/schemas" };

describe("a schema of another dialect reads as one of ours", () => {
  test.each<[string, unknown, Schema]>([
    ["nullable beside a type", { type: "string", nullable: true }, { type: ["string", "null"] }],
    [
      "nullable beside an enum",
      { type: "string", nullable: true, enum: ["a"] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      "nullable beside a reference",
      { $ref: "#/components/schemas/Word", nullable: true },
      { oneOf: [ref("Word"), { type: "null" }] },
    ],
    [
      "nullable around one reference",
      { nullable: true, allOf: [{ $ref: "#/components/schemas/Word" }] },
      { oneOf: [ref("Word"), { type: "null" }] },
    ],
    [
      "a union with null",
      { anyOf: [{ type: "number", maximum: 2 }, { type: "null" }] },
      { type: ["number", "null"], maximum: 2 },
    ],
    ["a union of one", { oneOf: [{ type: "string" }] }, { type: "string" }],
    [
      "a union within a union",
      { anyOf: [{ type: "string" }, { oneOf: [{ type: "boolean" }, { type: "null" }] }] },
      { oneOf: [{ type: "string" }, { type: ["boolean", "null"] }] },
    ],
    [
      "a discriminator",
      { oneOf: [{ $ref: "#/components/schemas/Word" }], discriminator: { propertyName: "type" } },
      ref("Word"),
    ],
    [
      "members that only require",
      { type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      { type: "object", properties: { a: { type: "string" } } },
    ],
    ["const", { const: "text" }, { type: "string", enum: ["text"] }],
    ["null among the words", { enum: ["a", null] }, { type: ["string", "null"], enum: ["a", null] }],
    ["an object without type", { properties: { a: {} } }, { type: "object", properties: { a: {} } }],
    ["Discovery's any", { type: "any" }, {}],
    ["Discovery's bounds", { type: "integer", minimum: "1" }, { type: "integer", minimum: 1 }],
    ["a default of its own", { $ref: "#/components/schemas/Word", default: "x" }, { ...ref("Word"), default: "x" }],
    ["true", true, {}],
  ])("%s", (_name, raw, schema) => {
    expect(toSchema(raw, document, "")).toEqual(schema);
  });

  test("allOf is one object, and forbids null where one part does", () => {
    expect(componentOf("Derived", document)).toEqual({
      type: "object",
      required: ["id", "name"],
      properties: { id: { type: "string" }, top: { type: "integer" }, name: { type: "string" } },
    });
  });

  test("$recursiveRef is the component it stands in", () => {
    expect(componentOf("Filter", document).properties?.["filters"]).toEqual({ type: "array", items: ref("Filter") });
  });
});

/** What a whole document leads to. */
function readAll(parsed: unknown): Description {
  const outline = toOutline("test.json", parsed);
  return describeOutline(outline, { operations: outline.operations, components: [] });
}

describe("an OpenAPI document", () => {
  const json = (schema: unknown): unknown => ({ "application/json": { schema } });
  const { operations, schemas } = readAll({
    openapi: "3.0.3",
    paths: {
      "/things/{id}": {
        parameters: [{ name: "limit", in: "query", schema: { type: "integer" } }],
        post: {
          operationId: "makeThing",
          parameters: [{ $ref: "#/components/parameters/Beta" }],
          requestBody: { $ref: "#/components/requestBodies/Thing" },
          responses: {
            "200": {
              content: {
                ...Object(json({ $ref: "#/components/schemas/Thing" })),
                "text/event-stream": { schema: { $ref: "#/components/schemas/Event" } },
              },
            },
            "429": { $ref: "#/components/responses/Refused" },
          },
        },
      },
      "/things?beta=true": { get: { operationId: "fake" } },
    },
    components: {
      parameters: { Beta: { name: "X-Beta", in: "header", required: true, schema: { type: "string" } } },
      requestBodies: { Thing: { content: json({ $ref: "#/components/schemas/Thing" }) } },
      responses: { Refused: { content: json({ $ref: "#/components/schemas/Problem" }) } },
      schemas: { Thing: { type: "object" }, Event: { type: "object" }, Problem: { type: "object" }, Unused: {} },
    },
  });

  test("gives the parts of its operations", () => {
    expect(operations).toEqual([
      {
        id: "makeThing",
        method: "post",
        path: "/things/{id}",
        parts: new Map<string, Schema>([
          ["query", { type: "object", properties: { limit: { type: "integer" } }, required: [] }],
          ["header", { type: "object", properties: { "x-beta": { type: "string" } }, required: ["x-beta"] }],
          ["request", ref("Thing")],
          ["response", ref("Thing")],
          ["stream", ref("Event")],
          ["error", ref("Problem")],
        ]),
      },
    ]);
  });

  test("gives the components they lead to and no others", () => {
    expect(Object.keys(schemas).sort()).toEqual(["Event", "Problem", "Thing"]);
  });
});

describe("a Discovery document", () => {
  const { operations, schemas } = readAll({
    discoveryVersion: "v1",
    schemas: {
      Ask: { type: "object", properties: { count: { type: "integer", format: "int32" }, inner: { $ref: "Inner" } } },
      Inner: { type: "object", properties: { mode: { type: "string", enum: ["A", "B"] } } },
      Answer: { type: "object" },
    },
    resources: {
      models: {
        methods: {
          ask: {
            id: "models.ask",
            flatPath: "v1/models/{modelsId}:ask",
            httpMethod: "POST",
            parameters: { alt: { type: "string", location: "query" }, model: { location: "path", required: true } },
            request: { $ref: "Ask" },
            response: { $ref: "Answer" },
          },
        },
      },
    },
  });

  test("gives its methods, from any depth of resources", () => {
    expect(operations).toMatchObject([{ id: "models.ask", method: "post", path: "/v1/models/{modelsId}:ask" }]);
    expect([...(operations[0]?.parts ?? [])]).toEqual([
      ["request", ref("Ask")],
      ["response", ref("Answer")],
      ["query", { type: "object", properties: { alt: { type: "string" } } }],
    ]);
  });

  test("gives its schemas, which refer to each other by bare name", () => {
    expect(schemas["Ask"]?.properties?.["inner"]).toEqual(ref("Inner"));
    expect(schemas["Inner"]?.properties?.["mode"]).toEqual({ type: "string", enum: ["A", "B"] });
  });
});

describe("a JSON Schema that holds one type", () => {
  const { rootNames, schemas } = readAll({
    $ref: "#/definitions/Root",
    definitions: {
      Root: { $ref: "#/definitions/v1.Schema%24VendorAsk" },
      "v1.Schema$VendorAsk": { type: "object", properties: { tag: { anyOf: [{}, { type: "null" }] } } },
    },
  });

  test("gives the names of the type, outermost first", () => {
    expect(rootNames).toEqual(["Root", "v1.Schema$VendorAsk"]);
    expect(schemas["v1.Schema$VendorAsk"]).toEqual({ type: "object", properties: { tag: {} } });
  });
});

test("anything else is refused by name", () => {
  expect(() => toOutline("notes.json", { hello: 1 })).toThrow("notes.json is neither OpenAPI nor");
  expect(() => toOutline("notes.json", "hello")).toThrow("notes.json is no API description");
});

describe("unions that no tag takes apart", () => {
  const { schemas } = readAll({
    $ref: "#/definitions/Root",
    definitions: {
      Root: {
        type: "object",
        properties: {
          either: { anyOf: [{ $ref: "#/definitions/A" }, { $ref: "#/definitions/B" }, { type: "null" }] },
          lists: {
            anyOf: [
              { type: "array", items: { type: "string" } },
              { type: "array", items: { type: "integer" } },
            ],
          },
          shared: { anyOf: [{ $ref: "#/definitions/T1" }, { $ref: "#/definitions/T2" }, { $ref: "#/definitions/T3" }] },
          several: { anyOf: [{ $ref: "#/definitions/T3" }, { $ref: "#/definitions/T4" }] },
        },
      },
      A: {
        type: "object",
        required: ["x", "y"],
        properties: { x: { type: "string" }, y: { type: "string" }, again: { $ref: "#/definitions/Root" } },
      },
      B: {
        type: "object",
        required: ["x"],
        properties: { x: { type: "integer" }, again: { $ref: "#/definitions/Root" } },
      },
      T1: { type: "object", properties: { type: { const: "message", default: "message" }, a: { type: "string" } } },
      T2: { type: "object", properties: { type: { const: "message" }, b: { type: "string" } } },
      T3: { type: "object", properties: { type: { const: "call" } } },
      T4: { type: "object", required: ["type"], properties: { type: { enum: ["a", "b"] }, c: { type: "string" } } },
    },
  });
  const of = (name: string): readonly Schema[] => schemas["Root"]?.properties?.[name]?.oneOf ?? [];
  const joined = (schema: Schema | undefined): Schema | undefined =>
    schemas[schema?.$ref?.slice("#/components/schemas/".length) ?? ""];

  test("become one object with the properties of all, required where all require", () => {
    const [nothing, object] = of("either");
    expect(nothing).toEqual({ type: "null" });
    expect(joined(object)).toMatchObject({ type: "object", required: ["x"] });
    expect(joined(object)?.properties?.["x"]?.oneOf).toEqual([{ type: "string" }, { type: "integer" }]);
    expect(Object.keys(joined(object)?.properties ?? {})).toEqual(["x", "y", "again"]);
  });

  test("become one array", () => {
    expect(of("lists")).toEqual([{ type: "array", items: { oneOf: [{ type: "string" }, { type: "integer" }] } }]);
  });

  test("are joined only where they share a word", () => {
    expect(of("shared")).toHaveLength(2);
    expect(Object.keys(joined(of("shared")[0])?.properties ?? {})).toEqual(["type", "a", "b"]);
    expect(of("shared")[1]).toEqual(ref("T3"));
  });

  test("are taken apart word by word where the tag has several of them", () => {
    const [call, ...words] = of("several");
    expect(call).toEqual(ref("T3"));
    expect(words.map(joined)).toEqual(
      ["a", "b"].map((word) => ({
        type: "object",
        required: ["type"],
        properties: { type: { type: "string", enum: [word] }, c: { type: "string" } },
      })),
    );
  });
});

describe("a description tells", () => {
  test("nothing of what it never mentions", () => {
    const vague = {
      A: { type: "object", properties: { n: { type: ["number", "null"] }, s: { type: ["string", "null"] } } },
    };
    expect(tellsOf(vague)).toEqual({
      words: false,
      required: false,
      null: false,
      default: false,
      bounds: false,
      integers: false,
    });
  });

  test("all of what it mentions once", () => {
    const level = { type: "string", enum: ["low"], default: "low" };
    const exact = { A: { type: "object", required: ["n"], properties: { n: { type: "integer", minimum: 1 }, level } } };
    expect(tellsOf(exact)).toEqual({
      words: true,
      required: true,
      null: true,
      default: true,
      bounds: true,
      integers: true,
    });
  });
});
