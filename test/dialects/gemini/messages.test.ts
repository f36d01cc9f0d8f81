import { describe, expect, test } from "vitest";
import { ask, refusalOf } from "./_ask.ts";

const three = "gemini-3-flash-preview";
const user = (content: unknown) => ({ role: "user", content });
const model = (content: unknown, more: object = {}) => ({ role: "assistant", content, ...more });
const system = (content: unknown) => ({ role: "system", content });
const turn = (role: string, ...texts: string[]) => ({ role, parts: texts.map((text) => ({ text })) });
const call = (id: string, name: string, args = "{}") => ({ id, type: "function", function: { name, arguments: args } });
const result = (tool_call_id: string, content: unknown) => ({ role: "tool", tool_call_id, content });

interface Row {
  readonly name: string;
  readonly messages: readonly object[];
  readonly system?: readonly string[];
  readonly contents: readonly object[];
  readonly model?: string;
}

const rows: readonly Row[] = [
  {
    name: "1 instructions from anywhere are hoisted, a part for each text",
    messages: [
      system("A."),
      user("Hi."),
      {
        role: "developer",
        content: [
          { type: "text", text: "B." },
          { type: "text", text: "" },
          { type: "text", text: "C." },
        ],
      },
    ],
    system: ["A.", "B.", "C."],
    contents: [turn("user", "Hi.")],
  },
  { name: "1 empty instructions are none", messages: [system(""), user("Hi.")], contents: [turn("user", "Hi.")] },
  {
    name: "2 of instructions alone the last one is asked",
    messages: [system("A."), system("B.")],
    system: ["A."],
    contents: [turn("user", "B.")],
  },
  { name: "2 a lone instruction is asked", messages: [system("A.")], contents: [turn("user", "A.")] },
  {
    name: "3 neighbours of one role are one turn",
    messages: [user("A."), user("B."), model("C."), model("D."), user("E.")],
    contents: [turn("user", "A.", "B."), turn("model", "C.", "D."), turn("user", "E.")],
  },
  {
    name: "3 texts of one message stay apart",
    messages: [
      user([
        { type: "text", text: "A" },
        { type: "text", text: "B" },
      ]),
    ],
    contents: [turn("user", "A", "B")],
  },
  {
    name: "4 Gemma is told by the user",
    messages: [system("A."), user("Hi.")],
    contents: [turn("user", "A.", "Hi.")],
    model: "gemma-3-27b-it",
  },
  {
    name: "4 Gemma is told first where the model begins",
    messages: [system("A."), model("Hello."), user("Hi.")],
    contents: [turn("user", "A."), turn("model", "Hello."), turn("user", "Hi.")],
    model: "gemma-3-4b-it",
  },
  {
    name: "5 names of speakers are left out",
    messages: [
      { ...system("A."), name: "s" },
      { ...user("Hi."), name: "ann" },
      { ...model("So."), name: "bot" },
      user("Go."),
    ],
    system: ["A."],
    contents: [turn("user", "Hi."), turn("model", "So."), turn("user", "Go.")],
  },
  {
    name: "6 a turn of media alone gets no text",
    messages: [user([{ type: "image_url", image_url: { url: "gs://b/a.png" } }])],
    contents: [{ role: "user", parts: [{ fileData: { mimeType: "image/png", fileUri: "gs://b/a.png" } }] }],
  },
  {
    name: "7 empty texts, and turns of nothing else, are left out",
    messages: [
      user(""),
      user([
        { type: "text", text: "" },
        { type: "text", text: "Hi." },
      ]),
      model(""),
      model(null),
      user("Go."),
    ],
    contents: [turn("user", "Hi.", "Go.")],
  },
  {
    name: "8 an older model goes on with its own turn",
    messages: [user("Hi."), model("Well,")],
    contents: [turn("user", "Hi."), turn("model", "Well,")],
    model: "gemini-3.5-flash",
  },
  ...[
    "gemini-3.5-flash-lite",
    "gemini-3.6-flash",
    "gemini-3.7-flash",
    "gemini-3.8-flash",
    "gemini-4-argon",
    "gemini-7",
  ].map(
    (name): Row => ({
      name: `8 ${name} is asked to continue`,
      messages: [user("Hi."), model("Well,")],
      contents: [turn("user", "Hi."), turn("model", "Well,"), turn("user", "Continue.")],
      model: name,
    }),
  ),
  {
    name: "a refusal of the model's is its text",
    messages: [user("Hi."), model(null, { refusal: "No." }), user("Why?")],
    contents: [turn("user", "Hi."), turn("model", "No."), turn("user", "Why?")],
  },
  {
    name: "a refusal among its parts too",
    messages: [
      user("Hi."),
      model([
        { type: "text", text: "Hm." },
        { type: "refusal", refusal: "No." },
      ]),
      user("Why?"),
    ],
    contents: [turn("user", "Hi."), turn("model", "Hm.", "No."), turn("user", "Why?")],
  },
  {
    name: "earlier audio and thoughts are not sent back",
    messages: [
      user("Hi."),
      model("So.", { audio: { id: "audio_1" }, reasoning_content: "Hm.", reasoning: "Hm." }),
      user("Go."),
    ],
    contents: [turn("user", "Hi."), turn("model", "So."), turn("user", "Go.")],
  },
];

describe("§3 messages", () => {
  test.each(rows)("$name", ({ messages, system: said, contents, model: name }) => {
    const { body } = ask({ messages }, name);
    expect(body["contents"]).toEqual(contents);
    expect(body["systemInstruction"]).toEqual(said && { parts: said.map((text) => ({ text })) });
  });

  test.each([
    ["nothing but empty texts", [user("")]],
    ["nothing but empty instructions", [system("")]],
  ])("%s is refused", (_name, messages) => {
    expect(refusalOf({ messages })).toBe("invalid_value messages");
  });
});

test("§5.3 a history that begins with a call gets a turn of the user's before it", () => {
  const messages = [model("See.", { tool_calls: [call("a", "f")] }), result("a", "1"), user("Thanks.")];
  expect(ask({ messages }).body["contents"]).toEqual([
    turn("user", "Continue."),
    { role: "model", parts: [{ text: "See." }, { functionCall: { name: "f", args: {} } }] },
    { role: "user", parts: [{ functionResponse: { name: "f", response: { output: "1" } } }] },
    turn("user", "Thanks."),
  ]);
});

const callsRow = (name: string, calls: object, want: readonly object[]) => [name, calls, want] as const;

describe("§4 calls of the model", () => {
  test.each([
    callsRow(
      "text comes first, then calls in their order",
      { content: "See.", tool_calls: [call("a", "f"), call("b", "g")] },
      [{ text: "See." }, { functionCall: { name: "f", args: {} } }, { functionCall: { name: "g", args: {} } }],
    ),
    callsRow("arguments", { tool_calls: [call("a", "f", '{"x":{"y":[1]}}'), call("b", "f", " \n")] }, [
      { functionCall: { name: "f", args: { x: { y: [1] } } } },
      { functionCall: { name: "f", args: {} } },
    ]),
    callsRow("arguments that are no object", { tool_calls: [call("a", "f", "[1]"), call("b", "f", "null")] }, [
      { functionCall: { name: "f", args: { value: [1] } } },
      { functionCall: { name: "f", args: { value: null } } },
    ]),
    callsRow(
      "numbers, as JSON has them",
      { tool_calls: [call("a", "f", '{"x":1.0}'), call("b", "f", `{"x":${2 ** 53}}`)] },
      [
        { functionCall: { name: "f", args: { x: 1 } } },
        { functionCall: { name: "f", args: { x: 9_007_199_254_740_992 } } },
      ],
    ),
    callsRow("arguments that were cut", { tool_calls: [call("a", "f", '{"x'), call("b", "f", '"text"')] }, [
      { functionCall: { name: "f", args: { _raw: '{"x' } } },
      { functionCall: { name: "f", args: { value: "text" } } },
    ]),
    callsRow(
      "a custom call",
      { tool_calls: [{ id: "a", type: "custom", custom: { name: "sql", input: "select 1" } }, call("b", "f")] },
      [{ functionCall: { name: "sql", args: { input: "select 1" } } }, { functionCall: { name: "f", args: {} } }],
    ),
  ])("%s", (_name, message, parts) => {
    const messages = [user("Hi."), { role: "assistant", ...message }, result("a", "1"), result("b", "2")];
    expect(ask({ messages }).body["contents"]).toEqual([
      turn("user", "Hi."),
      { role: "model", parts },
      { role: "user", parts: expect.any(Array) },
    ]);
  });

  test("a deprecated call, and its result by its name", () => {
    const messages = [
      user("Hi."),
      { role: "assistant", content: null, function_call: { name: "f", arguments: '{"x":1}' } },
      { role: "function", name: "f", content: null },
    ];
    expect(ask({ messages }).body["contents"]).toEqual([
      turn("user", "Hi."),
      { role: "model", parts: [{ functionCall: { name: "f", args: { x: 1 } } }] },
      { role: "user", parts: [{ functionResponse: { name: "f", response: { output: "" } } }] },
    ]);
  });
});

const two = { role: "assistant", tool_calls: [call("a", "f"), call("b", "f")] };
const response = (name: string, output: string) => ({ functionResponse: { name, response: { output } } });

describe("§5 results of tools", () => {
  test.each<[name: string, content: unknown, output: string]>([
    ["an object as text", '{"error":"no"}', '{"error":"no"}'],
    ["a number as text", "42", "42"],
    ["plain text", "fine", "fine"],
    [
      "parts of text",
      [
        { type: "text", text: "4" },
        { type: "text", text: "2" },
      ],
      "4\n2",
    ],
    ["nothing", "", ""],
  ])("§5.2 %s", (_name, content, output) => {
    const messages = [user("Hi."), two, result("a", content), result("b", "x")];
    expect(ask({ messages }).body["contents"]).toEqual([
      turn("user", "Hi."),
      { role: "model", parts: expect.any(Array) },
      { role: "user", parts: [response("f", output), response("f", "x")] },
    ]);
  });

  test("§5.3 results stand in one turn, in the order of the calls; the last of two for one call counts", () => {
    const messages = [user("Hi."), two, result("b", "2"), result("a", "old"), result("a", "1"), user("Thanks.")];
    expect(ask({ messages }).body["contents"]).toEqual([
      turn("user", "Hi."),
      { role: "model", parts: [{ functionCall: { name: "f", args: {} } }, { functionCall: { name: "f", args: {} } }] },
      { role: "user", parts: [response("f", "1"), response("f", "2")] },
      turn("user", "Thanks."),
    ]);
  });

  test("§5.3 two calls that go by one id are answered in their order", () => {
    const twins = { role: "assistant", tool_calls: [call("a", "f"), call("a", "g")] };
    const messages = [user("Hi."), twins, result("a", "1"), result("a", "2")];
    expect(ask({ messages }).body["contents"]).toMatchObject([
      {},
      {},
      { role: "user", parts: [response("f", "1"), response("g", "2")] },
    ]);
  });

  test.each<[name: string, messages: readonly object[], param: string]>([
    ["§5.1 a result without its call", [user("Hi."), result("x", "1")], "messages.[1].role"],
    ["§5.1 a result of another call", [user("Hi."), two, result("a", "1"), result("x", "1")], "messages.[3].role"],
    ["§5.3 a call without its result", [user("Hi."), two, result("a", "1")], "messages.[3].role"],
    ["§5.3 a call without its result, and the user goes on", [user("Hi."), two, user("Go.")], "messages.[2].role"],
  ])("%s is refused", (_name, messages, param) => {
    expect(refusalOf({ messages })).toBe(`invalid_request ${param}`);
  });
});

/** The ids on call and result, by the id the client sends. */
function idsOf(id: string, name: string, more: object = {}): unknown {
  const messages = [user("Hi."), { role: "assistant", tool_calls: [call(id, "f")] }, result(id, "1")];
  const contents: unknown = ask({ messages }, name, more).body["contents"];
  if (!Array.isArray(contents)) throw new Error("no contents");
  return [contents[1].parts[0].functionCall.id, contents[2].parts[0].functionResponse.id];
}

describe("§5.4 ids of calls", () => {
  test.each(["vertex", "gemini"])("on %s Google's own goes back on both parts from Gemini 3 on", (host) => {
    expect(idsOf("8f2kq1xz", three, { host })).toEqual(["8f2kq1xz", "8f2kq1xz"]);
    expect(idsOf("8f2kq1xz", "gemini-4-argon", { host })).toEqual(["8f2kq1xz", "8f2kq1xz"]);
    expect(idsOf("8f2kq1xz", "gemini-2.5-flash", { host })).toEqual([undefined, undefined]);
  });

  test.each(["call_1", "toolu_1", "tooluse_1", "fc_1", "chatcmpl-tool-1", "functions.f:0", ""])(
    "'%s' is not Google's, and stands on neither",
    (id) => {
      expect(idsOf(id, three)).toEqual([undefined, undefined]);
    },
  );

  test("each call goes by its own: one of another maker's beside Google's is the only one without", () => {
    const both = { role: "assistant", tool_calls: [call("8f2kq1xz", "f"), call("call_1", "g")] };
    const { body } = ask({ messages: [user("Hi."), both, result("call_1", "2"), result("8f2kq1xz", "1")] }, three);
    expect(body["contents"]).toMatchObject([
      {},
      { parts: [{ functionCall: { id: "8f2kq1xz", name: "f" } }, { functionCall: { name: "g" } }] },
      {
        parts: [
          { functionResponse: { id: "8f2kq1xz", name: "f", response: { output: "1" } } },
          { functionResponse: { name: "g", response: { output: "2" } } },
        ],
      },
    ]);
    expect(JSON.stringify(body)).not.toContain("call_1");
  });

  test("a signature in the id is none of it", () => {
    expect(idsOf("8f2kq1xz__thought__c2ln", three)).toEqual(["8f2kq1xz", "8f2kq1xz"]);
  });

  test("an upstream that has said it knows no ids gets none", () => {
    expect(idsOf("8f2kq1xz", three, { learned: new Set(["no-call-ids"]) })).toEqual([undefined, undefined]);
  });
});
