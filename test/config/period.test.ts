import { describe, expect, test } from "vitest";
import { meantPeriod, parsePeriod } from "../../src/config/period.ts";

describe("a period", () => {
  test.each([
    [undefined, { kind: "forever" }],
    ["day", { kind: "day" }],
    ["1mo", { kind: "month" }],
    ["1y", { kind: "year" }],
    ["90s", { kind: "span", spanMs: 90_000, anchorMs: 5 }],
    ["2w", { kind: "span", spanMs: 1_209_600_000, anchorMs: 5 }],
    ["36525d", { kind: "span", spanMs: 3_155_760_000_000, anchorMs: 5 }],
    ["36526d", undefined],
    ["0d", undefined],
    ["1.5d", undefined],
    ["30", undefined],
    ["2mo", undefined],
    ["", undefined],
  ])("%j", (text, want) => {
    expect(parsePeriod(text, 5)).toEqual(want);
  });

  test.each([
    ["monthly", "month"],
    ["Monthly", "month"],
    ["1 month", "month"],
    ["1month", "month"],
    ["30 days", "30d"],
    ["12 hours", "12h"],
    ["30D", "30d"],
    ["mont", "month"],
    ["annually", "year"],
    ["2 months", undefined],
    ["30", undefined],
    ["for ever", undefined],
  ])("%j probably means %j", (text, want) => {
    expect(meantPeriod(text)).toBe(want);
  });
});
