import { describe, expect, test } from "vitest";
import { toUsage } from "../../../src/dialects/openai/usage.ts";
import { cachedOf, inputOf, outputOf, type Usage } from "../../../src/usage/usage.ts";
import fc from "../../_fc.ts";

const large = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
const noMedia = { audioInput: 0, imageInput: 0, audioCacheRead: 0, imageCacheRead: 0, audioOutput: 0, imageOutput: 0 };

describe("counts in OpenAI's words go into disjoint buckets", () => {
  test.each<readonly [name: string, details: object, want: Usage]>([
    [
      "tokens written to the cache",
      { prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 } },
      { uncachedInput: 50, cacheRead: 40, cacheWrite: { fiveMinutes: 10, oneHour: 0 }, output: 50, reasoning: 0 },
    ],
    [
      "more of them than there is room",
      { prompt_tokens_details: { cached_tokens: 95, cache_write_tokens: 10 } },
      { uncachedInput: 0, cacheRead: 95, cacheWrite: { fiveMinutes: 5, oneHour: 0 }, output: 50, reasoning: 0 },
    ],
    [
      "sound and pictures",
      {
        prompt_tokens_details: { audio_tokens: 30, image_tokens: 20, text_tokens: 50 },
        completion_tokens_details: { audio_tokens: 35, reasoning_tokens: 5 },
      },
      {
        uncachedInput: 50,
        cacheRead: 0,
        output: 10,
        reasoning: 5,
        media: { ...noMedia, audioInput: 30, imageInput: 20, audioOutput: 35 },
      },
    ],
    [
      "sound, most of the prompt cached",
      { prompt_tokens_details: { audio_tokens: 30, cached_tokens: 90 } },
      {
        uncachedInput: 0,
        cacheRead: 70,
        output: 50,
        reasoning: 0,
        media: { ...noMedia, audioInput: 10, audioCacheRead: 20 },
      },
    ],
    [
      "thinking within the answer",
      { completion_tokens_details: { reasoning_tokens: 20 } },
      { uncachedInput: 100, cacheRead: 0, output: 30, reasoning: 20 },
    ],
    [
      "thinking on top of it, as the total says",
      { total_tokens: 170, completion_tokens_details: { reasoning_tokens: 20 } },
      { uncachedInput: 100, cacheRead: 0, output: 50, reasoning: 20 },
    ],
  ])("%s", (_, details, want) => {
    const said = { ...large, ...details };
    expect(toUsage(said)).toEqual({ ...want, said });
  });

  test("whatever is said, the sum is that of prompt and completion", () => {
    const count = fc.integer({ min: 0, max: 200 });
    const part = fc.option(fc.integer({ min: -5, max: 300 }), { nil: undefined });
    const said = fc.record({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      prompt_cache_hit_tokens: part,
      cache_creation_input_tokens: part,
      prompt_tokens_details: fc.record({
        cached_tokens: part,
        cache_write_tokens: part,
        audio_tokens: part,
        image_tokens: part,
      }),
      completion_tokens_details: fc.record({ audio_tokens: part, reasoning_tokens: part }),
    });
    fc.assert(
      fc.property(said, (counts) => {
        const usage = toUsage(JSON.parse(JSON.stringify(counts)));
        const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = counts;
        const thought = counts.completion_tokens_details.reasoning_tokens ?? 0;
        const onTop = thought > 0 && total === prompt + completion + thought;
        expect(inputOf(usage)).toBe(prompt);
        expect(outputOf(usage)).toBe(onTop ? completion + thought : completion);
        expect(cachedOf(usage)).toBeLessThanOrEqual(prompt);
      }),
    );
  });
});
