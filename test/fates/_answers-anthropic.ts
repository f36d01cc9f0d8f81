import fc from "../_fc.ts";
import type { Ingredients } from "./_response.ts";

const said = { type: "text", text: "Base.", citations: null };

const counts = {
  input_tokens: 5,
  output_tokens: 100,
  cache_creation_input_tokens: null,
  cache_read_input_tokens: null,
  output_tokens_details: null,
  server_tool_use: null,
};
const usage = { ...counts, cache_creation: null, service_tier: null, speed: null, inference_geo: null };
/** One of several times that the model was asked. */
const time = {
  model: null,
  input_tokens: 50,
  output_tokens: 60,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: null,
};

const message = {
  id: "msg_base",
  type: "message",
  role: "assistant",
  model: "claude-opus-5",
  content: [said],
  stop_reason: "end_turn",
  stop_sequence: null,
  stop_details: null,
  usage,
  container: null,
  diagnostics: null,
};
const end = { stop_reason: "end_turn", stop_sequence: null, stop_details: null, container: null };

const error = { type: "api_error", message: "The model is at fault.", details: null };

const found = {
  type: "web_search_result_location",
  cited_text: "Base.",
  url: "https://a.example/1",
  title: "One",
  encrypted_index: "c2lnbmVk",
};
const searched = {
  type: "search_result_location",
  cited_text: "Base.",
  search_result_index: 0,
  source: "https://a.example/2",
  title: "Two",
  start_block_index: 0,
  end_block_index: 1,
};

const some = fc.nat({ max: 90 }).map((n) => n + 1);
const text = fc.nat().map((n) => ({ type: "text", text: `Text ${n}.`, citations: null }));
const pages = fc.nat().map((n) => `https://b.example/${n}`);

type Entries<Key extends keyof Ingredients> = Ingredients[Key];

/** Values that members of answers and of events have alike. */
const special: Entries<"special"> = [
  [/(citation|citations\[\])<\w+>\.(url|source)$/, pages],
  [/citations$/, pages.map((url) => [{ ...found, url }])],
  [/citation(<web_search_result_location>)?$/, pages.map((url) => ({ ...found, url }))],
  [/citation<search_result_location>$/, pages.map((source) => ({ ...searched, source }))],
  [/delta<citations_delta>$/, pages.map((url) => ({ citation: { ...found, url } }))],
  [/(^|message\.)content$/, text.map((one) => [one])],
  [/content_block$|(content\[\]|content_block)<text>$/, text],
  [/<message_start>\.message$/, some.map((n) => ({ ...message, usage: { ...usage, input_tokens: n + 5 } }))],
  [/<content_block_delta>\.delta$/, fc.nat().map((n) => ({ type: "text_delta", text: `Text ${n}.` }))],
  [/<message_delta>\.delta$/, fc.constant({ ...end, stop_reason: "max_tokens" })],
  [/\.index$/, fc.constant(1)],
  [/<tool_use>\.input$/, fc.dictionary(fc.stringMatching(/^[a-z]{3,9}$/), fc.integer(), { minKeys: 1, maxKeys: 3 })],
  [/stop_reason$/, fc.constant("max_tokens")],
  [/stop_details$/, fc.nat().map((n) => ({ type: "refusal", category: "cyber", explanation: `Reason ${n}.` }))],
  [/category$/, fc.constant("bio")],
  [/service_tier$/, fc.constant("priority")],
  [/speed$/, fc.constant("fast")],
  [/(^|message\.)usage$/, some.map((n) => ({ ...usage, input_tokens: n + 5 }))],
  [/<message_delta>\.usage$/, some.map((n) => ({ ...counts, input_tokens: n + 5 }))],
  [/cache_creation$/, some.map((n) => ({ ephemeral_5m_input_tokens: n, ephemeral_1h_input_tokens: n }))],
  [/(input|thinking|output)_tokens$/, some],
  [/output_tokens_details$/, some.map((thinking_tokens) => ({ thinking_tokens }))],
  [/iterations$/, some.map((n) => [{ type: "message", ...time, input_tokens: n }])],
  [/<error>\.error$/, fc.nat().map((n) => ({ ...error, message: `The model is at fault ${n} times.` }))],
  [/error\.type$/, fc.constant("api_error")],
];

const others: Entries<"others"> = [
  [/\.index$/, [2]],
  [/citations$|stop_details$|explanation$|category(=|$)|service_tier(=|$)|speed(=|$)/, [null]],
  [/usage\.(cache_creation|cache_creation_input_tokens|cache_read_input_tokens)$/, [null]],
  [/output_tokens_details$|iterations$/, [null]],
  [/stop_reason(=max_tokens|=model_context_window_exceeded|=refusal)?$/, ["end_turn"]],
  [/stop_reason=/, ["max_tokens"]],
  [/<message_delta>\.delta$/, [end]],
  [/error\.type(=|$)/, ["api_error", "overloaded_error"]],
];

/** What the counts at a place hold anyway. */
const countsAt = (place: string, held: object): Entries<"base"> => ({
  [place]: held,
  [`${place}.cache_creation`]: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 1 },
  [`${place}.iterations[]<message>`]: time,
  [`${place}.iterations[]<compaction>`]: { ...time, model: undefined },
});

const citationsAt = (place: string): Entries<"base"> => ({
  [`${place}<web_search_result_location>`]: found,
  [`${place}<search_result_location>`]: searched,
});

/** Answers of the Messages API. */
export const anthropicAnswers: Ingredients = {
  base: {
    "": message,
    ...countsAt("usage", usage),
    ...citationsAt("content[]<text>.citations[]"),
    stop_details: { explanation: null },
  },
  siblings: [[/content\[\]/, "content", [said]]],
  beside: [
    [/^stop_details/, { "": { stop_reason: "refusal" } }],
    [/<text>\.text$/, { "content[]<text>": { citations: null } }],
    [/<text>\.citations/, { "content[]<text>": { text: "Well." } }],
  ],
  special,
  others,
};

const [start, delta, piece] = ["<message_start>.message", "<message_delta>", "<content_block_delta>"];
const cited = `${piece}.delta<citations_delta>.citation`;

/** Events of its streams. */
export const anthropicEvents: Ingredients = {
  base: {
    "<message_start>": { message },
    [start]: message,
    ...countsAt(`${start}.usage`, usage),
    "<content_block_start>": { index: 1, content_block: { type: "text", text: "Well.", citations: null } },
    ...citationsAt("<content_block_start>.content_block<text>.citations[]"),
    [piece]: { index: 1, delta: { type: "text_delta", text: "Well." } },
    "<content_block_stop>": { index: 1 },
    [delta]: { delta: end, usage: counts },
    [`${delta}.delta`]: end,
    ...countsAt(`${delta}.usage`, counts),
    [`${delta}.delta.stop_details`]: { explanation: null },
    "<error>": { error, request_id: null },
    "<error>.error": error,
  },
  siblings: [],
  beside: [
    [/^<message_delta>\.delta\.stop_details/, { [`${delta}.delta`]: { stop_reason: "refusal" } }],
    [/citation<web_search_result_location>\./, { [`${cited}<web_search_result_location>`]: found }],
    [/citation<search_result_location>\./, { [`${cited}<search_result_location>`]: searched }],
    [/<text>\.text$/, { "<content_block_start>.content_block<text>": { citations: null } }],
    [/<text>\.citations/, { "<content_block_start>.content_block<text>": { text: "Well." } }],
  ],
  special,
  others,
  none: (key) => ({ type: "ping", instead: key }),
};
