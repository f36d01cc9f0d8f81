import { describe, expect, test } from "vitest";
import { createSettle, type Spent, spentStream, spentWhole } from "../../src/policy/settle.ts";
import { createHearing } from "../../src/usage/hearing.ts";
import { compilePrice } from "../../src/usage/price.ts";
import type { Usage } from "../../src/usage/usage.ts";

const price = compilePrice({ input: "1", output: "2", service_tiers: { flex: { input: "0.5", output: "1" } } });
const target = { price, deployment: { provider: { name: "up" } } };
const usage: Usage = { uncachedInput: 10, cacheRead: 0, output: 5, reasoning: 0, total: 99 };
const request = { prompt: "abc" };
const chunk = {
  id: "c",
  object: "text_completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, text: "123456" }],
  service_tier: "flex",
};

/** What becomes of parts that were answered, and whose counts were compared with their sums. */
function settled(spent: readonly Spent<typeof target>[], isOver: boolean) {
  const checked: object[] = [];
  const settle = createSettle<{ readonly model: string }, typeof target>((told, about) =>
    checked.push({ told: told?.total, ...about }),
  );
  return { ...settle(spent, { model: "m" }, isOver), checked };
}

describe("what a request took", () => {
  test("in one piece is what was told, by the class of service that answered", () => {
    const answer = { body: { service_tier: "flex", choices: [] }, usage };
    const part = spentWhole(request, { target, attempts: 2, answer });
    expect(part).toMatchObject({ target, attempts: 2 });
    const whole = { usage, costNanoUsd: 10_000, checked: [{ told: 99, model: "m", provider: "up" }] };
    expect(settled([part], false)).toEqual(whole);
    expect(settled([part], true)).toEqual(whole);
  });

  test("of a stream is asked for when it is over", () => {
    const hearing = createHearing([0]);
    let told: Usage | undefined;
    const part = spentStream(request, { target, attempts: 1, answer: { usage: () => told } }, hearing, 0);
    hearing.add(chunk);
    told = usage;
    expect(settled([part], true)).toMatchObject({ usage, costNanoUsd: 10_000, checked: [{ told: 99 }] });
  });

  test("of a stream that was cut is nobody's sum, and is filled up from what was heard", () => {
    const hearing = createHearing([0]);
    const part = spentStream(request, { target, attempts: 1, answer: { usage: () => undefined } }, hearing, 0);
    hearing.add(chunk);
    expect(settled([part], false)).toEqual({
      // abc is three bytes, 123456 are six
      usage: { uncachedInput: 1, cacheRead: 0, output: 2, reasoning: 0, provenance: "estimated" },
      costNanoUsd: 2500,
      checked: [],
    });
  });

  test("where nobody answered is nothing", () => {
    expect(settled([], false)).toEqual({ usage: undefined, costNanoUsd: undefined, checked: [] });
  });
});
