import { expect, test } from "vitest";
import { createRecent } from "../../src/policy/recent.ts";

test("what was not used for the longest time leaves first", () => {
  const recent = createRecent<number>(3);
  for (const [at, key] of ["a", "b", "c"].entries()) recent.set(key, at);
  recent.get("a");
  recent.replace("b", 7);
  recent.set("d", 3);
  expect([...recent.entries()]).toEqual([
    ["c", 2],
    ["a", 0],
    ["d", 3],
  ]);
  recent.set("c", 9);
  recent.set("e", 4);
  expect([...recent.entries()].map(([key]) => key)).toEqual(["d", "c", "e"]);
});

test("what is not there is not replaced", () => {
  const recent = createRecent<number>(3);
  recent.replace("a", 1);
  expect(recent.get("a")).toBeUndefined();
});
