import { describe, expect, test } from "vitest";
import type { AnsweredUsage } from "../../src/dialects/converse/types.ts";
import { toUsage } from "../../src/dialects/converse/usage.ts";
import { mismatchOf } from "../../src/usage/sum-check.ts";
import { inputOf, outputOf, type Usage } from "../../src/usage/usage.ts";

const plain: Usage = { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0 };

describe("Bedrock's counts go into disjoint buckets, and add up to its total", () => {
  test.each<readonly [name: string, counts: AnsweredUsage, want: Usage | undefined]>([
    ["input and output", { inputTokens: 10, outputTokens: 5, totalTokens: 15 }, { ...plain, total: 15 }],
    ["no total", { inputTokens: 10, outputTokens: 5 }, plain],
    [
      "the cache beside the input",
      { inputTokens: 10, outputTokens: 5, totalTokens: 135, cacheReadInputTokens: 90, cacheWriteInputTokens: 30 },
      { ...plain, cacheRead: 90, cacheWrite: { fiveMinutes: 30, oneHour: 0 }, total: 135 },
    ],
    [
      "the cache among the input",
      { inputTokens: 130, outputTokens: 5, totalTokens: 135, cacheReadInputTokens: 90, cacheWriteInputTokens: 30 },
      { ...plain, cacheRead: 90, cacheWrite: { fiveMinutes: 30, oneHour: 0 }, total: 135 },
    ],
    [
      "the cache beside the input, and left out of the total",
      { inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadInputTokens: 90, cacheWriteInputTokens: 30 },
      { ...plain, cacheRead: 90, cacheWrite: { fiveMinutes: 30, oneHour: 0 } },
    ],
    [
      "how long the cache stays",
      {
        inputTokens: 10,
        outputTokens: 5,
        totalTokens: 45,
        cacheWriteInputTokens: 30,
        cacheDetails: [{ ttl: "1h", inputTokens: 20 }],
      },
      { ...plain, cacheWrite: { fiveMinutes: 10, oneHour: 20 }, total: 45 },
    ],
    ["no input", { outputTokens: 5 }, { ...plain, uncachedInput: 0, provenance: "partial" }],
    ["nothing", {}, undefined],
  ])("%s", (_, counts, want) => {
    const usage = toUsage(counts);
    expect(usage).toEqual(want);
    expect(usage && mismatchOf(usage)).toBeUndefined();
    if (usage?.total !== undefined) expect(inputOf(usage) + outputOf(usage)).toBe(counts.totalTokens);
  });

  test("a total that is neither is a mismatch", () => {
    const usage = toUsage({ inputTokens: 10, outputTokens: 5, totalTokens: 99 });
    expect(usage && mismatchOf(usage)).toEqual({ kind: "parts_below_total", counted: 15, total: 99 });
  });
});
