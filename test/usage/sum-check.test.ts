import { describe, expect, test } from "vitest";
import { toUsage as toClaudeUsage } from "../../src/dialects/anthropic/usage.ts";
import { toUsage as toGeminiUsage } from "../../src/dialects/gemini/usage.ts";
import { toUsage as toOpenAIUsage } from "../../src/dialects/openai/usage.ts";
import { createSumCheck, type Mismatch, mismatchOf } from "../../src/usage/sum-check.ts";
import type { Usage } from "../../src/usage/usage.ts";

const plain: Usage = { uncachedInput: 10, cacheRead: 5, output: 3, reasoning: 2 };

function openAI(prompt_tokens: number, completion_tokens: number, total_tokens: number, more: object = {}): Usage {
  return toOpenAIUsage({ prompt_tokens, completion_tokens, total_tokens, ...more });
}

describe("an upstream's own sum", () => {
  test.each<readonly [name: string, usage: Usage | undefined, want: Mismatch | undefined]>([
    ["none", plain, undefined],
    ["the same", { ...plain, total: 20 }, undefined],
    ["more", { ...plain, total: 21 }, { kind: "parts_below_total", counted: 20, total: 21 }],
    ["less", { ...plain, total: 19 }, { kind: "parts_above_total", counted: 20, total: 19 }],
    ["of counts of which some are missing", { ...plain, total: 99, provenance: "partial" }, undefined],
    ["OpenAI's", openAI(10, 5, 15), undefined],
    ["OpenAI's, wrong", openAI(10, 5, 16), { kind: "parts_below_total", counted: 15, total: 16 }],
    [
      "OpenAI's with details",
      openAI(100, 50, 150, {
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10, audio_tokens: 20, image_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 10 },
      }),
      undefined,
    ],
    ["xAI's, thinking on top", openAI(10, 5, 22, { completion_tokens_details: { reasoning_tokens: 7 } }), undefined],
    ["DeepSeek's", openAI(100, 50, 150, { prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 }), undefined],
    ["Gemini's", toGeminiUsage({ promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 }), undefined],
    [
      "Gemini's, with thoughts that nobody counts",
      toGeminiUsage({ promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 99 }),
      { kind: "parts_below_total", counted: 15, total: 99 },
    ],
    [
      "Gemini's, thoughts within the answer",
      toGeminiUsage({ promptTokenCount: 10, candidatesTokenCount: 12, thoughtsTokenCount: 7, totalTokenCount: 22 }),
      undefined,
    ],
    [
      "Gemini's, results of tools in it",
      toGeminiUsage({
        promptTokenCount: 10,
        toolUsePromptTokenCount: 4,
        candidatesTokenCount: 1,
        totalTokenCount: 15,
      }),
      undefined,
    ],
    [
      "Gemini's, results of tools left out of it",
      toGeminiUsage({
        promptTokenCount: 10,
        toolUsePromptTokenCount: 4,
        candidatesTokenCount: 1,
        totalTokenCount: 11,
      }),
      undefined,
    ],
    ["Anthropic's, who has none", toClaudeUsage({ input_tokens: 10, output_tokens: 5 }), undefined],
  ])("%s", (_, usage, want) => {
    expect(usage && mismatchOf(usage)).toEqual(want);
  });

  test("is counted each time, and told once of each kind and provider", () => {
    const counted: string[] = [];
    const told: string[] = [];
    const check = createSumCheck<{ readonly provider: string }>({
      onMismatch: ({ kind }, { provider }) => counted.push(`${provider} ${kind}`),
      onNewKind: ({ kind, counted, total }, { provider }) => told.push(`${provider} ${kind} ${counted} ${total}`),
    });
    check(undefined, { provider: "a" });
    check(plain, { provider: "a" });
    for (const total of [19, 18, 21]) check({ ...plain, total }, { provider: "a" });
    check({ ...plain, total: 1 }, { provider: "b" });
    expect(counted).toEqual([
      "a parts_above_total",
      "a parts_above_total",
      "a parts_below_total",
      "b parts_above_total",
    ]);
    expect(told).toEqual(["a parts_above_total 20 19", "a parts_below_total 20 21", "b parts_above_total 20 1"]);
  });
});
