import { describe, expect, test } from "vitest";
import { validateCreateChatCompletionResponse } from "../../../generated/validators/openai.exact.mjs";
import { fit } from "../../../src/dialects/openai/fit.ts";
import { GatewayError } from "../../../src/errors.ts";
import { choice, say, whole } from "./_answers.ts";

const fitted = (value: object) => fit(value, validateCreateChatCompletionResponse);
const withMessage = (members: object) => ({ ...whole, choices: [{ ...choice, message: { ...say, ...members } }] });
const citation = { type: "url_citation", url_citation: { start_index: 0, end_index: 1, title: "t", url: "u" } };

describe("what the spec has in another form", () => {
  test.each<[string, object, object]>([
    ["nothing", { ...whole }, { ...whole }],
    ["a word", { ...whole, service_tier: "x" }, { ...whole }],
    ["a null", { ...whole, system_fingerprint: null }, { ...whole }],
    ["something deep", withMessage({ audio: { id: 5 } }), withMessage({})],
    [
      "an item of a list",
      withMessage({ annotations: [citation, { type: "x" }] }),
      withMessage({ annotations: [citation] }),
    ],
    [
      "names with a slash and a tilde",
      { ...whole, metadata: { "a/b": 1, "c~d": 2, "~1": 3, e: "f" } },
      { ...whole, metadata: { e: "f" } },
    ],
    [
      "as much as can be borne",
      { ...whole, metadata: { ...Array.from({ length: 16 }, () => 1) } },
      { ...whole, metadata: {} },
    ],
  ])("is left out: %s", (_name, value, want) => {
    const before = JSON.stringify(value);
    const made = fitted(value);
    if (made instanceof GatewayError) throw made;
    expect(made.value).toEqual(want);
    expect(made.taken).toBe(before !== JSON.stringify(want));
  });

  test.each<[string, object]>([
    ["no choices", { ...whole, choices: undefined }],
    ["a choice that is none", { ...whole, choices: [null] }],
    ["no message", { ...whole, choices: [{ ...choice, message: null }] }],
    ["no id", { ...whole, id: null }],
    ["more than can be borne", { ...whole, metadata: { ...Array.from({ length: 17 }, () => 1) } }],
  ])("is no answer: %s", (_name, value) => {
    expect(fitted(value)).toMatchObject({ errorName: "upstream_invalid_response", retryable: true });
  });
});
