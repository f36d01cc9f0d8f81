import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, test } from "vitest";
import { defaultOutputTokens, estimateCost, estimatePrompt, tokensOfBytes } from "../../src/usage/estimate.ts";
import { bytesOfWhole, createHearing, tierIn } from "../../src/usage/hearing.ts";
import { compilePrice } from "../../src/usage/price.ts";

const ask = (content: unknown): object => ({ messages: [{ role: "user", content }] });

const texts: readonly (readonly [name: string, text: string])[] = [
  [
    "English",
    "The quick brown fox jumps over the lazy dog, and nobody knows why it does so every single day. ".repeat(20),
  ],
  ["German", "Der Donaudampfschifffahrtskapitän überquerte gestern bei Sonnenaufgang den breiten Fluss. ".repeat(20)],
  ["Chinese", "今天天气很好，我们一起去公园散步，然后去吃午饭。".repeat(20)],
  ["Japanese", "東京の天気は晴れです。明日は雨が降るかもしれません。".repeat(20)],
  ["Russian", "Сегодня хорошая погода, и мы пойдём гулять в парк после обеда. ".repeat(20)],
  [
    "code",
    "export function sum(numbers: readonly number[]): number {\n  return numbers.reduce((a, b) => a + b, 0);\n}\n".repeat(
      20,
    ),
  ],
  ["JSON", JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, name: `user${id}`, isActive: true })))],
];

describe("an estimated prompt", () => {
  test.each(texts)("is no smaller than the tokens of its text, nor many times as large: %s", (_, text) => {
    const tokens = encode(text).length;
    const estimate = estimatePrompt(ask(text));
    expect(estimate).toBeGreaterThanOrEqual(tokens);
    expect(estimate).toBeLessThanOrEqual(tokens * 2.5);
  });

  test.each<readonly [name: string, request: object, want: number]>([
    ["nothing", {}, 0],
    // content, messages' names and words: role + user + content + abc = 4 + 4 + 7 + 3 bytes, and 4 for the message.
    ["one message", ask("abc"), 10],
    [
      "members that no model reads",
      { ...ask("abc"), model: "m".repeat(99), user: "u".repeat(99), metadata: { a: "b" } },
      10,
    ],
    ["null", { messages: [{ role: "user", content: "abc", name: null }], tools: null }, 10],
    ["token ids", { prompt: [1, 2, 3, 4] }, 4],
    ["lists of token ids", { input: [[1, 2], [3]] }, 3],
    ["texts to embed", { input: ["abc", "def"] }, 2],
    [
      "a picture, whatever its URL's length",
      ask([{ type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(100_000)}` } }]),
      // role + user + content + type + image_url = 28 bytes
      10 + 4 + 1600,
    ],
    ["an array", { messages: [] }, 0],
  ])("%s", (_, request, want) => {
    expect(estimatePrompt(request)).toBe(want);
  });

  test("holds the tools and their schemas", () => {
    const tools = [
      { type: "function", function: { name: "f", parameters: { type: "object", properties: { city: {} } } } },
    ];
    expect(estimatePrompt({ ...ask("abc"), tools })).toBeGreaterThan(estimatePrompt(ask("abc")) + 15);
  });

  test("is of whole tokens", () => {
    expect([0, 1, 3, 4].map(tokensOfBytes)).toEqual([0, 1, 1, 2]);
  });
});

describe("an estimated cost", () => {
  const price = compilePrice({ input: "1", output: "2", service_tiers: { flex: { input: "0.5", output: "1" } } });

  test.each<readonly [name: string, request: object, want: object]>([
    ["by max_tokens", { ...ask("abc"), max_tokens: 7 }, { promptTokens: 10, outputTokens: 7, costNanoUsd: 24_000 }],
    [
      "by max_completion_tokens before it",
      { ...ask("abc"), max_tokens: 7, max_completion_tokens: 8 },
      { promptTokens: 10, outputTokens: 8, costNanoUsd: 26_000 },
    ],
    [
      "for each choice, which pays the prompt again",
      { ...ask("abc"), max_tokens: 7, n: 3 },
      { promptTokens: 30, outputTokens: 21, costNanoUsd: 72_000 },
    ],
    [
      "for the best of several",
      { prompt: "abc", max_tokens: 5, n: 2, best_of: 4 },
      { promptTokens: 4, outputTokens: 20, costNanoUsd: 44_000 },
    ],
    [
      "for each of several prompts",
      { prompt: ["abc", "def"], max_tokens: 5, n: 2 },
      { promptTokens: 4, outputTokens: 20, costNanoUsd: 44_000 },
    ],
    [
      "for each of several prompts in token ids",
      { prompt: [[1, 2], [3]], max_tokens: 5 },
      { promptTokens: 3, outputTokens: 10, costNanoUsd: 23_000 },
    ],
    [
      "for one prompt in token ids",
      { prompt: [1, 2, 3], max_tokens: 5 },
      { promptTokens: 3, outputTokens: 5, costNanoUsd: 13_000 },
    ],
    [
      "in another class of service",
      { ...ask("abc"), max_tokens: 7, service_tier: "flex" },
      { promptTokens: 10, outputTokens: 7, costNanoUsd: 12_000 },
    ],
    [
      "without any limit",
      { ...ask("abc"), max_tokens: null },
      { promptTokens: 10, outputTokens: defaultOutputTokens, costNanoUsd: 10_000 + 2000 * defaultOutputTokens },
    ],
    ["of vectors", { input: "abcabc" }, { promptTokens: 2, outputTokens: 0, costNanoUsd: 2000 }],
  ])("%s", (_, request, want) => {
    expect(estimateCost(request, price)).toEqual(want);
  });

  test("without a price is none, and with a model's own limit is by that", () => {
    expect(estimateCost(ask("abc"), undefined, 100)).toEqual({
      promptTokens: 10,
      outputTokens: 100,
      costNanoUsd: undefined,
    });
  });
});

describe("what is heard of an answer", () => {
  const choice = (index: number, delta: object): { index: number } => Object.assign({ index }, { delta });
  const chunk = (choices: { index: number }[], more: object = {}) => ({
    id: "c",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices,
    ...more,
  });

  test.each<readonly [name: string, delta: object, want: number]>([
    ["text", { content: "añ" }, 3],
    ["nothing", { role: "assistant", content: null }, 0],
    ["a refusal", { refusal: "no" }, 2],
    ["thoughts", { reasoning_content: "abc" }, 3],
    ["thoughts in two ways", { reasoning_content: "abc", reasoning: "abc" }, 3],
    ["thoughts by their newer name", { reasoning: "ab" }, 2],
    [
      "a call",
      { tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "f", arguments: "{}" } }] },
      3,
    ],
    ["a piece of a call, without its frame", { tool_calls: [{ index: 0, function: { arguments: "ab" } }] }, 2],
    ["a call of a custom tool", { tool_calls: [{ index: 0, custom: { name: "f", input: "abc" } }] }, 4],
    ["an older call", { function_call: { name: "f", arguments: "{}" } }, 3],
    ["sound, which is no text", { audio: { data: "AAAA" } }, 0],
  ])("counts %s", (_, delta, want) => {
    const hearing = createHearing([0]);
    hearing.add(chunk([choice(0, delta)]));
    expect(hearing.bytesOf(0)).toBe(want);
    expect(bytesOfWhole({ choices: [{ index: 0, message: delta }] })).toBe(want);
  });

  test("counts legacy texts", () => {
    expect(
      bytesOfWhole({
        choices: [
          { index: 0, text: "abc" },
          { index: 1, text: "d" },
        ],
      }),
    ).toBe(4);
    expect(bytesOfWhole({ object: "list", data: [] })).toBe(0);
  });

  test("tells the parts of a request apart, and remembers the class of service", () => {
    const hearing = createHearing([0, 2]);
    hearing.add(chunk([choice(0, { content: "a" }), choice(1, { content: "bb" })], { service_tier: "flex" }));
    hearing.add(chunk([choice(2, { content: "ccc" }), choice(3, { content: "dddd" })], { service_tier: "priority" }));
    hearing.add(chunk([choice(3, { content: "e" })]));
    hearing.add(chunk([]));
    expect([hearing.bytesOf(0), hearing.bytesOf(1), hearing.bytesOf(2)]).toEqual([3, 8, 0]);
    expect([hearing.tierOf(0), hearing.tierOf(1)]).toEqual(["flex", "priority"]);
    expect(tierIn({ service_tier: null })).toBeUndefined();
  });
});
