import { describe, expect, test } from "vitest";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { embeddings } from "../../../src/dialects/openai/embeddings/index.ts";
import { Peeled, peel, readList } from "../../../src/dialects/openai/embeddings/lists.ts";
import { packVector } from "../../../src/dialects/vectors.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { EmbeddingAnswer, EmbeddingRequest } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";

const facts: Facts = {
  upstreamModel: "up/model",
  host: "vllm",
  responseModel: "asked",
  callId: "0123456789ab",
  createdSec: 1_790_000_000,
};

const item = (index: number, embedding: unknown) => ({ object: "embedding", index, embedding });
const usage = { prompt_tokens: 5, total_tokens: 5 };
const listOf = (...data: unknown[]) => ({ object: "list", data, model: "up/model", usage });

type Ask = Partial<EmbeddingRequest>;

function read(answer: unknown, asked: Ask = {}, about: Partial<Facts> = {}): EmbeddingAnswer | GatewayError {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  const open = embeddings.open({ model: "asked", input: "Pear.", ...asked }, { ...facts, ...about }, "unary");
  return open.response(open.parse?.(text), text);
}

/** An answer as the client gets it. */
function leaving(answer: unknown, asked?: Ask, about?: Partial<Facts>) {
  const got = read(answer, asked, about);
  if (got instanceof GatewayError) throw got;
  const { body, text } = got;
  return { ...got, seen: Object(JSON.parse(text ?? JSON.stringify(body))) };
}

const two: Ask = { input: ["One.", "Two."] };

describe("what a server gives in the form that was asked for", () => {
  test("leaves in the server's own bytes, but for the model's name", () => {
    const text = `{ "object":"list",  "data": [{"object":"embedding","index":0,"embedding":[0.10, -2e-3,3 ]}],\n"model": "up/model","usage":{"prompt_tokens":5,"total_tokens":5,"extra":1},"id":"x"}`;
    const { text: sent, body } = leaving(text);
    expect(sent).toBe(text.replace('"up/model"', '"asked"'));
    // Nobody has read the numbers.
    expect(body.data).toEqual([item(0, [])]);
    expect(leaving(text, {}, { responseModel: undefined }).text).toBe(text);
  });

  test("in base64 too", () => {
    const answer = listOf(item(0, packVector([1, 2])));
    expect(leaving(answer, { encoding_format: "base64" }).text).toBe(JSON.stringify({ ...answer, model: "asked" }));
  });

  test("keeps every number, however it is written", () => {
    const vector = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 4 }), (vectors) => {
        const input = vectors.map((_, at) => `text ${at}`);
        const { seen, text } = leaving(listOf(...vectors.map((one, at) => item(at, one))), { input });
        expect(text).toBeDefined();
        expect(seen.data.map((one: { embedding: number[] }) => one.embedding)).toEqual(
          JSON.parse(JSON.stringify(vectors)),
        );
      }),
    );
  });
});

/** @see reference: openai-surface §6 */
describe("§6 what a server gives in another form is brought into the one asked for", () => {
  test("numbers for base64", () => {
    const { seen } = leaving(listOf(item(0, [1, -0.5])), { encoding_format: "base64" });
    expect(seen.data).toEqual([item(0, packVector([1, -0.5]))]);
  });

  test.each([undefined, null, "float"] as const)("base64 for numbers, asked for as %j", (encoding_format) => {
    const { seen } = leaving(
      listOf(item(0, packVector([1, -0.5]))),
      encoding_format === undefined ? {} : { encoding_format },
    );
    expect(seen.data).toEqual([item(0, [1, -0.5])]);
  });

  test("one of each kind", () => {
    const mixed = listOf(item(0, [1, 2]), item(1, packVector([3, 4])));
    expect(leaving(mixed, two).seen.data).toEqual([item(0, [1, 2]), item(1, [3, 4])]);
    const packed = { ...two, encoding_format: "base64" };
    expect(leaving(mixed, packed).seen.data).toEqual([item(0, packVector([1, 2])), item(1, packVector([3, 4]))]);
  });

  test("a form that is neither of OpenAI's is the server's own matter", () => {
    const answer = listOf(item(0, "q83v"));
    expect(leaving(answer, { encoding_format: "int8" }).seen.data).toEqual(answer.data);
  });
});

describe("order", () => {
  const shuffled = listOf(item(1, [2]), item(0, [1]));

  test("is that of the texts, by index", () => {
    const { seen, text } = leaving(shuffled, two);
    expect(seen.data).toEqual([item(0, [1]), item(1, [2])]);
    expect(text).toBeUndefined();
  });

  test.each([
    ["missing", [{ embedding: [1] }, { embedding: [2] }]],
    ["all the same", [item(0, [1]), item(0, [2])]],
    ["beyond the texts", [item(1, [1]), item(2, [2])]],
  ])("is that of the answer where indexes are %s", (_name, data) => {
    expect(leaving(listOf(...data), two).seen.data).toEqual([item(0, [1]), item(1, [2])]);
  });

  test("is restored whatever it was", () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    fc.assert(
      fc.property(order, fc.constantFrom("float", "base64"), (indexes, encoding_format) => {
        const input = indexes.map((at) => `text ${at}`);
        const { seen } = leaving(listOf(...indexes.map((at) => item(at, [at]))), { input, encoding_format });
        const wanted = [0, 1, 2, 3, 4].map((at) => item(at, encoding_format === "float" ? [at] : packVector([at])));
        expect(seen.data).toEqual(wanted);
      }),
    );
  });
});

describe("members that a server leaves out", () => {
  test("are put in", () => {
    const { seen } = leaving({ data: [{ embedding: [1] }], usage });
    expect(seen).toEqual({ object: "list", data: [item(0, [1])], model: "asked", usage });
    expect(leaving({ data: [{ embedding: [1] }], usage }, {}, { responseModel: undefined }).seen.model).toBe(
      "up/model",
    );
  });

  test("counts are estimated, and said to be", () => {
    const {
      seen,
      changes,
      usage: counted,
    } = leaving({ ...listOf(item(0, [1])), usage: null }, { input: "A ripe pear." });
    expect(seen.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect(changes).toEqual([{ verb: "estimated", path: "usage" }]);
    expect(counted?.uncachedInput).toBe(3);
    const { usage: ofTokens } = leaving({ data: [{ embedding: [1] }] }, { input: [1, 2, 3, 4, 5] });
    expect(ofTokens?.uncachedInput).toBe(5);
  });

  test.each([
    [{ prompt_tokens: 4 }, { prompt_tokens: 4, total_tokens: 4 }],
    [{ total_tokens: 4 }, { prompt_tokens: 4, total_tokens: 4 }],
    [
      { prompt_tokens: 4, total_tokens: 4, completion_tokens: 0 },
      { prompt_tokens: 4, total_tokens: 4, completion_tokens: 0 },
    ],
    [
      { prompt_tokens: 3.5, total_tokens: 3.5 },
      { prompt_tokens: 4, total_tokens: 4 },
    ],
  ])("counts of %j are completed", (said, wanted) => {
    const { seen, changes } = leaving({ ...listOf(item(0, [1])), usage: said });
    expect([seen.usage, changes]).toEqual([wanted, []]);
  });
});

describe("an answer nobody can use is a failure", () => {
  test.each([
    ["nothing", {}],
    ["no vectors", listOf()],
    ["too few", { ...listOf(item(0, [1])), asked: two }],
    ["too many", listOf(item(0, [1]), item(1, [2]))],
    ["a vector that is no base64", listOf(item(0, "?"))],
    ["a vector of lists", listOf(item(0, [[1], [2]]))],
    ["a vector of words", listOf(item(0, ["a"]))],
    ["no vector in an item", listOf({ object: "embedding", index: 0 })],
    ["a list", []],
  ])("%s", (name, answer) => {
    expect(read(answer, name === "too few" ? two : {})).toMatchObject({ errorName: "upstream_invalid_response" });
  });

  test("and so is an error inside a 200", () => {
    expect(read({ error: { message: "Slow.", code: 429 } })).toMatchObject({ errorName: "rate_limit_exceeded" });
    expect(read({ object: "error", message: "No.", code: 400 })).toMatchObject({ status: 400 });
  });

  test("what is no JSON fails as JSON does", () => {
    expect(() => read('{"data":[{"embedding":[1,2')).toThrow(SyntaxError);
    expect(() => read('{"data":[{"embedding":[1,2]}')).toThrow(SyntaxError);
  });
});

describe("numbers are left as text", () => {
  test.each(["1", "1,2", " 1 , -2.5e-3 ,\n0 ", "-0", "1E5,1e+5"])("[%s]", (list) => {
    const peeled = peel(`{"data":[{"embedding":[${list}]}]}`);
    expect(peeled).toBeInstanceOf(Peeled);
    if (peeled instanceof Peeled) expect(peeled.lists).toEqual([list]);
    expect(readList(list)).toEqual(JSON.parse(`[${list}]`));
  });

  test.each(["", "01", "1,", ",1", "1 2", ".5", "1.", "+1", "0x1", "NaN", "1e", "--1", "null", '"a"'])(
    "[%s] is read, or refused, as JSON has it",
    (list) => {
      const text = `{"data":[{"embedding":[${list}]}]}`;
      let wanted: unknown;
      try {
        wanted = JSON.parse(text);
      } catch {
        expect(() => peel(text)).toThrow(SyntaxError);
        return;
      }
      expect(peel(text)).toEqual(wanted);
    },
  );

  test("also where a text speaks of them", () => {
    const text = JSON.stringify({ model: 'a "embedding":[1,2] b', data: [{ embedding: [1, 2] }] });
    const peeled = peel(text);
    expect(peeled).toMatchObject({ lists: ["1,2"], body: { model: 'a "embedding":[1,2] b' } });
  });
});

describe("requests", () => {
  const open = (request: Partial<EmbeddingRequest> & Record<string, unknown>, host: string) =>
    embeddings.open({ model: "asked", input: "Pear.", ...request }, { ...facts, host }, "unary").body;

  test("go as they came, to the model the upstream knows", () => {
    const request = { input: [[1, 2]], encoding_format: "base64", dimensions: 8, user: "u", truncate_prompt_tokens: 5 };
    expect(open(request, "vllm")).toEqual({ ...request, model: "up/model" });
  });

  test.each(["openai", "ollama"])("lose what %s would refuse or drop", (host) => {
    const request = { task_type: "CLUSTERING", input_type: "query", keep_alive: "5m", truncate: true };
    expect(open(request, host)).toEqual({ model: "up/model", input: "Pear." });
  });
});

describe("what servers take of requests, which are taken apart before anything else", () => {
  const habits = [
    ["other", true],
    ["openai", true],
    ["openrouter", true],
    ["vllm", true],
    ["llamacpp", true],
    ["lmstudio", false],
    ["ollama", false],
    ["mistral", false],
  ] as const;
  test.each(habits)("%s: token ids %s, all texts at once, and as many tokens as there are", (host, tokens) => {
    const takes = embeddings.takes({ host, upstreamModel: "m" });
    expect(takes).toEqual({ tokens, maxInputs: 2048, maxTokens: Infinity, maxCalls: 8 });
  });
});
