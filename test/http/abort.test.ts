import { expect, test } from "vitest";
import { Work } from "../../src/http/abort.ts";

test("all who listen hear of it, once, in the order they came", () => {
  const work = new Work();
  const heard: string[] = [];
  work.addEventListener("abort", () => heard.push("a function"));
  work.addEventListener("abort", { handleEvent: () => heard.push("an object") });
  expect(work.aborted).toBe(false);
  work.abort();
  work.abort();
  expect(work.aborted).toBe(true);
  expect(heard).toEqual(["a function", "an object"]);
});

test("who has stopped listening hears nothing", () => {
  const work = new Work();
  const heard: string[] = [];
  const stays = { handleEvent: () => heard.push("stays") };
  const goes = { handleEvent: () => heard.push("goes") };
  for (const one of [goes, stays, goes]) work.addEventListener("abort", one);
  work.removeEventListener("abort", goes);
  work.removeEventListener("abort", goes);
  work.removeEventListener("abort", goes);
  work.abort();
  expect(heard).toEqual(["stays"]);
});

test("a listener that stops another one meanwhile does not keep the rest from hearing", () => {
  const work = new Work();
  const heard: string[] = [];
  const last = { handleEvent: () => heard.push("last") };
  work.addEventListener("abort", () => work.removeEventListener("abort", last));
  work.addEventListener("abort", last);
  work.abort();
  expect(heard).toEqual(["last"]);
});
