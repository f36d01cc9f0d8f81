import { describe, expect, test } from "vitest";
import { commonBatches, fanOutInputs, joinVectors } from "../../src/operations/embeddings/batches.ts";
import type { Answer, EmbeddingList, EmbeddingRequest } from "../../src/operations/types.ts";
import { mapAtMost } from "../../src/routing/fan-out.ts";
import { embeddingUsage } from "../../src/usage/embedding-usage.ts";
import { inputsOf, mostTokens } from "../../src/usage/inputs.ts";
import fc from "../_fc.ts";
import { failureOf } from "../_setup.ts";

const request = (input: EmbeddingRequest["input"]): EmbeddingRequest => ({ model: "m", input, dimensions: 8 });
const unlimited = { maxInputs: Infinity, maxTokens: Infinity };

/** @see reference: openai-chat-to-gemini §13 */
describe("§13 batches", () => {
  const texts = fc.array(fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }), { minLength: 1, maxLength: 60 });
  const tokens = fc.array(fc.array(fc.nat(99), { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 60 });
  const limits = fc.record({ maxInputs: fc.integer({ min: 1, max: 20 }), maxTokens: fc.integer({ min: 1, max: 100 }) });

  test("hold all texts in their order, within the limits", () => {
    fc.assert(
      fc.property(fc.oneof(texts, tokens), limits, (input, takes) => {
        const parts = fanOutInputs(request(input), takes);
        const batches = parts.map((part) => inputsOf(part.request.input));
        expect(batches.flat()).toEqual(inputsOf(input));
        expect(parts.map(({ firstIndex }) => firstIndex)).toEqual(
          batches.map((_, at) => batches.slice(0, at).flat().length),
        );
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(takes.maxInputs);
          // Only the upstream knows whether a text alone is too long.
          const most = batch.reduce((sum, one) => sum + mostTokens(one), 0);
          expect(batch.length === 1 || most <= takes.maxTokens).toBe(true);
        }
      }),
    );
  });

  test("are as few as they can be", () => {
    fc.assert(
      fc.property(fc.oneof(texts, tokens), limits, (input, takes) => {
        const batches = fanOutInputs(request(input), takes).map((part) => inputsOf(part.request.input));
        for (const [at, batch] of batches.slice(1).entries()) {
          const before = batches[at] ?? [];
          const more = [...before, ...batch.slice(0, 1)];
          const tokens = more.reduce((sum, one) => sum + mostTokens(one), 0);
          expect(more.length > takes.maxInputs || tokens > takes.maxTokens).toBe(true);
        }
      }),
    );
  });

  test("of one are the request itself", () => {
    for (const input of ["a", ["a", "b"], [1, 2], [[1], [2]]]) {
      const asked = request(input);
      expect(fanOutInputs(asked, unlimited)).toEqual([{ request: asked, firstIndex: 0 }]);
      expect(fanOutInputs(asked, unlimited)[0]?.request).toBe(asked);
    }
  });

  test.each([
    [250, 9],
    [100, 21],
    [1, 2048],
    [2048, 1],
  ])("2048 texts, %i at a time, are %i calls", (maxInputs, calls) => {
    const input = Array.from({ length: 2048 }, (_, at) => `text ${at}`);
    expect(fanOutInputs(request(input), { ...unlimited, maxInputs })).toHaveLength(calls);
  });

  test("count bytes, since no text has more tokens than those", () => {
    const input = ["aaaa", "äöü", "👋", "b"];
    expect(input.map(mostTokens)).toEqual([4, 6, 4, 1]);
    const parts = fanOutInputs(request(input), { maxInputs: 9, maxTokens: 10 });
    expect(parts.map((part) => part.request.input)).toEqual([
      ["aaaa", "äöü"],
      ["👋", "b"],
    ]);
  });

  test("keep the other members of the request", () => {
    for (const { request: part } of fanOutInputs(request(["a", "b"]), { ...unlimited, maxInputs: 1 })) {
      expect(part).toMatchObject({ model: "m", dimensions: 8 });
    }
  });

  const pathIn = (input: string[], maxInputs: number, part: number, path: string) =>
    fanOutInputs(request(input), { ...unlimited, maxInputs })[part]?.toWholePath?.(path);

  test.each([
    [1, 2, "input", "input[2]"],
    [1, 2, "input[0]", "input[2]"],
    [2, 1, "input", "input"],
    [2, 1, "input[1]", "input[3]"],
    [2, 1, "input[0][7]", "input[2][7]"],
    [2, 1, "dimensions", "dimensions"],
  ])("%i at a time: part %i calls %s what the request calls %s", (maxInputs, part, path, whole) => {
    expect(pathIn(["a", "b", "c", "d"], maxInputs, part, path)).toBe(whole);
  });

  test("fit all upstreams that may answer", () => {
    const one = { tokens: true, maxInputs: 250, maxTokens: 20_000, maxCalls: 8 };
    const other = { tokens: false, maxInputs: 100, maxTokens: Infinity, maxCalls: 4 };
    expect(commonBatches([one, other])).toEqual({ tokens: false, maxInputs: 100, maxTokens: 20_000, maxCalls: 4 });
    expect(commonBatches([one])).toEqual(one);
  });
});

describe("answers of batches as one", () => {
  const vectors = (values: readonly number[], more: Partial<Answer<EmbeddingList>> = {}): Answer<EmbeddingList> => ({
    body: {
      object: "list",
      model: "m",
      data: values.map((value, index) => ({ object: "embedding", index, embedding: [value] })),
      usage: { prompt_tokens: values.length, total_tokens: values.length },
    },
    usage: embeddingUsage(values.length),
    changes: [],
    ...more,
  });

  test("have their vectors in order and their tokens summed", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer(), { minLength: 1 }), { minLength: 1 }), (batches) => {
        const { body, usage } = joinVectors(batches.map((batch) => vectors(batch)));
        const flat = batches.flat();
        expect(body.data.map(({ embedding }) => embedding)).toEqual(flat.map((value) => [value]));
        expect(body.data.map(({ index }) => index)).toEqual(flat.map((_, at) => at));
        expect(body.usage).toEqual({ prompt_tokens: flat.length, total_tokens: flat.length });
        expect(usage?.uncachedInput).toBe(flat.length);
      }),
    );
  });

  test("one is passed on as it is", () => {
    const one = vectors([1], { text: "{}" });
    expect(joinVectors([one])).toBe(one);
  });

  test("numbers that were left in the text are read", () => {
    const { body } = vectors([1, 2]);
    const data = body.data.map((one) => ({ ...one, embedding: [] }));
    const hollow = { body: { ...body, data }, text: JSON.stringify(body) };
    expect(joinVectors([vectors([7]), vectors([1, 2], hollow)]).body.data.map(({ embedding }) => embedding)).toEqual([
      [7],
      [1],
      [2],
    ]);
  });

  test("vectors of different models are no answer", () => {
    const longer = vectors([2]);
    const data = longer.body.data.map((one) => ({ ...one, embedding: [1, 2] }));
    const body = { ...longer.body, data };
    expect(() => joinVectors([vectors([1]), { ...longer, body }])).toThrow("different lengths");
  });

  test("each notice is given once", () => {
    const changes = [{ verb: "reported", path: "user" }] as const;
    const cut = [{ verb: "truncated", path: "input[3]" }] as const;
    const joined = joinVectors([vectors([1], { changes }), vectors([2], { changes: [...changes, ...cut] })]);
    expect(joined.changes).toEqual([...changes, ...cut]);
  });
});

describe("at most so many at a time", () => {
  test("gives results in order, whatever takes long", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 9 }), async (turns, atOnce) => {
        let running = 0;
        let most = 0;
        const results = await mapAtMost([...turns.entries()], atOnce, async ([at, waits]) => {
          most = Math.max(most, ++running);
          for (let turn = 0; turn < waits; turn++) await Promise.resolve();
          running--;
          return at;
        });
        expect(results).toEqual(turns.map((_, at) => at));
        expect(most).toBeLessThanOrEqual(atOnce);
      }),
    );
  });

  test("begins nothing new once a step has failed", async () => {
    const begun: number[] = [];
    const failing = mapAtMost([0, 1, 2, 3, 4, 5], 2, async (at) => {
      begun.push(at);
      await Promise.resolve();
      if (at === 1) throw new Error("no");
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(await failureOf(failing)).toMatchObject({ message: "no" });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual([0, 1]);
  });
});
