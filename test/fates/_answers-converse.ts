import fc from "../_fc.ts";
import type { Ingredients } from "./_response.ts";

const said = { text: "Base." };
const usage = { inputTokens: 50, outputTokens: 30, totalTokens: 80 };
const message = {
  output: { message: { role: "assistant", content: [said] } },
  stopReason: "end_turn",
  usage,
  metrics: { latencyMs: 7 },
};
const page = { location: { web: { url: "https://a.example/1", domain: "a.example" } } };
const cited = { content: [{ text: "Well." }], citations: [page] };
const called = { toolUseId: "tooluse_1", name: "look_up", input: { q: 1 } };

const some = fc.nat({ max: 90 }).map((n) => n + 1);
const base64 = fc.base64String({ minLength: 4, maxLength: 20 });
const pages = fc.nat().map((n) => `https://b.example/${n}`);
const text = fc.nat().map((n) => `Text ${n}.`);
const inputs = fc.dictionary(fc.stringMatching(/^[a-z]{3,9}$/), fc.integer(), { minKeys: 1, maxKeys: 3 });

const block = "output.message.content[]";
const citation = `${block}.citationsContent.citations[]`;
const among = { ...usage, cacheReadInputTokens: 20 };

/** Values that members of answers and of events have alike. */
const special: Ingredients["special"] = [
  [/citations?(\[\])?\.source$|location\.web\.url$/, pages],
  [/location\.web$/, pages.map((url) => ({ url }))],
  [/citations?(\[\])?\.location$/, pages.map((url) => ({ web: { url } }))],
  [/\.citations$/, pages.map((url) => [{ location: { web: { url } } }])],
  [/delta\.citation$/, pages.map((url) => ({ location: { web: { url } } }))],
  [
    /citationsContent$/,
    pages.map((url) => ({ content: [{ text: "Well." }], citations: [{ location: { web: { url } } }] })),
  ],
  [/citationsContent\.content$/, text.map((one) => [{ text: one }])],
  [/reasoningText$/, text.map((one) => ({ text: one }))],
  [/content\[\]\.reasoningContent$/, text.map((one) => ({ reasoningText: { text: one } }))],
  [/delta\.reasoningContent$/, text.map((one) => ({ text: one }))],
  [/redactedContent$/, base64],
  [/toolUse\.input$/, inputs],
  [/content\[\]\.toolUse$/, inputs.map((input) => ({ ...called, input }))],
  [/start\.toolUse$/, fc.constant({ toolUseId: "tooluse_1", name: "look_up" })],
  [/^output$/, text.map((one) => ({ message: { role: "assistant", content: [{ text: one }] } }))],
  [/^output\.message$/, text.map((one) => ({ role: "assistant", content: [{ text: one }] }))],
  [/^output\.message\.content$/, text.map((one) => [{ text: one }])],
  [/stopReason$/, fc.constantFrom("max_tokens", "content_filtered")],
  [/(^|metadata\.)usage$/, some.map((n) => ({ ...usage, inputTokens: n }))],
  [/totalTokens$/, fc.constant(80)],
  [/Tokens$/, some],
  [/serviceTier$/, fc.constant({ type: "priority" })],
  [/serviceTier\.type$/, fc.constantFrom("flex", "priority")],
  [/performanceConfig$/, fc.constant({ latency: "optimized" })],
  [/latency$/, fc.constant("optimized")],
  [/contentBlockIndex$/, fc.constant(1)],
];

const others: Ingredients["others"] = [
  [/stopReason(=|$)/, ["end_turn", "max_tokens"]],
  [/totalTokens$/, [100]],
  [/toolUse\.toolUseId$/, ["tooluse_2"]],
  [/toolUse\.name$/, ["another"]],
  [/contentBlockIndex$/, [2]],
];

/** Whole answers of Converse. */
export const converseAnswers: Ingredients = {
  base: {
    "": message,
    output: message.output,
    "output.message": message.output.message,
    usage,
    metrics: { latencyMs: 7 },
    [`${block}.citationsContent`]: cited,
    [citation]: page,
    [`${block}.toolUse`]: called,
    [`${block}.reasoningContent.reasoningText`]: { text: "Hm.", signature: "c2ln" },
    "usage.cacheDetails[]": { ttl: "5m", inputTokens: 3 },
  },
  siblings: [[/content\[\]/, "output.message.content", [said]]],
  beside: [
    [/totalTokens$/, { usage: among }],
    [/cacheDetails/, { usage: { ...usage, cacheWriteInputTokens: 9 } }],
    [
      /citations\[\]\.title$|web\.domain$/,
      { [citation]: page, [`${citation}.location.web`]: { url: "https://a.example/1" } },
    ],
    [/citations\[\]\.source$/, { [citation]: { location: undefined } }],
    [/location\.(?:document|searchResult)/, { [citation]: { source: "https://a.example/2" } }],
    [/location\.web\.url$/, { [`${citation}.location.web`]: {} }],
    [/reasoningText$/, { [`${block}.reasoningContent`]: {} }],
    [
      /reasoningText\.(?:text|signature)$/,
      { [`${block}.reasoningContent.reasoningText`]: { text: "Hm.", signature: "c2ln" } },
    ],
  ],
  special,
  others,
};

const delta = "contentBlockDelta.delta";
const eventCitation = `${delta}.citation`;

/** Events of its streams. */
export const converseEvents: Ingredients = {
  base: {
    messageStart: { role: "assistant" },
    contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: "tooluse_1", name: "look_up" } } },
    "contentBlockStart.start.toolUse": { toolUseId: "tooluse_1", name: "look_up" },
    contentBlockDelta: { contentBlockIndex: 1, delta: { text: "Well." } },
    contentBlockStop: { contentBlockIndex: 1 },
    messageStop: { stopReason: "end_turn" },
    metadata: { usage, metrics: { latencyMs: 7 } },
    "metadata.usage": usage,
    "metadata.metrics": { latencyMs: 7 },
    "metadata.usage.cacheDetails[]": { ttl: "5m", inputTokens: 3 },
    [eventCitation]: page,
  },
  siblings: [],
  beside: [
    [/totalTokens$/, { "metadata.usage": among }],
    [/cacheDetails/, { "metadata.usage": { ...usage, cacheWriteInputTokens: 9 } }],
    [
      /citation\.title$|web\.domain$/,
      { [eventCitation]: page, [`${eventCitation}.location.web`]: { url: "https://a.example/1" } },
    ],
    [/citation\.source$/, { [eventCitation]: { location: undefined } }],
    [/location\.(?:document|searchResult)/, { [eventCitation]: { source: "https://a.example/2" } }],
    [/location\.web\.url$/, { [`${eventCitation}.location.web`]: {} }],
    [/^contentBlockDelta\.contentBlockIndex$/, { contentBlockDelta: { delta: { toolUse: { input: '{"q":7}' } } } }],
  ],
  special: [
    [/delta\.toolUse\.input$/, fc.nat().map((q) => `{"q":${q}}`)],
    [/delta\.toolUse$/, fc.nat().map((q) => ({ input: `{"q":${q}}` }))],
    [
      /^contentBlockStart$/,
      fc.constant({ contentBlockIndex: 1, start: { toolUse: { toolUseId: "tooluse_1", name: "look_up" } } }),
    ],
    [/^contentBlockStart\.start$/, fc.constant({ toolUse: { toolUseId: "tooluse_1", name: "look_up" } })],
    [/^contentBlockDelta$/, text.map((one) => ({ contentBlockIndex: 1, delta: { text: one } }))],
    [/^contentBlockDelta\.delta$/, text.map((one) => ({ text: one }))],
    [/^contentBlockStop$/, fc.constant({ contentBlockIndex: 1 })],
    [/^messageStop$/, fc.constant({ stopReason: "max_tokens" })],
    [/^metadata$/, some.map((n) => ({ usage: { ...usage, inputTokens: n }, metrics: { latencyMs: 7 } }))],
    ...special,
  ],
  others: [
    [/^contentBlockStart\.start$/, [{}]],
    [/delta\.toolUse$/, [{ input: '{"other":1}' }]],
    [/reasoningContent\.signature$/, ["b3RoZXI="]],
    [/delta\.citation$/, [page]],
    ...others,
  ],
  // An event that is left out is one that says nothing.
  none: () => ({ brandNew: {} }),
};
