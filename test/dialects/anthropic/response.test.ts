import { describe, expect, test } from "vitest";
import type { ClientTool } from "../../../src/dialects/anthropic/chat/context.ts";
import { GatewayError } from "../../../src/errors.ts";
import { answerOf, call, choiceOf, contextFor, facts, read, text, toldOf, whole } from "./_reading.ts";

describe("§9 a whole answer", () => {
  test("bears the gateway's id, time and name of the model, not Anthropic's", () => {
    expect(whole(answerOf([text("Hi.")]))).toEqual({
      id: "chatcmpl-c0ffee",
      object: "chat.completion",
      created: 1_790_000_000,
      model: "some-model",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "Hi.", refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
    });
  });

  test("names the upstream's model where it may be seen", () => {
    const shown = { ...facts, responseModel: undefined };
    expect(whole(answerOf([text("Hi.")]), contextFor({ facts: shown })).model).toBe("claude-sonnet-4-5");
  });
});

const thinking = (said: string, signature = "c2ln"): object => ({ type: "thinking", thinking: said, signature });

/** Blocks of an answer, and what becomes of them. */
const messages: readonly (readonly [name: string, blocks: readonly object[], message: object])[] = [
  ["all texts are joined", [text("a"), text(""), text("b")], { content: "ab", refusal: null }],
  ["nothing at all is an empty text", [], { content: "", annotations: [] }],
  [
    "calls without a text leave none",
    [call("f", { a: 1 })],
    { content: null, tool_calls: [{ id: "toolu_1", type: "function", function: { name: "f", arguments: '{"a":1}' } }] },
  ],
  [
    "calls are numbered among themselves, and have arguments whatever their input",
    [text("a"), call("f", {}, ""), call("g", null, "")],
    {
      content: "a",
      tool_calls: [
        { id: "call_c0ffee_0", type: "function", function: { name: "f", arguments: "{}" } },
        { id: "call_c0ffee_1", type: "function", function: { name: "g", arguments: "{}" } },
      ],
    },
  ],
  [
    "§7 thinking is shown, and kept in its own form",
    [thinking("Hm. "), thinking("Well."), text("a")],
    {
      content: "a",
      reasoning_content: "Hm. Well.",
      thinking_blocks: [
        { type: "thinking", thinking: "Hm. ", signature: "c2ln" },
        { type: "thinking", thinking: "Well.", signature: "c2ln" },
      ],
    },
  ],
  [
    "§7 thinking that cannot be read is kept all the same, in its place",
    [{ type: "redacted_thinking", data: "eA==" }, thinking(""), call("f")],
    {
      content: null,
      thinking_blocks: [
        { type: "redacted_thinking", data: "eA==" },
        { type: "thinking", thinking: "", signature: "c2ln" },
      ],
    },
  ],
  [
    "what Anthropic's own tools do is hidden",
    [
      text("Looking. "),
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "q" } },
      { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [] },
      text("Found."),
    ],
    { content: "Looking. Found.", annotations: [] },
  ],
];

test.each(messages)("§9 %s", (_, blocks, message) => {
  expect(choiceOf(answerOf(blocks)).message).toMatchObject(message);
});

test.each([
  ["tool_calls", [text("a")]],
  ["function_call", [text("a")]],
  ["reasoning_content", [text("a")]],
  ["reasoning_content", [thinking("")]],
  ["thinking_blocks", [text("a")]],
  ["thinking_blocks", [thinking("Hm.", "")]],
  ["thinking_blocks", [{ type: "redacted_thinking" }]],
  ["tool_calls", [{ type: "server_tool_use", id: "s", name: "web_search", input: { query: "q" } }]],
])("§9 %s is left out where there is none", (member, blocks) => {
  expect(choiceOf(answerOf(blocks)).message).not.toHaveProperty(member);
});

test("§7 thoughts that nobody wants to see are kept and not shown", () => {
  const { message } = choiceOf(answerOf([thinking("Hm."), text("a")]), contextFor({ showsThoughts: false }));
  expect(message).not.toHaveProperty("reasoning_content");
  expect(message.thinking_blocks).toEqual([{ type: "thinking", thinking: "Hm.", signature: "c2ln" }]);
});

const toolsOf = (...tools: readonly (Partial<ClientTool> & { name: string; declared: string })[]) =>
  new Map(tools.map(({ declared, ...tool }) => [declared, { kind: "function" as const, members: new Map(), ...tool }]));

describe("§5 calls", () => {
  test("go under the client's names for tools and their arguments", () => {
    const tools = toolsOf({ declared: "a_b", name: "a.b", members: new Map([["x_y", "x y"]]) });
    const { message } = choiceOf(answerOf([call("a_b", { x_y: 1, z: { x_y: 2 } })]), contextFor({ tools }));
    expect(message.tool_calls).toEqual([
      { id: "toolu_1", type: "function", function: { name: "a.b", arguments: '{"x y":1,"z":{"x_y":2}}' } },
    ]);
  });

  test.each([
    [{ input: "ls -l" }, "ls -l"],
    [{ input: { cmd: "ls" } }, '{"input":{"cmd":"ls"}}'],
    [{}, "{}"],
  ])("of custom tools are their input: %j", (input, want) => {
    const tools = toolsOf({ declared: "sh", name: "sh", kind: "custom" });
    const { message } = choiceOf(answerOf([call("sh", input)]), contextFor({ tools }));
    expect(message.tool_calls).toEqual([{ id: "toolu_1", type: "custom", custom: { name: "sh", input: want } }]);
  });

  test("of deprecated functions are in the deprecated form, and there is one", () => {
    const { message, finish_reason } = choiceOf(
      answerOf([call("f", { a: 1 }), call("g", {}, "toolu_2")], { stop_reason: "tool_use" }),
      contextFor({ legacyCalls: true }),
    );
    expect(message).toMatchObject({ content: null, function_call: { name: "f", arguments: '{"a":1}' } });
    expect(message).not.toHaveProperty("tool_calls");
    expect(finish_reason).toBe("function_call");
  });

  test("after the first are dropped where only one is wanted", () => {
    const body = answerOf([call("f"), call("g", {}, "toolu_2")]);
    expect(choiceOf(body, contextFor({ onlyFirstCall: true })).message.tool_calls).toMatchObject([{ id: "toolu_1" }]);
    expect(choiceOf(body).message.tool_calls).toHaveLength(2);
  });
});

describe("§6 a tool that stands in for structured output", () => {
  const context = contextFor({ answerTool: "json", tools: toolsOf({ declared: "f", name: "f" }) });

  test("is the content, and nothing else is", () => {
    const blocks = [text("Here: "), call("json", { a: 1 }), text("Done."), call("json", { a: 2 }, "toolu_2")];
    const { message, finish_reason } = choiceOf(answerOf(blocks, { stop_reason: "tool_use" }), context);
    expect(message).toEqual({ role: "assistant", content: '{"a":1}', refusal: null, annotations: [] });
    expect(finish_reason).toBe("stop");
  });

  test("leaves the text where it is not called", () => {
    expect(choiceOf(answerOf([text("No.")]), context)).toMatchObject({ message: { content: "No." } });
    const { message, finish_reason } = choiceOf(answerOf([text("Well. "), call("f")]), context);
    expect(message).toMatchObject({ content: "Well. ", tool_calls: [{ function: { name: "f" } }] });
    expect(finish_reason).toBe("tool_calls");
  });

  test("leaves nothing of the text that was held back, fences or not", () => {
    const body = answerOf([text("Here: "), text("``"), call("json", { a: 1 })]);
    const { message } = choiceOf(body, contextFor({ answerTool: "json", fenced: true }));
    expect(message.content).toBe('{"a":1}');
    const begun = answerOf([text("``"), call("json", { a: 1 })]);
    expect(choiceOf(begun, contextFor({ answerTool: "json", fenced: true })).message.content).toBe('{"a":1}');
  });

  test("has the client's names too", () => {
    const tools = toolsOf({ declared: "json", name: "json", members: new Map([["x_y", "x y"]]) });
    const { message } = choiceOf(answerOf([call("json", { x_y: 1 })]), contextFor({ answerTool: "json", tools }));
    expect(message.content).toBe('{"x y":1}');
  });
});

describe("§6 fences around an answer that was asked for by instruction alone", () => {
  const rows: readonly (readonly [name: string, given: string, want: string])[] = [
    ["with a language", '```json\n{"a":1}\n```', '{"a":1}'],
    ["without one, amid blanks", '\n\n``` \r\n{"a":1}\r\n```\n', '{"a":1}'],
    ["of an answer that was cut off", '```json\n{"a":1', '{"a":1'],
    ["behind some words stay", 'Here:\n```json\n{"a":1}\n```', 'Here:\n```json\n{"a":1}\n```'],
    ["with more than a language stay", '```json x\n{"a":1}\n```', '```json x\n{"a":1}\n```'],
    ["that are all there is stay", "```json", "```json"],
    ["that are all there is stay, with a blank", "``` ", "``` "],
    ["behind more blanks than anybody writes stay", `${" ".repeat(99)}\`\`\`\n{}\n`, `${" ".repeat(99)}\`\`\`\n{}\n`],
    ["before blanks without end and another", `\`\`\`\n{}${" ".repeat(200)}\n\`\`\``, `{}${" ".repeat(140)}`],
    ["that only open a code span stay", "``a``", "``a``"],
    ["that do not close at the end stay there", '```json\n{"a":1}\n```\nThat is it.', '{"a":1}\n```\nThat is it.'],
    ["with backticks inside", '```json\n{"a":"`` ` "}\n```', '{"a":"`` ` "}'],
    ["before blanks without end", `\`\`\`\n{}${" ".repeat(200)}`, `{}${" ".repeat(200)}`],
    ["none", '{"a":1}\n', '{"a":1}\n'],
  ];

  test.each(rows)("%s", (_, given, want) => {
    expect(choiceOf(answerOf([text(given)]), contextFor({ fenced: true })).message.content).toBe(want);
    const cut = [...given].map((letter) => text(letter));
    expect(choiceOf(answerOf(cut), contextFor({ fenced: true })).message.content).toBe(want);
    expect(choiceOf(answerOf([text(given)])).message.content).toBe(given);
  });
});

describe("§9 refusals", () => {
  const refused = (stop_details: object | null) => answerOf([], { stop_reason: "refusal", stop_details });

  test.each([
    [{ type: "refusal", category: "cyber", explanation: "That is an attack." }, "That is an attack."],
    [{ type: "refusal", category: "bio", explanation: null }, "The model refused to answer: bio."],
    [{ type: "refusal", category: null, explanation: "" }, "The model refused to answer."],
    [null, "The model refused to answer."],
  ])("are told: %j", (details, refusal) => {
    const { message, finish_reason } = choiceOf(refused(details));
    expect([message.content, message.refusal, finish_reason]).toEqual([null, refusal, "content_filter"]);
  });

  test("leave what was said before", () => {
    const { message } = choiceOf(answerOf([text("First, ")], { stop_reason: "refusal" }));
    expect([message.content, message.refusal]).toEqual(["First, ", "The model refused to answer."]);
  });

  test("are none without their word", () => {
    const details = { type: "refusal", category: "cyber", explanation: "No." };
    expect(choiceOf(answerOf([text("a")], { stop_details: details })).message.refusal).toBeNull();
  });
});

test.each([
  [{ service_tier: "standard" }, "default"],
  [{ service_tier: "priority" }, "priority"],
  [{ service_tier: "batch" }, undefined],
  [{ service_tier: "of_tomorrow" }, undefined],
  [{ service_tier: "standard", speed: "fast" }, "fast"],
  [{ service_tier: "priority", speed: "standard" }, "priority"],
  [{}, undefined],
])("§9 the class of service of %j is %s", (usage, tier) => {
  expect(whole(answerOf([text("a")], { usage })).service_tier).toBe(tier);
});

/** What the client does not get to see. */
test.each([
  ["content[]<server_tool_use>", [{ type: "server_tool_use", name: "web_search" }], {}],
  ["content[]<web_search_tool_result>", [{ type: "web_search_tool_result", content: [] }], {}],
  ["content[]<web_fetch_tool_result>", [{ type: "web_fetch_tool_result" }], {}],
  ["content[]<code_execution_tool_result>", [{ type: "code_execution_tool_result" }], {}],
  ["content[]<bash_code_execution_tool_result>", [{ type: "bash_code_execution_tool_result" }], {}],
  ["content[]<text_editor_code_execution_tool_result>", [{ type: "text_editor_code_execution_tool_result" }], {}],
  ["content[]<tool_search_tool_result>", [{ type: "tool_search_tool_result" }], {}],
  ["content[]<container_upload>", [{ type: "container_upload", file_id: "f" }], {}],
  ["content[]<mcp_tool_use>", [{ type: "mcp_tool_use", name: "f", input: {} }], {}],
  ["content[]<mcp_tool_result>", [{ type: "mcp_tool_result", content: "x" }], {}],
  ["content[]<compaction>", [{ type: "compaction", content: "x" }], {}],
  ["content[]<fallback>", [{ type: "fallback" }], {}],
  ["content[]", [{ type: "of_tomorrow", text: "x" }], {}],
  ["container", [], { container: { id: "c", expires_at: "2026-11-21T00:00:00Z" } }],
  ["context_management", [], { context_management: { applied_edits: [] } }],
])("§9 %s is told and not shown", (path, blocks, more) => {
  const body = answerOf([...blocks, text("a")], more);
  expect(toldOf(body)).toEqual([`reported:${path}`]);
  expect(choiceOf(body).message).toEqual({ role: "assistant", content: "a", refusal: null, annotations: [] });
});

test("§12 no error is none", () => {
  expect(choiceOf({ ...answerOf([text("a")]), error: null }).message.content).toBe("a");
});

test("§9 nothing is told of an ordinary answer", () => {
  const nulls = { container: null, context_management: null, diagnostics: null, stop_details: null };
  const body = answerOf([thinking("Hm."), text("a"), call("f")], { ...nulls, stop_sequence: "END" });
  expect(toldOf(body)).toEqual([]);
});

test.each([
  ["no content", { ...answerOf([]), content: undefined }],
  ["null for it", { ...answerOf([]), content: null }],
  ["another shape", { ...answerOf([]), content: "Hi." }],
  ["nothing at all", {}],
  ["a list", []],
])("§9 an answer with %s is a failure", (_, body) => {
  expect(read(body)).toMatchObject({ errorName: "upstream_invalid_response" });
});

test.each([
  [{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "overloaded"],
  [{ type: "error", error: { type: "of_tomorrow", message: "?" } }, "upstream_error"],
  [{ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Slow." } }, "rate_limit_exceeded"],
])("§12 an error inside a 200 is one: %j", (body, errorName) => {
  const failure = read(body);
  expect(failure).toBeInstanceOf(GatewayError);
  expect(failure).toMatchObject({ errorName });
});

test("§12 an error inside a 200 names the model as the client does", () => {
  const failure = read({ type: "error", error: { type: "not_found_error", message: "model: claude-sonnet-4-5" } });
  expect(failure).toMatchObject({ message: expect.stringContaining("`some-model` does not exist") });
});
