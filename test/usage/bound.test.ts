import { describe, expect, test } from "vitest";
import { boundOf } from "../../src/usage/bound.ts";
import { costOf } from "../../src/usage/cost.ts";
import { estimatePrompt } from "../../src/usage/estimate.ts";
import { limitsOf } from "../../src/usage/model-limits.ts";
import { compilePrice, type PriceText } from "../../src/usage/price.ts";
import { priceList } from "../../src/usage/price-list.ts";
import { outputOf, type Usage } from "../../src/usage/usage.ts";
import fc from "../_fc.ts";

const plain = compilePrice({ input: "1", output: "10" });
const at = (request: object, calls = 1, upstreamModel = "gemini-2.5-flash", price = plain) =>
  boundOf(request, [{ upstreamModel, price }], calls);
/** A dollar per million is a thousand nanodollars a token. */
const promptTokensOf = (request: object, upstreamModel?: string): number =>
  Number(at(request, 0, upstreamModel).costAt(0)) / 1_000;

const says = (content: unknown) => ({ messages: [{ role: "user", content }] });
const picture = (url: string) => says([{ type: "image_url", image_url: { url } }]);

describe("the most that a request can cost", () => {
  test.each<[name: string, request: object, want: number]>([
    ["the client's limit", { ...says("Hi"), max_completion_tokens: 70, max_tokens: 50 }, 70],
    ["its older name", { ...says("Hi"), max_tokens: 50 }, 50],
    ["the model's own", says("Hi"), 65_536],
    ["none of vectors", { input: "Hi" }, 0],
  ])("has answers of %s", (_name, request, want) => {
    expect(at(request).outputTokens).toBe(want);
  });

  test.each<[name: string, model: string, output: number]>([
    ["Claude 3", "claude-3-haiku-20240307", 4_096],
    ["Claude 3.5 at Bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", 8_192],
    ["Opus 4.1 at Vertex AI", "claude-opus-4-1@20250805", 32_000],
    ["Opus 4", "claude-opus-4-20250514", 32_000],
    ["Opus 4.5", "claude-opus-4-5-20251101", 64_000],
    ["Sonnet 4", "claude-sonnet-4@20250514", 64_000],
    ["Sonnet 4.5", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", 64_000],
    ["Opus 4.7", "claude-opus-4-7", 128_000],
    ["Gemini 2.0", "gemini-2.0-flash-001", 8_192],
    ["GPT-4o", "gpt-4o-2024-08-06", 16_384],
    ["o3", "openai/o3-mini", 100_000],
    ["one nobody knows", "acme-1", 262_144],
  ])("knows how long an answer of %s can be", (_name, model, output) => {
    expect(limitsOf(model).output).toBe(output);
  });

  test("is that of the dearest who may answer", () => {
    const dear = compilePrice({ input: "2", output: "3" });
    const bidders = [
      { upstreamModel: "a", price: plain },
      { upstreamModel: "b", price: dear },
    ];
    const both = boundOf(says("Hi"), bidders, 1);
    expect(both.costAt(0)).toBe(boundOf(says("Hi"), bidders.slice(1), 1).costAt(0));
    expect(both.costAt(1_000)).toBe(boundOf(says("Hi"), bidders.slice(0, 1), 1).costAt(1_000));
  });

  test("is not known where one who may answer has no price", () => {
    const bidders = [
      { upstreamModel: "a", price: plain },
      { upstreamModel: "b", price: undefined },
    ];
    expect(boundOf(says("Hi"), bidders, 1).costAt(1)).toBeUndefined();
    expect(boundOf(says("Hi"), bidders, 1).outputFor(1_000_000n)).toBe(-1);
  });

  test("pays for the prompt of each choice", () => {
    const one = at(says("Hi"), 1).costAt(10) ?? 0n;
    expect(at({ ...says("Hi"), n: 3 }, 3).costAt(10)).toBe(3n * one);
  });

  test.each<[name: string, request: object, model: string | undefined, least: number, most: number]>([
    ["a byte a token", says("é".repeat(500)), undefined, 1_000, 1_150],
    [
      "a picture what the model takes for its largest",
      picture("https://a.example/b.png"),
      "claude-opus-4-7",
      5_000,
      5_200,
    ],
    [
      "a picture in bytes no more than one elsewhere",
      picture(`data:image/png;base64,${"A".repeat(90_000)}`),
      "claude-opus-4-7",
      5_000,
      5_200,
    ],
    [
      "what lies at an address as much as the model reads",
      says([{ type: "file", file: { file_id: "f" } }]),
      "gpt-4o",
      128_000,
      128_000,
    ],
    [
      "a document as much as the model reads: it has many pages in few bytes",
      says([{ type: "file", file: { file_data: "data:application/pdf;base64,AA" } }]),
      "gpt-4o",
      128_000,
      128_000,
    ],
    ["a film that is sent as a picture, too", picture("https://a.example/b.mp4"), "gpt-4o", 128_000, 128_000],
    [
      "sound its bytes",
      says([{ type: "input_audio", input_audio: { data: "A".repeat(2_000), format: "wav" } }]),
      undefined,
      2_000,
      2_200,
    ],
    [
      "what the provider searches as much as the model reads",
      { ...says("Hi"), web_search_options: {} },
      "gpt-4o",
      128_000,
      128_000,
    ],
    ["tools of the provider's own, too", { ...says("Hi"), tools: [{ googleSearch: {} }] }, "gpt-4o", 128_000, 128_000],
    [
      "tools of the client's what they say",
      { ...says("Hi"), tools: [{ type: "function", function: { name: "f" } }] },
      "gpt-4o",
      1_500,
      2_000,
    ],
    ["prompts in token ids their number", { input: Array.from({ length: 300 }, (_, i) => i) }, undefined, 300, 350],
  ])("takes for the prompt %s", (_name, request, model, least, most) => {
    const tokens = promptTokensOf(request, model);
    expect(tokens).toBeGreaterThanOrEqual(least);
    expect(tokens).toBeLessThanOrEqual(most);
  });

  test("is no less than any cost that fits into it, whatever the price", () => {
    const prices = priceList.prices.map(({ price }): PriceText => price);
    const counts = fc.integer({ min: 0, max: 400 });
    const usage = fc.record({ a: counts, b: counts, c: counts, d: counts, reasoning: counts, output: counts });
    fc.assert(
      fc.property(
        fc.constantFrom(...prices),
        usage,
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(undefined, "auto", "default", "flex", "priority"),
        (text, { a, b, c, d, output, reasoning }, spread, tier) => {
          const price = compilePrice(text);
          const request = { ...says("x".repeat(a + b + c + d)), max_tokens: output + reasoning, service_tier: tier };
          const used: Usage = {
            uncachedInput: a,
            cacheRead: b,
            ...(spread > 0 && { cacheWrite: { fiveMinutes: c, oneHour: 0 } }),
            ...(spread > 1 && { toolPrompt: d }),
            output,
            reasoning,
          };
          const tiers = tier === undefined || tier === "auto" ? [undefined, ...price.tiers.keys()] : [tier, undefined];
          const bound = boundOf(request, [{ upstreamModel: "any", price }], 1);
          const most = bound.costAt(outputOf(used));
          for (const one of tiers) {
            const cost = costOf([{ usage: used, price, tier: one }]);
            if (cost === undefined || most === undefined) continue;
            expect(BigInt(cost)).toBeLessThanOrEqual(most);
          }
        },
      ),
    );
  });

  test("says for how long an answer money pays: no longer, and no shorter", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 900_000_000n }), fc.integer({ min: 1, max: 4 }), (money, n) => {
        const bound = at({ ...says("Hi"), n }, n);
        const tokens = bound.outputFor(money);
        if (tokens < 0) return void expect(bound.costAt(0)).toBeGreaterThan(money);
        expect(bound.costAt(tokens)).toBeLessThanOrEqual(money);
        if (tokens < bound.outputTokens) expect(bound.costAt(tokens + 1)).toBeGreaterThan(money);
      }),
    );
  });

  test("pays for a prediction of which nothing is taken", () => {
    const prediction = { type: "content", content: "x".repeat(1_000) };
    const more = Number(at({ ...says("Hi"), prediction }).costAt(10)) - Number(at(says("Hi")).costAt(10));
    expect(more).toBeGreaterThanOrEqual(1_000 * 10_000);
  });

  test("counts members that some servers read", () => {
    expect(promptTokensOf({ ...says("Hi"), documents: [{ text: "x".repeat(500) }] })).toBeGreaterThan(500);
  });

  test("is above what is estimated", () => {
    for (const request of [says("Hi there"), picture("https://a.example/b.png"), { prompt: ["a", "b"] }]) {
      expect(promptTokensOf(request)).toBeGreaterThanOrEqual(estimatePrompt(request));
    }
  });
});
