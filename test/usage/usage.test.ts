import { describe, expect, test } from "vitest";
import { toChatUsage } from "../../src/usage/chat-usage.ts";
import { addUsage, inputOf, type Usage, writtenOf } from "../../src/usage/usage.ts";

const plain: Usage = { uncachedInput: 6, cacheRead: 3, output: 9, reasoning: 1 };
const written: Usage = { ...plain, cacheWrite: { fiveMinutes: 4, oneHour: 5 } };

describe("tokens written to a cache", () => {
  test.each([
    [plain, plain, undefined],
    [plain, written, { fiveMinutes: 4, oneHour: 5 }],
    [written, plain, { fiveMinutes: 4, oneHour: 5 }],
    [written, written, { fiveMinutes: 8, oneHour: 10 }],
  ])("add up, and are absent where nobody spoke of them", (a, b, want) => {
    const sum = addUsage(a, b);
    expect(sum.cacheWrite).toEqual(want);
    expect("cacheWrite" in sum).toBe(want !== undefined);
    expect(sum).toMatchObject({ uncachedInput: 12, cacheRead: 6, output: 18, reasoning: 2 });
  });

  test("are part of the prompt", () => {
    expect([inputOf(plain), writtenOf(plain), inputOf(written), writtenOf(written)]).toEqual([9, 0, 18, 9]);
    expect(toChatUsage(written)).toMatchObject({
      prompt_tokens: 18,
      total_tokens: 28,
      prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 9 },
    });
  });

  test("are not spoken of where the upstream does not", () => {
    expect(toChatUsage(plain).prompt_tokens_details).toEqual({ cached_tokens: 3, audio_tokens: 0 });
  });

  test("stay beside kinds of media", () => {
    const kinds = { inputText: 1, inputAudio: 2, inputImage: 3, outputText: 4, outputAudio: 5 };
    expect(toChatUsage({ ...written, kinds }).prompt_tokens_details).toEqual({
      cached_tokens: 3,
      cache_write_tokens: 9,
      audio_tokens: 2,
      text_tokens: 1,
      image_tokens: 3,
    });
    expect(addUsage({ ...written, kinds }, plain)).toMatchObject({ kinds, cacheWrite: { fiveMinutes: 4, oneHour: 5 } });
  });
});
