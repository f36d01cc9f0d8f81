import { describe, expect, test } from "vitest";
import { packVector, toUnitLength, unpackVector } from "../../src/dialects/vectors.ts";
import fc from "../_fc.ts";

const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });

/** @see reference: openai-chat-to-gemini §13 */
describe("§13 base64 of vectors", () => {
  test("is that of floats of 32 bits, the lowest byte first", () => {
    expect(packVector([1, -2])).toBe(Buffer.from([0, 0, 128, 63, 0, 0, 0, 192]).toString("base64"));
  });

  test("comes back as it was, whatever the numbers", () => {
    fc.assert(
      fc.property(floats, (values) => {
        expect(unpackVector(packVector(values))).toEqual(values);
      }),
    );
  });

  test("is what any reader of floats makes of it", () => {
    fc.assert(
      fc.property(floats, (values) => {
        const bytes = Buffer.from(packVector(values), "base64");
        expect(bytes.equals(Buffer.from(Float32Array.from(values).buffer))).toBe(true);
      }),
    );
  });

  test.each(["", "a", "AAA", "AAAA", "no base64!!", "AAAAAAAA=", "\u0000\u0000\u0000\u0000"])("%j is none", (text) => {
    expect(unpackVector(text)).toBeUndefined();
  });
});

describe("§13 vectors of length one", () => {
  test("are made of any that have a direction, which stays", () => {
    const value = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (values) => {
        const length = Math.hypot(...values);
        fc.pre(length > 1e-3);
        const unit = toUnitLength(values);
        expect(Math.hypot(...unit)).toBeCloseTo(1, 5);
        for (const [at, one] of values.entries()) expect(unit[at]).toBeCloseTo(one / length, 5);
      }),
    );
  });

  test("stay as they are", () => {
    const unit = [0.6, 0.8];
    expect(toUnitLength(unit)).toBe(unit);
  });

  test.each([[[0, 0]], [[Number.POSITIVE_INFINITY, 1]]])("%j has none, and stays as it is", (values) => {
    expect(toUnitLength(values)).toBe(values);
  });
});
