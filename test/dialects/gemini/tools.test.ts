import { describe, expect, test } from "vitest";
import { open } from "./_translate.ts";

const user = { role: "user", content: "Hi." };
const parameters = { type: "object", properties: { a: { type: "string" } } };
const fn = (name: string, more: object = {}) => ({ type: "function", function: { name, ...more } });
const tools = [fn("f"), fn("g")];
const older = "gemini-1.5-pro-002";

interface Sent {
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
  readonly toolConfig?: { readonly functionCallingConfig?: object };
}

function send(members: object, model?: string) {
  const { body, changes } = open(members, model);
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

  test.each<readonly [string, object, object]>([
    ["a description that is missing is empty", fn("f"), { name: "f", description: "" }],
    ["parameters of nothing are left out", fn("f", { parameters: {} }), { name: "f", description: "" }],
    [
      "parameters of an empty object too",
      fn("f", { parameters: { type: "object", properties: {} } }),
      { name: "f", description: "" },
    ],
    [
      "parameters go as JSON Schema",
      fn("f", { parameters }),
      { name: "f", description: "", parametersJsonSchema: parameters },
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
        parametersJsonSchema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
      },
    ],
  ])("%s", (_name, tool, want) => {
    expect(send({ tools: [tool] }).declared).toEqual([want]);
  });

  test("before Gemini 2 parameters go in the older form", () => {
    expect(send({ tools: [fn("f", { parameters })] }, older).declared).toEqual([
      { name: "f", description: "", parameters: { type: "OBJECT", properties: { a: { type: "STRING" } } } },
    ]);
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

const allowed = (mode: string, ...names: string[]) => ({
  type: "allowed_tools",
  allowed_tools: { mode, tools: names.map((name) => fn(name)) },
});

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
