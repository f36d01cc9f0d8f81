import { expect } from "vitest";
import { type GatewayOptions, says, startOpenAIServer } from "../_setup.ts";

/** An answer as it goes over the wire, whole and streamed, to the last member. */
export interface WireRow {
  /** The rule of openai-surface.md §7. */
  readonly rule: string;
  /** Beside the model. */
  readonly request: object;
  readonly script: string;
  /** The body of the whole answer; absent where the rule is about streams alone. */
  readonly whole?: { readonly choices: readonly object[]; readonly usage?: object };
  /** What each chunk has beside its head. */
  readonly chunks: readonly object[];
  /** The same of an upstream that cuts arguments into pieces. */
  readonly inPieces?: readonly object[];
}

/** Upstreams in two languages, between which a client must see no difference. */
export const upstreams: readonly (readonly [name: string, setup: GatewayOptions])[] = [
  ["Gemini", {}],
  [
    "OpenAI",
    {
      upstream: (script) => startOpenAIServer(script, "openai"),
      providers:
        'providers: { up: { type: openai, server: openai, base_url: "${UPSTREAM}/v1", auth: { bearer: "${TOKEN}" } } }',
      routes: "models: { test-model: { deployments: [up/gpt-4o], conformance: enforce } }",
    },
  ],
];

const one = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  ...more,
});
const opening = { role: "assistant", content: "", refusal: null };
const said = (message: object, finish_reason: string): object => ({
  index: 0,
  message: { role: "assistant", refusal: null, annotations: [], ...message },
  logprobs: null,
  finish_reason,
});
const counted = { usage: { input: 5, output: 3 } };
const counts = expect.objectContaining({ prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 });
const withCounts = { stream_options: { include_usage: true } };
const uncounted = { usage: null };

const tools = ["get_weather", "get_time"].map((name) => ({
  type: "function",
  function: { name, parameters: { type: "object", properties: { city: { type: "string" } } } },
}));
const paris = { name: "get_weather", arguments: '{"city":"Paris"}' };
const time = { name: "get_time", arguments: "{}" };
const calls = [
  { name: "get_weather", args: { city: "Paris" } },
  { name: "get_time", args: {} },
];
const id: unknown = expect.stringMatching(/^call_/);
const called = (fn: object): object => ({ id, type: "function", function: fn });
const opened = (index: number, name: string): object =>
  one({ tool_calls: [{ index, ...called({ name, arguments: "" }) }] });
const piece = (index: number, text: string): object => one({ tool_calls: [{ index, function: { arguments: text } }] });
const script = (answer: object): string => JSON.stringify({ answers: [answer] });

/** @see reference: openai-surface §7 */
export const wireRows: readonly WireRow[] = [
  {
    rule: "required members; no tool_calls where there are none; role in the first delta alone; {} in the last",
    request: says("hi"),
    script: script({ text: "Hello there.", chunks: 2, ...counted }),
    whole: { choices: [said({ content: "Hello there." }, "stop")], usage: counts },
    chunks: [one(opening), one({ content: "Hello " }), one({ content: "there." }), one({}, "stop")],
  },
  {
    rule: "the counts come in a chunk without choices, and usage is null before it",
    request: { ...says("hi"), ...withCounts },
    script: script({ text: "Hello there.", chunks: 1, ...counted }),
    chunks: [
      one(opening, null, uncounted),
      one({ content: "Hello there." }, null, uncounted),
      one({}, "stop", uncounted),
      { choices: [], usage: counts },
    ],
  },
  {
    rule: "content is null beside calls; arguments are text; id, type and name once; finish_reason after all arguments",
    request: { ...says("Weather?"), tools },
    script: script({ calls, ...counted }),
    whole: {
      choices: [said({ content: null, tool_calls: [called(paris), called(time)] }, "tool_calls")],
      usage: counts,
    },
    chunks: [
      one(opening),
      one({ tool_calls: [{ index: 0, ...called(paris) }] }),
      one({ tool_calls: [{ index: 1, ...called(time) }] }),
      one({}, "tool_calls"),
    ],
    inPieces: [
      { choices: [{ index: 0, delta: opening, finish_reason: null }] },
      opened(0, "get_weather"),
      ...['{"ci', 'ty":', '"Par', 'is"}'].map((text) => piece(0, text)),
      opened(1, "get_time"),
      ...["{", "}"].map((text) => piece(1, text)),
      one({}, "tool_calls"),
    ],
  },
  {
    rule: "one line of JSON per event, whatever the text holds",
    request: says("hi"),
    script: script({ text: "Grüße\n\r\u2028data: [DONE]\n\n世界 👩‍👩‍👧‍👦", chunks: 1, ...counted }),
    whole: {
      choices: [said({ content: "Grüße\n\r\u2028data: [DONE]\n\n世界 👩‍👩‍👧‍👦" }, "stop")],
      usage: counts,
    },
    chunks: [one(opening), one({ content: "Grüße\n\r\u2028data: [DONE]\n\n世界 👩‍👩‍👧‍👦" }), one({}, "stop")],
  },
];
