import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inTurns } from "../../src/admin/turns.ts";

test("a long list is asked about a few at a time, and answered in its order", async () => {
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 50 }, (_, i) => i);
  const answers = await inTurns(items, async (item) => {
    most = Math.max(most, ++running);
    await setImmediate();
    running--;
    return item * 2;
  });
  expect(answers).toEqual(items.map((item) => item * 2));
  expect(most).toBe(4);
});

test("what fails ends it", async () => {
  const asked: number[] = [];
  const failing = inTurns([1, 2, 3, 4, 5, 6], async (item) => {
    asked.push(item);
    if (item === 2) throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(asked).toEqual([1, 2, 3, 4]);
});
