import { describe, expect, test } from "vitest";
import {
  validateBedrockMessageRequest as asksBedrock,
  validateCountMessageTokensRequest as asksCount,
  validateCreateMessageRequest as asksDirect,
  validateVertexMessageRequest as asksVertex,
} from "../../generated/validators/anthropic.closed.mjs";
import {
  validateErrorResponse as failsExactly,
  validateMessageStreamEvent as streams,
  validateMessage as writes,
} from "../../generated/validators/anthropic.exact.mjs";
import {
  validateErrorResponse as readsError,
  validateMessageStreamEvent as readsEvent,
  validateMessage as readsMessage,
} from "../../generated/validators/anthropic.tolerant.mjs";
import type { Validator } from "../../generated/validators/validator.ts";

type Row = readonly [string, unknown, boolean];

/** One test for each value: whether the validator lets it pass. */
function judges(validate: Validator<unknown>, rows: readonly Row[]): void {
  test.each(rows)("%s", (_name, value, valid) => {
    expect(validate(value), JSON.stringify(validate.errors)).toBe(valid);
  });
}

const user = { role: "user", content: "hi" };
const turn = { messages: [user], max_tokens: 9 };
const direct = (members: object): object => ({ model: "claude-opus-4-8", ...turn, ...members });
const withBlock = (block: object): object => direct({ messages: [{ role: "user", content: [block] }] });
const withTool = (tool: object): object => direct({ tools: [tool] });
const weather = { name: "weather", input_schema: { type: "object", properties: { city: { type: "string" } } } };

describe("a message is asked for", () => {
  judges(asksDirect, [
    ["with a text", direct({}), true],
    ["without a limit", { model: "m", messages: [user] }, false],
    ["with a member of OpenAI's", direct({ logprobs: true }), false],
    ["with a system message in between", direct({ messages: [user, { role: "system", content: "Be brief." }] }), true],
    ["with a role that nobody knows", direct({ messages: [{ role: "tool", content: "4" }] }), false],
    ["with sampling, which older models take", direct({ temperature: 1, top_p: 0.5, top_k: 3 }), true],
    ["with more heat than there is", direct({ temperature: 1.5 }), false],
    ["with a block that has a stray member", withBlock({ type: "text", text: "a", name: "b" }), false],
    ["with a picture", withBlock({ type: "image", source: { type: "url", url: "https://a.test/b.png" } }), true],
    [
      "with a picture of a kind that is refused",
      withBlock({ type: "image", source: { type: "base64", media_type: "image/bmp", data: "AA" } }),
      false,
    ],
    ["with a result that is a text", withBlock({ type: "tool_result", tool_use_id: "t", content: "4" }), true],
    ["with a result that says nothing", withBlock({ type: "tool_result", tool_use_id: "t" }), true],
    ["with thinking that lost its signature", withBlock({ type: "thinking", thinking: "hm" }), false],
    ["with a tool", withTool(weather), true],
    ["with a tool that says it is one", withTool({ type: "custom", ...weather }), true],
    ["with a tool whose type is null", withTool({ type: null, ...weather }), true],
    ["with a tool in OpenAI's form", withTool({ type: "function", function: weather }), false],
    ["with a schema that is no object's", withTool({ ...weather, input_schema: { type: "string" } }), false],
    ["with a search of the web", withTool({ type: "web_search_20250305", name: "web_search", max_uses: 2 }), true],
    ["with a search under a name of its own", withTool({ type: "web_search_20250305", name: "search" }), false],
    ["with a cache for an hour", withTool({ ...weather, cache_control: { type: "ephemeral", ttl: "1h" } }), true],
    ["with a cache for a day", withTool({ ...weather, cache_control: { type: "ephemeral", ttl: "24h" } }), false],
    ["with a budget for thinking", direct({ thinking: { type: "enabled", budget_tokens: 1024 } }), true],
    ["with a budget that is too small", direct({ thinking: { type: "enabled", budget_tokens: 1023 } }), false],
    ["with adaptive thinking and a budget", direct({ thinking: { type: "adaptive", budget_tokens: 1024 } }), false],
    ["with thinking between tools", direct({ thinking: { type: "between_tools" } }), true],
    ["with an effort", direct({ output_config: { effort: "max" } }), true],
    ["with an effort of OpenAI's", direct({ output_config: { effort: "minimal" } }), false],
    ["with no call of a tool", direct({ tool_choice: { type: "none" } }), true],
    [
      "with no call of a tool, and that one alone",
      direct({ tool_choice: { type: "none", disable_parallel_tool_use: true } }),
      false,
    ],
    ["with a container by its id", direct({ container: "c1" }), true],
    ["with the models it falls back to", direct({ fallbacks: [{ model: "m", max_tokens: 5 }] }), true],
    ["with a version, which is a header", direct({ anthropic_version: "2023-06-01" }), false],
  ]);
});

describe("a message is asked for at Vertex AI", () => {
  const vertex = { anthropic_version: "vertex-2023-10-16", ...turn };
  judges(asksVertex, [
    ["with a version", vertex, true],
    ["without one", turn, false],
    ["with a model, which is in the path", { ...vertex, model: "m" }, false],
    ["as a stream", { ...vertex, stream: true }, true],
    ["with a service tier", { ...vertex, service_tier: "auto" }, false],
  ]);
});

describe("a message is asked for at Bedrock", () => {
  const bedrock = { anthropic_version: "bedrock-2023-05-31", ...turn };
  judges(asksBedrock, [
    ["with beta features", { ...bedrock, anthropic_beta: ["a"] }, true],
    ["with a model, which is in the path", { ...bedrock, model: "m" }, false],
    ["as a stream, which is in the path", { ...bedrock, stream: true }, false],
    ["with an id of the user", { ...bedrock, metadata: { user_id: "u" } }, false],
  ]);
});

describe("tokens are counted", () => {
  judges(asksCount, [
    ["of a conversation", { model: "m", messages: [user] }, true],
    ["with a limit, which changes no count", direct({}), false],
  ]);
});

const usage = {
  input_tokens: 1,
  output_tokens: 2,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: null,
  output_tokens_details: { thinking_tokens: 0 },
  server_tool_use: null,
  service_tier: "standard",
  speed: "standard",
  inference_geo: null,
};
const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: "hi", citations: null }],
  stop_reason: "end_turn",
  stop_sequence: null,
  stop_details: null,
  usage,
  container: null,
  diagnostics: null,
};

describe("an answer that leaves", () => {
  judges(writes, [
    ["is whole", message, true],
    ["ends at the edge of the context", { ...message, stop_reason: "model_context_window_exceeded" }, true],
    ["ends with a summary", { ...message, stop_reason: "compaction" }, true],
    ["ends for a reason of OpenAI's", { ...message, stop_reason: "stop" }, false],
    ["does not say why it was refused", { ...message, stop_details: undefined }, false],
    ["has a block that nobody knows", { ...message, content: [{ type: "song" }] }, false],
    ["counts what it was asked in turn", { ...message, usage: { ...usage, iterations: null } }, true],
  ]);
  judges(failsExactly, [
    ["is an error", { type: "error", error: { type: "overloaded_error", message: "Busy" }, request_id: null }, true],
    [
      "is an error of a new kind",
      { type: "error", error: { type: "shy_error", message: "No" }, request_id: "r" },
      false,
    ],
  ]);
});

describe("an event that leaves", () => {
  const delta = { stop_reason: "end_turn", stop_sequence: null, stop_details: null, container: null };
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage;
  const counts = { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens };
  const rest = { output_tokens_details: null, server_tool_use: null };
  const json = { type: "input_json_delta", partial_json: "{" };
  judges(streams, [
    ["begins an answer", { type: "message_start", message }, true],
    ["begins a block", { type: "content_block_start", index: 0, content_block: message.content[0] }, true],
    ["brings a piece of JSON", { type: "content_block_delta", index: 0, delta: json }, true],
    ["does not say which block it is for", { type: "content_block_delta", delta: json }, false],
    ["ends a block", { type: "content_block_stop", index: 0 }, true],
    ["counts", { type: "message_delta", delta, usage: { ...counts, ...rest } }, true],
    ["counts half", { type: "message_delta", delta, usage: { output_tokens: 2 } }, false],
    ["ends an answer", { type: "message_stop" }, true],
    ["is a sign of life", { type: "ping" }, true],
    ["is one of OpenAI's", { object: "chat.completion.chunk", choices: [] }, false],
  ]);
});

describe("Anthropic may", () => {
  judges(readsMessage, [
    ["leave out what is new", { content: [{ type: "text", text: "hi" }], usage: { input_tokens: 1 } }, true],
    ["invent a block", { content: [{ type: "song", notes: 4 }] }, true],
    ["end for a reason of its own", { stop_reason: "bored" }, true],
    ["not send a number as text", { content: [{ type: "text", text: 5 }] }, false],
  ]);
  judges(readsEvent, [
    ["invent an event", { type: "message_pause", seconds: 4 }, true],
    ["invent a delta", { type: "content_block_delta", index: 0, delta: { type: "song_delta" } }, true],
    ["count half", { type: "message_delta", delta: {}, usage: { output_tokens: 2 } }, true],
    ["not number a block by a text", { type: "content_block_stop", index: "0" }, false],
  ]);
  judges(readsError, [
    ["fail in a new way", { type: "error", error: { type: "shy_error", message: "No" } }, true],
    ["add details", { error: { message: "No", details: { error_code: "a", paths: ["b"] } } }, true],
    ["not explain itself in numbers", { error: { message: 5 } }, false],
  ]);
});
