import { describe, expect, test } from "vitest";
import { mendChat } from "../../src/operations/lenient/mend-chat.ts";
import { hi, mend, type Row } from "./_mend.ts";

const call = { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: "{}", status: "completed" };
const made = { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } };
const pixel = "data:image/png;base64,iVBORw0KGgo=";
const fine = { type: "function_call_output", call_id: "call_1", output: "fine" };
const told = { role: "tool", tool_call_id: "call_1", content: "fine" };

const input = (name: string, given: readonly unknown[], wanted: readonly object[]): Row => ({
  name,
  given: { input: given },
  wanted: { messages: wanted },
});

const beside = (name: string, given: object, wanted: object): Row => ({
  name,
  given: { input: "hi", ...given },
  wanted: { messages: [hi], ...wanted },
});

/** @see reference: openai-responses §2 to §5 */
const rows: readonly Row[] = [
  { name: "input as a text", given: { input: "hi" }, wanted: { messages: [hi] } },
  { name: "messages null beside it", given: { messages: null, input: "hi" }, wanted: { messages: [hi] } },
  {
    name: "instructions stand first",
    given: { instructions: "Be brief.", input: [hi] },
    wanted: { messages: [{ role: "system", content: "Be brief." }, hi] },
  },
  {
    name: "instructions and no input",
    given: { instructions: "Be brief.", input: [] },
    wanted: { messages: [{ role: "system", content: "Be brief." }] },
  },
  input(
    "messages with and without their type",
    [{ type: "message", id: "msg_1", status: "completed", ...hi }, hi],
    [hi, hi],
  ),
  input(
    "parts of every kind",
    [
      {
        role: "user",
        content: [
          { type: "input_text", text: "What is it?" },
          { type: "input_image", image_url: pixel, detail: "auto" },
          { type: "input_file", file_id: "file-1" },
          { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
        ],
      },
    ],
    [
      {
        role: "user",
        content: [
          { type: "text", text: "What is it?" },
          { type: "image_url", image_url: { url: pixel, detail: "auto" } },
          { type: "file", file: { file_id: "file-1" } },
          { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
        ],
      },
    ],
  ),
  input(
    "a developer's message",
    [{ role: "developer", content: [{ type: "input_text", text: "Be brief." }] }, hi],
    [{ role: "developer", content: [{ type: "text", text: "Be brief." }] }, hi],
  ),
  input(
    "a call and its result",
    [hi, call, fine],
    [hi, { role: "assistant", content: null, tool_calls: [made] }, told],
  ),
  input(
    "one turn of reasoning, words and two calls is one message",
    [
      hi,
      { type: "reasoning", id: "rs_1", summary: [], content: [{ type: "reasoning_text", text: "Hm." }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Let me see.", annotations: [] }] },
      call,
      { ...call, call_id: "call_2" },
      fine,
      { ...fine, call_id: "call_2" },
    ],
    [
      hi,
      {
        role: "assistant",
        content: [{ type: "text", text: "Let me see." }],
        reasoning_content: "Hm.",
        tool_calls: [made, { ...made, id: "call_2" }],
      },
      told,
      { ...told, tool_call_id: "call_2" },
    ],
  ),
  input(
    "each result ends a turn",
    [hi, call, fine, { ...call, call_id: "call_2" }, { ...fine, call_id: "call_2" }],
    [
      hi,
      { role: "assistant", content: null, tool_calls: [made] },
      told,
      { role: "assistant", content: null, tool_calls: [{ ...made, id: "call_2" }] },
      { ...told, tool_call_id: "call_2" },
    ],
  ),
  input(
    "two messages of one turn are its parts",
    [
      { role: "assistant", content: "I look." },
      { role: "assistant", content: [{ type: "output_text", text: "I found." }] },
    ],
    [
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "text", text: "I found." },
        ],
      },
    ],
  ),
  input(
    "reasoning that is encrypted or only a summary is left out",
    [
      hi,
      { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "In short." }], encrypted_content: "x" },
      { role: "assistant", content: "Hello." },
      { type: "reasoning", id: "rs_2", summary: [], content: [{ type: "reasoning_text", text: "Lost." }] },
      hi,
    ],
    [hi, { role: "assistant", content: "Hello.", reasoning_content: "Lost." }, hi],
  ),
  input(
    "reasoning that led to nothing is left out",
    [hi, { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "Hm." }] }, hi],
    [hi, hi],
  ),
  input(
    "a custom tool's call and its result",
    [
      { type: "custom_tool_call", call_id: "call_1", name: "ApplyPatch", input: "*** Begin" },
      { type: "custom_tool_call_output", call_id: "call_1", output: "fine" },
    ],
    [
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "custom", custom: { name: "ApplyPatch", input: "*** Begin" } }],
      },
      told,
    ],
  ),
  input(
    "results in parts, with a picture",
    [
      call,
      {
        ...fine,
        output: [
          { type: "input_text", text: "a picture:" },
          { type: "input_image", image_url: pixel },
        ],
      },
    ],
    [
      { role: "assistant", content: null, tool_calls: [made] },
      {
        ...told,
        content: [
          { type: "text", text: "a picture:" },
          { type: "image_url", image_url: { url: pixel } },
        ],
      },
    ],
  ),
  input(
    "a result as an object",
    [call, { ...fine, output: { ok: true } }],
    [
      { role: "assistant", content: null, tool_calls: [made] },
      { ...told, content: '{"ok":true}' },
    ],
  ),
  input(
    "chat's own messages among the items",
    [{ role: "assistant", content: "", tool_calls: [made] }, told],
    [{ role: "assistant", content: "", tool_calls: [made] }, told],
  ),
  // the rest of the body
  beside("the limit", { max_output_tokens: 100 }, { max_completion_tokens: 100 }),
  beside("both limits", { max_output_tokens: 100, max_completion_tokens: 50 }, { max_completion_tokens: 50 }),
  beside("the effort", { reasoning: { effort: "high" } }, { reasoning_effort: "high" }),
  beside(
    "what else is said about reasoning stays, and is told of",
    { reasoning: { effort: "low", summary: "auto", context: null } },
    { reasoning_effort: "low", reasoning: { summary: "auto", context: null } },
  ),
  beside("chat's own effort", { reasoning: { effort: "high" }, reasoning_effort: "low" }, { reasoning_effort: "low" }),
  beside("nothing about reasoning", { reasoning: { effort: null, summary: null } }, {}),
  beside(
    "verbosity and a plain format",
    { text: { format: { type: "text" }, verbosity: "low" } },
    { verbosity: "low", response_format: { type: "text" } },
  ),
  beside(
    "a schema for the answer",
    { text: { format: { type: "json_schema", name: "answer", schema: { type: "object" }, strict: true } } },
    {
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema: { type: "object" }, strict: true },
      },
    },
  ),
  beside("another member of text stays", { text: { tone: "warm" } }, { text: { tone: "warm" } }),
  beside(
    "flat tools and a flat choice",
    {
      tools: [{ type: "function", name: "f", parameters: null, strict: false }],
      tool_choice: { type: "function", name: "f" },
    },
    {
      tools: [{ type: "function", function: { name: "f", parameters: null, strict: false } }],
      tool_choice: { type: "function", function: { name: "f" } },
    },
  ),
  beside("log probabilities", { top_logprobs: 3 }, { logprobs: true, top_logprobs: 3 }),
  beside("no log probabilities", { top_logprobs: 0 }, {}),
  beside(
    "what chat calls the same",
    {
      ...{ parallel_tool_calls: false, metadata: { a: "b" }, user: "u", store: false, temperature: 0.5, top_p: 0.9 },
      ...{ stream: true, prompt_cache_key: "k", safety_identifier: "s", service_tier: "flex" },
    },
    {
      ...{ parallel_tool_calls: false, metadata: { a: "b" }, user: "u", store: false, temperature: 0.5, top_p: 0.9 },
      ...{ stream: true, prompt_cache_key: "k", safety_identifier: "s", service_tier: "flex" },
    },
  ),
  beside(
    "what chat cannot say is kept, and told of",
    { include: ["reasoning.encrypted_content"], truncation: "auto", background: false, max_tool_calls: 3 },
    { include: ["reasoning.encrypted_content"], truncation: "auto", background: false, max_tool_calls: 3 },
  ),
  beside("nothing that is kept elsewhere", { previous_response_id: null, conversation: null, prompt: null }, {}),
];

describe("a request of the Responses API is answered as chat", () => {
  test.each(rows)("$name", ({ given, wanted }) => {
    expect(mend(given)).toEqual({ model: "m", ...wanted });
  });

  test("a body with messages is chat's, whatever input says", () => {
    const body = { messages: [hi], input: "hello" };
    expect(mendChat(body).body).toBe(body);
  });
});
