import { describe, expect, test } from "vitest";
import { ask, refusalOf } from "./_ask.ts";
import { vertex } from "./_translate.ts";

const eight = "claude-opus-4-8";
const user = (content: unknown) => ({ role: "user", content });
const model = (content: unknown, more: object = {}) => ({ role: "assistant", content, ...more });
const system = (content: unknown) => ({ role: "system", content });
const text = (one: string) => ({ type: "text", text: one });
const turn = (role: string, ...texts: string[]) => ({ role, content: texts.map(text) });
const call = (id: string, name: string, args = "{}") => ({ id, type: "function", function: { name, arguments: args } });
const result = (tool_call_id: string, content: unknown) => ({ role: "tool", tool_call_id, content });
const use = (id: string, name: string, input: object = {}) => ({ type: "tool_use", id, name, input });
const used = (tool_use_id: string, content?: unknown) => ({
  type: "tool_result",
  tool_use_id,
  ...(content !== undefined && { content }),
});
const tools = ["f", "g"].map((name) => ({ type: "function", function: { name } }));

interface Row {
  readonly name: string;
  readonly messages: readonly object[];
  readonly system?: readonly string[];
  readonly want: readonly object[];
  readonly model?: string;
  readonly members?: object;
}

const rows: readonly Row[] = [
  {
    name: "1 neighbours of one role are one turn",
    messages: [user("A."), user("B."), model("C."), model("D."), user("E.")],
    want: [turn("user", "A.", "B."), turn("assistant", "C.", "D."), turn("user", "E.")],
  },
  {
    name: "1 the user begins",
    messages: [model("Hello."), user("Hi.")],
    want: [turn("user", "Continue."), turn("assistant", "Hello."), turn("user", "Hi.")],
  },
  {
    name: "2 instructions from anywhere are hoisted, a block for each text",
    messages: [system("A."), user("Hi."), { role: "developer", content: [text("B."), text(""), text("C.")] }],
    system: ["A.", "B.", "C."],
    want: [turn("user", "Hi.")],
  },
  { name: "2 empty instructions are none", messages: [system(" \n"), user("Hi.")], want: [turn("user", "Hi.")] },
  {
    name: "2 of instructions alone the last one is asked",
    messages: [system("A."), system("B.")],
    system: ["A."],
    want: [turn("user", "B.")],
  },
  {
    name: "2 instructions stay behind the user, before the model, where it takes them midway",
    messages: [system("A."), user("Hi."), system("B."), model("So."), user("Go."), system("C."), system("D.")],
    system: ["A."],
    want: [
      turn("user", "Hi."),
      turn("system", "B."),
      turn("assistant", "So."),
      turn("user", "Go."),
      turn("system", "C.", "D."),
    ],
    model: eight,
  },
  {
    name: "2 instructions before the user, or behind the model, are hoisted all the same",
    messages: [user("Hi."), model("So."), system("A."), user("Go."), system("B."), user("On.")],
    system: ["A.", "B."],
    want: [turn("user", "Hi."), turn("assistant", "So."), turn("user", "Go.", "On.")],
    model: eight,
  },
  {
    name: "2 instructions before a turn of the model's that says nothing are hoisted",
    messages: [user("Hi."), system("B."), model(""), user("Go.")],
    system: ["B."],
    want: [turn("user", "Hi.", "Go.")],
    model: eight,
  },
  {
    name: "2 Opus 4.7 takes none midway",
    messages: [user("Hi."), system("B.")],
    system: ["B."],
    want: [turn("user", "Hi.")],
    model: "claude-opus-4-7",
  },
  {
    name: "3 texts of white space, and turns of nothing else, are left out",
    messages: [user(" "), user([text("\n"), text("Hi.")]), model(""), model(null), user("Go.")],
    want: [turn("user", "Hi.", "Go.")],
  },
  {
    name: "4 an older model goes on with its own turn, without white space at its end",
    messages: [user("Hi."), model("Well, \n")],
    want: [turn("user", "Hi."), turn("assistant", "Well,")],
  },
  ...["claude-sonnet-4-6", "claude-opus-4-8", "claude-opus-5-5", "claude-opus-9"].map(
    (name): Row => ({
      name: `4 ${name} is asked to continue`,
      messages: [user("Hi."), model("Well,")],
      want: [turn("user", "Hi."), turn("assistant", "Well,"), turn("user", "Continue.")],
      model: name,
    }),
  ),
  {
    name: "4 a model that thinks begins its answer itself",
    messages: [user("Hi."), model("Well,")],
    want: [turn("user", "Hi."), turn("assistant", "Well,"), turn("user", "Continue.")],
    members: { reasoning_effort: "low" },
  },
  {
    name: "5 names of speakers are left out",
    messages: [{ ...user("Hi."), name: "ann" }, { ...model("So."), name: "bot" }, user("Go.")],
    want: [turn("user", "Hi."), turn("assistant", "So."), turn("user", "Go.")],
  },
  {
    name: "7 a refusal is text",
    messages: [
      user("Hi."),
      model(null, { refusal: "No." }),
      model([{ type: "refusal", refusal: "Never." }]),
      user("?"),
    ],
    want: [turn("user", "Hi."), turn("assistant", "No.", "Never."), turn("user", "?")],
  },
  {
    name: "7 earlier audio is left out",
    messages: [user("Hi."), model("So.", { audio: { id: "a" } }), user("?")],
    want: [turn("user", "Hi."), turn("assistant", "So."), turn("user", "?")],
  },
  {
    name: "6 text stands before calls, and results stand first in the next turn",
    messages: [user("Hi."), model("So.", { tool_calls: [call("a", "f", '{"x":1}')] }), result("a", "1"), user("Go.")],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [text("So."), use("a", "f", { x: 1 })] },
      { role: "user", content: [used("a", "1"), text("Go.")] },
    ],
    members: { tools },
  },
  {
    name: "7 the deprecated form of a call",
    messages: [
      user("Hi."),
      model(null, { function_call: { name: "f", arguments: '{"x":1}' } }),
      { role: "function", name: "f", content: "1" },
      model(null, { function_call: { name: "f", arguments: "" } }),
      { role: "function", name: "f", content: null },
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("call", "f", { x: 1 })] },
      { role: "user", content: [used("call", "1")] },
      { role: "assistant", content: [use("call_2", "f")] },
      { role: "user", content: [used("call_2")] },
    ],
    members: { tools },
  },
];

describe("§3 messages", () => {
  test.each(rows)("$name", ({ messages, system: instructions, want, model: name, members }) => {
    const { body } = ask({ messages, ...members }, name);
    expect(body["messages"]).toEqual(want);
    expect(body["system"]).toEqual(instructions?.map(text));
  });

  test("nothing to say is refused", () => {
    expect(refusalOf({ messages: [user(" ")] })).toBe("invalid_value messages");
  });

  test("Vertex AI gets all instructions at the top", () => {
    const { body } = ask({ messages: [user("Hi."), system("B.")] }, eight, vertex);
    expect(body["system"]).toEqual([text("B.")]);
  });

  test("an answer in a form of its own is not begun by the client", () => {
    const members = { messages: [user("Hi."), model("Well,")], response_format: { type: "json_object" } };
    expect(ask(members).body["messages"]).toHaveLength(3);
  });

  test("that a begun answer is not gone on with is told", () => {
    const messages = [user("Hi."), model("Well,", { prefix: true })];
    expect(ask({ messages }).told).toEqual([]);
    const told = ["reported:messages[1].prefix"];
    expect(ask({ messages }, eight).told).toEqual(told);
    expect(ask({ messages, reasoning_effort: "low" }).told).toEqual(told);
    expect(ask({ messages, response_format: { type: "json_object" } }).told).toEqual(told);
  });
});

/** A call with such an id and its result, as they are sent. */
function idsOf(...given: string[]): unknown {
  const messages = given.flatMap((id) => [user("Go."), model(null, { tool_calls: [call(id, "f")] }), result(id, "1")]);
  const sent = JSON.stringify(ask({ messages, tools }).body["messages"]);
  return [...sent.matchAll(/"(?:id|tool_use_id)":"([^"]*)"/g)].map(([, id]) => id);
}

describe("§4 calls in a history", () => {
  test.each<[args: string, input: object]>([
    ['{"a":[1]}', { a: [1] }],
    ["", {}],
    ["  ", {}],
    ["[1]", { value: [1] }],
    ["null", { value: null }],
    ['{"cut":', { _raw: '{"cut":' }],
  ])("arguments %j", (args, input) => {
    const messages = [user("Go."), model(null, { tool_calls: [call("a", "f", args)] }), result("a", "1")];
    expect(ask({ messages, tools }).body["messages"]).toMatchObject([{}, { content: [use("a", "f", input)] }, {}]);
  });

  test("a custom call holds its text", () => {
    const made = { id: "c", type: "custom", custom: { name: "f", input: "x = 1" } };
    const messages = [user("Go."), model(null, { tool_calls: [made] }), result("c", "ok")];
    expect(ask({ messages, tools }).body["messages"]).toMatchObject([
      {},
      { content: [use("c", "f", { input: "x = 1" })] },
      {},
    ]);
  });

  test("ids that Claude takes stay as they are", () => {
    expect(idsOf("toolu_01AbC-9")).toEqual(["toolu_01AbC-9", "toolu_01AbC-9"]);
  });

  test("other ids are mended alike on both sides", () => {
    expect(idsOf("functions.f:0", "call_1__thought__c2ln+/=")).toEqual([
      ...["functions_f_0", "functions_f_0"],
      ...["call_1", "call_1"],
    ]);
    expect(idsOf(`x${"9".repeat(80)}`)).toEqual(Array(2).fill(`x${"9".repeat(63)}`));
  });

  test("an id that comes again gets a number", () => {
    expect(idsOf("a", "a", "a")).toEqual(["a", "a", "a_2", "a_2", "a_3", "a_3"]);
  });

  test("results come in the order of their calls, and the last word counts", () => {
    const messages = [
      user("Go."),
      model(null, { tool_calls: [call("a", "f"), call("b", "g")] }),
      result("b", "2"),
      result("a", "0"),
      result("a", "1"),
    ];
    expect(ask({ messages, tools }).body["messages"]).toMatchObject([
      {},
      {},
      { role: "user", content: [used("a", "1"), used("b", "2")] },
    ]);
  });

  test("results of calls of one id come in the order of the calls", () => {
    const messages = [
      user("Go."),
      model(null, { tool_calls: [call("a", "f"), call("a", "g")] }),
      result("a", "1"),
      result("a", "2"),
    ];
    expect(ask({ messages, tools }).body["messages"]).toMatchObject([
      {},
      {},
      { role: "user", content: [used("a", "1"), used("a_2", "2")] },
    ]);
  });

  test.each<[name: string, content: unknown, want: unknown]>([
    ["text", "1", "1"],
    ["nothing", "", undefined],
    ["white space", " ", " "],
    ["parts", [text("1"), text(""), text("2")], [text("1"), text("2")]],
    ["empty parts", [text("")], undefined],
    [
      "a picture",
      [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
      [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }],
    ],
    [
      "a PDF",
      [{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0x" } }],
      [
        {
          type: "document",
          source: { type: "base64", media_type: "application/pdf", data: "JVBERi0x" },
          title: "a.pdf",
        },
      ],
    ],
    [
      "a text file",
      [{ type: "file", file: { file_data: "data:text/plain;base64,SGku" } }],
      [{ type: "document", source: { type: "text", media_type: "text/plain", data: "Hi." } }],
    ],
  ])("a result of %s", (_name, content, want) => {
    const messages = [user("Go."), model(null, { tool_calls: [call("a", "f")] }), result("a", content)];
    expect(ask({ messages, tools }).body["messages"]).toEqual([
      turn("user", "Go."),
      { role: "assistant", content: [use("a", "f")] },
      { role: "user", content: [used("a", want)] },
    ]);
  });

  test.each<[name: string, messages: readonly object[], param: string]>([
    ["a result without a call", [user("Go."), result("a", "1")], "messages.[1].role"],
    [
      "a result of another call",
      [user("Go."), model(null, { tool_calls: [call("a", "f")] }), result("b", "1")],
      "messages.[2].role",
    ],
    [
      "a call without a result",
      [user("Go."), model(null, { tool_calls: [call("a", "f")] }), user("On.")],
      "messages.[2].role",
    ],
    ["a last call without a result", [model(null, { tool_calls: [call("a", "f")] })], "messages.[1].role"],
  ])("%s is refused as OpenAI refuses it", (_name, messages, param) => {
    expect(refusalOf({ messages, tools })).toBe(`invalid_request ${param}`);
  });

  test("a history with calls brings tools along that may not be called", () => {
    const messages = [
      user("Go."),
      model(null, { tool_calls: [call("a", "f.1"), call("b", "g"), call("c", "g")] }),
      ...["a", "b", "c"].map((id) => result(id, "1")),
    ];
    const { body } = ask({ messages });
    expect(body["tools"]).toEqual(
      ["f_1", "g"].map((name) => ({ name, description: "No longer available.", input_schema: { type: "object" } })),
    );
    expect(body["tool_choice"]).toEqual({ type: "none" });
    expect(ask({ messages, tools: tools.slice(0, 1) }).body["tools"]).toHaveLength(1);
  });

  test("renamed arguments are renamed in the history too", () => {
    const parameters = { type: "object", properties: { "a b": { type: "string" } } };
    const messages = [
      user("Go."),
      model(null, { tool_calls: [call("a", "f", '{"a b":"x","c":1}')] }),
      result("a", "1"),
    ];
    const { body, told } = ask({ messages, tools: [{ type: "function", function: { name: "f", parameters } }] });
    expect(body["messages"]).toMatchObject([{}, { content: [use("a", "f", { a_b: "x", c: 1 })] }, {}]);
    expect(told).toEqual(["renamed:tools[0].function.parameters.properties.a b"]);
  });
});
