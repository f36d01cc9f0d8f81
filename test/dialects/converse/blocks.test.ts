import { describe, expect, test } from "vitest";
import type { ClientTool, ConverseContext } from "../../../src/dialects/converse/chat/context.ts";
import {
  answerOf,
  call,
  called,
  choiceOf,
  contextFor,
  delta,
  deltasOf,
  end,
  read,
  said,
  start,
  stop,
  streamed,
  toldOf,
} from "./_reading.ts";

const thought = (text: string, signature?: string): object => ({
  reasoningContent: { reasoningText: { text, ...(signature !== undefined && { signature }) } },
});
const sealed = (redactedContent: string): object => ({ reasoningContent: { redactedContent } });
const thinking = (index: number, ...texts: readonly string[]): readonly object[] =>
  texts.map((text) => delta(index, { reasoningContent: { text } }));
const signed = (index: number, signature: string): object => delta(index, { reasoningContent: { signature } });
const search = { toolUse: { toolUseId: "s", name: "nova_grounding", input: { q: "x" }, type: "server_tool_use" } };
const searchStart = (index: number): object => ({
  contentBlockStart: {
    contentBlockIndex: index,
    start: { toolUse: { toolUseId: "s", name: "nova_grounding", type: "server_tool_use" } },
  },
});

/** What a client has put together from the chunks, as a message. */
function gathered(events: readonly object[], context?: ConverseContext): Record<string, unknown> {
  const stream = streamed([start, ...events, ...end()], context);
  expect(stream.failure).toBeUndefined();
  const message: Record<string, unknown> = {};
  const calls: Record<string, unknown>[] = [];
  for (const { content, reasoning_content, thinking_blocks, tool_calls = [], function_call } of deltasOf(stream)) {
    if (content != null) message["content"] = `${message["content"] ?? ""}${content}`;
    if (reasoning_content != null)
      message["reasoning_content"] = `${message["reasoning_content"] ?? ""}${reasoning_content}`;
    if (thinking_blocks != null)
      message["thinking_blocks"] = [...Object(message["thinking_blocks"] ?? []), ...thinking_blocks];
    if (function_call != null) {
      const before = Object(message["function_call"]);
      message["function_call"] = {
        name: before.name ?? function_call.name,
        arguments: `${before.arguments ?? ""}${function_call.arguments ?? ""}`,
      };
    }
    for (const { index, ...one } of tool_calls) {
      const known = calls[index];
      if (known === undefined) calls[index] = structuredClone(one);
      else Object(known["function"]).arguments += one.function?.arguments ?? "";
    }
  }
  return calls.length > 0 ? { ...message, tool_calls: calls } : message;
}

const toolCall = (name: string, args: string, id = "tooluse_1") => ({
  id,
  type: "function",
  function: { name, arguments: args },
});

interface Row {
  readonly name: string;
  readonly whole: readonly object[];
  readonly events: readonly object[];
  readonly want: object;
  readonly context?: ConverseContext;
}

const tools: ReadonlyMap<string, ClientTool> = new Map<string, ClientTool>([
  ["my_tool", { name: "my.tool", kind: "function", members: new Map() }],
  ["free", { name: "free", kind: "custom", members: new Map() }],
]);

const rows: readonly Row[] = [
  {
    name: "texts of all blocks are one",
    whole: [{ text: "a" }, { text: "" }, { text: "b" }],
    events: [...said(0, "a", ""), ...said(1, ""), ...said(2, "b")],
    want: { content: "ab" },
  },
  {
    name: "thoughts stand apart, and without a signature have no block",
    whole: [thought("Hm. "), thought("Well."), { text: "a" }],
    events: [...thinking(0, "Hm", ". "), stop(0), ...thinking(1, "Well."), stop(1), ...said(2, "a")],
    want: { content: "a", reasoning_content: "Hm. Well." },
  },
  {
    name: "signed thoughts have a block each, in their order with sealed ones",
    whole: [thought("Hm.", "c2ln"), sealed("eA=="), thought("Well.", "eQ=="), { text: "a" }],
    events: [
      ...thinking(0, "H", "m."),
      ...[signed(0, "c2"), signed(0, "ln"), stop(0)],
      ...[delta(1, { reasoningContent: { redactedContent: "eA==" } }), stop(1)],
      ...[...thinking(2, "Well."), signed(2, "eQ=="), stop(2)],
      ...said(3, "a"),
    ],
    want: {
      content: "a",
      reasoning_content: "Hm.Well.",
      thinking_blocks: [
        { type: "thinking", thinking: "Hm.", signature: "c2ln" },
        { type: "redacted_thinking", data: "eA==" },
        { type: "thinking", thinking: "Well.", signature: "eQ==" },
      ],
    },
  },
  {
    name: "a thought of a signature alone is kept",
    whole: [thought("", "c2ln"), { text: "a" }],
    events: [signed(0, "c2ln"), stop(0), ...said(1, "a")],
    want: { content: "a", thinking_blocks: [{ type: "thinking", thinking: "", signature: "c2ln" }] },
  },
  {
    name: "thoughts that are not wanted are kept, and not shown",
    whole: [thought("Hm.", "c2ln"), { text: "a" }],
    events: [...thinking(0, "Hm."), signed(0, "c2ln"), stop(0), ...said(1, "a")],
    want: { content: "a", thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }] },
    context: contextFor({ showsThoughts: false }),
  },
  {
    name: "calls come in their order",
    whole: [{ text: "So." }, call("f", { a: 1 }), call("g", {}, "t2")],
    events: [...said(0, "So."), ...called(1, "f", ['{"a"', ":1}"]), ...called(2, "g", [], "t2")],
    want: { content: "So.", tool_calls: [toolCall("f", '{"a":1}'), toolCall("g", "{}", "t2")] },
  },
  {
    name: "calls without an id get one",
    whole: [{ toolUse: { name: "f", input: {} } }, { toolUse: { name: "g", input: {} } }],
    events: ["f", "g"].flatMap((name, contentBlockIndex) => [
      { contentBlockStart: { contentBlockIndex, start: { toolUse: { name } } } },
      stop(contentBlockIndex),
    ]),
    want: { tool_calls: [toolCall("f", "{}", "call_c0ffee_0"), toolCall("g", "{}", "call_c0ffee_1")] },
  },
  {
    name: "arguments of no object become one",
    whole: [call("f", [1]), call("f", null, "t2"), call("f", "x", "t3")],
    events: [
      ...[...called(0, "f", ['{"value":[1]}']), ...called(1, "f", ["{}"], "t2")],
      ...called(2, "f", ['{"value":"x"}'], "t3"),
    ],
    want: {
      tool_calls: [toolCall("f", '{"value":[1]}'), toolCall("f", "{}", "t2"), toolCall("f", '{"value":"x"}', "t3")],
    },
  },
  {
    name: "tools go by the client's names, and custom ones get their text",
    whole: [call("my_tool", { a: 1 }), call("free", { input: "1 + 1" }, "t2")],
    events: [...called(0, "my_tool", ['{"a":1}']), ...called(1, "free", ['{"inp', 'ut":"1 + 1"}'], "t2")],
    want: {
      tool_calls: [
        toolCall("my.tool", '{"a":1}'),
        { id: "t2", type: "custom", custom: { name: "free", input: "1 + 1" } },
      ],
    },
    context: contextFor({ tools }),
  },
  {
    name: "the deprecated form has one call",
    whole: [call("f", { a: 1 }), call("g", {}, "t2")],
    events: [...called(0, "f", ['{"a"', ":1}"]), ...called(1, "g", [], "t2")],
    want: { function_call: { name: "f", arguments: '{"a":1}' } },
    context: contextFor({ legacyCalls: true }),
  },
  {
    name: "calls after the first are dropped where one is wanted",
    whole: [call("f", { a: 1 }), call("g", {}, "t2"), { text: "So." }],
    events: [...called(0, "f", ['{"a":1}']), ...called(1, "g", ["{}"], "t2"), ...said(2, "So.")],
    want: { content: "So.", tool_calls: [toolCall("f", '{"a":1}')] },
    context: contextFor({ onlyFirstCall: true }),
  },
  {
    name: "the input of the tool that takes the answer is the answer, and no text beside it",
    whole: [{ text: "Here: " }, call("answer", { a: 1 }), { text: "." }, call("answer", { a: 2 }, "t2")],
    events: [
      ...[...said(0, "Here: "), ...called(1, "answer", ['{"a"', ":1}"])],
      ...[...said(2, "."), ...called(3, "answer", ['{"a":2}'], "t2")],
    ],
    want: { content: '{"a":1}' },
    context: contextFor({ answerTool: "answer" }),
  },
  {
    name: "text stays where the tool that takes the answer is not called",
    whole: [{ text: "No." }],
    events: said(0, "N", "o."),
    want: { content: "No." },
    context: contextFor({ answerTool: "answer" }),
  },
  {
    name: "fences are taken away from what was asked for in words",
    whole: [{ text: '```json\n{"a":1}\n```' }],
    events: said(0, "``", '`json\n{"a"', ":1}\n`", "``"),
    want: { content: '{"a":1}' },
    context: contextFor({ fenced: true }),
  },
  {
    name: "calls that the host makes itself are none of the client's",
    whole: [search, { text: "a" }],
    events: [searchStart(0), delta(0, { toolUse: { input: '{"q":"x"}' } }), stop(0), ...said(1, "a")],
    want: { content: "a" },
  },
];

describe("blocks of an answer", () => {
  test.each(rows)("$name, whole and streamed", ({ whole, events, want, context }) => {
    const {
      role: _role,
      refusal: _refusal,
      annotations: _annotations,
      ...message
    } = choiceOf(answerOf(whole), context).message;
    const spoken = message.content === null ? { ...message, content: undefined } : message;
    expect(JSON.parse(JSON.stringify(spoken))).toEqual(want);
    expect(gathered(events, context)).toEqual(want);
  });
});

describe("what comes in a stream alone", () => {
  test("arguments that are cut off stay as they are", () => {
    expect(gathered(called(0, "f", ['{"a":', '"x']))).toEqual({ tool_calls: [toolCall("f", '{"a":"x')] });
    const context = contextFor({ tools });
    expect(gathered(called(0, "free", ['{"input":"1 +'], "t2"), context)).toEqual({
      tool_calls: [{ id: "t2", type: "custom", custom: { name: "free", input: "1 +" } }],
    });
  });

  test("sealed thoughts in pieces are put together, whatever their padding", () => {
    const piece = (redactedContent: string): object => delta(0, { reasoningContent: { redactedContent } });
    expect(gathered([piece("eA=="), piece("eXo="), stop(0), ...said(1, "a")])).toEqual({
      content: "a",
      thinking_blocks: [{ type: "redacted_thinking", data: Buffer.from("xyz").toString("base64") }],
    });
  });

  test("a block that holds a thought and what is sealed gives both", () => {
    const events = [
      ...thinking(0, "Hm."),
      signed(0, "c2ln"),
      delta(0, { reasoningContent: { redactedContent: "eA==" } }),
    ];
    expect(gathered([...events, stop(0), ...said(1, "a")])).toMatchObject({
      thinking_blocks: [{ type: "thinking" }, { type: "redacted_thinking" }],
    });
  });

  test.each<readonly [name: string, events: readonly object[], want: object]>([
    [
      "from thoughts to text",
      [...thinking(0, "Hm."), delta(0, { text: "a" }), stop(0)],
      { content: "a", reasoning_content: "Hm." },
    ],
    [
      "from text to thoughts",
      [delta(0, { text: "a" }), ...thinking(0, "Hm."), stop(0)],
      { content: "a", reasoning_content: "Hm." },
    ],
    [
      "from signed thoughts to text",
      [...thinking(0, "Hm."), signed(0, "c2ln"), delta(0, { text: "a" }), stop(0)],
      {
        content: "a",
        reasoning_content: "Hm.",
        thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }],
      },
    ],
    [
      "from a call to text",
      [...called(0, "f", ['{"a":1}']).slice(0, -1), delta(0, { text: "a" }), stop(0)],
      { content: "a", tool_calls: [toolCall("f", '{"a":1}')] },
    ],
    [
      "from a call to another",
      [...called(0, "f", ['{"a":1}']).slice(0, -1), ...called(0, "g", ["{}"], "t2")],
      { tool_calls: [toolCall("f", '{"a":1}'), toolCall("g", "{}", "t2")] },
    ],
  ])("a block may change %s", (_name, events, want) => {
    expect(gathered(events)).toEqual(want);
  });

  test("a piece of a call that nobody began parts no thought", () => {
    const stray = delta(0, { toolUse: { input: "{}" } });
    const events = [...thinking(0, "Hm, "), stray, ...thinking(0, "yes."), signed(0, "c2ln"), stop(0), ...said(1, "a")];
    expect(gathered(events)).toEqual({
      content: "a",
      reasoning_content: "Hm, yes.",
      thinking_blocks: [{ type: "thinking", thinking: "Hm, yes.", signature: "c2ln" }],
    });
  });

  test("blocks may lie one in another", () => {
    const [first, ...more] = called(0, "f", ['{"a"', ":1}"]);
    const [second, ...others] = called(1, "g", ['{"b"', ":2}"], "t2");
    const events = [first ?? {}, second ?? {}, ...[0, 1, 2].flatMap((i) => [others[i] ?? {}, more[i] ?? {}])];
    expect(gathered(events)).toEqual({ tool_calls: [toolCall("f", '{"a":1}'), toolCall("g", '{"b":2}', "t2")] });
  });

  test("text may go on beside a call", () => {
    const [begun = {}, first = {}, second = {}, over = {}] = called(1, "f", ['{"a"', ":1}"]);
    const events = [delta(0, { text: "a" }), begun, first, delta(0, { text: "b" }), second, stop(0), over];
    expect(gathered(events)).toEqual({ content: "ab", tool_calls: [toolCall("f", '{"a":1}')] });
  });

  test.each<readonly [name: string, events: readonly object[]]>([
    ["a start that says nothing", [{ contentBlockStart: { contentBlockIndex: 0, start: {} } }, ...said(0, "a")]],
    ["pieces of no block", [delta(3, { toolUse: { input: "{}" } }), stop(3), ...said(0, "a")]],
    ["pieces of nothing", [delta(0, {}), ...said(0, "a")]],
    [
      "pieces for what the host does",
      [searchStart(0), delta(0, { text: "x" }), delta(0, {}), stop(0), ...said(1, "a")],
    ],
    ["no end of a block", said(0, "a").slice(0, -1)],
    ["several ends of a block", [...said(0, "a"), stop(0), stop(0)]],
    ["pieces without a number", [{ contentBlockDelta: { delta: { text: "a" } } }, { contentBlockStop: {} }]],
    ["a piece of a thought that is nothing", [...thinking(0, ""), stop(0), ...said(1, "a")]],
  ])("%s: the text is all there is", (_name, events) => {
    expect(gathered(events)).toEqual({ content: "a" });
  });

  test("what was begun is ended with the answer", () => {
    expect(gathered([...called(0, "f", []).slice(0, 1)])).toEqual({ tool_calls: [toolCall("f", "{}")] });
    expect(gathered([...thinking(0, "Hm."), signed(0, "c2ln")])).toMatchObject({
      thinking_blocks: [{ signature: "c2ln" }],
    });
  });
});

describe("what has no place in the answer is told", () => {
  const source = { bytes: "AAAA" };

  test.each<readonly [member: string, block: object]>([
    ["image", { image: { format: "png", source } }],
    ["document", { document: { format: "pdf", name: "a", source } }],
    ["video", { video: { format: "mp4", source } }],
    ["audio", { audio: { format: "wav", source } }],
    ["toolResult", { toolResult: { toolUseId: "s", content: [] } }],
    ["guardContent", { guardContent: { text: { text: "x" } } }],
    ["cachePoint", { cachePoint: { type: "default" } }],
  ])("%s of a whole answer", (member, block) => {
    expect(toldOf(answerOf([block, { text: "a" }]))).toEqual([`reported:output.message.content[].${member}`]);
    expect(choiceOf(answerOf([block, { text: "a" }])).message.content).toBe("a");
  });

  test.each<readonly [member: string, begun: object]>([
    ["toolResult", { toolResult: { toolUseId: "s", type: "nova_grounding_result", status: "success" } }],
    ["image", { image: { format: "png" } }],
  ])("%s of a stream, with all that comes to it", (member, begun) => {
    const events = [
      { contentBlockStart: { contentBlockIndex: 0, start: begun } },
      delta(0, { text: "x" }),
      ...[delta(0, { reasoningContent: { text: "x" } }), stop(0)],
    ];
    const stream = streamed([start, ...events, ...said(1, "a"), ...end()]);
    expect(stream.told).toEqual([`reported:contentBlockStart.start.${member}`]);
    expect(deltasOf(stream)).toEqual([{ content: "a" }, {}]);
  });

  test("beside the answer", () => {
    const more = { trace: { promptRouter: {} }, additionalModelResponseFields: { a: 1 } };
    expect(toldOf(answerOf([{ text: "a" }], more))).toEqual([
      "reported:trace",
      "reported:additionalModelResponseFields",
    ]);
    const ended = { messageStop: { stopReason: "end_turn", additionalModelResponseFields: { a: 1 } } };
    const [, counts] = end("end_turn", { trace: { promptRouter: {} } });
    expect(streamed([start, ...said(0, "a"), ended, counts ?? {}]).told).toEqual([
      "reported:messageStop.additionalModelResponseFields",
      "reported:metadata.trace",
    ]);
  });

  test("nothing where nothing is", () => {
    expect(toldOf(answerOf([{ text: "a" }], { trace: null, additionalModelResponseFields: null }))).toEqual([]);
    expect(streamed([start, ...said(0, "a"), ...end()]).told).toEqual([]);
  });
});

describe("what is no answer", () => {
  test.each<readonly [name: string, body: object]>([
    ["nothing", {}],
    ["no message", { output: {}, stopReason: "end_turn" }],
    ["no content", { output: { message: { role: "assistant" } }, stopReason: "end_turn" }],
    ["a text for a list", { output: { message: { role: "assistant", content: "a" } } }],
    ["a number for a text", answerOf([{ text: 5 }])],
  ])("%s", (_name, body) => {
    expect(read(body)).toMatchObject({
      errorName: "upstream_invalid_response",
      message: "The upstream's answer has an unexpected shape.",
    });
  });
});

test.each([
  ["long", "x".repeat(65)],
  ["empty", ""],
])("a call's id may be of another length than the spec says: %s", (_what, id) => {
  const message = choiceOf(answerOf([call("f", { a: 1 }, id)]), contextFor()).message;
  expect(message.tool_calls).toMatchObject([{ function: { name: "f", arguments: '{"a":1}' } }]);
  const [first] = message.tool_calls ?? [];
  const streams = deltasOf(streamed([start, ...called(0, "f", ['{"a":1}'], id), ...end("tool_use")]));
  expect(streams.flatMap(({ tool_calls: calls = [] }) => calls ?? [])[0]?.id).toBe(first?.id);
});
