import { describe, expect, test } from "vitest";
import { chatRequestShape } from "../../../generated/fields/openai.ts";
import { ask, refusalOf } from "./_ask.ts";
import { bedrock, vertex } from "./_translate.ts";

const older = "claude-sonnet-4";
const eight = "claude-opus-4-8";
const hi = [{ role: "user", content: [{ type: "text", text: "Hi." }] }];

/** Members of the request beside those they become, and what the client is told. */
type Row = [name: string, members: object, sent: object, told?: readonly string[], model?: string];

const rows: Row[] = [
  ["nothing", {}, {}],
  ["temperature", { temperature: 0.3 }, { temperature: 0.3 }],
  ["temperature 0", { temperature: 0 }, { temperature: 0 }],
  ["temperature 1", { temperature: 1 }, { temperature: 1 }],
  ["temperature above 1", { temperature: 1.7 }, { temperature: 1 }, ["clamped:temperature"]],
  ["top_p", { top_p: 0.5 }, { top_p: 0.5 }],
  ["top_k", { top_k: 40 }, { top_k: 40 }],
  ["top_k of vLLM's for all", { top_k: -1 }, {}],
  ["both samplers", { temperature: 0.3, top_p: 0.5 }, { temperature: 0.3 }, ["reported:top_p"]],
  ["both samplers, one of them as usual", { temperature: 1, top_p: 0.5 }, { top_p: 0.5 }],
  ["both samplers on Sonnet 4", { temperature: 0.3, top_p: 0.5 }, { temperature: 0.3, top_p: 0.5 }, [], older],
  ...["claude-opus-4-7", eight, "claude-sonnet-5", "claude-opus-5-5", "claude-opus-9"].map(
    (model): Row => [
      `sampling on ${model}`,
      { temperature: 0.3, top_p: 0.5, top_k: 4 },
      {},
      ["reported:temperature", "reported:top_p", "reported:top_k"],
      model,
    ],
  ),
  [
    "sampling of a model that thinks",
    { temperature: 0.3, top_p: 0.5, top_k: 4, reasoning_effort: "low" },
    { thinking: { type: "enabled", budget_tokens: 6400 } },
    ["reported:temperature", "reported:top_p", "reported:top_k"],
  ],
  [
    "sampling of one that is told not to",
    { temperature: 0.3, reasoning_effort: "none" },
    { temperature: 0.3, thinking: { type: "disabled" } },
  ],
  [
    "sampling of one that has no room to",
    { temperature: 0.3, reasoning_effort: "low", max_tokens: 1000 },
    { temperature: 0.3, max_tokens: 1000 },
    ["clamped:reasoning_effort"],
  ],
  ["stop as text", { stop: "END" }, { stop_sequences: ["END"] }],
  ["stop as four texts", { stop: ["a", "b", "c", "d"] }, { stop_sequences: ["a", "b", "c", "d"] }],
  ["empty stops", { stop: ["", "END", ""] }, { stop_sequences: ["END"] }],
  ["stops of white space", { stop: ["\n\n", "END"] }, { stop_sequences: ["END"] }, ["reported:stop[0]"]],
  ["one of white space", { stop: " " }, {}, ["reported:stop"]],
  [
    "what Claude has no word for",
    { presence_penalty: 1, frequency_penalty: -1, seed: 7, logit_bias: { "5": 1 }, verbosity: "low" },
    {},
    [...["presence_penalty", "frequency_penalty", "seed", "logit_bias", "verbosity"].map((name) => `reported:${name}`)],
  ],
  ["logprobs false", { logprobs: false }, {}],
  [
    "hints and notes",
    {
      metadata: { a: "B c" },
      store: true,
      prediction: { type: "content", content: "Hi." },
      prompt_cache_key: "k",
      prompt_cache_retention: "24h",
      prompt_cache_options: { mode: "explicit", ttl: "30m" },
      session_id: "s",
      modalities: ["text"],
    },
    {},
  ],
  [
    "Google's settings",
    { google: { cached_content: "c" }, cached_content: "c" },
    {},
    ["reported:google", "reported:cached_content"],
  ],
  ["a member nobody knows", { frobnicate: 1 }, {}, ["reported:frobnicate"]],
];

describe("§2 sampling", () => {
  test.each<Row>(rows)("%s", (_name, members, sent, told = [], model = "claude-sonnet-4-5") => {
    const { body, told: said } = ask(members, model);
    const { model: _model, stream: _stream, messages, max_tokens: limit, ...rest } = body;
    const { max_tokens: wanted = limit, ...others } = { max_tokens: undefined, ...sent };
    expect(messages).toEqual(hi);
    expect(limit).toBe(wanted);
    expect(rest).toEqual(others);
    expect([...said].toSorted()).toEqual([...told].toSorted());
  });

  test.each<[model: string, members: object, limit: number, told?: readonly string[]]>([
    ["claude-3-haiku-20240307", {}, 4096],
    ["claude-sonnet-4-5", {}, 64_000],
    [eight, {}, 128_000],
    ["claude-sonnet-4-5", { max_tokens: 2000 }, 2000],
    ["claude-sonnet-4-5", { max_completion_tokens: 2000, max_tokens: 9000 }, 2000],
    ["claude-sonnet-4-5", { max_tokens: 64_000 }, 64_000],
    ["claude-sonnet-4-5", { max_tokens: 64_001 }, 64_000, ["clamped:max_tokens"]],
    ["claude-opus-4-1", { max_completion_tokens: 64_000 }, 32_000, ["clamped:max_completion_tokens"]],
  ])("%s answers with so many tokens: %j", (model, members, limit, told = []) => {
    const asked = ask(members, model);
    expect(asked.body["max_tokens"]).toBe(limit);
    expect(asked.told).toEqual(told);
  });

  test.each<[name: string, members: object, refusal: string]>([
    ["no tokens", { max_tokens: 0 }, "integer_below_min_value max_tokens"],
    ["no tokens in the newer word", { max_completion_tokens: 0 }, "integer_below_min_value max_completion_tokens"],
    ["logprobs", { logprobs: true }, "unsupported_parameter logprobs"],
    ["top_logprobs", { logprobs: false, top_logprobs: 2 }, "unsupported_parameter top_logprobs"],
    ["moderation", { moderation: { model: "omni" } }, "unsupported_parameter moderation"],
    ["speech", { modalities: ["text", "audio"] }, "unsupported_value modalities[1]"],
    ["a voice", { audio: { voice: "alloy", format: "wav" } }, "unsupported_parameter audio"],
  ])("%s is refused", (_name, members, refusal) => {
    expect(refusalOf(members)).toBe(refusal);
  });

  const names = Object.keys(chatRequestShape.properties ?? {}).filter((name) => !/^(?:model|messages)$/.test(name));

  test.each(names)("%s: null is as good as nothing, at all hosts", (name) => {
    for (const model of ["claude-3-5-haiku-20241022", "claude-sonnet-4-5", "claude-opus-5-5"]) {
      for (const host of [{}, vertex, bedrock]) {
        expect(ask({ [name]: null }, model, host)).toEqual(ask({}, model, host));
      }
    }
  });
});

describe("§2 service", () => {
  test.each<[name: string, members: object, sent: object, told?: readonly string[], model?: string]>([
    ["a user", { user: "u-1" }, { metadata: { user_id: "u-1" } }],
    ["a safety id", { user: "u-1", safety_identifier: "s-1" }, { metadata: { user_id: "s-1" } }],
    ["an empty one", { user: "u-1", safety_identifier: "" }, { metadata: { user_id: "u-1" } }],
    ["an address", { user: "ann@example.com" }, {}, ["reported:user"]],
    ["a long one", { user: "u".repeat(257) }, {}, ["reported:user"]],
    ["auto", { service_tier: "auto" }, {}],
    ["default", { service_tier: "default" }, {}],
    ["priority", { service_tier: "priority" }, { service_tier: "auto" }],
    ["flex", { service_tier: "flex" }, {}, ["reported:service_tier"]],
    ["scale", { service_tier: "scale" }, {}, ["reported:service_tier"]],
    ["fast", { service_tier: "fast" }, { speed: "fast" }, [], eight],
    ["fast where there is one speed", { service_tier: "fast" }, {}, ["reported:service_tier"]],
  ])("%s", (_name, members, sent, told = [], model = "claude-sonnet-4-5") => {
    const { body, headers, told: said } = ask(members, model);
    const { metadata, service_tier, speed } = body;
    expect({ metadata, service_tier, speed }).toEqual({
      metadata: undefined,
      service_tier: undefined,
      speed: undefined,
      ...sent,
    });
    expect(headers).toEqual("speed" in sent ? { "anthropic-beta": "fast-mode-2026-02-01" } : undefined);
    expect(said).toEqual(told);
  });

  test.each([
    ["Vertex AI", vertex],
    ["Bedrock", bedrock],
  ])("%s knows no users and no tiers", (_name, host) => {
    expect(ask({ user: "u" }, eight, host)).toEqual(ask({}, eight, host));
    for (const service_tier of ["priority", "fast"]) {
      expect(ask({ service_tier }, eight, host).told).toEqual(["reported:service_tier"]);
    }
  });
});
