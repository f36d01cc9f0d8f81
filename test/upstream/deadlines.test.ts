import { expect, test } from "vitest";
import { forgetDeadline, type Limited, watchDeadline } from "../../src/upstream/deadlines.ts";

/** Something to be watched, and the promise that its time is up. */
function limited(inMs: number): Limited & { readonly over: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { deadlineMs: performance.now() + inMs, onDeadline: () => resolve("over"), over: promise };
}

test("whose time is up is told, whose is not or who is forgotten is not", async () => {
  const late = limited(-1);
  const early = limited(60_000);
  const forgotten = limited(-1);
  const told: string[] = [];
  for (const [name, one] of Object.entries({ early, forgotten })) void one.over.then(() => told.push(name));
  for (const one of [early, forgotten, late]) watchDeadline(one);
  forgetDeadline(forgotten);
  await expect(late.over).resolves.toBe("over");
  forgetDeadline(late);
  forgetDeadline(early);
  expect(told).toEqual([]);
});

test("it looks again when something new is watched after all was over", async () => {
  for (const one of [limited(-1), limited(-1)]) {
    watchDeadline(one);
    await expect(one.over).resolves.toBe("over");
    forgetDeadline(one);
  }
});
