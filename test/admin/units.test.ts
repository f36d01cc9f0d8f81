import { describe, expect, test } from "vitest";
import { hidden } from "../../src/admin/audit.ts";
import { after } from "../../src/admin/durations.ts";
import { perToken, toNanoUsd, toUsd } from "../../src/admin/money.ts";
import { fromIn, toIn } from "../../src/admin/query.ts";
import { secret } from "../_canary.ts";
import fc from "../_fc.ts";

describe("dollars of JSON", () => {
  test.each([
    [0, 0n],
    [0.1, 100_000_000n],
    [12.5, 12_500_000_000n],
    [1e-9, 1n],
    [4e-10, 0n],
    [10 / 3, 3_333_333_333n],
    [1e9, 1_000_000_000_000_000_000n],
  ])("%d are %d nano-dollars", (usd, nanoUsd) => {
    expect(toNanoUsd(usd)).toBe(nanoUsd);
  });

  test("come back as they were, where nine digits write them", () => {
    const cents = fc.integer({ min: 0, max: 100_000_000_000 }).map((count) => count / 100);
    fc.assert(fc.property(cents, (usd) => toUsd(toNanoUsd(usd)) === usd));
  });

  test("are written with the digits of the nano-dollars", () => {
    // Fifteen digits are what a number of JSON surely holds: up to a million dollars, to the nano-dollar.
    const amounts = fc.bigInt({ min: 0n, max: 999_999_999_999_999n });
    fc.assert(fc.property(amounts, (nanoUsd) => toNanoUsd(toUsd(nanoUsd)) === nanoUsd));
  });

  test("of a token come of picodollars", () => {
    expect([perToken(300_000), perToken(1), perToken(undefined)]).toEqual([3e-7, 1e-12, null]);
  });
});

describe("durations", () => {
  const start = Date.parse("2026-01-15T12:00:00Z");
  test.each([
    ["90s", "2026-01-15T12:01:30Z"],
    ["12h", "2026-01-16T00:00:00Z"],
    ["30d", "2026-02-14T12:00:00Z"],
    ["1mo", "2026-02-15T12:00:00Z"],
    ["1y", "2027-01-15T12:00:00Z"],
    ["week", "2026-01-22T12:00:00Z"],
  ])("%s after noon is %s", (text, end) => {
    expect(after(text, start, "duration")).toBe(Date.parse(end));
  });

  test.each([
    ["1mo", "2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z"],
    ["month", "2028-01-30T12:00:00Z", "2028-02-29T12:00:00Z"],
    ["1mo", "2026-12-31T12:00:00Z", "2027-01-31T12:00:00Z"],
    ["1y", "2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"],
  ])("%s after %s is %s: a month that is shorter ends it", (text, from, end) => {
    expect(new Date(after(text, Date.parse(from), "duration"))).toEqual(new Date(end));
  });

  test.each(["", "d", "0d", "1.5h", "forever", "999999999w"])("%j is none", (text) => {
    expect(() => after(text, start, "duration")).toThrow("expected a duration");
  });
});

test.each([
  ["2026-01-31", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"],
  ["2026-01-31T10:30:00", "2026-01-31T10:30:00Z", "2026-01-31T10:30:00Z"],
  ["2026-01-31 10:30:00", "2026-01-31T10:30:00Z", "2026-01-31T10:30:00Z"],
  ["2026-01-31T10:30:00+02:00", "2026-01-31T08:30:00Z", "2026-01-31T08:30:00Z"],
])("%s begins at %s, and ends at %s", (text, from, to) => {
  const query = new URLSearchParams({ time: text });
  expect([fromIn(query, "time"), toIn(query, "time")]).toEqual([Date.parse(from), Date.parse(to)]);
});

test("the audit log hides what looks like a secret, wherever it stands", () => {
  const shown = { floor: 3, tokens: undefined, monkey: "x", keyboard: ["qwerty"] };
  const value = { api_key: "a", nested: [{ Password: "b", note: secret("sk-in-a-note") }], auth: "Bearer c", ...shown };
  expect(hidden(value)).toEqual({
    ...shown,
    tokens: "[secret]",
    api_key: "[secret]",
    nested: [{ Password: "[secret]", note: "[secret]" }],
    auth: "[secret]",
  });
});
