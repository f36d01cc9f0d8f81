import { expect, test } from "vitest";
import { Expiry } from "../../src/store/expiry.ts";
import fc from "../_fc.ts";

/** All that has ended by `now`. */
function takeAll(expiry: Expiry<number>, now: number): readonly number[] {
  const taken: number[] = [];
  for (let item = expiry.next(now); item !== undefined; item = expiry.next(now)) taken.push(item);
  return taken;
}

test("what ends first comes out first, and nothing before its end", () => {
  const expiry = new Expiry<number>();
  for (const at of [30, 10, 20, 10, 50]) expiry.add(at, at);
  expect(takeAll(expiry, 9)).toEqual([]);
  expect(takeAll(expiry, 20)).toEqual([10, 10, 20]);
  expect(expiry.size).toBe(2);
  expect(takeAll(expiry, 60)).toEqual([30, 50]);
  expect(expiry.next(60)).toBeUndefined();
});

test("any ends, added, taken and filtered in any order, come out sorted", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("add"), at: fc.nat(50) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("take"), at: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("filter"), at: fc.integer({ min: 2, max: 5 }) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const expiry = new Expiry<number>();
      let model: number[] = [];
      for (const { kind, at } of steps) {
        if (kind === "add") {
          expiry.add(at, at);
          model.push(at);
        } else if (kind === "take") {
          const due = model.filter((one) => one <= at).sort((one, other) => one - other);
          model = model.filter((one) => one > at);
          expect(takeAll(expiry, at)).toEqual(due);
        } else {
          expiry.filter((one) => one % at === 0);
          model = model.filter((one) => one % at === 0);
        }
        expect(expiry.size).toBe(model.length);
      }
      expect(takeAll(expiry, 50)).toEqual(model.sort((one, other) => one - other));
    }),
  );
});
