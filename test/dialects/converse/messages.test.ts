import { describe, expect, test } from "vitest";
import * as names from "./_translate.ts";
import { ask, refusalOf } from "./_translate.ts";

const user = (content: unknown) => ({ role: "user", content });
const model = (content: unknown, more: object = {}) => ({ role: "assistant", content, ...more });
const system = (content: unknown) => ({ role: "system", content });
const text = (one: string) => ({ type: "text", text: one });
const turn = (role: string, ...texts: readonly string[]) => ({ role, content: texts.map((one) => ({ text: one })) });
const call = (id: string, name: string, args = "{}") => ({ id, type: "function", function: { name, arguments: args } });
const calling = (...calls: readonly object[]) => model(null, { tool_calls: calls });
const result = (tool_call_id: string, content: unknown) => ({ role: "tool", tool_call_id, content });
const use = (toolUseId: string, name: string, input: object = {}) => ({ toolUse: { toolUseId, name, input } });
const used = (toolUseId: string, ...content: readonly object[]) => ({ toolResult: { toolUseId, content } });
const tools = ["f", "g"].map((name) => ({ type: "function", function: { name } }));
const png = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
const pngBlock = { image: { format: "png", source: { bytes: "AAAA" } } };
const pdf = { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } };
const pdfBlock = { document: { format: "pdf", name: "a", source: { bytes: "AAAA" } } };
const pixtral = "us.mistral.pixtral-large-2502-v1:0";
const seeingLlama = "us.meta.llama3-2-90b-instruct-v1:0";

interface Row {
  readonly name: string;
  readonly messages: readonly object[];
  readonly want: readonly object[];
  readonly system?: readonly string[];
  readonly model?: string;
  readonly members?: object;
}

const asked = "Answer with a JSON object, with nothing before or after it and no code fences around it.";

const rows: readonly Row[] = [
  {
    name: "neighbours of one role are one turn",
    messages: [user("A."), user("B."), model("C."), model("D."), user("E.")],
    want: [turn("user", "A.", "B."), turn("assistant", "C.", "D."), turn("user", "E.")],
  },
  {
    name: "the user begins",
    messages: [model("Hello."), user("Hi.")],
    want: [turn("user", "Continue."), turn("assistant", "Hello."), turn("user", "Hi.")],
  },
  {
    name: "instructions from anywhere are hoisted, a block for each text",
    messages: [system("A."), user("Hi."), { role: "developer", content: [text("B."), text(" "), text("C.")] }],
    system: ["A.", "B.", "C."],
    want: [turn("user", "Hi.")],
  },
  { name: "empty instructions are none", messages: [system(" \n"), user("Hi.")], want: [turn("user", "Hi.")] },
  {
    name: "of instructions alone the last one is asked",
    messages: [system("A."), system("B.")],
    system: ["A."],
    want: [turn("user", "B.")],
  },
  { name: "a single instruction is asked", messages: [system("A.")], want: [turn("user", "A.")] },
  {
    name: "what is asked in place of an instruction has no mark behind it",
    messages: [system([{ ...text("A."), cache_control: { type: "ephemeral" } }])],
    want: [turn("user", "A.")],
  },
  {
    name: "a model without a place for instructions reads them before the user's first words",
    messages: [user("Hi."), model("So."), system("A."), system("B."), user("Go.")],
    want: [turn("user", "A.", "B.", "Hi."), turn("assistant", "So."), turn("user", "Go.")],
    model: names.titan,
  },
  {
    name: "such a model reads them first where it has begun itself",
    messages: [system("A."), model("So."), user("Go.")],
    want: [turn("user", "A.", "Continue."), turn("assistant", "So."), turn("user", "Go.")],
    model: names.titan,
  },
  {
    name: "texts of white space, and turns of nothing else, are left out",
    messages: [user(" "), user([text("\n"), text("Hi.")]), model(""), model(null), user("Go.")],
    want: [turn("user", "Hi.", "Go.")],
  },
  {
    name: "Nova goes on with a turn of its own, without white space at its end",
    messages: [user("Hi."), model("Well, \n")],
    want: [turn("user", "Hi."), turn("assistant", "Well,")],
  },
  ...[names.nova2, names.llama, names.mistral, names.gptOss, names.qwen, names.unknown].map(
    (one): Row => ({
      name: `${one} is asked to continue`,
      messages: [user("Hi."), model("Well,")],
      want: [turn("user", "Hi."), turn("assistant", "Well,"), turn("user", "Continue.")],
      model: one,
    }),
  ),
  {
    name: "what is to have a form begins anew",
    messages: [user("Hi."), model("Well,")],
    system: [asked],
    want: [turn("user", "Hi."), turn("assistant", "Well,"), turn("user", "Continue.")],
    members: { response_format: { type: "json_object" } },
  },
  {
    name: "the form that is asked for stands last of all instructions",
    messages: [system("A."), user("Hi."), system("B.")],
    system: ["A.", "B.", asked],
    want: [turn("user", "Hi.")],
    members: { response_format: { type: "json_object" } },
  },
  {
    name: "names of speakers are left out",
    messages: [{ ...user("Hi."), name: "ann" }, { ...model("So."), name: "bot" }, user("Go.")],
    want: [turn("user", "Hi."), turn("assistant", "So."), turn("user", "Go.")],
  },
  {
    name: "a refusal is text, in either of its places",
    messages: [
      user("Hi."),
      model(null, { refusal: "No." }),
      model([{ type: "refusal", refusal: "Never." }]),
      user("?"),
    ],
    want: [turn("user", "Hi."), turn("assistant", "No.", "Never."), turn("user", "?")],
  },
  {
    name: "a refusal stands behind what was said before it",
    messages: [user("Hi."), model("So.", { refusal: "No." }), user("?")],
    want: [turn("user", "Hi."), turn("assistant", "So.", "No."), turn("user", "?")],
  },
  {
    name: "earlier audio is left out",
    messages: [user("Hi."), model("So.", { audio: { id: "a" } }), user("?")],
    want: [turn("user", "Hi."), turn("assistant", "So."), turn("user", "?")],
  },
  {
    name: "text stands before calls, and results stand first in the next turn",
    messages: [user("Hi."), model("So.", { tool_calls: [call("a", "f", '{"x":1}')] }), result("a", "1"), user("Go.")],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [{ text: "So." }, use("a", "f", { x: 1 })] },
      { role: "user", content: [used("a", { text: "1" }), { text: "Go." }] },
    ],
    members: { tools },
  },
  {
    name: "results come in the order of their calls, and what is said twice counts as said last",
    messages: [
      user("Hi."),
      calling(call("a", "f"), call("b", "g")),
      ...[result("b", "2"), result("a", "1"), result("a", "3")],
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "f"), use("b", "g")] },
      { role: "user", content: [used("a", { text: "3" }), used("b", { text: "2" })] },
    ],
    members: { tools },
  },
  {
    name: "calls of one id are told apart, and their results follow their order",
    messages: [
      user("Hi."),
      calling(call("c", "f"), call("c", "g")),
      result("c", "1"),
      result("c", "2"),
      calling(call("c", "f")),
      result("c", "3"),
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("c", "f"), use("c_2", "g")] },
      { role: "user", content: [used("c", { text: "1" }), used("c_2", { text: "2" })] },
      { role: "assistant", content: [use("c_3", "f")] },
      { role: "user", content: [used("c_3", { text: "3" })] },
    ],
    members: { tools },
  },
  {
    name: "ids get the letters that Bedrock takes, and signatures that hang on them are cut off",
    messages: [
      user("Hi."),
      calling(call("functions.f:0", "f"), call("", "f"), call("x__thought__c2ln", "g"), call("y".repeat(70), "g")),
      ...[result("functions.f:0", "1"), result("", "2"), result("x", "3"), result("y".repeat(70), "4")],
    ],
    want: [
      turn("user", "Hi."),
      {
        role: "assistant",
        content: [use("functions_f_0", "f"), use("call", "f"), use("x", "g"), use("y".repeat(64), "g")],
      },
      {
        role: "user",
        content: [
          ...[used("functions_f_0", { text: "1" }), used("call", { text: "2" }), used("x", { text: "3" })],
          used("y".repeat(64), { text: "4" }),
        ],
      },
    ],
    members: { tools },
  },
  {
    name: "a signature that a result's id alone bears is cut off too",
    messages: [user("Hi."), calling(call("x", "f")), result("x__thought__c2ln", "1")],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("x", "f")] },
      { role: "user", content: [used("x", { text: "1" })] },
    ],
    members: { tools },
  },
  {
    name: "the deprecated form of calls and results",
    messages: [
      user("Hi."),
      model(null, { function_call: { name: "f", arguments: '{"x":1}' } }),
      { role: "function", name: "f", content: "1" },
      model("And:", { function_call: { name: "f", arguments: "" } }),
      { role: "function", name: "f", content: null },
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("call", "f", { x: 1 })] },
      { role: "user", content: [used("call", { text: "1" })] },
      { role: "assistant", content: [{ text: "And:" }, use("call_2", "f")] },
      { role: "user", content: [used("call_2")] },
    ],
    members: { functions: [{ name: "f" }] },
  },
  {
    name: "both forms in one turn: results find their calls by id or by name",
    messages: [
      user("Hi."),
      model(null, { tool_calls: [call("a", "g")], function_call: { name: "f", arguments: "" } }),
      { role: "function", name: "f", content: "1" },
      result("a", "2"),
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "g"), use("call", "f")] },
      { role: "user", content: [used("a", { text: "2" }), used("call", { text: "1" })] },
    ],
    members: { tools },
  },
  {
    name: "a custom tool's input is a member of an object",
    messages: [
      user("Hi."),
      calling({ id: "a", type: "custom", custom: { name: "free", input: "1 + 1" } }),
      result("a", "2"),
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "free", { input: "1 + 1" })] },
      { role: "user", content: [used("a", { text: "2" })] },
    ],
    members: { tools: [{ type: "custom", custom: { name: "free" } }] },
  },
  {
    name: "earlier calls go by the names that their tools are sent under",
    messages: [user("Hi."), calling(call("a", "my.tool")), result("a", "1")],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "my_tool")] },
      { role: "user", content: [used("a", { text: "1" })] },
    ],
    members: { tools: [{ type: "function", function: { name: "my.tool" } }] },
  },
  {
    name: "results of parts are as many texts, without those of white space",
    messages: [user("Hi."), calling(call("a", "f")), result("a", [text("1"), text(" "), text("2")])],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "f")] },
      { role: "user", content: [used("a", { text: "1" }, { text: "2" })] },
    ],
    members: { tools },
  },
  {
    name: "Nova looks at pictures within results, and at documents behind all results",
    messages: [
      user("Hi."),
      calling(call("a", "f"), call("b", "g")),
      ...[result("a", [text("1"), png, pdf]), result("b", "2")],
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "f"), use("b", "g")] },
      {
        role: "user",
        content: [
          used("a", { text: "1" }, pngBlock),
          used("b", { text: "2" }),
          ...[pdfBlock, { text: "The documents are attached." }],
        ],
      },
    ],
    members: { tools },
  },
  {
    name: "Llama looks at both within results",
    messages: [user("Hi."), calling(call("a", "f")), result("a", [png, pdf])],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "f")] },
      { role: "user", content: [used("a", pngBlock, pdfBlock)] },
    ],
    model: seeingLlama,
    members: { tools },
  },
  {
    name: "where results want a turn to themselves, what shows more follows a word of the model's",
    messages: [user("Hi."), calling(call("a", "f")), result("a", [text('{"x":1}'), png, pdf]), user("Go.")],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "f")] },
      { role: "user", content: [used("a", { json: { x: 1 } }, pdfBlock)] },
      turn("assistant", "Understood."),
      { role: "user", content: [pngBlock, { text: "Go." }] },
    ],
    model: pixtral,
    members: { tools },
  },
  {
    name: "results that follow what follows results need no word between",
    messages: [
      ...[user("Hi."), calling(call("a", "f")), result("a", "1"), model("So."), user("Go.")],
      ...[calling(call("b", "f")), result("b", "2")],
    ],
    want: [
      turn("user", "Hi."),
      { role: "assistant", content: [use("a", "f")] },
      { role: "user", content: [used("a", { json: { output: 1 } })] },
      turn("assistant", "So."),
      turn("user", "Go."),
      { role: "assistant", content: [use("b", "f")] },
      { role: "user", content: [used("b", { json: { output: 2 } })] },
    ],
    model: names.mistral,
    members: { tools },
  },
  {
    name: "without tools calls and their results are told as text",
    messages: [
      user("Hi."),
      model("So.", { tool_calls: [call("a", "f", '{"x":1}')] }),
      result("a", [text("1"), text("2"), png]),
      user("Go."),
    ],
    want: [
      turn("user", "Hi."),
      turn("assistant", "So.", '[call of f: {"x":1}]'),
      { role: "user", content: [{ text: "[result of f: 1\n2]" }, pngBlock, { text: "Go." }] },
    ],
  },
  {
    name: "without tools what a result shows stands beside it, wherever the model would look else",
    messages: [user("Hi."), calling(call("a", "f")), result("a", [text("1"), pdf])],
    want: [
      turn("user", "Hi."),
      turn("assistant", "[call of f: {}]"),
      { role: "user", content: [{ text: "[result of f: 1]" }, pdfBlock] },
    ],
    model: seeingLlama,
  },
  {
    name: "a model that calls no tools is told them as text, whatever is declared",
    messages: [user("Hi."), calling(call("a", "f")), result("a", "1")],
    want: [turn("user", "Hi."), turn("assistant", "[call of f: {}]"), turn("user", "[result of f: 1]")],
    model: names.deepseek,
    members: { tools },
  },
];

describe("messages", () => {
  test.each(rows)("$name", ({ messages, want, system: said = [], model: upstream, members = {} }) => {
    const { body } = ask({ ...members, messages }, upstream);
    expect(body["messages"]).toEqual(want);
    expect(body["system"]).toEqual(said.length === 0 ? undefined : said.map((one) => ({ text: one })));
  });
});

describe("what cannot be told", () => {
  test.each<readonly [name: string, messages: readonly object[], refusal: string]>([
    ["a result without a call", [user("Hi."), result("a", "1")], "invalid_request messages.[1].role"],
    [
      "a result of another call",
      [user("Hi."), calling(call("a", "f")), result("b", "1")],
      "invalid_request messages.[2].role",
    ],
    [
      "a second result of another call",
      [user("Hi."), calling(call("a", "f")), result("a", "1"), result("b", "1")],
      "invalid_request messages.[3].role",
    ],
    [
      "a result behind what follows results",
      [user("Hi."), calling(call("a", "f")), result("a", "1"), user("So?"), result("a", "1")],
      "invalid_request messages.[4].role",
    ],
    [
      "a call that nobody answered",
      [user("Hi."), calling(call("a", "f")), user("Go.")],
      "invalid_request messages.[2].role",
    ],
    [
      "a call that another result follows",
      [user("Hi."), calling(call("a", "f"), call("b", "f")), result("a", "1"), user("Go.")],
      "invalid_request messages.[3].role",
    ],
    ["a call at the end", [user("Hi."), calling(call("a", "f"))], "invalid_request messages.[2].role"],
    ["nothing at all", [user(" ")], "invalid_value messages"],
    ["instructions of nothing", [system(" ")], "invalid_value messages"],
  ])("%s", (_name, messages, refusal) => {
    expect(refusalOf({ tools, messages })).toBe(refusal);
  });
});
