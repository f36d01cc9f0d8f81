import { describe, expect, test } from "vitest";
import { toMayAsk } from "../../src/policy/allowed-models.ts";

const aliases = new Map([["gpt-4o", "gemini-2.5-flash"]]);

describe("a list of models", () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ["names", ["a", "b"], ["a", "b"], ["c", "A", "a/b", ""]],
    ["an entry with a star", ["open/*"], ["open/a", "open/a/b"], ["open", "opens", "other/open/a"]],
    ["a star in the middle is a name", ["a*b"], ["a*b"], ["aab", "ab"]],
    ["an alias, by its own name", ["gpt-4o"], ["gpt-4o"], ["gemini-2.5-flash"]],
    ["an alias, by what it leads to", ["gemini-2.5-flash"], ["gpt-4o", "gemini-2.5-flash"], ["gpt-4"]],
    ["an alias, by how its model begins", ["gemini-*"], ["gpt-4o"], ["gpt-4"]],
    ["LiteLLM's word for none", ["no-default-models"], [], ["a", "gpt-4o", "no-default-models"]],
    ["the same beside a name", ["no-default-models", "a"], ["a"], ["b", "no-default-models"]],
  ])("allows %s", (_name, list, allowed, refused) => {
    const mayAsk = toMayAsk([list], aliases);
    expect([...allowed, ...refused].filter((model) => mayAsk?.(model))).toEqual(allowed);
  });

  test.each([
    ["none", undefined],
    ["an empty one", []],
    ["a star alone", ["*"]],
    ["LiteLLM's word for all", ["a", "all-proxy-models"]],
    ["LiteLLM's word for the team's", ["all-team-models"]],
  ])("%s allows all", (_name, list) => {
    expect(toMayAsk([list], aliases)).toBeUndefined();
  });
});

test("all lists have to allow a model", () => {
  const mayAsk = toMayAsk([["a", "b", "open/*"], undefined, ["b", "open/c", "d"], ["*"]], aliases);
  expect(["a", "b", "c", "d", "open/c", "open/d"].filter((model) => mayAsk?.(model))).toEqual(["b", "open/c"]);
});

test("what the team has holds for a key that names the team's models", () => {
  const mayAsk = toMayAsk([["all-team-models"], undefined, ["a"]], aliases);
  expect(["a", "b"].filter((model) => mayAsk?.(model))).toEqual(["a"]);
});
