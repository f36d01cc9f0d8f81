import { describe, expect, test } from "vitest";
import { type Charge, costOf } from "../../src/usage/cost.ts";
import { compilePrice, type PriceText } from "../../src/usage/price.ts";
import { addUsage, type Usage } from "../../src/usage/usage.ts";
import fc from "../_fc.ts";

const nothing: Usage = { uncachedInput: 0, cacheRead: 0, output: 0, reasoning: 0 };
const noMedia = {
  audioInput: 0,
  imageInput: 0,
  audioCacheRead: 0,
  imageCacheRead: 0,
  audioOutput: 0,
  imageOutput: 0,
};
const million = 1_000_000;
const nanoUsd = 1_000_000_000;

/** Every amount is another, so that none can stand for another. */
const every: PriceText = {
  input: "1",
  output: "2",
  cache_read: "3",
  cache_write: "5",
  cache_write_1h: "7",
  reasoning: "11",
  tool_prompt: "13",
  audio_input: "17",
  audio_output: "19",
  audio_cache_read: "23",
  image_input: "29",
  image_output: "31",
};

function cost(usage: Partial<Usage>, price: PriceText, tier?: string): number | undefined {
  return costOf([{ usage: { ...nothing, ...usage }, price: compilePrice(price), tier }]);
}

describe("a million tokens", () => {
  test.each<readonly [name: string, usage: Partial<Usage>, dollars: number, byInputAndOutput: number]>([
    ["sent", { uncachedInput: million }, 1, 1],
    ["answered", { output: million }, 2, 2],
    ["read from the cache", { cacheRead: million }, 3, 1],
    ["written to it", { cacheWrite: { fiveMinutes: million, oneHour: 0 } }, 5, 1],
    ["written to it for an hour", { cacheWrite: { fiveMinutes: 0, oneHour: million } }, 7, 1],
    ["of thinking", { reasoning: million }, 11, 2],
    ["of tools' results", { toolPrompt: million }, 13, 1],
    ["of sound sent", { media: { ...noMedia, audioInput: million } }, 17, 1],
    ["of sound answered", { media: { ...noMedia, audioOutput: million } }, 19, 2],
    ["of sound from the cache", { media: { ...noMedia, audioCacheRead: million } }, 23, 1],
    ["of pictures sent", { media: { ...noMedia, imageInput: million } }, 29, 1],
    ["of pictures answered", { media: { ...noMedia, imageOutput: million } }, 31, 2],
    ["of pictures from the cache", { media: { ...noMedia, imageCacheRead: million } }, 3, 1],
  ])("%s has its own price, or that of what it is a kind of", (_, usage, dollars, byInputAndOutput) => {
    expect(cost(usage, every)).toBe(dollars * nanoUsd);
    expect(cost(usage, { input: "1", output: "2" })).toBe(byInputAndOutput * nanoUsd);
  });

  test("falls back in steps", () => {
    const price = { input: "1", output: "2", cache_read: "0.1", cache_write: "1.25" };
    const media = { ...noMedia, audioCacheRead: million };
    expect(cost({ media }, price)).toBe(0.1 * nanoUsd);
    expect(cost({ cacheWrite: { fiveMinutes: 0, oneHour: million } }, price)).toBe(1.25 * nanoUsd);
  });
});

describe("a request", () => {
  test("is charged in nanodollars, rounded up once", () => {
    expect(cost({ uncachedInput: 1 }, { input: "0.000001" })).toBe(1);
    expect(cost({ uncachedInput: 1000 }, { input: "0.000001" })).toBe(1);
    expect(cost({ uncachedInput: 1001 }, { input: "0.000001" })).toBe(2);
    expect(cost({ uncachedInput: 3, output: 7 }, { input: "0.0375", output: "0.15" })).toBe(1163);
    const charge: Charge = {
      usage: { ...nothing, uncachedInput: 1 },
      price: compilePrice({ input: "0.0001" }),
      tier: undefined,
    };
    expect(costOf([charge, charge, charge])).toBe(1);
    expect(costOf([])).toBe(0);
  });

  test("pays for each call and each search", () => {
    const price = { input: "1", request: "0.005", search: "0.01" };
    expect(cost({ uncachedInput: 1000, searches: 3 }, price)).toBe(36_000_000);
    expect(cost({ searches: 3 }, { input: "1" })).toBe(0);
  });

  test("has no cost where a bucket that holds tokens has no price", () => {
    expect(cost({ uncachedInput: 5 }, { input: "0.02" })).toBe(100);
    expect(cost({ uncachedInput: 5, output: 1 }, { input: "0.02" })).toBeUndefined();
    expect(cost({ output: 1 }, { output: "1" })).toBe(1000);
    expect(cost({ uncachedInput: 1, output: 1 }, { output: "1" })).toBeUndefined();
    const known: Charge = { usage: nothing, price: compilePrice(every), tier: undefined };
    const unknown: Charge = { usage: { ...nothing, output: 1 }, price: compilePrice({ input: "1" }), tier: undefined };
    expect(costOf([known, unknown])).toBeUndefined();
  });

  test("is free where the price says so", () => {
    expect(cost({ uncachedInput: million, output: million }, { input: "0", output: "0" })).toBe(0);
  });

  test.each([-5, Number.NaN, Number.NEGATIVE_INFINITY])("does not get cheaper by a count of %d", (count) => {
    expect(cost({ uncachedInput: 5, output: count }, { input: "1", output: "1" })).toBe(5000);
  });

  test("of more than numbers hold exactly is still exact, up to the largest", () => {
    const usage = { uncachedInput: 3_000_000_001, output: 7 };
    expect(cost(usage, { input: "100", output: "0.000001" })).toBe(300_000_000_100_001);
    expect(cost({ uncachedInput: Number.MAX_SAFE_INTEGER }, { input: "999999" })).toBe(Number.MAX_SAFE_INTEGER);
    expect(cost({ uncachedInput: Infinity }, { input: "1" })).toBe(0);
  });
});

describe("long prompts", () => {
  const price: PriceText = {
    input: "1",
    output: "4",
    cache_read: "0.5",
    above: [
      { tokens: 100, input: "2" },
      { tokens: 1000, input: "3", output: "6" },
    ],
  };

  test.each([
    [{ uncachedInput: 100 }, 100_000],
    [{ uncachedInput: 101 }, 202_000],
    [{ uncachedInput: 1000, output: 1 }, 2_004_000],
    [{ uncachedInput: 1001, output: 1 }, 3_009_000],
    [{ uncachedInput: 1, cacheRead: 100 }, 52_000],
    [{ uncachedInput: 100, toolPrompt: 1 }, 202_000],
    [{ uncachedInput: 1, output: 5000 }, 20_001_000],
  ])("cost by the highest step they are above, all of them: %j", (usage, want) => {
    expect(cost(usage, price)).toBe(want);
  });
});

describe("classes of service", () => {
  const price: PriceText = {
    input: "1",
    output: "4",
    above: [{ tokens: 100, input: "10" }],
    service_tiers: {
      flex: { input: "0.5" },
      fast: { input: "20", output: "3" },
      scale: { input: "0", output: "0", above: [] },
      priority: { input: "2", output: "8", above: [{ tokens: 100, input: "20" }] },
    },
  };

  test.each([
    [undefined, 10, 10_000 + 4000],
    ["default", 10, 10_000 + 4000],
    ["flex", 10, 5_000 + 4000],
    ["priority", 10, 20_000 + 8000],
    ["fast", 10, 200_000 + 3000],
    ["scale", 10, 0],
    ["unheard_of", 10, 10_000 + 4000],
    [undefined, 101, 1_010_000 + 4000],
    ["priority", 101, 2_020_000 + 8000],
    ["flex", 101, 1_010_000 + 4000],
    ["fast", 101, 2_020_000 + 4000],
    ["scale", 101, 0],
  ])(
    "%s with a prompt of %d: by its own steps, or those of the price where they are dearer",
    (tier, uncachedInput, want) => {
      expect(cost({ uncachedInput, output: 1 }, price, tier)).toBe(want);
    },
  );
});

describe("any usage", () => {
  const count = fc.integer({ min: 0, max: 2_000_000 });
  const usages: fc.Arbitrary<Usage> = fc.record({
    uncachedInput: count,
    cacheRead: count,
    output: count,
    reasoning: count,
    cacheWrite: fc.option(fc.record({ fiveMinutes: count, oneHour: count }), { nil: undefined }),
    toolPrompt: fc.option(count, { nil: undefined }),
    media: fc.option(
      fc.record({
        audioInput: count,
        imageInput: count,
        audioCacheRead: count,
        imageCacheRead: count,
        audioOutput: count,
        imageOutput: count,
      }),
      { nil: undefined },
    ),
  });
  const amount = fc
    .tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999_999 }))
    .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, "0")}`);
  const prices = fc.record({
    input: amount,
    output: amount,
    cache_read: amount,
    cache_write: amount,
    cache_write_1h: amount,
    reasoning: amount,
    tool_prompt: amount,
    audio_input: amount,
    audio_output: amount,
    audio_cache_read: amount,
    image_input: amount,
    image_output: amount,
  });

  /** The same once more, by another way: exact fractions of a dollar. */
  function reference(usage: Usage, price: Record<keyof typeof every & string, string> | PriceText): bigint {
    const pico = (text = "0"): bigint => BigInt(text.replace(".", ""));
    const { cacheWrite, media } = usage;
    const parts: readonly (readonly [number | undefined, string | undefined])[] = [
      [usage.uncachedInput, price.input],
      [usage.cacheRead, price.cache_read],
      [usage.output, price.output],
      [usage.reasoning, price.reasoning],
      [usage.toolPrompt, price.tool_prompt],
      [cacheWrite?.fiveMinutes, price.cache_write],
      [cacheWrite?.oneHour, price.cache_write_1h],
      [media?.audioInput, price.audio_input],
      [media?.imageInput, price.image_input],
      [media?.audioCacheRead, price.audio_cache_read],
      [media?.imageCacheRead, price.cache_read],
      [media?.audioOutput, price.audio_output],
      [media?.imageOutput, price.image_output],
    ];
    return parts.reduce((sum, [tokens = 0, text]) => sum + BigInt(tokens) * pico(text), 0n);
  }

  test("costs what big numbers say", () => {
    fc.assert(
      fc.property(usages, prices, (usage, price) => {
        const exact = reference(usage, price);
        expect(cost(usage, price)).toBe(Number((exact + 999n) / 1000n));
      }),
    );
  });

  test("costs no less with more of it", () => {
    fc.assert(
      fc.property(usages, usages, prices, (usage, more, price) => {
        const alone = cost(usage, price) ?? 0;
        expect(cost(addUsage(usage, more), price)).toBeGreaterThanOrEqual(alone);
      }),
    );
  });

  test("costs as much in two calls as in one, up to what is rounded", () => {
    fc.assert(
      fc.property(usages, usages, prices, (a, b, text) => {
        const price = compilePrice(text);
        const both = costOf([a, b].map((usage) => ({ usage, price, tier: undefined }))) ?? -1;
        expect(cost(addUsage(a, b), text)).toBe(both);
        const apart = (cost(a, text) ?? 0) + (cost(b, text) ?? 0);
        expect(apart - both).toBeGreaterThanOrEqual(0);
        expect(apart - both).toBeLessThanOrEqual(1);
      }),
    );
  });
});
