import { describe, expect, test } from "vitest";
import type { Line } from "../../../src/cli/reconcile/bill.ts";
import { compare } from "../../../src/cli/reconcile/compare.ts";

const line = (day: number, model: string, cents: number | undefined, input?: number, output?: number): Line => ({
  day: `2026-01-0${day}`,
  model,
  costNanoUsd: cents === undefined ? undefined : BigInt(cents) * 10_000_000n,
  inputTokens: input,
  outputTokens: output,
});

const options = { by: "day-model", tolerance: 0.01 } as const;

describe("a bill beside the ledger", () => {
  test.each([
    ["the same", [line(1, "m", 100)], [line(1, "m", 100, 5, 5)], []],
    ["one part in a hundred", [line(1, "m", 101)], [line(1, "m", 100)], []],
    ["more than that", [line(1, "m", 102)], [line(1, "m", 100)], [["cost"]]],
    ["lines that add up", [line(1, "m", 60), line(1, "m", 40)], [line(1, "M", 100)], []],
    ["tokens of input", [line(1, "m", undefined, 100, 7)], [line(1, "m", 3, 102, 7)], [["input tokens"]]],
    ["tokens of output", [line(1, "m", undefined, 100, 7)], [line(1, "m", 3, 100, 8)], [["output tokens"]]],
    ["one that is only billed", [line(1, "m", 1)], [], [["only in the bill"]]],
    ["one that is only kept", [], [line(1, "m", 1)], [["only on the ledger"]]],
    ["nothing on one side", [line(1, "m", 0)], [line(2, "m", 0)], []],
    ["something beside nothing", [line(1, "m", 1)], [line(1, "m", 0)], [["cost"]]],
    ["another day", [line(1, "m", 5)], [line(2, "m", 5)], [["only in the bill"], ["only on the ledger"]]],
  ])("%s", (_name, bill, ledger, want) => {
    const { rows } = compare(bill, ledger, options);
    expect(rows.map(({ differences }) => differences).filter((one) => one.length > 0)).toEqual(want);
  });

  test("days, or models, can be put together", () => {
    const bill = [line(1, "a", 5), line(2, "b", 5)];
    const ledger = [line(2, "a", 5), line(1, "b", 5)];
    expect(compare(bill, ledger, options).agrees).toBe(false);
    expect(compare(bill, ledger, { ...options, by: "day" })).toMatchObject({
      agrees: true,
      rows: [{ day: "2026-01-01" }, {}],
    });
    expect(compare(bill, ledger, { ...options, by: "model" })).toMatchObject({
      agrees: true,
      rows: [{ model: "a" }, {}],
    });
  });

  test("small differences that add up show in the sum", () => {
    const days = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const bill = days.map((day) => line(day, "m", 1_000));
    const ledger = days.map((day) => line(day, "m", day < 9 ? 1_000 : 900));
    const { rows, total, agrees } = compare(bill, ledger, options);
    expect(rows.filter(({ differences }) => differences.length > 0)).toHaveLength(1);
    expect(total.differences).toEqual(["cost"]);
    expect(agrees).toBe(false);
    expect(compare([], [], options)).toMatchObject({ agrees: true, rows: [] });
  });
});
