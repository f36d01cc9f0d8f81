import { describe, expect, test } from "vitest";
import { validateBatchEmbedContentsRequest } from "../../../generated/validators/gemini.closed.mjs";
import {
  validateEmbedContentRequest,
  validateTextEmbeddingRequest,
} from "../../../generated/validators/vertex.closed.mjs";
import { compileAudit } from "../../../src/dialects/audit.ts";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { embedderOf, formOf, takesOf } from "../../../src/dialects/gemini/embeddings/forms.ts";
import { embeddings } from "../../../src/dialects/gemini/embeddings/index.ts";
import { packVector } from "../../../src/dialects/vectors.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { Change, EmbeddingRequest } from "../../../src/operations/types.ts";

const factsFor = (upstreamModel: string, host = "vertex"): Facts => ({
  upstreamModel,
  host,
  responseModel: "asked",
  callId: "0123456789ab",
  createdSec: 1_790_000_000,
});

type Ask = Partial<EmbeddingRequest>;
const open = (request: Ask, facts: Facts) =>
  embeddings.open({ model: "asked", input: "Pear.", ...request }, facts, "unary");

const predict = factsFor("text-embedding-005");
const single = factsFor("gemini-embedding-001");
const content = factsFor("gemini-embedding-2");
const newer = factsFor("gemini-4-embedding");
const developer = factsFor("gemini-embedding-001", "gemini");

/** @see reference: openai-chat-to-gemini §13 */
describe("§13 the call of a model, and how much one takes", () => {
  const rows: readonly (readonly [string, string, string, number, number])[] = [
    ["text-embedding-005", "vertex", "predict", 250, 20_000],
    ["text-embedding-005@001", "vertex", "predict", 250, 20_000],
    ["text-embedding-004", "vertex", "predict", 250, 20_000],
    ["text-multilingual-embedding-002", "vertex", "predict", 250, 20_000],
    ["publishers/google/models/text-embedding-005", "vertex", "predict", 250, 20_000],
    ["gemini-embedding-001", "vertex", "predict", 1, 20_000],
    ["gemini-embedding-2", "vertex", "embedContent", 1, Infinity],
    ["gemini-embedding-2-preview", "vertex", "embedContent", 1, Infinity],
    ["google/gemini-embedding-2", "vertex", "embedContent", 1, Infinity],
    ["gemini-4-embedding", "vertex", "embedContent", 1, Infinity],
    ["intfloat/multilingual-e5-large-instruct-maas", "vertex", "embedContent", 1, Infinity],
    ["publishers/qwen/models/qwen3-embedding-maas", "vertex", "embedContent", 1, Infinity],
    ["google/gemini-embedding-001", "vertex", "predict", 1, 20_000],
    ["endpoints/4711", "vertex", "predict", 1, 20_000],
    ["projects/p/locations/l/endpoints/4711", "vertex", "predict", 1, 20_000],
    ["some-embedder", "vertex", "predict", 1, 20_000],
    ["gemini-embedding-001", "gemini", "batchEmbedContents", 100, Infinity],
    ["models/gemini-embedding-2", "gemini", "batchEmbedContents", 100, Infinity],
    ["text-embedding-004", "gemini", "batchEmbedContents", 100, Infinity],
  ];
  test.each(rows)("%s on %s: %s of %i texts, %i tokens", (upstreamModel, host, form, maxInputs, maxTokens) => {
    expect(formOf({ upstreamModel, host })).toBe(form);
    expect(takesOf({ upstreamModel, host })).toEqual({ tokens: false, maxInputs, maxTokens, maxCalls: 8 });
  });

  test.each(["gemini-2.5-flash", "gemini-3-pro-image", "claude-sonnet-4-5", "text-bison"])("%s makes none", (model) => {
    expect(embedderOf(model)).toBeUndefined();
  });
});

describe("§13 requests", () => {
  const bare = { autoTruncate: false };
  const rows: readonly (readonly [string, Facts, Ask, object])[] = [
    ["a text", predict, {}, { instances: [{ content: "Pear." }], parameters: bare }],
    [
      "texts",
      predict,
      { input: ["Pear.", "House."] },
      { instances: [{ content: "Pear." }, { content: "House." }], parameters: bare },
    ],
    ["a text", content, {}, { content: { parts: [{ text: "Pear." }] }, embedContentConfig: bare }],
    [
      "a list of one",
      content,
      { input: ["Pear."] },
      { content: { parts: [{ text: "Pear." }] }, embedContentConfig: bare },
    ],
    [
      "texts",
      developer,
      { input: ["Pear.", "House."] },
      {
        requests: [
          { model: "models/gemini-embedding-001", content: { parts: [{ text: "Pear." }] } },
          { model: "models/gemini-embedding-001", content: { parts: [{ text: "House." }] } },
        ],
      },
    ],
    [
      "settings",
      predict,
      { dimensions: 8, task_type: "RETRIEVAL_DOCUMENT", title: "Fruit", auto_truncate: true, user: "u" },
      {
        instances: [{ content: "Pear.", task_type: "RETRIEVAL_DOCUMENT", title: "Fruit" }],
        parameters: { autoTruncate: true, outputDimensionality: 8 },
      },
    ],
    [
      "settings",
      newer,
      { dimensions: 8, taskType: "retrieval_document", title: "Fruit", autoTruncate: true },
      {
        content: { parts: [{ text: "Pear." }] },
        embedContentConfig: {
          taskType: "RETRIEVAL_DOCUMENT",
          title: "Fruit",
          outputDimensionality: 8,
          autoTruncate: true,
        },
      },
    ],
    [
      "settings",
      content,
      { dimensions: 8, task_type: "CLUSTERING" },
      { content: { parts: [{ text: "Pear." }] }, embedContentConfig: { outputDimensionality: 8, autoTruncate: false } },
    ],
    [
      "settings",
      developer,
      { dimensions: 8, input_type: "search_query", auto_truncate: true },
      {
        requests: [
          {
            model: "models/gemini-embedding-001",
            content: { parts: [{ text: "Pear." }] },
            taskType: "RETRIEVAL_QUERY",
            outputDimensionality: 8,
          },
        ],
      },
    ],
  ];
  test.each(rows)("%s for $upstreamModel", (_name, facts, request, want) => {
    const { body } = open(request, facts);
    expect(body).toEqual(want);
    const checks = {
      predict: validateTextEmbeddingRequest,
      embedContent: validateEmbedContentRequest,
      batchEmbedContents: validateBatchEmbedContentsRequest,
    };
    const validate = checks[formOf(facts)];
    expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each<[name: string, request: Ask, about: object]>([
    ["a title of a document", { task_type: "RETRIEVAL_DOCUMENT" }, { taskType: "RETRIEVAL_DOCUMENT", title: "Fruit" }],
    ["a title of what is no document", { task_type: "CLUSTERING" }, { taskType: "CLUSTERING" }],
    ["a title of what nobody knows", {}, {}],
  ])("%s", (_name, request, about) => {
    const asked = { title: "Fruit", ...request };
    const { taskType: task_type, title } = { taskType: undefined, title: undefined, ...about };
    const settings = { ...(task_type !== undefined && { task_type }), ...(title !== undefined && { title }) };
    expect(open(asked, predict).body).toEqual({ instances: [{ content: "Pear.", ...settings }], parameters: bare });
    expect(open(asked, newer).body).toEqual({
      content: { parts: [{ text: "Pear." }] },
      embedContentConfig: { ...about, ...bare },
    });
    const model = "models/gemini-embedding-001";
    const requests = [{ model, content: { parts: [{ text: "Pear." }] }, ...about }];
    expect(open(asked, developer).body).toEqual({ requests });
  });

  test("what texts are for is left out for gemini-embedding-2, at both hosts", () => {
    const asked = { task_type: "RETRIEVAL_DOCUMENT", title: "Fruit" };
    for (const host of ["vertex", "gemini"]) {
      expect(JSON.stringify(open(asked, factsFor("gemini-embedding-2", host)).body)).not.toMatch(/task|title/i);
    }
  });

  test.each([
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
  ])("the task %s goes out as each call has it", (task_type) => {
    expect(open({ task_type }, single).body).toMatchObject({ instances: [{ task_type }] });
    expect(open({ task_type }, newer).body).toMatchObject({ embedContentConfig: { taskType: task_type } });
    expect(open({ task_type }, developer).body).toMatchObject({ requests: [{ taskType: task_type }] });
  });

  const taskRows: readonly (readonly [Ask, string | undefined])[] = [
    [{}, undefined],
    [{ input_type: "query" }, "RETRIEVAL_QUERY"],
    [{ input_type: "search_query" }, "RETRIEVAL_QUERY"],
    [{ input_type: "document" }, "RETRIEVAL_DOCUMENT"],
    [{ input_type: "passage" }, "RETRIEVAL_DOCUMENT"],
    [{ input_type: "Search_Document" }, "RETRIEVAL_DOCUMENT"],
    [{ input_type: "classification" }, "CLASSIFICATION"],
    [{ input_type: "clustering" }, "CLUSTERING"],
    [{ task_type: "code_retrieval_query" }, "CODE_RETRIEVAL_QUERY"],
    [{ taskType: "QUESTION_ANSWERING" }, "QUESTION_ANSWERING"],
    [{ task_type: "FACT_VERIFICATION", taskType: "CLUSTERING", input_type: "query" }, "FACT_VERIFICATION"],
    [{ task_type: "", taskType: "SEMANTIC_SIMILARITY" }, "SEMANTIC_SIMILARITY"],
  ];
  test.each(taskRows)("the task of %j is %s", (request, task) => {
    expect(Object(open(request, predict).body).instances[0].task_type).toBe(task);
  });

  test.each<[Ask, boolean]>([
    [{}, false],
    [{ auto_truncate: true }, true],
    [{ autoTruncate: true }, true],
    [{ auto_truncate: false, truncate: true }, false],
    [{ truncate: true }, true],
    [{ truncate: false }, false],
    [{ truncate: "END" }, true],
    [{ truncate: "NONE" }, false],
  ])("texts of %j are cut: %s", (request, cut) => {
    expect(Object(open(request, predict).body).parameters.autoTruncate).toBe(cut);
  });

  test.each<[string, Ask]>([
    ["taskType", { taskType: "BAKING" }],
    ["task_type", { task_type: "UNSPECIFIED" }],
    ["input_type", { input_type: "image" }],
    ["truncate", { truncate: "START" }],
  ])("an unknown word is refused: %s", (param, request) => {
    const refusal = expect.objectContaining({ errorName: "invalid_value", param });
    for (const facts of [predict, newer]) expect(() => open(request, facts)).toThrow(refusal);
  });
});

describe("§13 what is told", () => {
  const audit = compileAudit(embeddings.fates);
  const rows: readonly (readonly [Facts, Ask, readonly string[]])[] = [
    [predict, { user: "u", encoding_format: "base64", dimensions: 8 }, []],
    [predict, { task_type: "CLUSTERING", input_type: "query" }, ["input_type"]],
    [predict, { task_type: "CLUSTERING", taskType: "CLUSTERING" }, ["taskType"]],
    [predict, { title: "Fruit" }, ["title"]],
    [newer, { title: "Fruit", task_type: "CLUSTERING" }, ["title"]],
    [developer, { title: "Fruit" }, ["title"]],
    [factsFor("gemini-embedding-2", "gemini"), { task_type: "CLUSTERING", title: "Fruit" }, ["task_type", "title"]],
    [developer, { user: "u", encoding_format: "base64", dimensions: 8, task_type: "CLUSTERING" }, []],
    [newer, { user: "u", dimensions: 8, task_type: "CLUSTERING", auto_truncate: true }, []],
    [predict, { title: "Fruit", input_type: "document" }, []],
    [content, { task_type: "CLUSTERING", title: "Fruit" }, ["task_type", "title"]],
    [content, { input_type: "query" }, ["input_type"]],
    [developer, { auto_truncate: true }, ["auto_truncate"]],
    [developer, { truncate: "END" }, ["truncate"]],
    [predict, { autoTruncate: true, truncate: "END" }, ["truncate"]],
    [predict, { taskType: "CLUSTERING", input_type: "query" }, ["input_type"]],
    [predict, { auto_truncate: true, truncate: true }, ["truncate"]],
    [predict, { options: { a: 1 }, truncate_prompt_tokens: 5 }, ["options", "truncate_prompt_tokens"]],
  ];
  test.each(rows)("%o", (facts, request, told) => {
    const changes = audit({ model: "asked", input: "Pear.", ...request }, facts, "report");
    expect(changes.map(({ path }) => path).toSorted()).toEqual(told.toSorted());
  });
});

describe("§13 answers", () => {
  const read = (answer: unknown, facts: Facts, request: Ask = {}) => {
    const got = open(request, facts).response(answer, JSON.stringify(answer));
    if (got instanceof GatewayError) throw got;
    return got;
  };
  const prediction = (values: number[], token_count?: number, truncated = false) => ({
    embeddings: { values, statistics: { ...(token_count !== undefined && { token_count }), truncated } },
  });

  test("of predict are a list, their tokens summed", () => {
    const answer = { predictions: [prediction([0.6, 0.8], 3), prediction([0.8, 0.6], 4)] };
    const { body, usage, changes } = read(answer, predict, { input: ["Pear.", "House."] });
    expect(body).toEqual({
      object: "list",
      model: "asked",
      data: [
        { object: "embedding", index: 0, embedding: [0.6, 0.8] },
        { object: "embedding", index: 1, embedding: [0.8, 0.6] },
      ],
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
    expect([usage?.uncachedInput, changes]).toEqual([7, []]);
  });

  test("of embedContent are a list of one", () => {
    const answer = { embedding: { values: [1, 0] }, usageMetadata: { promptTokenCount: 9 }, truncated: false };
    const { body } = read(answer, content);
    expect(body.data).toEqual([{ object: "embedding", index: 0, embedding: [1, 0] }]);
    expect(body.usage).toEqual({ prompt_tokens: 9, total_tokens: 9 });
  });

  test("of batchEmbedContents have no counts, so that they are estimated", () => {
    const answer = { embeddings: [{ values: [1, 0] }, { values: [0, 1] }] };
    const { body, changes } = read(answer, developer, { input: ["A ripe pear.", "A house."] });
    expect(body.data.map(({ embedding }) => embedding)).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect([body.usage, changes]).toEqual([
      { prompt_tokens: 5, total_tokens: 5 },
      [{ verb: "estimated", path: "usage" }],
    ]);
    const counted = read({ ...answer, usageMetadata: { promptTokenCount: 6 } }, developer, { input: ["A", "B"] });
    expect([counted.body.usage.prompt_tokens, counted.changes]).toEqual([6, []]);
  });

  test.each<[string, unknown, Facts]>([
    ["predict", { predictions: [prediction([1])] }, single],
    ["embedContent", { embedding: { values: [1] } }, content],
  ])("of %s that have no counts are estimated too", (_name, answer, facts) => {
    const { body, changes } = read(answer, facts, { input: "A ripe pear." });
    expect(body.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect(changes).toEqual([{ verb: "estimated", path: "usage" }]);
  });

  test("are packed as floats of 32 bits, little end first", () => {
    const { body } = read({ predictions: [prediction([1, -0.5], 3)] }, predict, { encoding_format: "base64" });
    expect(body.data[0]?.embedding).toBe(Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf]).toString("base64"));
  });

  test("are packed where the client wants that", () => {
    const { body } = read({ predictions: [prediction([0.6, 0.8], 3)] }, predict, { encoding_format: "base64" });
    expect(body.data[0]?.embedding).toBe(packVector([0.6, 0.8]));
  });

  const half = { predictions: [prediction([0.3, 0.4], 3)] };
  test.each<[string, Facts, Ask, number[]]>([
    ["shortened", single, { dimensions: 2 }, [0.6, 0.8]],
    ["shortened", predict, { dimensions: 2 }, [0.6, 0.8]],
    ["of the longest that the other has", single, { dimensions: 768 }, [0.6, 0.8]],
    ["all but whole", single, { dimensions: 3071 }, [0.6, 0.8]],
    ["of its own length", single, {}, [0.3, 0.4]],
    ["of its own length, asked for", single, { dimensions: 3072 }, [0.3, 0.4]],
    ["of its own length, asked for", predict, { dimensions: 768 }, [0.3, 0.4]],
  ])("a vector %s of %o is as long as the table says", (_name, facts, request, want) => {
    expect(read(half, facts, request).body.data[0]?.embedding).toEqual(want.map((value) => expect.closeTo(value, 9)));
  });

  test("a shortened vector of the Developer API has the length one, but of gemini-embedding-2, which sees to it", () => {
    const answer = { embeddings: [{ values: [0.3, 0.4] }] };
    const of = (model: string) => read(answer, factsFor(model, "gemini"), { dimensions: 2 }).body.data[0]?.embedding;
    expect(of("gemini-embedding-001")).toEqual([0.6, 0.8].map((one) => expect.closeTo(one, 9)));
    expect(of("gemini-embedding-2")).toEqual([0.3, 0.4]);
  });

  test("a model that brings shortened vectors to length one itself is left alone", () => {
    const answer = { embedding: { values: [0.3, 0.4] }, usageMetadata: { promptTokenCount: 1 } };
    expect(read(answer, content, { dimensions: 2 }).body.data[0]?.embedding).toEqual([0.3, 0.4]);
    expect(read(answer, newer, { dimensions: 2 }).body.data[0]?.embedding).toEqual(
      [0.6, 0.8].map((one) => expect.closeTo(one, 9)),
    );
  });

  test("a text that was cut is named", () => {
    const cut: Change = { verb: "truncated", path: "input[1]" };
    const answer = { predictions: [prediction([1], 1), prediction([1], 2048, true)] };
    expect(read(answer, predict, { input: ["a", "b"] }).changes).toEqual([cut]);
    const one = { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 1 }, truncated: true };
    expect(read(one, content).changes).toEqual([{ ...cut, path: "input" }]);
  });

  test.each<[string, unknown, Facts, Ask]>([
    ["nothing", {}, predict, {}],
    ["null", null, predict, {}],
    ["too few", { predictions: [prediction([1], 1)] }, predict, { input: ["a", "b"] }],
    ["too many", { predictions: [prediction([1], 1), prediction([1], 1)] }, predict, {}],
    ["no numbers", { predictions: [prediction([], 1)] }, predict, {}],
    ["no embeddings", { predictions: [{}] }, predict, {}],
    ["words", { predictions: [{ embeddings: { values: ["a"] } }] }, predict, {}],
    ["nothing", {}, content, {}],
    ["no values", { embedding: {} }, content, {}],
    ["nothing", {}, developer, {}],
    ["too few", { embeddings: [{ values: [1] }] }, developer, { input: ["a", "b"] }],
  ])("%s is a failure: %j", (_name, answer, facts, request) => {
    expect(open(request, facts).response(answer, "")).toMatchObject({ errorName: "upstream_invalid_response" });
  });
});

describe("§§12, 13 errors", () => {
  const errorOf = (message: string, status = 400) =>
    embeddings.toError?.(
      { status, headers: {}, text: JSON.stringify({ error: { code: status, message, status: "INVALID_ARGUMENT" } }) },
      "asked",
    );

  test.each([
    "Unable to submit request because the input token count is 2500 but the model supports up to 2048. Reduce it.",
    "The input token count (2500) exceeds the maximum number of tokens allowed (2048).",
  ])("a text that is too long names input: %s", (message) => {
    expect(errorOf(message)).toMatchObject({
      errorName: "context_length_exceeded",
      param: "input",
      message:
        "This model's maximum context length is 2048 tokens, however 'input' has 2500 tokens. Please reduce its length.",
    });
  });

  test("a wrong length of vectors names dimensions", () => {
    expect(errorOf("it has a outputDimensionality value of 769 but …")).toMatchObject({
      param: "dimensions",
      status: 400,
    });
  });

  test("any other error is Google's as it is in chat", () => {
    expect(errorOf("Something else.")).toMatchObject({ errorName: "invalid_request", param: null });
  });
});
