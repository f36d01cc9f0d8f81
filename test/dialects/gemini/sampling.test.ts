import { describe, expect, test } from "vitest";
import { chatRequestShape } from "../../../generated/fields/openai.ts";
import { ask, developer, refusalOf } from "./_ask.ts";
import { open } from "./_translate.ts";

const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };

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
  ["the other of 2", { frequency_penalty: 2 }, { frequencyPenalty: 1.99 }, ["clamped:frequency_penalty"]],
  ["a penalty just below", { presence_penalty: 1.99 }, { presencePenalty: 1.99 }],
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
  ["a seed just below", { seed: -(2 ** 31) - 1 }, { seed: 2 ** 31 - 1 }],
  ["the largest seed that JSON holds well", { seed: Number.MAX_SAFE_INTEGER }, { seed: -1 }],
  ["logprobs", { logprobs: true }, { responseLogprobs: true }],
  ["logprobs false", { logprobs: false }, undefined],
  ["logprobs false where the model gives none", { logprobs: false }, undefined, [], "gemini-3.8-flash"],
  ["top_logprobs 20", { logprobs: true, top_logprobs: 20 }, { responseLogprobs: true, logprobs: 20 }],
  ["top_logprobs", { logprobs: true, top_logprobs: 5 }, { responseLogprobs: true, logprobs: 5 }],
  ["top_logprobs 0", { logprobs: true, top_logprobs: 0 }, { responseLogprobs: true }],
  ["logit_bias", { logit_bias: { "50256": -100 } }, undefined, ["reported:logit_bias"]],
  ["an empty logit_bias", { logit_bias: {} }, undefined],
  ["verbosity", { verbosity: "low" }, undefined, ["reported:verbosity"]],
  ["verbosity high", { verbosity: "high" }, undefined, ["reported:verbosity"]],
  ["prediction", { prediction: { type: "content", content: "Hi." } }, undefined],
  [
    "metadata, store, user and cache hints",
    {
      metadata: { a: "B c" },
      store: true,
      user: "u",
      safety_identifier: "s",
      prompt_cache_key: "k",
      prompt_cache_retention: "24h",
      prompt_cache_options: { mode: "explicit", ttl: "30m" },
    },
    undefined,
  ],
  [
    "what asks for nothing of the kind",
    { parallel_tool_calls: true, n: 1, stream: false, modalities: [], tools: [] },
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

  test("nothing but the conversation leaves for hints", () => {
    const { body } = ask({
      metadata: { a: "b" },
      store: true,
      user: "u",
      prediction: { type: "content", content: "x" },
    });
    expect(body).toEqual({ contents: [{ role: "user", parts: [{ text: "Hi." }] }] });
  });

  const names = Object.keys(chatRequestShape.properties ?? {}).filter((name) => !/^(?:model|messages)$/.test(name));

  test.each(names)("%s: null is as good as nothing, at both hosts", (name) => {
    for (const model of ["gemini-2.0-flash-001", "gemini-2.5-flash", "gemini-3.8-flash"]) {
      for (const more of [{}, developer]) {
        const asked = ask({ [name]: null }, model, more);
        expect(asked.body).toEqual({ contents: [{ role: "user", parts: [{ text: "Hi." }] }] });
        expect(asked).toMatchObject({ headers: undefined, told: [] });
      }
    }
  });

  test("no null leaves from below either", () => {
    const nested = {
      messages: [
        { role: "system", content: "Be brief.", name: null },
        { role: "user", name: null, content: [{ type: "text", text: "Hi.", cache_control: null }] },
        { role: "assistant", content: null, refusal: null, audio: null, function_call: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "a", content: "1" },
      ],
      tools: [{ type: "function", function: { name: "f", description: null, parameters: null, strict: null } }],
      response_format: {
        type: "json_schema",
        json_schema: { name: "a", description: null, schema: null, strict: null },
      },
      stream_options: { include_usage: null, include_obfuscation: null },
      safety_settings: [{ category: "harassment", threshold: "OFF", method: null }],
      google: { cached_content: null, safety_settings: null, thinking_config: null },
      reasoning: { effort: null, max_tokens: null },
    };
    const { body, told } = ask(nested, "gemini-3-flash-preview");
    expect(JSON.stringify(body)).not.toContain("null");
    expect(told).toEqual([]);
  });

  test("a limit that thoughts use up leaves an answer without text, whole and streamed", () => {
    const thought = { candidates: [{ content: { role: "model" }, finishReason: "MAX_TOKENS" }] };
    const answer = { ...thought, usageMetadata: { promptTokenCount: 3, thoughtsTokenCount: 50, totalTokenCount: 53 } };
    const text = JSON.stringify(answer);
    const whole = open({ max_completion_tokens: 50 }).response(answer, text);
    const message = { content: "", refusal: null };
    const usage = { completion_tokens: 50, completion_tokens_details: { reasoning_tokens: 50 } };
    expect(whole).toMatchObject({ body: { choices: [{ message, finish_reason: "length" }], usage } });
    const fold = open({ max_completion_tokens: 50 }).stream();
    const pieces = [fold.onEvent(text), fold.onEnd()].flatMap((some) => ("message" in some ? [] : some));
    expect(pieces.map(({ chunk }) => chunk.choices[0]?.finish_reason)).toEqual([null, "length"]);
    expect(fold.usage()).toMatchObject({ output: 0, reasoning: 50 });
  });

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
    for (const model of ["gemini-2.5-flash", "gemini-3.1-pro-preview", "gemini-4-argon"]) {
      for (const more of [{}, developer]) {
        const { body } = ask({ n: 4, metadata: { team: "a" } }, model, more);
        expect(body).not.toHaveProperty("labels");
        expect(body).not.toHaveProperty("generationConfig");
      }
    }
  });
});
