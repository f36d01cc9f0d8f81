import { describe, expect, test } from "vitest";
import { toChatUsage } from "../../src/usage/chat-usage.ts";
import { addUsage, cachedOf, inputOf, outputOf, provenanceOf, type Usage, writtenOf } from "../../src/usage/usage.ts";

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

describe("sound, pictures and results of tools", () => {
  const media = {
    audioInput: 1,
    imageInput: 2,
    audioCacheRead: 3,
    imageCacheRead: 4,
    audioOutput: 5,
    imageOutput: 6,
  };
  const all: Usage = { ...plain, toolPrompt: 7, media };

  test("are buckets of their own, and part of what the client sees", () => {
    expect([inputOf(all), cachedOf(all), outputOf(all)]).toEqual([9 + 7 + 10, 3 + 7, 10 + 11]);
    expect(toChatUsage(all)).toMatchObject({
      prompt_tokens: 26,
      completion_tokens: 21,
      total_tokens: 47,
      prompt_tokens_details: { cached_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 1 },
    });
  });

  test("add up", () => {
    expect(addUsage(all, { ...all, searches: 2 })).toEqual({
      uncachedInput: 12,
      cacheRead: 6,
      output: 18,
      reasoning: 2,
      toolPrompt: 14,
      searches: 2,
      media: { audioInput: 2, imageInput: 4, audioCacheRead: 6, imageCacheRead: 8, audioOutput: 10, imageOutput: 12 },
    });
    expect(addUsage(all, plain)).toMatchObject({ toolPrompt: 7, media });
    expect(addUsage(plain, all)).toMatchObject({ toolPrompt: 7, media });
  });
});

describe("where counts come from", () => {
  const partial: Usage = { ...plain, provenance: "partial" };
  const estimated: Usage = { ...plain, provenance: "estimated" };

  test.each([
    [plain, plain, "reported"],
    [plain, estimated, "partial"],
    [estimated, plain, "partial"],
    [estimated, estimated, "estimated"],
    [estimated, partial, "partial"],
    [partial, partial, "partial"],
  ])("is said of sums too", (a, b, want) => {
    expect(provenanceOf(addUsage(a, b))).toBe(want);
  });

  test("is nowhere where there are none", () => {
    expect(provenanceOf(undefined)).toBe("absent");
  });
});
