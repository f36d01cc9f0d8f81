import { expect, test } from "vitest";
import { parseUsd } from "../../src/config/money.ts";
import fc from "../_fc.ts";

test.each([
  ["0", 0n],
  ["10.00", 10_000_000_000n],
  ["0.000000001", 1n],
  ["1.0000000010000", 1_000_000_001n],
  ["007", 7_000_000_000n],
  ["999999999.999999999", 999_999_999_999_999_999n],
  ["1000000000", undefined],
  ["0.0000000001", undefined],
  ["-1", undefined],
  ["+1", undefined],
  ["1e3", undefined],
  ["1,5", undefined],
  ["$1", undefined],
  [".5", undefined],
  ["5.", undefined],
  [" 5", undefined],
  ["", undefined],
])("%j is %s nanodollars", (text, want) => {
  expect(parseUsd(text)).toBe(want);
});

test("whole nanodollars are read back exactly", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), (nano) => {
      const digits = String(nano).padStart(10, "0");
      expect(parseUsd(`${digits.slice(0, -9)}.${digits.slice(-9)}`)).toBe(nano);
    }),
  );
});
