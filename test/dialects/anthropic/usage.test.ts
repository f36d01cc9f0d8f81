import { describe, expect, test } from "vitest";
import { toUsage, withCounts } from "../../../src/dialects/anthropic/usage.ts";
import { toChatUsage } from "../../../src/usage/chat-usage.ts";
import type { Usage } from "../../../src/usage/usage.ts";
import { answerOf, end, said, start, streamed, text, whole } from "./_reading.ts";

const plain = { input_tokens: 10, output_tokens: 5 };
const time = (type: string, input_tokens: number, output_tokens: number, more: object = {}): object => ({
  type,
  input_tokens,
  output_tokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: null,
  ...more,
});

/** Counts of Anthropic's, and the buckets they go into. */
const rows: readonly (readonly [name: string, counts: object, want: Usage | undefined])[] = [
  ["nothing but input and output", plain, { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0 }],
  [
    "nulls",
    { ...plain, cache_read_input_tokens: null, cache_creation: null, output_tokens_details: null, iterations: null },
    { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0 },
  ],
  [
    "what came from the cache",
    { ...plain, cache_read_input_tokens: 90 },
    { uncachedInput: 10, cacheRead: 90, output: 5, reasoning: 0 },
  ],
  [
    "what went into it",
    { ...plain, cache_creation_input_tokens: 30 },
    { uncachedInput: 10, cacheRead: 0, cacheWrite: { fiveMinutes: 30, oneHour: 0 }, output: 5, reasoning: 0 },
  ],
  [
    "and for how long",
    {
      ...plain,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    },
    { uncachedInput: 10, cacheRead: 0, cacheWrite: { fiveMinutes: 10, oneHour: 20 }, output: 5, reasoning: 0 },
  ],
  [
    "and for how long alone",
    { ...plain, cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 } },
    { uncachedInput: 10, cacheRead: 0, cacheWrite: { fiveMinutes: 10, oneHour: 20 }, output: 5, reasoning: 0 },
  ],
  [
    "a sum that is less than its parts",
    {
      ...plain,
      cache_creation_input_tokens: 5,
      cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 20 },
    },
    { uncachedInput: 10, cacheRead: 0, cacheWrite: { fiveMinutes: 0, oneHour: 5 }, output: 5, reasoning: 0 },
  ],
  [
    "thinking, which is part of the output",
    { ...plain, output_tokens_details: { thinking_tokens: 4 } },
    { uncachedInput: 10, cacheRead: 0, output: 1, reasoning: 4 },
  ],
  [
    "thinking beyond the output",
    { ...plain, output_tokens_details: { thinking_tokens: 9 } },
    { uncachedInput: 10, cacheRead: 0, output: 0, reasoning: 5 },
  ],
  [
    "several times that this model was asked",
    {
      ...plain,
      iterations: [
        time("compaction", 100, 20, { cache_read_input_tokens: 7 }),
        time("message", 10, 5),
        time("advisor_message", 1000, 1000),
      ],
    },
    { uncachedInput: 110, cacheRead: 7, cacheWrite: { fiveMinutes: 0, oneHour: 0 }, output: 25, reasoning: 0 },
  ],
  [
    "for how long each time wrote into the cache",
    {
      ...plain,
      cache_creation_input_tokens: 1,
      iterations: [
        time("compaction", 100, 20, {
          cache_creation_input_tokens: 30,
          cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
        }),
        time("message", 10, 5, { cache_creation_input_tokens: 7 }),
      ],
    },
    { uncachedInput: 110, cacheRead: 0, cacheWrite: { fiveMinutes: 17, oneHour: 20 }, output: 25, reasoning: 0 },
  ],
  [
    "two models, one after the other",
    { ...plain, iterations: [time("message", 100, 20), time("fallback_message", 10, 5)] },
    { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0 },
  ],
  [
    "times of another model alone",
    { ...plain, iterations: [time("advisor_message", 100, 20)] },
    { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0 },
  ],
  [
    "searches, which are charged one by one",
    { ...plain, server_tool_use: { web_search_requests: 3, web_fetch_requests: 1 } },
    { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0, searches: 3 },
  ],
  [
    "no searches",
    { ...plain, server_tool_use: { web_search_requests: 0, web_fetch_requests: 1 } },
    { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0 },
  ],
  [
    "an answer without its prompt",
    { output_tokens: 5 },
    { uncachedInput: 0, cacheRead: 0, output: 5, reasoning: 0, provenance: "partial" },
  ],
  ["nothing", {}, undefined],
  ["nothing but a class of service", { service_tier: "standard" }, undefined],
];

describe("§9 usage", () => {
  test.each(rows)("%s", (_, counts, want) => {
    const body = answerOf([text("a")], { usage: counts });
    const usage = want && toChatUsage(want);
    expect(toUsage(JSON.parse(JSON.stringify(counts)))).toEqual(want);
    expect(whole(body).usage).toEqual(usage);
    expect(streamed([start(counts), ...said(0, "a"), ...end()]).usage).toEqual(usage);
    const late = [{ type: "message_delta", delta: {}, usage: counts }, ...end()];
    // The end of a stream does not tell for how long.
    if (!("cache_creation" in counts)) expect(streamed([start(), ...late]).usage).toEqual(usage);
  });

  test("is shown in OpenAI's words", () => {
    const usage = {
      ...plain,
      cache_read_input_tokens: 90,
      cache_creation_input_tokens: 30,
      output_tokens_details: { thinking_tokens: 4 },
    };
    expect(whole(answerOf([], { usage })).usage).toEqual({
      prompt_tokens: 130,
      completion_tokens: 5,
      total_tokens: 135,
      prompt_tokens_details: { cached_tokens: 90, cache_write_tokens: 30, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 4,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    });
  });

  test("§10 of streams is what was said last of each count", () => {
    const first = {
      ...plain,
      output_tokens: 1,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 30 },
    };
    const later = (usage: object): object => ({ type: "message_delta", delta: {}, usage });
    const events = [
      start(first),
      later({ output_tokens: 4 }),
      later({ output_tokens: 9, input_tokens: 12, cache_read_input_tokens: null }),
      ...end(),
    ];
    expect(streamed([...events.slice(0, -2), start(first), ...end()]).usage).toEqual(streamed(events).usage);
    expect(streamed(events).usage).toMatchObject({
      prompt_tokens: 42,
      completion_tokens: 9,
      prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 30 },
    });
  });

  test("§10 of streams keeps for how long the cache does", () => {
    const cache_creation = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 30 };
    const first = { ...plain, cache_read_input_tokens: 7, cache_creation_input_tokens: 30, cache_creation };
    const last = withCounts(withCounts({}, first), { cache_read_input_tokens: null, output_tokens: 9 });
    expect(toUsage(last)).toEqual({
      uncachedInput: 10,
      cacheRead: 7,
      cacheWrite: { fiveMinutes: 0, oneHour: 30 },
      output: 9,
      reasoning: 0,
    });
  });

  test("§10 is known of streams that break off", () => {
    expect(streamed([start(plain), ...said(0, "a")]).usage).toMatchObject({ prompt_tokens: 10 });
  });
});
