import { describe, expect, test } from "vitest";
import { readSpec } from "../../scripts/spec/load.ts";
import type { Schema, Schemas, Spec } from "../../scripts/spec/schema.ts";
import { apiOf, apiWith, body, compare, linesOf } from "./_compare.ts";
import { ref } from "./_spec.ts";

/** A component of the openai spec to be changed. */
function componentIn(spec: Spec, name: string): Schema {
  const schema = spec.components.schemas[name];
  if (schema === undefined) throw new Error(`no component ${name}`);
  return schema;
}

describe("the openai spec beside itself", () => {
  const upstream = readSpec("openai");

  test("does not differ", () => {
    const comparison = compare(readSpec("openai"), [upstream]);
    expect(comparison).toMatchObject({ differences: [], undeclared: 0, idle: [] });
    expect(comparison.places).toBeGreaterThan(400);
  });

  test("under other names of its components does not differ", () => {
    const renamed: object = JSON.parse(JSON.stringify(upstream).replaceAll("ChatCompletionRequest", "Renamed"));
    expect(compare(readSpec("openai"), [renamed]).differences).toEqual([]);
  });

  const changes: readonly [string, (spec: Spec) => void, readonly string[]][] = [
    [
      "a member",
      (spec) => {
        delete componentIn(spec, "CreateChatCompletionRequest").properties?.["seed"];
      },
      ["+ CreateChatCompletionRequest.seed  integer"],
    ],
    [
      "a member of a variant",
      (spec) => {
        delete componentIn(spec, "ChatCompletionRequestToolMessage").properties?.["tool_call_id"];
      },
      ["+ CreateChatCompletionRequest.messages[]<tool>.tool_call_id  string"],
    ],
    [
      "a variant",
      (spec) => {
        componentIn(spec, "ChatCompletionRequestMessage").oneOf?.pop();
      },
      ["+ CreateChatCompletionRequest.messages[]<function>  object"],
    ],
    [
      "a word",
      (spec) => {
        componentIn(spec, "Verbosity").enum?.shift();
      },
      ["+ CreateChatCompletionRequest.verbosity=low  word"],
    ],
    [
      "a required name",
      (spec) => {
        componentIn(spec, "FunctionObject").required = [];
      },
      ["~ CreateChatCompletionRequest.tools[]<function>.function.name  required: required upstream, optional here"],
    ],
    [
      "the required name of a tag",
      (spec) => {
        componentIn(spec, "ChatCompletionTool").required = ["function"];
      },
      ["~ CreateChatCompletionRequest.tools[]<function>  required: its tag is required upstream, optional here"],
    ],
    [
      "null",
      (spec) => {
        Object.assign(componentIn(spec, "CreateChatCompletionRequest").properties?.["seed"] ?? {}, { type: "integer" });
      },
      ["~ CreateChatCompletionRequest.seed  null: null allowed upstream, not here"],
    ],
    [
      "an operation",
      (spec) => {
        delete spec.paths?.["/models/{model}"];
      },
      [],
    ],
  ];

  test.each(changes)("without %s says so by name", (_name, change, lines) => {
    const spec = readSpec("openai");
    change(spec);
    expect(linesOf(compare(spec, [upstream]))).toEqual(lines);
  });

  test.each(changes.slice(0, 4))("upstream without %s is the other way round", (_name, change, lines) => {
    const spec = readSpec("openai");
    change(spec);
    expect(linesOf(compare(upstream, [spec]))).toEqual(lines.map((line) => line.replace("+", "-")));
  });

  test("counts operations it does not declare, and no more", () => {
    const spec = readSpec("openai");
    delete spec.paths?.["/models/{model}"];
    expect(compare(spec, [upstream]).undeclared).toBe(1);
    expect(linesOf(compare(upstream, [spec]))).toEqual(["- retrieveModel  operation"]);
  });

  test("does not count what specs/extensions.yaml adds", () => {
    expect(linesOf(compare(readSpec("openai"), [upstream])).filter((line) => line.includes("top_k"))).toEqual([]);
  });
});

/** Texts or numbers, in lists with bounds of their own. */
function listsOf(texts: Schema, numbers: Schema): Schema {
  return {
    oneOf: [
      { type: "array", items: { type: "string" }, ...texts },
      { type: "array", items: { type: "integer" }, ...numbers },
    ],
  };
}

describe("a member differs", () => {
  test.each<[string, object, object, readonly string[]]>([
    ["in type", { type: "string" }, { type: "boolean" }, ["~ Ask.member  types: boolean upstream, string here"]],
    [
      "in one of its types",
      { type: ["string", "null"] },
      { anyOf: [{ type: "string" }, { type: "integer" }, { type: "null" }] },
      ["~ Ask.member  types: integer|string upstream, string here"],
    ],
    [
      "in whole numbers",
      { type: "integer" },
      { type: "number" },
      ["~ Ask.member  types: number upstream, integer here"],
    ],
    [
      "in null",
      { type: "string" },
      { type: "string", nullable: true },
      ["~ Ask.member  null: null allowed upstream, not here"],
    ],
    [
      "in a bound of all its lists",
      listsOf({ maxItems: 9 }, { maxItems: 9 }),
      listsOf({ maxItems: 8 }, { maxItems: 8 }),
      ["~ Ask.member  bounds: maxItems 8 upstream, maxItems 9 here"],
    ],
    ["in a bound of one of its lists, which says little", listsOf({ minItems: 1 }, {}), listsOf({}, {}), []],
    [
      "in a closed list",
      { type: "string", enum: ["a"] },
      { type: "string" },
      ["~ Ask.member  words: any upstream, a here"],
    ],
    [
      "in an open list",
      { type: "string" },
      { type: "string", enum: ["a", "b"] },
      ["~ Ask.member  words: a b upstream, any here"],
    ],
    [
      "in a default",
      { type: "integer", default: 1 },
      { type: "integer", default: 2 },
      ["~ Ask.member  default: 2 upstream, 1 here"],
    ],
    [
      "in a bound",
      { type: "integer", maximum: 1 },
      { type: "integer" },
      ["~ Ask.member  bounds: none upstream, maximum 1 here"],
    ],
    [
      "in the members of a map",
      { type: "object", additionalProperties: { type: "string" } },
      { type: "object", additionalProperties: { type: "boolean" } },
      ["~ Ask.member.{}  types: boolean upstream, string here"],
    ],
    [
      "in the items of a list",
      { type: "array", items: { type: "string" } },
      { type: "array", items: { type: "boolean" } },
      ["~ Ask.member[]  types: boolean upstream, string here"],
    ],
    [
      "in nothing but the order of words",
      { type: "string", enum: ["a", "b"] },
      { type: "string", enum: ["b", "a"] },
      [],
    ],
    ["in nothing but the way to write a tag", { type: "string", enum: ["a"] }, { const: "a" }, []],
    ["in nothing, where both take anything", {}, { anyOf: [{}, { type: "null" }] }, []],
  ])("%s", (_name, ours, theirs, lines) => {
    expect(linesOf(compare(apiWith(ours), [apiWith(theirs)]))).toEqual(lines);
  });

  test("and what is below it is not reported as well", () => {
    const deep: Schema = {
      type: "object",
      properties: { a: { type: "object", properties: { b: { type: "string" } } } },
    };
    expect(linesOf(compare(apiWith({ type: "object", properties: {} }), [apiWith(deep)]))).toEqual([
      "+ Ask.member.a  object",
    ]);
    expect(linesOf(compare(apiWith({ type: "string" }), [apiWith(deep)]))).toEqual([
      "~ Ask.member  types: object upstream, string here",
    ]);
  });

  test("though it lies in a component inside itself only once", () => {
    const tree = (extra: Record<string, Schema>): Spec =>
      apiOf({
        Ask: {
          type: "object",
          properties: { child: ref("Ask"), list: { type: "array", items: ref("Ask") }, ...extra },
        },
      });
    expect(linesOf(compare(tree({}), [tree({ name: { type: "string" } })]))).toEqual(["+ Ask.name  string"]);
  });
});

describe("an operation is found", () => {
  const ask: Schemas = { Ask: { type: "object", properties: { a: { type: "string" } } } };

  test.each([
    ["/things/{id}", "/things/{thing_id}"],
    ["/{version}/models/{model}:ask", "/v1/models/{modelsId}:ask"],
  ])("at %s although upstream writes %s", (ours, theirs) => {
    expect(compare(apiOf(ask, ours), [apiOf(ask, theirs)])).toMatchObject({
      differences: [],
      undeclared: 0,
      places: 2,
    });
  });

  test.each([
    ["/things/{id}", "/other/{id}"],
    ["/models/{model}:ask", "/models/{model}:tell"],
    ["/models", "/models/{model}"],
  ])("at %s not where upstream has %s", (ours, theirs) => {
    const comparison = compare(apiOf(ask, ours), [apiOf(ask, theirs)]);
    expect(linesOf(comparison)).toEqual(["- ask  operation"]);
    expect(comparison.undeclared).toBe(1);
  });

  test("and a part of it that only one side has is a difference", () => {
    const answering = (extra: object): object => ({
      ...apiOf(ask),
      paths: { "/ask": { post: { operationId: "ask", requestBody: body(ref("Ask")), ...extra } } },
    });
    const both = answering({ responses: { "200": body(ref("Ask")), default: body(ref("Ask")) } });
    expect(linesOf(compare(answering({}), [both]))).toEqual(["+ ask/response  part", "+ ask/error  part"]);
  });
});

describe("several descriptions of one API", () => {
  const first = apiWith({
    type: "object",
    properties: { a: { type: "string" }, level: { type: "string", enum: ["low"] } },
  });
  const second = apiWith({
    type: "object",
    properties: { b: { type: "string" }, level: { type: "string", enum: ["high"] } },
  });
  const level: Schema = { type: "string", enum: ["low", "high"] };

  test("know together what any of them knows", () => {
    const ours = apiWith({ type: "object", properties: { a: { type: "string" }, b: { type: "string" }, level } });
    expect(linesOf(compare(ours, [first, second]))).toEqual([]);
    expect(linesOf(compare(ours, [first]))).toEqual(["- Ask.member.b  string", "- Ask.member.level=high  word"]);
  });

  test("are not asked what they never speak of", () => {
    const ours = apiWith({
      type: "object",
      required: ["a"],
      properties: { a: { type: "string" }, n: { type: "integer" }, level },
    });
    const types = {
      $ref: "#/definitions/Root",
      definitions: {
        Root: { $ref: "#/definitions/v1.Schema%24VendorAsk" },
        "v1.Schema$VendorAsk": {
          type: "object",
          properties: {
            talk: { type: ["number", "null"] },
            words: { type: ["string", "null"] },
            member: {
              type: "object",
              properties: {
                a: { type: ["string", "null"] },
                n: { type: ["number", "null"] },
                level: { type: ["string", "null"] },
              },
            },
          },
        },
      },
    };
    expect(compare(ours, [types])).toMatchObject({ differences: [], idle: [] });
  });

  test("without operations or a name we know need --root", () => {
    const bag = { definitions: { Question: { type: "object", properties: { other: { type: "string" } } } } };
    const ours = apiOf({ Ask: { type: "object", properties: {} } });
    expect(compare(ours, [bag])).toMatchObject({ idle: ["upstream-0"], differences: [] });
    expect(linesOf(compare(ours, [bag], [["Question", "Ask"]]))).toEqual(["+ Ask.other  string"]);
  });
});
