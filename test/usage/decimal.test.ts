import { describe, expect, test } from "vitest";
import { feeDigits, parseDecimal, priceDigits, toDecimalUsd, toSafe } from "../../src/usage/decimal.ts";
import fc from "../_fc.ts";

describe("prices as text", () => {
  test.each([
    ["0", 0],
    ["3", 3_000_000],
    ["3.00", 3_000_000],
    ["0.075", 75_000],
    ["0.000001", 1],
    ["1.2345670000", 1_234_567],
    ["007.5", 7_500_000],
    ["9007199254", 9_007_199_254_000_000],
  ])("%s is a whole number of picodollars per token", (text, want) => {
    expect(parseDecimal(text, priceDigits)).toBe(want);
  });

  test.each(["", "-1", "+1", "1.", ".5", "1,5", "1e3", "$3", "0x1", " 1", "1 ", "NaN", "0.0000001", "9007199255", "٣"])(
    "%j is none",
    (text) => {
      expect(parseDecimal(text, priceDigits)).toBeUndefined();
    },
  );

  test("for one thing may be finer", () => {
    expect(parseDecimal("0.01", feeDigits)).toBe(10_000_000_000);
    expect(parseDecimal("0.000000000001", feeDigits)).toBe(1);
    expect(parseDecimal("9999", feeDigits)).toBeUndefined();
  });
});

describe("costs as text", () => {
  test.each([
    [0, "0"],
    [1, "0.000000001"],
    [1_500_000, "0.0015"],
    [1_000_000_000, "1"],
    [12_300_000_000, "12.3"],
    [Number.MAX_SAFE_INTEGER, "9007199.254740991"],
  ])("%d nanodollars are %s dollars", (nanoUsd, want) => {
    expect(toDecimalUsd(nanoUsd)).toBe(want);
  });

  test("say the number to the last digit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (nanoUsd) => {
        const [whole = "", fraction = ""] = toDecimalUsd(nanoUsd).split(".");
        expect(BigInt(whole + fraction.padEnd(9, "0"))).toBe(BigInt(nanoUsd));
      }),
    );
  });
});

test("a number that none can hold is the largest", () => {
  expect([toSafe(5n), toSafe(2n ** 80n)]).toEqual([5, Number.MAX_SAFE_INTEGER]);
});
