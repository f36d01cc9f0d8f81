import { encode as encodeCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as encodeO200k } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { type CompletionOptions, parseCompletion } from "../../src/operations/completions/parse.ts";
import { commonHabits, fanOutPrompts } from "../../src/operations/completions/prompts.ts";
import type { CompletionRequest } from "../../src/operations/types.ts";
import fc from "../_fc.ts";
import { asRequest } from "./_completions.ts";

const tokenizer = "cl100k_base";
const openai: CompletionOptions = { takes: { tokens: true, ranking: true, manyStops: false }, tokenizer };
const vllm: CompletionOptions = { takes: { tokens: true, ranking: true, manyStops: true }, tokenizer };
const chat: CompletionOptions = { takes: { tokens: false, ranking: false, manyStops: true }, tokenizer };

async function parsed(body: object, options: CompletionOptions = openai): Promise<CompletionRequest> {
  return (await parseCompletion({ model: "m", ...body }, "m", options)).request;
}

async function failureOf(body: object, options: CompletionOptions = openai): Promise<GatewayError> {
  try {
    await parsed(body, options);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
  throw new Error("it did not fail");
}

describe("a request for completions is read", () => {
  test("as it is, where there is nothing to mend", async () => {
    const body = { model: "m", prompt: ["a", "b"], n: 2, best_of: 2, brand_new: 1 };
    expect(await parsed(body)).toEqual(body);
  });

  test("with the model it was resolved to, where it names none", async () => {
    const call = await parseCompletion({ prompt: "a" }, "the-default", openai);
    expect(call.request).toEqual({ model: "the-default", prompt: "a" });
  });

  test.each([
    ["no stream", {}, [false, false]],
    ["a stream", { stream: true }, [true, false]],
    ["a stream with counts", { stream: true, stream_options: { include_usage: true } }, [true, true]],
    ["null", { stream: null, stream_options: null }, [false, false]],
  ])("how it wants to be answered: %s", async (_name, members, [stream, includeUsage]) => {
    expect(await parseCompletion({ model: "m", prompt: "a", ...members }, "m", openai)).toMatchObject({
      stream,
      includeUsage,
    });
  });

  test("a prompt of null is the token between two texts", async () => {
    expect((await parsed({ prompt: null })).prompt).toBe("<|endoftext|>");
  });

  test("best_of above n is fine without a stream, and as many as n with one", async () => {
    expect(await parsed({ prompt: "a", n: 2, best_of: 5 })).toMatchObject({ best_of: 5 });
    expect(await parsed({ prompt: "a", n: 2, best_of: 2, stream: true })).toMatchObject({ best_of: 2 });
    expect(await parsed({ prompt: "a", best_of: 1, stream: true })).toMatchObject({ best_of: 1 });
  });

  test("more than four words to stop at, where they are taken", async () => {
    const stop = ["<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<file_sep>", "<|endoftext|>", "\n\n", "```"];
    for (const options of [vllm, chat]) {
      expect((await parsed({ prompt: "a", stop }, options)).stop).toEqual(stop);
      const odd = await failureOf({ prompt: "a", stop: [...stop, 7] }, options);
      expect(odd).toMatchObject({ param: "stop[7]", errorName: "invalid_type" });
      expect(odd.message).toBe("Invalid type for 'stop[7]': expected a string, but got an integer instead.");
      const most = Array.from({ length: 64 }, String);
      expect((await parsed({ prompt: "a", stop: most }, options)).stop).toEqual(most);
    }
  });

  test.each([
    ["five where four are taken", Array.from({ length: 5 }, String), openai],
    ["more than any client sends", Array.from({ length: 65 }, String), vllm],
  ])("%s are refused", async (_name, stop, options) => {
    expect(await failureOf({ prompt: "a", stop }, options)).toMatchObject({
      status: 400,
      param: "stop",
      errorName: "array_above_max_length",
    });
  });

  test("chat's places are the client's own, should an upstream speak of them", async () => {
    const { toClientPath } = await parseCompletion({ model: "m", prompt: "a", max_tokens: 1 }, "m", chat);
    expect(["messages", "messages[1].content", "max_completion_tokens", "stop"].map(toClientPath)).toEqual([
      "prompt",
      "prompt",
      "max_tokens",
      "stop",
    ]);
  });
});

describe("what one request may ask for", () => {
  test.each([
    ["no prompts", { prompt: [] }, "prompt", "empty_array"],
    ["129 prompts", { prompt: Array.from({ length: 129 }, String) }, "prompt", "array_above_max_length"],
    ["3 prompts of 64 choices", { prompt: ["a", "b", "c"], n: 64 }, "n", "invalid_value"],
    ["best_of below n", { prompt: "a", n: 3, best_of: 2 }, "best_of", "invalid_value"],
    ["best_of above n in a stream", { prompt: "a", best_of: 2, stream: true }, "best_of", "invalid_value"],
    ["a bias above 100", { prompt: "a", logit_bias: { 5: 101 } }, "logit_bias.5", "integer_above_max_value"],
    ["a bias below -100", { prompt: "a", logit_bias: { 5: -101 } }, "logit_bias.5", "integer_below_min_value"],
  ])("not %s", async (_name, body, param, errorName) => {
    expect(await failureOf(body)).toMatchObject({ status: 400, param, errorName });
  });

  test.each([
    ["128 prompts", { prompt: Array.from({ length: 128 }, String) }],
    ["128 choices", { prompt: "a", n: 128 }],
    ["2 prompts of 64 choices", { prompt: ["a", "b"], n: 64 }],
    ["biases of 100 and -100", { prompt: "a", logit_bias: { 5: 100, 6: -100 } }],
  ])("but %s", async (_name, body) => {
    expect(await parsed(body)).toMatchObject(body);
  });
});

describe("prompts of several kinds in one list", () => {
  test.each([
    ["a text, then an id", ["a", 5], "prompt[1]", "a string, but got an integer"],
    ["an id, then a text", [5, 6, "a"], "prompt[2]", "an integer, but got a string"],
    ["a text, then ids", ["a", [1]], "prompt[1]", "a string, but got an array"],
    ["ids, then a text", [[1], "a"], "prompt[1]", "an array of integers, but got a string"],
    ["ids, then an id", [[1], 2], "prompt[1]", "an array of integers, but got an integer"],
    ["an id, then ids", [1, [2]], "prompt[1]", "an integer, but got an array"],
  ])("%s: refused, by its place", async (_name, prompt, param, words) => {
    for (const options of [openai, vllm, chat]) {
      const failure = await failureOf({ prompt }, options);
      expect(failure).toMatchObject({ status: 400, param, errorName: "invalid_type" });
      expect(failure.message).toBe(`Invalid type for '${param}': expected ${words} instead.`);
    }
  });
});

describe("prompts in token ids", () => {
  const text = "Grüße an alle, 世界 👩‍👩‍👧‍👦!";

  test("stay as they are where the upstream takes them", async () => {
    expect((await parsed({ prompt: [[1, 2], [3]] })).prompt).toEqual([[1, 2], [3]]);
    expect((await parsed({ prompt: [1, 2_000_000] })).prompt).toEqual([1, 2_000_000]);
  });

  test("become text where it does not, by the model's own vocabulary", async () => {
    expect((await parsed({ prompt: encodeCl100k(text) }, chat)).prompt).toBe(text);
    const o200k = { ...chat, tokenizer: "o200k_base" } as const;
    expect((await parsed({ prompt: [encodeO200k(text), encodeO200k("b")] }, o200k)).prompt).toEqual([text, "b"]);
    expect((await parsed({ prompt: ["a", "b"] }, chat)).prompt).toEqual(["a", "b"]);
  });

  test("any text comes back as it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (one) => {
        expect((await parsed({ prompt: encodeCl100k(one) }, chat)).prompt).toBe(one);
      }),
      { numRuns: 100 },
    );
  });

  test("the tokens of a gap are among them", async () => {
    const prompt = [100258, ...encodeCl100k("a"), 100260, ...encodeCl100k("b"), 100259, 100257, 100276];
    expect((await parsed({ prompt }, chat)).prompt).toBe(
      "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|><|endoftext|><|endofprompt|>",
    );
    const o200k = { ...chat, tokenizer: "o200k_base" } as const;
    expect((await parsed({ prompt: [199999, 200018] }, o200k)).prompt).toBe("<|endoftext|><|endofprompt|>");
  });

  test("a character that is cut off says nothing of it to the next request", async () => {
    const [...tokens] = encodeCl100k("👩");
    expect(tokens.length).toBeGreaterThan(1);
    expect((await parsed({ prompt: tokens.slice(0, -1) }, chat)).prompt).toMatch(/^\ufffd+$/);
    expect((await parsed({ prompt: encodeCl100k("next") }, chat)).prompt).toBe("next");
  });

  test.each([
    ["an id above them all", { prompt: [1, 200_500] }, "prompt[1]", "200500 is no token of cl100k_base."],
    ["an id below them all", { prompt: [-1] }, "prompt[0]", "-1 is no token of cl100k_base."],
    ["an unused id", { prompt: [[1], [2, 100_256]] }, "prompt[1][1]", "100256 is no token of cl100k_base."],
  ])("%s is refused", async (_name, body, param, words) => {
    const failure = await failureOf(body, chat);
    expect(failure).toMatchObject({ status: 400, param, errorName: "invalid_value" });
    expect(failure.message).toBe(`Invalid value for '${param}': ${words}`);
  });
});

describe("what several upstreams take", () => {
  test("is what each of them does", () => {
    expect(commonHabits([openai.takes])).toEqual(openai.takes);
    expect(commonHabits([vllm.takes, openai.takes])).toEqual(openai.takes);
    expect(commonHabits([vllm.takes, chat.takes])).toEqual(chat.takes);
    expect(commonHabits([openai.takes, chat.takes])).toEqual({ tokens: false, ranking: false, manyStops: false });
  });
});

describe("a request is one upstream call for each prompt and choice", () => {
  const ranks = { ranking: true };
  const parts = (members: object, takes = ranks) =>
    fanOutPrompts(asRequest(members), takes).map(({ request: { model: _, ...request }, firstIndex }) => [
      firstIndex,
      request,
    ]);

  test.each([
    ["one choice", { prompt: "a", n: 1, best_of: 1 }],
    ["no n", { prompt: "a" }],
    ["tokens", { prompt: [1, 2, 3] }],
    ["candidates to choose from", { prompt: "a", n: 2, best_of: 5 }],
  ])("a single prompt is passed on as the same object: %s", (_name, members) => {
    const request = asRequest(members);
    const [only, ...more] = fanOutPrompts(request, ranks);
    expect(only?.request).toBe(request);
    expect(only?.firstIndex).toBe(0);
    expect(more).toEqual([]);
  });

  test.each([
    [
      "choices",
      { prompt: "a", n: 3 },
      [
        [0, { prompt: "a" }],
        [1, { prompt: "a" }],
        [2, { prompt: "a" }],
      ],
    ],
    [
      "prompts",
      { prompt: ["a", "b"] },
      [
        [0, { prompt: "a" }],
        [1, { prompt: "b" }],
      ],
    ],
    ["a list of one", { prompt: ["a"] }, [[0, { prompt: "a" }]]],
    [
      "prompts in tokens",
      { prompt: [[1, 2], [3]] },
      [
        [0, { prompt: [1, 2] }],
        [1, { prompt: [3] }],
      ],
    ],
    [
      "prompts times choices",
      { prompt: ["a", "b"], n: 2, seed: 1 },
      [
        [0, { prompt: "a", seed: 1 }],
        [1, { prompt: "a", seed: 1 }],
        [2, { prompt: "b", seed: 1 }],
        [3, { prompt: "b", seed: 1 }],
      ],
    ],
    [
      "as many candidates as choices",
      { prompt: "a", n: 2, best_of: 2 },
      [
        [0, { prompt: "a" }],
        [1, { prompt: "a" }],
      ],
    ],
    [
      "candidates to choose from, by prompt",
      { prompt: ["a", "b"], n: 2, best_of: 5 },
      [
        [0, { prompt: "a", n: 2, best_of: 5 }],
        [2, { prompt: "b", n: 2, best_of: 5 }],
      ],
    ],
  ])("%s", (_name, members, wanted) => {
    expect(parts(members)).toEqual(wanted);
  });

  test("where nobody can rank, candidates are shared out among the choices", () => {
    expect(parts({ prompt: "a", n: 2, best_of: 5 }, { ranking: false })).toEqual([
      [0, { prompt: "a", best_of: 3 }],
      [1, { prompt: "a", best_of: 3 }],
    ]);
    expect(parts({ prompt: "a", best_of: 5 }, { ranking: false })).toEqual([[0, { prompt: "a", best_of: 5 }]]);
  });

  test("indexes run from 0 without a gap, whatever is asked for", () => {
    const prompts = fc.array(fc.string(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(prompts, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 9 }), (prompt, n, best_of) => {
        fc.pre(best_of === 0 || best_of >= n);
        const covered = fanOutPrompts(asRequest({ prompt, n, best_of }), ranks).flatMap(({ request, firstIndex }) =>
          Array.from({ length: request.n ?? 1 }, (_, k) => firstIndex + k),
        );
        expect(covered).toEqual(Array.from({ length: prompt.length * n }, (_, at) => at));
      }),
    );
  });
});
