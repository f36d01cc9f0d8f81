import { describe, expect, test } from "vitest";
import { ask, developer, refusalOf } from "./_ask.ts";

type Row = [name: string, members: object, config: object | undefined, told?: readonly string[], model?: string];

const configOf = (members: object, model?: string, more?: object) => ask(members, model, more).body["generationConfig"];

/** Members of the request beside the generationConfig they become, and what the client is told. */
const rows: Row[] = [
  ["temperature", { temperature: 0.3 }, { temperature: 0.3 }],
  ["temperature 0", { temperature: 0 }, { temperature: 0 }],
  [
    "temperature below 1 on Gemini 3 is not touched",
    { temperature: 0.2 },
    { temperature: 0.2 },
    [],
    "gemini-3.5-flash",
  ],
  ["temperature null", { temperature: null }, undefined],
  ["top_p", { top_p: 0.5 }, { topP: 0.5 }],
  ["top_p 0", { top_p: 0 }, { topP: 0 }],
  ["top_k", { top_k: 40 }, { topK: 40 }],
  ["top_k of vLLM's for all", { top_k: -1 }, undefined],
  ...[
    "gemini-3.5-flash-lite",
    "gemini-3.6-flash",
    "gemini-3.7-flash",
    "gemini-3.8-flash",
    "gemini-4-argon",
    "gemini-9",
  ].map(
    (model): Row => [
      `sampling on ${model}`,
      { temperature: 0.3, top_p: 0.5, top_k: 4 },
      undefined,
      ["reported:temperature", "reported:top_p", "reported:top_k"],
      model,
    ],
  ),
  ["max_completion_tokens", { max_completion_tokens: 2000 }, { maxOutputTokens: 2000 }],
  ["max_tokens", { max_tokens: 2000 }, { maxOutputTokens: 2000 }],
  ["both limits", { max_completion_tokens: 2000, max_tokens: 9000 }, { maxOutputTokens: 2000 }],
  ["the limit that 2.5's pages name", { max_tokens: 65_536 }, { maxOutputTokens: 65_535 }, ["clamped:max_tokens"]],
  ["the same of a newer model", { max_tokens: 65_536 }, { maxOutputTokens: 65_536 }, [], "gemini-3.6-flash"],
  ["more than any model can say, which Google refuses", { max_tokens: 100_000 }, { maxOutputTokens: 100_000 }],
  ["stop as text", { stop: "END" }, { stopSequences: ["END"] }],
  ["stop as four texts", { stop: ["a", "b", "c", "d"] }, { stopSequences: ["a", "b", "c", "d"] }],
  ["empty stops", { stop: ["", "END", ""] }, { stopSequences: ["END"] }],
  ["nothing to stop at", { stop: "" }, undefined],
  ["penalties", { presence_penalty: 1, frequency_penalty: -2 }, { presencePenalty: 1, frequencyPenalty: -2 }],
  ["a penalty of 2", { presence_penalty: 2 }, { presencePenalty: 1.99 }, ["clamped:presence_penalty"]],
  ["penalties of 0", { presence_penalty: 0, frequency_penalty: 0 }, undefined],
  [
    "penalties on Gemini 3",
    { presence_penalty: 1, frequency_penalty: 1 },
    undefined,
    ["reported:presence_penalty", "reported:frequency_penalty"],
    "gemini-3-flash-preview",
  ],
  ["penalties of 0 on Gemini 3", { presence_penalty: 0, frequency_penalty: 0 }, undefined, [], "gemini-3.8-flash"],
  ["seed", { seed: 42 }, { seed: 42 }],
  ["seed 0", { seed: 0 }, { seed: 0 }],
  ["a large seed", { seed: 2 ** 40 + 7 }, { seed: 7 }],
  ["a seed just above", { seed: 2 ** 31 }, { seed: -(2 ** 31) }],
  ["logprobs", { logprobs: true }, { responseLogprobs: true }],
  ["logprobs false", { logprobs: false }, undefined],
  ["top_logprobs", { logprobs: true, top_logprobs: 5 }, { responseLogprobs: true, logprobs: 5 }],
  ["top_logprobs 0", { logprobs: true, top_logprobs: 0 }, { responseLogprobs: true }],
  ["logit_bias", { logit_bias: { "50256": -100 } }, undefined, ["reported:logit_bias"]],
  ["an empty logit_bias", { logit_bias: {} }, undefined],
  ["verbosity", { verbosity: "low" }, undefined, ["reported:verbosity"]],
  ["prediction", { prediction: { type: "content", content: "Hi." } }, undefined],
  [
    "metadata, store, user and cache hints",
    { metadata: { a: "B c" }, store: true, user: "u", prompt_cache_key: "k" },
    undefined,
  ],
  ["a member nobody knows", { frobnicate: 1 }, undefined, ["reported:frobnicate"]],
];

describe("§2 sampling", () => {
  test.each<Row>(rows)("%s", (_name, members, config, told = [], model) => {
    const asked = ask(members, model);
    expect(asked.body["generationConfig"]).toEqual(config);
    expect(asked.told).toEqual(told);
  });

  test.each(["gemini-3-pro-preview", "gemini-3.1-pro-preview", "gemini-3.5-flash", "gemini-4-hydrogen"])(
    "logprobs on %s are refused",
    (model) => {
      expect(refusalOf({ logprobs: true }, model)).toBe("unsupported_parameter logprobs");
    },
  );

  test("moderation is refused", () => {
    expect(refusalOf({ moderation: { model: "omni" } })).toBe("unsupported_parameter moderation");
  });
});

describe("§14 sampling by host", () => {
  test.each<[name: string, model: string, vertex: object | undefined, developerApi: object | undefined]>([
    ["penalties on 2.5", "gemini-2.5-flash", { presencePenalty: 1 }, undefined],
    ["penalties on 2.0", "gemini-2.0-flash-001", { presencePenalty: 1 }, { presencePenalty: 1 }],
    ["penalties on 3", "gemini-3-flash-preview", undefined, undefined],
  ])("%s", (_name, model, vertex, developerApi) => {
    expect(configOf({ presence_penalty: 1 }, model)).toEqual(vertex);
    expect(configOf({ presence_penalty: 1 }, model, developer)).toEqual(developerApi);
    expect(ask({ presence_penalty: 1 }, model, developer).told).toEqual(
      developerApi === undefined ? ["reported:presence_penalty"] : [],
    );
  });

  test("logprobs are refused by the Developer API", () => {
    expect(refusalOf({ logprobs: true }, "gemini-2.5-flash", developer)).toBe("unsupported_parameter logprobs");
    expect(refusalOf({ logprobs: true }, "gemini-2.5-flash")).toBe("taken");
  });

  test("never several candidates, and never labels", () => {
    for (const more of [{}, developer]) {
      const { body } = ask({ n: 4, metadata: { team: "a" } }, "gemini-2.5-flash", more);
      expect(body).not.toHaveProperty("labels");
      expect(body).not.toHaveProperty("generationConfig");
    }
  });
});
