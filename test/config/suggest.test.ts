import { expect, test } from "vitest";
import { suggest } from "../../src/config/suggest.ts";

test.each([
  ["hots", "host"], // two letters that changed places
  ["prot", "port"],
  ["apiKey", "api_key"],
  ["api-key", "api_key"],
  ["timeout", "timeouts"],
  ["locaton", "location"],
  ["warning", "warn"],
  ["project_id", "project"],
])("%s finds %s", (word, meant) => {
  const words = ["host", "port", "api_key", "timeouts", "location", "warn", "project"];
  expect(suggest(word, words)).toBe(meant);
});

test.each(["x", "colour", "", "zzzzzz"])("%j finds nothing", (word) => {
  expect(suggest(word, ["host", "port", "y", "key"])).toBeUndefined();
});

test("the first of equals wins", () => {
  expect(suggest("v2", ["v1", "v3"])).toBe("v1");
});
