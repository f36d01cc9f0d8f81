import { describe, expect, test } from "vitest";
import { billOf, type Call } from "../../src/usage/bill.ts";
import { compilePrice } from "../../src/usage/price.ts";
import { provenanceOf, type Usage } from "../../src/usage/usage.ts";

const told: Usage = { uncachedInput: 10, cacheRead: 5, output: 3, reasoning: 2 };
const price = compilePrice({ input: "1", output: "2", service_tiers: { flex: { input: "0.5", output: "1" } } });

function call(more: Partial<Call>): Call {
  return {
    usage: told,
    isWhole: true,
    price,
    tier: undefined,
    heardBytes: () => 30,
    promptTokens: () => 100,
    ...more,
  };
}

/** What must not be asked for where the upstream has told all. */
const unasked = (): number => {
  throw new Error("asked for");
};

describe("the usage of a request", () => {
  test.each<readonly [name: string, calls: readonly Call[], want: Usage | undefined]>([
    ["nobody answered", [], undefined],
    ["all told", [call({ heardBytes: unasked, promptTokens: unasked })], told],
    [
      "nothing told",
      [call({ usage: undefined })],
      { uncachedInput: 100, cacheRead: 0, output: 10, reasoning: 0, provenance: "estimated" },
    ],
    [
      "nothing told, and broken off",
      [call({ usage: undefined, isWhole: false, heardBytes: () => 1 })],
      { uncachedInput: 100, cacheRead: 0, output: 1, reasoning: 0, provenance: "estimated" },
    ],
    [
      "broken off after counts",
      [call({ isWhole: false, promptTokens: unasked })],
      { ...told, output: 8, provenance: "partial" },
    ],
    [
      "broken off after counts of more than was heard",
      [call({ isWhole: false, heardBytes: () => 0 })],
      { ...told, provenance: "partial" },
    ],
    [
      "no prompt told",
      [call({ usage: { ...told, uncachedInput: 0, cacheRead: 0, provenance: "partial" } })],
      { uncachedInput: 100, cacheRead: 0, output: 3, reasoning: 2, provenance: "partial" },
    ],
    [
      "no prompt told, and broken off",
      [call({ usage: { ...told, uncachedInput: 0, cacheRead: 0, provenance: "partial" }, isWhole: false })],
      { uncachedInput: 100, cacheRead: 0, output: 8, reasoning: 2, provenance: "partial" },
    ],
    [
      "no answer told",
      [call({ usage: { ...told, output: 0, reasoning: 0, provenance: "partial" }, promptTokens: unasked })],
      { uncachedInput: 10, cacheRead: 5, output: 10, reasoning: 0, provenance: "partial" },
    ],
    [
      "estimated where it was read",
      [call({ usage: { ...told, provenance: "estimated" }, heardBytes: unasked, promptTokens: unasked })],
      { ...told, provenance: "estimated" },
    ],
    [
      "two calls, one without counts",
      [call({}), call({ usage: undefined })],
      { uncachedInput: 110, cacheRead: 5, output: 13, reasoning: 2, provenance: "partial" },
    ],
    [
      "two calls, both without counts",
      [call({ usage: undefined }), call({ usage: undefined })],
      { uncachedInput: 200, cacheRead: 0, output: 20, reasoning: 0, provenance: "estimated" },
    ],
    ["two calls, all told", [call({}), call({})], { uncachedInput: 20, cacheRead: 10, output: 6, reasoning: 4 }],
  ])("%s", (_, calls, want) => {
    expect(billOf(calls).usage).toEqual(want);
  });

  test("of a broken stream is nobody's sum any more", () => {
    const said = { prompt_tokens: 15, completion_tokens: 5, total_tokens: 20 };
    const { usage } = billOf([call({ usage: { ...told, total: 20, said }, isWhole: false })]);
    expect(usage).not.toHaveProperty("total");
    expect(usage).not.toHaveProperty("said");
  });

  test("says where it comes from", () => {
    expect(provenanceOf(billOf([]).usage)).toBe("absent");
    expect(provenanceOf(billOf([call({})]).usage)).toBe("reported");
    expect(provenanceOf(billOf([call({ isWhole: false })]).usage)).toBe("partial");
    expect(provenanceOf(billOf([call({ usage: undefined })]).usage)).toBe("estimated");
  });
});

describe("the cost of a request", () => {
  test.each<readonly [name: string, calls: readonly Call[], want: number | undefined]>([
    ["nobody answered", [], undefined],
    ["one call", [call({})], 25_000],
    ["two calls", [call({}), call({})], 50_000],
    ["in another class of service", [call({ tier: "flex" }), call({})], 37_500],
    ["without a price", [call({ price: undefined })], undefined],
    ["one of two calls without a price", [call({}), call({ price: undefined })], undefined],
    ["estimated", [call({ usage: undefined })], 120_000],
  ])("%s", (_, calls, want) => {
    expect(billOf(calls).costNanoUsd).toBe(want);
  });
});
