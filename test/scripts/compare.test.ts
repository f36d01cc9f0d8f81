import { describe, expect, test } from "vitest";
import { type Comparison, compareSpec } from "../../scripts/spec/check/compare-spec.ts";
import { parseDeviations, subtract } from "../../scripts/spec/check/deviations.ts";
import { reportComparison } from "../../scripts/spec/check/report.ts";
import { readSpec } from "../../scripts/spec/load.ts";
import { toOutline } from "../../scripts/spec/readers/read.ts";
import type { Schema, Schemas, Spec } from "../../scripts/spec/schema.ts";
import { ref, specOf } from "./_spec.ts";

/** Compares two parsed documents. */
function compare(
  ours: object,
  upstreams: readonly object[],
  roots: readonly (readonly [string, string])[] = [],
): Comparison {
  const theirs = upstreams.map((upstream, index) => toOutline(`upstream-${index}`, upstream));
  return compareSpec(toOutline("ours", ours), theirs, new Map(roots));
}

/** The differences as they are printed. */
function linesOf(comparison: Comparison): readonly string[] {
  const { differences } = comparison;
  return reportComparison("test", comparison, { differences, stale: [] }).split("\n").slice(0, -1);
}

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

const body = (schema: Schema): unknown => ({ content: { "application/json": { schema } } });

/** An API of one operation. */
function apiOf(schemas: Schemas, path = "/ask"): Spec {
  return specOf(schemas, { [path]: { post: { operationId: "ask", requestBody: body(ref("Ask")) } } });
}

/** An API whose one request has one member, and another that keeps every description talkative. */
function apiWith(member: object): Spec {
  const talk: Schema = { type: "integer", minimum: 1, default: 7 };
  const words: Schema = { type: "string", enum: ["a"] };
  return apiOf({ Ask: { type: "object", required: ["talk"], properties: { talk, words, member: { ...member } } } });
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

describe("deviations", () => {
  const ours = apiWith({ type: "string", enum: ["a", "b"] });
  const theirs = apiWith({ type: "string", enum: ["a"] });
  const comparison = compare(ours, [theirs]);
  const entry = { spec: "test", path: "Ask.member=b", kind: "removed", why: "newer", evidence: "a page" };
  const read = (...entries: object[]): ReturnType<typeof parseDeviations> => parseDeviations(entries, ["test"]);

  test("are subtracted from the differences", () => {
    expect(linesOf(comparison)).toEqual(["- Ask.member=b  word"]);
    expect(subtract(comparison, read(entry).deviations)).toEqual({ differences: [], stale: [] });
  });

  test("may name several places", () => {
    const { deviations } = read({ ...entry, path: ["Ask.member=b", "Ask.talk"] });
    expect(deviations.map(({ path }) => path)).toEqual(["Ask.member=b", "Ask.talk"]);
  });

  test.each([
    ["of another kind", { ...entry, kind: "added" }],
    ["at another place", { ...entry, path: "Ask.member=c" }],
    ["of the whole", { ...entry, path: "Ask.member" }],
  ])("%s leave the difference and are stale", (_name, other) => {
    const { differences, stale } = subtract(comparison, read(other).deviations);
    expect(differences).toHaveLength(1);
    expect(stale).toMatchObject([{ path: other.path }]);
  });

  test("that match nothing any more are reported by name", () => {
    const same = compare(ours, [ours]);
    const rest = subtract(same, read(entry).deviations);
    expect(reportComparison("test", same, rest)).toContain("! Ask.member=b  removed: in specs/deviations.yaml, but no");
  });

  test("of what upstream was not asked about this time are left alone", () => {
    const mute = apiOf({
      Ask: {
        type: "object",
        properties: { talk: { type: "integer" }, words: { type: "string" }, member: { type: "string" } },
      },
    });
    const { deviations } = read(entry, { ...entry, path: "Other.member" }, { ...entry, path: "tell/error" });
    expect(subtract(compare(ours, [mute]), deviations).stale).toEqual([]);
  });

  test.each<[object, string]>([
    [{ ...entry, path: "Ask.*" }, "Ask.* has a wildcard"],
    [{ ...entry, kind: "gone" }, "kind is one of added, removed"],
    [{ ...entry, spec: "other" }, "there is no spec other"],
    [{ ...entry, evidence: "" }, "evidence is missing"],
    [{ ...entry, why: undefined }, "why is missing"],
    [{ ...entry, path: [] }, "path is missing"],
    [{ ...entry, until: "later" }, "until means nothing here"],
  ])("%j is refused", (wrong, message) => {
    const { deviations, mistakes } = read(wrong);
    expect(deviations).toEqual([]);
    expect(mistakes).toEqual([expect.stringContaining(message)]);
  });

  test("are there once", () => {
    expect(read(entry, entry).mistakes).toEqual(["specs/deviations.yaml: Ask.member=b is there twice"]);
  });
});
