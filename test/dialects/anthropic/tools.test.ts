import { describe, expect, test } from "vitest";
import { ask, refusalOf } from "./_ask.ts";
import { bedrock, vertex } from "./_translate.ts";

const fn = (name: string, more: object = {}) => ({ type: "function", function: { name, ...more } });
const schema = { type: "object", properties: { q: { type: "string" } }, required: ["q"], additionalProperties: false };
const none = { type: "object", properties: {} };
const tools = [fn("f"), fn("g")];
const unforced = "claude-opus-5-5";

describe("§5 tools", () => {
  test.each<[name: string, tool: object, sent: object]>([
    ["a name alone", fn("f"), { name: "f", input_schema: none }],
    ["no arguments", fn("f", { parameters: {} }), { name: "f", input_schema: none }],
    ["a description", fn("f", { description: "Finds." }), { name: "f", description: "Finds.", input_schema: none }],
    ["an empty description", fn("f", { description: "" }), { name: "f", input_schema: none }],
    ["parameters", fn("f", { parameters: schema }), { name: "f", input_schema: schema }],
    [
      "a strict schema",
      fn("f", { parameters: schema, strict: true }),
      { name: "f", input_schema: schema, strict: true },
    ],
    ["one that is not", fn("f", { parameters: schema, strict: false }), { name: "f", input_schema: schema }],
    [
      "free text",
      { type: "custom", custom: { name: "f", description: "Writes." } },
      {
        name: "f",
        description: "Writes.",
        input_schema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
      },
    ],
    [
      "text by a grammar",
      {
        type: "custom",
        custom: { name: "f", format: { type: "grammar", grammar: { syntax: "lark", definition: "start: X" } } },
      },
      {
        name: "f",
        description: "The input follows this lark grammar:\nstart: X",
        input_schema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
      },
    ],
  ])("%s", (_name, tool, sent) => {
    expect(ask({ tools: [tool] }).body["tools"]).toEqual([sent]);
  });

  test("the deprecated functions are tools", () => {
    const { body, told } = ask({ functions: [{ name: "f", description: "Finds.", parameters: schema }] });
    expect(body["tools"]).toEqual([{ name: "f", description: "Finds.", input_schema: schema }]);
    expect(told).toEqual([]);
  });

  test("names that Claude does not take give way, and never to one another", () => {
    const names = ["a.b", "a_b", "réserver", "", "x".repeat(129)].filter((name) => name !== "");
    const { body, told } = ask({ tools: names.map((name) => fn(name)) });
    expect(body["tools"]).toMatchObject(["a_b_2", "a_b", "r_server", "x".repeat(128)].map((name) => ({ name })));
    expect(told).toEqual([0, 2, 3].map((i) => `renamed:tools[${i}].function.name`));
  });

  test("Bedrock takes shorter names", () => {
    const name = "x".repeat(65);
    expect(ask({ tools: [fn(name)] }).body["tools"]).toMatchObject([{ name }]);
    expect(ask({ tools: [fn(name)] }, undefined, bedrock).body["tools"]).toMatchObject([{ name: "x".repeat(64) }]);
  });

  test.each<[name: string, members: object, refusal: string]>([
    ["two of one name", { tools: [fn("f"), fn("f")] }, "invalid_value tools[1].function.name"],
    ["one of each form", { tools: [fn("f")], functions: [{ name: "f" }] }, "invalid_value functions[0].name"],
    ["no name", { tools: [fn("")] }, "empty_string tools[0].function.name"],
    ["a choice of no tool", { tools, tool_choice: fn("h") }, "invalid_value tool_choice.function.name"],
    ["a choice without tools", { tool_choice: "required" }, "invalid_value tool_choice"],
    [
      "the deprecated one",
      { functions: [{ name: "f" }], function_call: { name: "g" } },
      "invalid_value function_call.name",
    ],
    [
      "an allowed tool that is none",
      { tools, tool_choice: { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [fn("h")] } } },
      "invalid_value tool_choice.allowed_tools.tools[0]",
    ],
    [
      "some of no tools",
      { tools, tool_choice: { type: "allowed_tools", allowed_tools: { mode: "required", tools: [] } } },
      "empty_array tool_choice.allowed_tools.tools",
    ],
    [
      "parameters that are no object",
      { tools: [fn("f", { parameters: { type: "string" } })] },
      "invalid_value tools[0].function.parameters",
    ],
  ])("%s is refused", (_name, members, refusal) => {
    expect(refusalOf(members)).toBe(refusal);
  });

  test.each([
    ["Vertex AI", "claude-sonnet-4-5", vertex],
    ["Bedrock", "claude-opus-4-8", bedrock],
    ["Sonnet 4", "claude-sonnet-4", {}],
  ])("strict is told where calls are not held to it: %s", (_name, model, more) => {
    const { body, told } = ask({ tools: [fn("f", { parameters: schema, strict: true })] }, model, more);
    expect(body["tools"]).toEqual([{ name: "f", input_schema: schema }]);
    expect(told).toEqual(["reported:tools[0].function.strict"]);
  });

  test("strict is told where the schema is one that nobody can be held to", () => {
    const parameters = { type: "object", properties: { any: {} }, required: ["any"], additionalProperties: false };
    const { body, told } = ask({ tools: [fn("f", { parameters, strict: true })] });
    expect(body["tools"]).toEqual([{ name: "f", input_schema: parameters }]);
    expect(told).toEqual(["downgraded:tools[0].function.strict"]);
  });

  test("strict schemas share the number of members that may be absent", () => {
    const withOptional = (count: number) => ({
      type: "object",
      properties: Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, { type: "string" }])),
      additionalProperties: false,
    });
    const strict = (name: string, count: number) => fn(name, { parameters: withOptional(count), strict: true });
    const answer = (count: number) => ({
      type: "json_schema",
      json_schema: { name: "a", schema: withOptional(count) },
    });
    const tools = [strict("six", 6), strict("five", 5), strict("four", 4)];
    const { body, told } = ask({ tools });
    const declared: unknown = body["tools"];
    expect(declared).toMatchObject([{ strict: true }, {}, { strict: true }]);
    expect(Array.isArray(declared) && declared[1]).not.toHaveProperty("strict");
    expect(told).toEqual(["downgraded:tools[1].function.strict"]);
    const six = { tools: [strict("six", 6)] };
    expect(ask({ ...six, response_format: answer(4) }).body).toHaveProperty("output_config");
    expect(ask({ ...six, response_format: answer(5) }).body).not.toHaveProperty("output_config");
  });
});

const allowed = (mode: string, ...names: string[]) => ({
  type: "allowed_tools",
  allowed_tools: { mode, tools: names.map((name) => fn(name)) },
});

type Row = [
  name: string,
  members: object,
  choice: object | undefined,
  shown?: readonly string[],
  told?: readonly string[],
  model?: string,
];

const both = ["f", "g"];
const downgraded = ["downgraded:tool_choice"];
const one = { disable_parallel_tool_use: true };

describe("§5 choices", () => {
  test.each<Row>([
    ["nothing", { tools }, undefined],
    ["auto", { tools, tool_choice: "auto" }, undefined],
    ["none", { tools, tool_choice: "none" }, { type: "none" }],
    ["required", { tools, tool_choice: "required" }, { type: "any" }],
    ["a function", { tools, tool_choice: fn("g") }, { type: "tool", name: "g" }],
    ["some", { tools, tool_choice: allowed("auto", "g") }, { type: "auto" }, ["g"]],
    ["one of some", { tools, tool_choice: allowed("required", "g", "f") }, { type: "any" }],
    ["none of all", { tools, tool_choice: allowed("auto") }, { type: "none" }],
    ["auto without tools", { tool_choice: "auto" }, undefined, []],
    ["none without tools", { tool_choice: "none" }, undefined, []],
    ["one call at a time", { tools, parallel_tool_calls: false }, { type: "auto", ...one }],
    ["as many as it likes", { tools, parallel_tool_calls: true }, undefined],
    ["one call, and some", { tools, parallel_tool_calls: false, tool_choice: "required" }, { type: "any", ...one }],
    ["one call, but none", { tools, parallel_tool_calls: false, tool_choice: "none" }, { type: "none" }],
    ["one call without tools", { parallel_tool_calls: false }, undefined, []],
    [
      "required of a model that cannot be made to",
      { tools, tool_choice: "required" },
      { type: "auto" },
      both,
      downgraded,
      unforced,
    ],
    ["a function of such a model", { tools, tool_choice: fn("g") }, { type: "auto" }, ["g"], downgraded, unforced],
    [
      "one call of such a model",
      { tools, tool_choice: "required", parallel_tool_calls: false },
      { type: "auto", ...one },
      both,
      downgraded,
      "claude-sonnet-5-5",
    ],
    ["required of Fable 5", { tools, tool_choice: "required" }, { type: "any" }, both, [], "claude-fable-5"],
  ])("%s", (_name, members, choice, shown = both, told = [], model = undefined) => {
    const asked = ask(members, model);
    expect(asked.body["tool_choice"]).toEqual(choice);
    const sent = asked.body["tools"] ?? [];
    expect(sent).toMatchObject(shown.map((name) => ({ name })));
    expect(sent).toHaveLength(shown.length);
    expect(asked.told).toEqual(told);
  });

  test("the deprecated form", () => {
    const functions = [{ name: "f" }, { name: "g" }];
    expect(ask({ functions, function_call: "none" }).body["tool_choice"]).toEqual({ type: "none" });
    expect(ask({ functions, function_call: { name: "g" } }).body["tool_choice"]).toEqual({ type: "tool", name: "g" });
    const late = ask({ functions, function_call: { name: "g" } }, unforced);
    expect(late.body["tools"]).toMatchObject([{ name: "g" }]);
    expect(late.told).toEqual(["downgraded:function_call"]);
  });

  test("Bedrock is not told of single calls", () => {
    const members = { tools, parallel_tool_calls: false };
    expect(ask(members, undefined, bedrock).body).not.toHaveProperty("tool_choice");
    expect(ask({ ...members, tool_choice: "required" }, undefined, bedrock).body["tool_choice"]).toEqual({
      type: "any",
    });
  });
});

describe("§2 search", () => {
  const near = { type: "approximate", approximate: { city: "Linz", country: "AT", region: null } };
  const search = { type: "web_search_20250305", name: "web_search" };

  test.each([
    ["Anthropic", {}],
    ["Vertex AI", vertex],
  ])("is a tool of %s", (_name, host) => {
    const { body, told } = ask({ web_search_options: { user_location: near } }, undefined, host);
    expect(body["tools"]).toEqual([{ ...search, user_location: { type: "approximate", city: "Linz", country: "AT" } }]);
    expect(body).not.toHaveProperty("tool_choice");
    expect(told).toEqual([]);
  });

  test("stands beside other tools, and its name is its own", () => {
    const { body, told } = ask({ web_search_options: {}, tools: [fn("web_search"), fn("f")] });
    expect(body["tools"]).toMatchObject([{ name: "web_search_2" }, { name: "f" }, search]);
    expect(told).toEqual(["renamed:tools[0].function.name"]);
  });

  test("is not used where no tool is wanted", () => {
    expect(ask({ web_search_options: {}, tool_choice: "none" }).body["tool_choice"]).toEqual({ type: "none" });
  });

  test("has no size", () => {
    const { body, told } = ask({ web_search_options: { search_context_size: "high" } });
    expect(body["tools"]).toEqual([search]);
    expect(told).toEqual(["reported:web_search_options.search_context_size"]);
  });

  test("Bedrock has none, and says so", () => {
    for (const web_search_options of [{}, { user_location: near }]) {
      const { body, told } = ask({ web_search_options }, undefined, bedrock);
      expect(body).not.toHaveProperty("tools");
      expect(told).toEqual(["reported:web_search_options"]);
    }
  });
});
