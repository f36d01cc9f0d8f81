import { expect, test } from "vitest";
import { loadDialects } from "../../src/dialects/index.ts";
import { toField, toPointer } from "../../src/metrics/places.ts";

await loadDialects();

test.each([
  ["logit_bias", "logit_bias"],
  ["messages[2].content[0].image_url.detail", "messages[].content[].image_url.detail"],
  ["messages[2].content[0].type", "messages[].content[].type"],
  ["tools[17].function.strict", "tools[].function.strict"],
  ["modalities[1]", "modalities[]"],
  // A member of an upstream's answer that clients do not get to see.
  ["candidates[].groundingMetadata", "candidates[].groundingMetadata"],
  ["content[]<server_tool_use>", "content[]"],
  ["<content_block_start>.content_block<server_tool_use>", "content_block"],
  ["<message_delta>.delta.container", "delta.container"],
  // Inside what may hold anything, that is said.
  ["tools[2].function.parameters.properties.city.anyOf", "tools[].function.parameters"],
  ["logit_bias.50256", "logit_bias"],
  ["metadata.team", "metadata"],
  // Words of nobody's spec.
  ["team", "other"],
  ["messages[0].mood", "other"],
  ["temperature.high", "other"],
  ["temperature<high>.low", "other"],
  ["<high>", "other"],
  ["", "other"],
  ["[0]", "other"],
  ["constructor", "other"],
  ["__proto__.polluted", "other"],
])("the field of %j is %j", (path, field) => {
  expect(toField(path)).toBe(field);
});

test.each([
  ["", "/"],
  ["/choices", "/choices"],
  ["/choices/0/message/tool_calls/3/function/name", "/choices/*/message/tool_calls/*/function/name"],
  ["/choices/*/delta/content", "/choices/*/delta/content"],
  ["/choices/0/mood", "other"],
  ["/usage~1x", "other"],
  ["choices/0", "/choices/*"],
])("the place of %j is %j", (pointer, place) => {
  expect(toPointer(pointer)).toBe(place);
});

test("a path of any length is read no further than specs go", () => {
  expect(toField(`metadata${".a".repeat(2_000_000)}`).length).toBe("metadata".length);
  expect(toField("a.".repeat(2_000_000)).length).toBe("other".length);
});
