import { describe, expect, test } from "vitest";
import { createBucket, mediaOf, type PromptMedia, setPromptApart } from "../../src/usage/media.ts";
import fc from "../_fc.ts";

const none = { audioInput: 0, imageInput: 0, audioCacheRead: 0, imageCacheRead: 0 };

const rows: readonly (readonly [name: string, prompt: PromptMedia, want: object])[] = [
  ["no media", { uncached: 10, cached: 5, audio: 0, image: 0 }, { uncachedInput: 10, cacheRead: 5, ...none }],
  [
    "media of which nobody says whether they were cached",
    { uncached: 10, cached: 5, audio: 3, image: 4 },
    { uncachedInput: 3, cacheRead: 5, ...none, audioInput: 3, imageInput: 4 },
  ],
  [
    "media that were cached in part",
    { uncached: 10, cached: 9, audio: 3, image: 4, audioCached: 2, imageCached: 4 },
    { uncachedInput: 9, cacheRead: 3, ...none, audioInput: 1, audioCacheRead: 2, imageCacheRead: 4 },
  ],
  [
    "more media than what was not cached",
    { uncached: 2, cached: 8, audio: 5, image: 1 },
    { uncachedInput: 0, cacheRead: 4, ...none, audioInput: 2, audioCacheRead: 3, imageCacheRead: 1 },
  ],
  [
    "more media than there is prompt",
    { uncached: 2, cached: 3, audio: 50, image: 50, audioCached: 60, imageCached: 60 },
    { uncachedInput: 0, cacheRead: 0, ...none, audioInput: 2, audioCacheRead: 3 },
  ],
  [
    "less than nothing",
    { uncached: 2, cached: 3, audio: -5, image: -1, audioCached: -5 },
    { uncachedInput: 2, cacheRead: 3, ...none },
  ],
];

describe("sound and pictures", () => {
  test.each(rows)("are set apart: %s", (_, prompt, want) => {
    expect(setPromptApart(prompt)).toEqual(want);
  });

  test("leave the sum as it is, and no bucket below zero", () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const prompts = fc.record({
      uncached: count,
      cached: count,
      audio: count,
      image: count,
      audioCached: count,
      imageCached: count,
    });
    fc.assert(
      fc.property(prompts, (prompt) => {
        const apart = Object.values(setPromptApart(prompt));
        expect(apart.reduce((sum, one) => sum + one, 0)).toBe(prompt.uncached + prompt.cached);
        expect(Math.min(...apart)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("are absent where there are none", () => {
    expect(mediaOf({ ...none, audioOutput: 0, imageOutput: 0 })).toBeUndefined();
    expect(mediaOf({ ...none, audioOutput: 0, imageOutput: 1 })).toEqual({ ...none, audioOutput: 0, imageOutput: 1 });
  });
});

test("a bucket gives no more than it holds", () => {
  const bucket = createBucket(5);
  expect([bucket.take(2), bucket.take(-1), bucket.left(), bucket.take(9), bucket.left()]).toEqual([2, 0, 3, 3, 0]);
  expect(createBucket(-1).left()).toBe(0);
});
