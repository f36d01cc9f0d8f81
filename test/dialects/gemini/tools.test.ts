import { describe, expect, test } from "vitest";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { startGateway } from "../../_setup.ts";
import { open } from "./_translate.ts";

const user = { role: "user", content: "Hi." };
const parameters = { type: "object", properties: { a: { type: "string" } } };
const fn = (name: string, more: object = {}) => ({ type: "function", function: { name, ...more } });
const tools = [fn("f"), fn("g")];
const older = "gemini-1.5-pro-002";
const input = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };

interface Sent {
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
  readonly toolConfig?: { readonly functionCallingConfig?: object };
}

function send(members: object, model?: string, more?: Partial<Facts>) {
  const { body, changes } = open(members, model, more);
  const { tools: sent, toolConfig }: Sent = Object(body);
  const declared = (sent ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []);
  return { declared, names: declared.map(({ name }) => name), calling: toolConfig?.functionCallingConfig, changes };
}

describe("§6.1 declarations", () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ["sound names stay", ["f", "_x", "a.b", "a-b", "A1"], ["f", "_x", "a.b", "a-b", "A1"]],
    ["a digit first", ["1st"], ["_1st"]],
    ["a dash first", ["-x"], ["_-x"]],
    ["letters that are none", ["a b", "grüße", "a/b"], ["a_b", "gr__e", "a_b_2"]],
    ["a colon, which older services refuse", ["a:b"], ["a_b"]],
    ["as long a name as there may be", ["x".repeat(64)], ["x".repeat(64)]],
    ["too long a name", ["x".repeat(70)], ["x".repeat(64)]],
    ["two that become one", ["x".repeat(70), "x".repeat(71)], ["x".repeat(64), `${"x".repeat(62)}_2`]],
    ["a sound name is not taken away", ["1a", "_1a"], ["_1a_2", "_1a"]],
  ])("names: %s", (_name, given, want) => {
    const { names, changes } = send({ tools: given.map((name) => fn(name)) });
    expect(names).toEqual(want);
    const renamed = given.flatMap((name, i) => (name === want[i] ? [] : [`tools[${i}].function.name`]));
    expect(changes).toEqual(renamed.map((path) => ({ verb: "renamed", path })));
  });

  test("names of calls whose tool is gone are made fit too, apart from those of tools", () => {
    const call = { id: "c", type: "function", function: { name: "a b", arguments: "{}" } };
    const messages = [
      user,
      { role: "assistant", tool_calls: [call] },
      { role: "tool", tool_call_id: "c", content: "x" },
    ];
    const { body } = open({ messages, tools: [fn("a_b")] });
    expect(JSON.stringify(body)).toContain('"a_b_2"');
    expect(() => open({ messages, tools, tool_choice: fn("a b") })).toThrow(/not found/);
  });

  test("names of deprecated calls too", () => {
    const messages = [
      user,
      { role: "assistant", function_call: { name: "a b", arguments: "{}" } },
      { role: "function", name: "a b", content: "x" },
    ];
    const { contents } = Object(open({ messages, tools: [fn("a_b")] }).body);
    expect(contents).toMatchObject([
      { role: "user" },
      { parts: [{ functionCall: { name: "a_b_2" } }] },
      { parts: [{ functionResponse: { name: "a_b_2" } }] },
    ]);
  });

  test.each<readonly [string, object, object]>([
    ["a description that is missing is empty", fn("f"), { name: "f", description: "" }],
    ["parameters of nothing are left out", fn("f", { parameters: {} }), { name: "f", description: "" }],
    [
      "parameters of an empty object too",
      fn("f", { parameters: { type: "object", properties: {} } }),
      { name: "f", description: "" },
    ],
    ["parameters of any object too", fn("f", { parameters: { type: "object" } }), { name: "f", description: "" }],
    [
      "parameters go as JSON Schema",
      fn("f", { parameters }),
      { name: "f", description: "", parametersJsonSchema: parameters },
    ],
    [
      "strict is no member of a declaration",
      fn("f", { strict: true, parameters }),
      { name: "f", description: "", parametersJsonSchema: parameters },
    ],
    [
      "a custom tool with a pattern",
      {
        type: "custom",
        custom: { name: "f", format: { type: "grammar", grammar: { syntax: "regex", definition: "a+" } } },
      },
      { name: "f", description: "The input follows this regex grammar:\na+", parametersJsonSchema: input },
    ],
    [
      "a custom tool without a grammar",
      { type: "custom", custom: { name: "f", description: "D", format: { type: "text" } } },
      { name: "f", description: "D", parametersJsonSchema: input },
    ],
    [
      "a custom tool takes one text",
      {
        type: "custom",
        custom: {
          name: "f",
          description: "D",
          format: { type: "grammar", grammar: { syntax: "lark", definition: "start: X" } },
        },
      },
      {
        name: "f",
        description: "D\n\nThe input follows this lark grammar:\nstart: X",
        parametersJsonSchema: input,
      },
    ],
  ])("%s", (_name, tool, want) => {
    expect(send({ tools: [tool] }).declared).toEqual([want]);
  });

  test("before Gemini 2 parameters go in the older form, and those of nothing not at all", () => {
    const members = {
      tools: [fn("f", { parameters }), fn("g", { parameters: { type: "object" } }), fn("h", { parameters: {} })],
      functions: [{ name: "i", parameters: { type: "object", properties: {} } }],
    };
    const custom = { type: "custom", custom: { name: "c" } };
    expect(send({ ...members, tools: [...members.tools, custom] }, older).declared).toEqual([
      { name: "f", description: "", parameters: { type: "OBJECT", properties: { a: { type: "STRING" } } } },
      { name: "g", description: "" },
      { name: "h", description: "" },
      {
        name: "c",
        description: "",
        parameters: { type: "OBJECT", properties: { input: { type: "STRING" } }, required: ["input"] },
      },
      { name: "i", description: "" },
    ]);
  });

  test("512 functions go in one tool", () => {
    const { body } = open({ tools: Array.from({ length: 512 }, (_, i) => fn(`f${i}`)) });
    const { tools: sent }: Sent = Object(body);
    expect(sent?.map(({ functionDeclarations }) => functionDeclarations?.length)).toEqual([512]);
  });

  test.each<readonly [string, object, object]>([
    ["two of one name", { tools: [fn("f"), fn("f")] }, { param: "tools[1].function.name" }],
    [
      "a tool and a function of one name",
      { tools: [fn("f")], functions: [{ name: "f" }] },
      { param: "functions[0].name" },
    ],
    ["no name", { tools: [fn("")] }, { param: "tools[0].function.name", errorName: "empty_string" }],
    [
      "513 tools",
      { tools: Array.from({ length: 513 }, (_, i) => fn(`f${i}`)) },
      { param: "tools", errorName: "array_above_max_length" },
    ],
    [
      "512 tools and a function",
      { tools: Array.from({ length: 512 }, (_, i) => fn(`f${i}`)), functions: [{ name: "g" }] },
      { param: "tools", errorName: "array_above_max_length" },
    ],
    [
      "parameters that are no object",
      { tools: [fn("f", { parameters: { type: "array" } })] },
      { param: "tools[0].function.parameters" },
    ],
    [
      "those of functions",
      { functions: [{ name: "f", parameters: { type: "string" } }] },
      { param: "functions[0].parameters" },
    ],
  ])("%s: a 400 that names it", (_name, members, want) => {
    expect(() => open(members)).toThrow(expect.objectContaining({ status: 400, ...want }));
  });

  test("losses are told by the client's own paths", () => {
    const pattern = { type: "object", properties: { a: { type: "string", pattern: "^a" } } };
    const { changes } = send({
      tools: [fn("f"), fn("g", { parameters: pattern })],
      functions: [{ name: "h", parameters: pattern }],
    });
    expect(changes).toEqual([
      { verb: "downgraded", path: "tools[1].function.parameters.properties.a.pattern" },
      { verb: "downgraded", path: "functions[0].parameters.properties.a.pattern" },
    ]);
  });
});

describe("§6.2 the form of schemas by model", () => {
  const schema = { type: "object", properties: { a: { type: "null" } } };
  const request = {
    tools: [fn("f", { parameters: schema })],
    tool_choice: "none",
  };
  const format = { response_format: { type: "json_schema", json_schema: { name: "a", schema } } };
  const properties = (type: object) => ({ type: "OBJECT", properties: { a: type } });
  const vertex = properties({ type: "STRING", nullable: true });
  const own = properties({ type: "NULL" });

  test.each<[model: string, form: object | undefined, more?: Partial<Facts>]>([
    ["gemini-1.0-pro", vertex],
    ["gemini-1.5-flash-002", vertex],
    ["google/gemini-1.5-pro-002", vertex],
    ["gemini-1.5-pro-002", own, { host: "gemini" }],
    ["1234567890", vertex, { family: "gemini-1.5-pro-002" }],
    ["gemini-2.0-flash-001", undefined],
    ["gemini-2.0-flash-001", undefined, { host: "gemini" }],
    ["gemini-2.5-pro", undefined],
    ["gemini-3-flash-preview", undefined],
    ["gemini-4-argon", undefined],
    ["gemini-9-nova", undefined],
    ["gemma-3-27b-it", undefined],
    ["1234567890", undefined],
  ])("%s", (model, form, more) => {
    const json = { parametersJsonSchema: schema };
    expect(send(request, model, more).declared).toEqual([
      { name: "f", description: "", ...(form === undefined ? json : { parameters: form }) },
    ]);
    expect(open(format, model, more).body).toMatchObject({
      generationConfig: {
        responseMimeType: "application/json",
        ...(form === undefined ? { responseJsonSchema: schema } : { responseSchema: form }),
      },
    });
  });
});

const allowed = (mode: string, ...names: string[]) => ({
  type: "allowed_tools",
  allowed_tools: { mode, tools: names.map((name) => fn(name)) },
});

const any = (...allowedFunctionNames: string[]) => ({ mode: "ANY", allowedFunctionNames });
const none = { mode: "NONE" };

describe("§6.4 tool_choice", () => {
  test.each<[string, object, object | undefined, (readonly string[])?, string?]>([
    ["nothing", {}, undefined],
    ["auto", { tool_choice: "auto" }, undefined],
    ["strict", { tools: [fn("f", { strict: true }), fn("g")] }, { mode: "VALIDATED" }],
    ["strict, before Gemini 2", { tools: [fn("f", { strict: true }), fn("g")] }, undefined, ["f", "g"], older],
    ["none keeps the declarations", { tool_choice: "none" }, { mode: "NONE" }, ["f", "g"]],
    ["required", { tool_choice: "required" }, { mode: "ANY" }],
    ["a function", { tool_choice: fn("f") }, { mode: "ANY", allowedFunctionNames: ["f"] }],
    [
      "a custom tool",
      { tools: [{ type: "custom", custom: { name: "c" } }], tool_choice: { type: "custom", custom: { name: "c" } } },
      { mode: "ANY", allowedFunctionNames: ["c"] },
      ["c"],
    ],
    ["some, if any", { tool_choice: allowed("auto", "g") }, { mode: "VALIDATED", allowedFunctionNames: ["g"] }],
    ["some, if any, before Gemini 2", { tool_choice: allowed("auto", "g") }, undefined, ["g"], older],
    ["one of some", { tool_choice: allowed("required", "g") }, { mode: "ANY", allowedFunctionNames: ["g"] }],
    [
      "one of some, before Gemini 2",
      { tool_choice: allowed("required", "g") },
      { mode: "ANY", allowedFunctionNames: ["g"] },
      ["f", "g"],
      older,
    ],
    ["none of them", { tool_choice: allowed("auto") }, { mode: "NONE" }],
    ["the deprecated field", { function_call: { name: "f" } }, { mode: "ANY", allowedFunctionNames: ["f"] }],
    ["its none", { function_call: "none" }, { mode: "NONE" }],
    ["its auto", { function_call: "auto" }, undefined],
    ["the newer field before it", { tool_choice: "auto", function_call: "none" }, undefined],
    ["strict, where a call is forced", { tools: [fn("f", { strict: true })], tool_choice: fn("f") }, any("f"), ["f"]],
    ["strict, where none is wanted", { tools: [fn("f", { strict: true })], tool_choice: "none" }, none, ["f"]],
    ["none of them, before Gemini 2", { tool_choice: allowed("auto") }, none, ["f", "g"], older],
    ["no tools and none wanted", { tools: [], tool_choice: "none" }, undefined, []],
    ["no tools and a free choice", { tools: [], tool_choice: "auto" }, undefined, []],
    [
      "a tool by its renamed name",
      { tools: [fn("1f")], tool_choice: fn("1f") },
      { mode: "ANY", allowedFunctionNames: ["_1f"] },
      ["_1f"],
    ],
  ])("%s", (_name, members, want, names = ["f", "g"], model) => {
    const sent = send({ tools, ...members }, model);
    expect(sent.calling).toEqual(want);
    expect(sent.names).toEqual(names);
  });

  test.each<readonly [string, object, string]>([
    ["a tool that is not declared", { tools, tool_choice: fn("x") }, "tool_choice.function.name"],
    ["one of several", { tools, tool_choice: allowed("auto", "f", "x") }, "tool_choice.allowed_tools.tools[1]"],
    ["the same before Gemini 2", { tools, tool_choice: allowed("auto", "x") }, "tool_choice.allowed_tools.tools[0]"],
    ["one of none", { tools, tool_choice: allowed("required") }, "tool_choice.allowed_tools.tools"],
    ["a choice without tools", { tool_choice: fn("f") }, "tool_choice"],
    ["a demand without tools", { tool_choice: "required" }, "tool_choice"],
    ["a choice among no tools", { tool_choice: allowed("auto", "f") }, "tool_choice"],
    ["a deprecated choice without functions", { function_call: { name: "f" } }, "function_call"],
    [
      "a custom tool that is none",
      { tools, tool_choice: { type: "custom", custom: { name: "x" } } },
      "tool_choice.custom.name",
    ],
    [
      "a deprecated choice of another",
      { functions: [{ name: "f" }], function_call: { name: "x" } },
      "function_call.name",
    ],
  ])("%s: a 400 that names it", (_name, members, param) => {
    expect(() => open(members)).toThrow(expect.objectContaining({ status: 400, param }));
    expect(() => open(members, older)).toThrow(expect.objectContaining({ status: 400, param }));
  });
});

describe("§6.5 functions beside JSON output", () => {
  const strict = fn("f", { strict: true });
  const lost = [{ verb: "downgraded", path: "tools[0].function.strict" }];
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const json = { response_format: { type: "json_schema", json_schema: { name: "a", schema } } };

  type Row = [name: string, members: object, calling: object | undefined, names: readonly string[], changes?: object[]];
  const rows: Row[] = [
    ["the model chooses", {}, undefined, ["f", "g"]],
    ["strict functions are not enforced, which is told", { tools: [strict, fn("g")] }, undefined, ["f", "g"], lost],
    [
      "nor by the older fields",
      { tools: [strict], response_format: undefined, guided_json: schema },
      undefined,
      ["f"],
      lost,
    ],
    [
      "nor beside a pattern",
      { tools: [strict], response_format: undefined, guided_regex: "a+" },
      undefined,
      ["f"],
      lost,
    ],
    [
      "words are no JSON",
      { tools: [strict], response_format: undefined, guided_choice: ["a"] },
      { mode: "VALIDATED" },
      ["f"],
    ],
    ["of some functions no others are shown", { tool_choice: allowed("auto", "g") }, undefined, ["g"]],
    [
      "a strict one that is not shown is not told",
      { tools: [strict, fn("g")], tool_choice: allowed("auto", "g") },
      undefined,
      ["g"],
    ],
    ["nothing is lost where none is wanted", { tools: [strict], tool_choice: "none" }, { mode: "NONE" }, ["f"]],
    ["nor where none is allowed", { tools: [strict], tool_choice: allowed("auto") }, { mode: "NONE" }, ["f"]],
    ["nor where a call is forced", { tools: [strict], tool_choice: "required" }, { mode: "ANY" }, ["f"]],
  ];

  test.each<Row>(rows)("since Gemini 3 %s", (_name, members, want, names, changes = []) => {
    const sent = send({ tools, ...json, ...members }, "gemini-3-flash-preview");
    expect(sent.calling).toEqual(want);
    expect(sent.names).toEqual(names);
    expect(sent.changes).toEqual(changes);
  });

  test("before Gemini 3 a function takes the answer, and calls that are forced follow their schema", () => {
    const sent = send({ tools: [strict], ...json });
    expect(sent.calling).toEqual({ mode: "ANY" });
    expect(sent.names).toEqual(["f", "answer"]);
    expect(sent.changes).toEqual([]);
  });

  test("reach the emulated upstream and are taken", async () => {
    const gateway = await startGateway("models: { m: { deployments: [vertex/gemini-3-flash-preview] } }");
    const answer = await gateway.post({ model: "m", messages: [user], tools: [strict], ...json });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get("x-specgate-changes")).toBe("downgraded:tools[0].function.strict");
  });
});
