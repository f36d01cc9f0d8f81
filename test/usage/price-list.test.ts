import { describe, expect, test } from "vitest";
import { validatePriceList } from "../../generated/validators/routes.closed.mjs";
import { parseDecimal, priceDigits } from "../../src/usage/decimal.ts";
import { compilePrice } from "../../src/usage/price.ts";
import { findEntry, priceList, priceOf, toRegExp } from "../../src/usage/price-list.ts";
import list from "../../src/usage/prices.json" with { type: "json" };

interface Place {
  readonly type: string;
  readonly host?: string;
  readonly location?: string;
}

const places = {
  anthropic: { type: "anthropic" },
  bedrock: { type: "bedrock" },
  gemini: { type: "gemini" },
  azure: { type: "azure" },
  openai: { type: "openai", host: "openai" },
  openrouter: { type: "openai", host: "openrouter" },
  deepseek: { type: "openai", host: "deepseek" },
  groq: { type: "openai", host: "groq" },
  mistral: { type: "openai", host: "mistral" },
  xai: { type: "openai", host: "xai" },
  vllm: { type: "openai", host: "vllm" },
  vertex: { type: "vertex", location: "us-central1" },
  global: { type: "vertex", location: "global" },
} as const satisfies Record<string, Place>;

function entryOf(place: keyof typeof places, ...models: readonly string[]): ReturnType<typeof findEntry> {
  const provider: Place = places[place];
  return findEntry({ provider, host: provider.host ?? provider.type, models });
}

describe("the list", () => {
  test("has the shape that the specs describe", () => {
    expect(validatePriceList(list) || validatePriceList.errors).toBe(true);
  });

  test("holds prices that can be reckoned with, none of them of nothing", () => {
    for (const { price, models } of priceList.prices) {
      expect(() => compilePrice(price), models[0]).not.toThrow();
      expect(parseDecimal(price.input ?? "", priceDigits), models[0]).toBeGreaterThan(0);
    }
  });

  test("has no entry that another one hides", () => {
    const hidden = priceList.prices.flatMap((entry) =>
      entry.at.flatMap((at) => {
        const [type = "", host = type] = at.split("@")[0]?.split("/") ?? [];
        const provider = { type, location: at.split("@")[1] ?? "somewhere" };
        return entry.models
          .map((model) => model.replaceAll("#", "20250101").replaceAll("*", "us"))
          .filter((model) => findEntry({ provider, host, models: [model] }) !== entry)
          .map((model) => `${at} ${model}`);
      }),
    );
    expect(hidden).toEqual([]);
  });

  test("says where and when each price was read", () => {
    for (const { checked, source, models } of priceList.prices) {
      expect(checked, models[0]).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(new Date(checked).getTime(), models[0]).toBeLessThanOrEqual(Date.now());
      expect(URL.parse(source)?.protocol, models[0]).toBe("https:");
    }
  });
});

describe("a model's price", () => {
  test.each<readonly [place: keyof typeof places, model: string, input: string, output: string | undefined]>([
    ["vertex", "gemini-2.5-pro", "1.25", "10"],
    ["vertex", "publishers/google/models/gemini-2.5-flash", "0.3", "2.5"],
    ["gemini", "models/gemini-2.5-flash-lite", "0.1", "0.4"],
    ["gemini", "gemini-2.5-flash-preview-09-2025", "0.3", "2.5"],
    ["gemini", "gemini-2.5-flash-preview-05-20", "0.3", "2.5"],
    ["vertex", "gemini-2.0-flash-001", "0.1", "0.4"],
    ["gemini", "gemini-3-pro-preview", "2", "12"],
    ["gemini", "gemini-3-flash-preview", "0.5", "3"],
    ["vertex", "gemini-embedding-001", "0.15", undefined],
    ["anthropic", "claude-sonnet-4-5-20250929", "3", "15"],
    ["anthropic", "claude-opus-4-5", "5", "25"],
    ["anthropic", "claude-opus-4-20250514", "15", "75"],
    ["anthropic", "claude-opus-5-5", "4", "20"],
    ["global", "claude-sonnet-4-5@20250929", "3", "15"],
    ["vertex", "claude-sonnet-4-5@20250929", "3.3", "16.5"],
    ["vertex", "claude-sonnet-4@20250514", "3", "15"],
    ["bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3", "16.5"],
    ["bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0", "1.1", "5.5"],
    ["bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "3", "15"],
    ["bedrock", "eu.anthropic.claude-opus-4-6-v1", "5.5", "27.5"],
    ["bedrock", "us.amazon.nova-lite-v1:0", "0.06", "0.24"],
    ["openai", "gpt-4o", "2.5", "10"],
    ["openai", "gpt-4o-2024-08-06", "2.5", "10"],
    ["openai", "gpt-4o-2024-05-13", "5", "15"],
    ["openai", "gpt-4o-mini", "0.15", "0.6"],
    ["openai", "gpt-5-mini-2025-08-07", "0.25", "2"],
    ["openai", "text-embedding-3-small", "0.02", undefined],
    ["azure", "gpt-4.1", "2", "8"],
    ["deepseek", "deepseek-chat", "0.14", "0.28"],
    ["deepseek", "deepseek-v4-pro", "0.435", "0.87"],
    ["groq", "openai/gpt-oss-120b", "0.15", "0.6"],
    ["groq", "llama-3.3-70b-versatile", "0.59", "0.79"],
    ["xai", "grok-3", "3", "15"],
    ["xai", "grok-3-mini-latest", "0.3", "0.5"],
  ])("at %s of %s", (place, model, input, output) => {
    expect(entryOf(place, model)?.price).toMatchObject({ input, ...(output !== undefined && { output }) });
  });

  test.each<readonly [place: keyof typeof places, model: string]>([
    ["vllm", "gpt-4o"],
    ["vllm", "openai/gpt-oss-120b"],
    ["mistral", "mistral-large-latest"],
    ["openrouter", "deepseek/deepseek-chat"],
    ["openrouter", "openai/gpt-4o"],
    ["gemini", "gemini-9-flash"],
    ["gemini", "gemini-2.5-flash-extra"],
    ["anthropic", "claude-opus-4-9"],
    ["anthropic", "gpt-4o"],
    ["openai", "gpt-4o-unheard-of"],
    ["openai", "ft:gpt-4o-2024-08-06:acme::abc"],
    ["azure", "our-deployment"],
    ["vertex", ""],
    ["vertex", `${"x".repeat(200)}/gemini-2.5-flash`],
  ])("is not known at %s of %s", (place, model) => {
    expect(entryOf(place, model)).toBeUndefined();
  });

  test("is that of the family where the deployment's name says nothing", () => {
    expect(entryOf("azure", "gpt-4o", "our-deployment")?.price.input).toBe("2.5");
  });

  test("is what routes.yaml says, whole", () => {
    const provider = places.anthropic;
    const place = { provider, host: "anthropic", models: ["claude-sonnet-4-5"] };
    const own = priceOf({ ...place, price: { input: "1" } });
    expect(own?.standard.rates).toMatchObject({ input: 1_000_000, output: undefined, cacheRead: 1_000_000 });
    expect(own?.search).toBe(0);
    const listed = priceOf({ ...place, price: undefined });
    expect(listed?.standard.rates).toMatchObject({ input: 3_000_000, cacheWriteOneHour: 6_000_000 });
    expect(listed?.standard.steps.map(({ aboveTokens }) => aboveTokens)).toEqual([200_000]);
    expect(listed?.search).toBe(10_000_000_000);
    expect(priceOf({ ...place, models: [undefined, "own"], price: undefined })).toBeUndefined();
  });
});

test("a pattern stands for itself but for its two signs", () => {
  expect(toRegExp("a.b-#").test("a.b-001")).toBe(true);
  expect(toRegExp("a.b-#").test("axb-001")).toBe(false);
  expect(toRegExp("a-#").test("a-5")).toBe(false);
  expect(toRegExp("a-#").test("a-2025-08-07")).toBe(true);
  expect(toRegExp("*.a").test("us.a")).toBe(true);
  expect(toRegExp("*.a").test("a")).toBe(false);
  expect(toRegExp("a").test("ab")).toBe(false);
});
