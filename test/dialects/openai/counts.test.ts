import { describe, expect, test } from "vitest";
import { toUsage } from "../../../src/dialects/openai/usage.ts";
import { whole } from "./_answers.ts";
import { chunkOf, done, ending, foldChat, foldWell, opens, saying } from "./_chunks.ts";
import { openChat, readWell } from "./_translate.ts";

const counts = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

/** What a server says of its tokens, what a client sees of it, and the buckets the gateway counts by. */
interface Row {
  readonly name: string;
  readonly said: unknown;
  /** Undefined: no counts at all. */
  readonly shown: object | undefined;
  readonly counted?: {
    readonly uncachedInput: number;
    readonly cacheRead: number;
    readonly cacheWrite?: { readonly fiveMinutes: number; readonly oneHour: number };
    readonly output: number;
    readonly reasoning: number;
  };
}

const plain = { uncachedInput: 5, cacheRead: 0, output: 2, reasoning: 0 };
const large = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };

const rows: readonly Row[] = [
  { name: "three numbers", said: counts, shown: counts, counted: plain },
  {
    name: "OpenAI's details",
    said: {
      ...large,
      prompt_tokens_details: { cached_tokens: 80, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 20 },
    },
    shown: {
      ...large,
      prompt_tokens_details: { cached_tokens: 80, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 20 },
    },
    counted: { uncachedInput: 20, cacheRead: 80, output: 30, reasoning: 20 },
  },
  {
    name: "OpenRouter's cost and details",
    said: { ...large, cost: 0.00014, is_byok: false, cost_details: { upstream_inference_cost: null } },
    shown: { ...large, cost: 0.00014, is_byok: false, cost_details: { upstream_inference_cost: null } },
    counted: { uncachedInput: 100, cacheRead: 0, output: 50, reasoning: 0 },
  },
  {
    name: "DeepSeek's cache",
    said: { ...large, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
    shown: { ...large, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
    counted: { uncachedInput: 36, cacheRead: 64, output: 50, reasoning: 0 },
  },
  {
    name: "the cache in Anthropic's words",
    said: { ...large, cache_read_input_tokens: 10, cache_creation_input_tokens: 5 },
    shown: { ...large, cache_read_input_tokens: 10, cache_creation_input_tokens: 5 },
    counted: {
      uncachedInput: 85,
      cacheRead: 10,
      cacheWrite: { fiveMinutes: 5, oneHour: 0 },
      output: 50,
      reasoning: 0,
    },
  },
  {
    name: "the cache in two ways, of which one says nothing",
    said: { ...large, prompt_tokens_details: { cached_tokens: 0 }, prompt_cache_hit_tokens: 64 },
    shown: { ...large, prompt_tokens_details: { cached_tokens: 0 }, prompt_cache_hit_tokens: 64 },
    counted: { uncachedInput: 36, cacheRead: 64, output: 50, reasoning: 0 },
  },
  {
    name: "thoughts on top of the completion, as xAI's",
    said: { ...large, total_tokens: 170, completion_tokens_details: { reasoning_tokens: 20 } },
    shown: {
      ...large,
      completion_tokens: large.completion_tokens + 20,
      total_tokens: 170,
      completion_tokens_details: { reasoning_tokens: 20 },
    },
    counted: { uncachedInput: 100, cacheRead: 0, output: 50, reasoning: 20 },
  },
  {
    name: "more in the cache than there was, and more thoughts than words",
    said: {
      ...counts,
      prompt_tokens_details: { cached_tokens: 9 },
      completion_tokens_details: { reasoning_tokens: 9 },
    },
    shown: {
      ...counts,
      prompt_tokens_details: { cached_tokens: 9 },
      completion_tokens_details: { reasoning_tokens: 9 },
    },
    counted: { uncachedInput: 0, cacheRead: 5, output: 0, reasoning: 2 },
  },
  {
    name: "less than nothing",
    said: {
      ...counts,
      prompt_tokens_details: { cached_tokens: -3 },
      completion_tokens_details: { reasoning_tokens: -3 },
    },
    shown: {
      ...counts,
      prompt_tokens_details: { cached_tokens: -3 },
      completion_tokens_details: { reasoning_tokens: -3 },
    },
    counted: plain,
  },
  {
    name: "a prompt that was cached whole, as Ollama counts it",
    said: { ...counts, prompt_tokens: 0, total_tokens: 2 },
    shown: { ...counts, prompt_tokens: 0, total_tokens: 2 },
    counted: { ...plain, uncachedInput: 0 },
  },
  { name: "no total", said: { prompt_tokens: 5, completion_tokens: 2 }, shown: counts, counted: plain },
  {
    name: "the prompt alone",
    said: { prompt_tokens: 5 },
    shown: { prompt_tokens: 5, completion_tokens: 0, total_tokens: 5 },
    counted: { ...plain, output: 0 },
  },
  {
    name: "the completion alone",
    said: { completion_tokens: 2, prompt_tokens: null },
    shown: { prompt_tokens: 0, completion_tokens: 2, total_tokens: 2 },
    counted: { ...plain, uncachedInput: 0 },
  },
  {
    name: "broken numbers",
    said: { prompt_tokens: 4.5, completion_tokens: 2, total_tokens: 6.5 },
    shown: counts,
    counted: plain,
  },
  {
    name: "details of null, as vLLM's",
    said: { ...counts, prompt_tokens_details: null, completion_tokens_details: null },
    shown: counts,
    counted: plain,
  },
  {
    name: "details with nulls in them",
    said: { ...counts, prompt_tokens_details: { cached_tokens: null, audio_tokens: 0 }, cost: null },
    shown: { ...counts, prompt_tokens_details: { audio_tokens: 0 } },
    counted: plain,
  },
  { name: "details that are a list", said: { ...counts, prompt_tokens_details: [1] }, shown: counts, counted: plain },
  {
    name: "details of another form, which must not cost the counts",
    said: { ...counts, completion_tokens_details: { reasoning_tokens: "1", audio_tokens: 0.5 }, cost: "free" },
    shown: { ...counts, completion_tokens_details: {} },
    counted: plain,
  },
  { name: "nothing", said: undefined, shown: undefined },
  { name: "null", said: null, shown: undefined },
  { name: "nothing at all", said: {}, shown: undefined },
  { name: "a text", said: "7", shown: undefined },
  { name: "a list", said: [5, 2], shown: undefined },
  { name: "words", said: { prompt_tokens: "x", completion_tokens: "y" }, shown: undefined },
  { name: "negative numbers", said: { prompt_tokens: -1, completion_tokens: -1 }, shown: undefined },
];

describe.each(rows)("a server that counts $name", ({ said, shown, counted }) => {
  test("in a whole answer", () => {
    const { body, usage, text } = readWell(openChat(), { ...whole, usage: said });
    expect(body.usage).toEqual(shown);
    expect("usage" in body).toBe(shown !== undefined);
    expect(usage).toEqual(counted && { ...counted, said: shown });
    // Counts that are fine as they are do not cost the server's own bytes.
    expect(text !== undefined).toBe(JSON.stringify(said) === JSON.stringify(shown));
  });

  test("in a stream: known to the gateway, and in no chunk", () => {
    const { pieces, usage } = foldWell([opens, ending(), chunkOf([], { usage: said }), done]);
    expect(usage).toEqual(counted && { ...counted, said: shown });
    expect(pieces.some(({ chunk }) => "usage" in chunk || chunk.choices.length === 0)).toBe(false);
  });
});

describe("counts in a stream", () => {
  const hi = (usage: unknown) => ({ ...saying({ content: "Hi" }), usage });
  const part = { ...counts, completion_tokens: 1, total_tokens: 6 };

  test.each<[string, readonly (object | string)[]]>([
    ["in a chunk of their own", [opens, hi(undefined), ending(), chunkOf([], { usage: counts }), done]],
    [
      "in a chunk of their own whose choices are missing",
      [opens, ending(), { ...opens, choices: undefined, usage: counts }, done],
    ],
    [
      "in a chunk of their own, and null in the others",
      [opens, hi(null), { ...ending(), usage: null }, chunkOf([], { usage: counts }), done],
    ],
    ["with the last chunk", [opens, hi(null), { ...ending(), usage: counts }, done]],
    [
      "in a chunk with a choice that says nothing, as OpenRouter's",
      [opens, ending(), { ...saying({ role: "assistant", content: "" }), usage: counts }, done],
    ],
    [
      "in every chunk, as vLLM's on demand, of which the last is right",
      [opens, hi(part), { ...ending(), usage: counts }, done],
    ],
    ["early, and nothing after them", [{ ...opens, usage: counts }, ending(), done]],
    ["early, and null after them", [{ ...opens, usage: counts }, { ...ending(), usage: null }, done]],
    ["after the last chunk, where [DONE] is missing", [opens, ending(), chunkOf([], { usage: counts })]],
  ])("may come %s", (_name, events) => {
    const { pieces, usage } = foldWell(events);
    expect(usage?.said).toEqual(counts);
    expect(pieces.some(({ chunk }) => "usage" in chunk || chunk.choices.length !== 1)).toBe(false);
  });

  test("that came before a failure are known", () => {
    expect(foldChat([opens, hi(counts), "oops"]).usage?.said).toEqual(counts);
  });
});

test("the buckets add up to what was counted", () => {
  for (const { shown, counted } of rows) {
    if (counted === undefined || shown === undefined) continue;
    const said: { prompt_tokens: number; completion_tokens: number; total_tokens: number } = { ...counts, ...shown };
    const { uncachedInput, cacheRead, cacheWrite, output, reasoning } = toUsage(said);
    expect(uncachedInput + cacheRead + (cacheWrite?.fiveMinutes ?? 0)).toBe(said.prompt_tokens);
    expect([said.completion_tokens, said.total_tokens - said.prompt_tokens]).toContain(output + reasoning);
  }
});
