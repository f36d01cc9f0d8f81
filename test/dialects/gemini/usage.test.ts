import { describe, expect, test } from "vitest";
import { toUsage } from "../../../src/dialects/gemini/usage.ts";
import { toChatUsage } from "../../../src/usage/chat-usage.ts";

const rows: readonly (readonly [
  name: string,
  metadata: object,
  prompt: number,
  cached: number,
  completion: number,
  reasoning: number,
])[] = [
  ["prompt and answer", { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 }, 10, 0, 5, 0],
  [
    "thoughts come on top",
    { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7, totalTokenCount: 22 },
    10,
    0,
    12,
    7,
  ],
  [
    "thoughts that the answer's count holds already",
    { promptTokenCount: 10, candidatesTokenCount: 12, thoughtsTokenCount: 7, totalTokenCount: 22 },
    10,
    0,
    12,
    7,
  ],
  [
    "cached tokens are part of the prompt",
    { promptTokenCount: 10, cachedContentTokenCount: 6, candidatesTokenCount: 1, totalTokenCount: 11 },
    10,
    6,
    1,
    0,
  ],
  [
    "results of server tools are prompt too",
    { promptTokenCount: 10, toolUsePromptTokenCount: 4, candidatesTokenCount: 1, totalTokenCount: 15 },
    14,
    0,
    1,
    0,
  ],
  [
    "an answer that was all thoughts",
    { promptTokenCount: 10, thoughtsTokenCount: 7, totalTokenCount: 17 },
    10,
    0,
    7,
    7,
  ],
];

describe("usage", () => {
  for (const [name, metadata, prompt, cached, completion, reasoning] of rows) {
    test(name, () => {
      const usage = toUsage(metadata);
      expect(usage && toChatUsage(usage)).toMatchObject({
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        prompt_tokens_details: { cached_tokens: cached },
        completion_tokens_details: { reasoning_tokens: reasoning },
      });
    });
  }

  test("a traffic type alone counts nothing", () => {
    expect(toUsage({ trafficType: "ON_DEMAND" })).toBeUndefined();
  });
});
