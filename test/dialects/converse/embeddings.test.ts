import { describe, expect, test } from "vitest";
import { validateCreateEmbeddingRequest } from "../../../generated/validators/openai.received.mjs";
import { toEmbeddingError } from "../../../src/dialects/converse/embeddings/errors.ts";
import { embedderOf, takesOf } from "../../../src/dialects/converse/embeddings/forms.ts";
import { toEmbeddingBody } from "../../../src/dialects/converse/embeddings/request.ts";
import { fromEmbeddingBody } from "../../../src/dialects/converse/embeddings/response.ts";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { GatewayError } from "../../../src/errors.ts";
import { factsFor } from "./_translate.ts";

const titanV1 = "amazon.titan-embed-text-v1";
const titanV2 = "amazon.titan-embed-text-v2:0";
const titanImage = "amazon.titan-embed-image-v1";
const cohereV3 = "cohere.embed-english-v3";
const cohereV4 = "us.cohere.embed-v4:0";

function translated(members: object, model: string, more: Partial<Facts> = {}): ReturnType<typeof toEmbeddingBody> {
  const request: unknown = { model: "m", input: "Hi.", ...members };
  if (!validateCreateEmbeddingRequest(request)) throw new Error(JSON.stringify(validateCreateEmbeddingRequest.errors));
  return toEmbeddingBody(request, factsFor(model, more));
}

const bodyOf = (members: object, model: string): unknown => translated(members, model).body;

function refusalOf(members: object, model: string): string {
  try {
    translated(members, model);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return `${thrown.errorName} ${thrown.param}`;
    throw thrown;
  }
  return "taken";
}

describe("a request in the form of its model's maker", () => {
  const cohere = { texts: ["Hi."], input_type: "search_document", truncate: "NONE" };

  test.each<readonly [members: object, model: string, want: object]>([
    [{}, titanV1, { inputText: "Hi." }],
    [{}, titanV2, { inputText: "Hi." }],
    [{ input: ["Hi."], dimensions: 256 }, titanV2, { inputText: "Hi.", dimensions: 256 }],
    [{}, titanImage, { inputText: "Hi." }],
    [{ dimensions: 384 }, titanImage, { inputText: "Hi.", embeddingConfig: { outputEmbeddingLength: 384 } }],
    [{}, cohereV3, cohere],
    [{ input: ["a", "b"] }, cohereV3, { ...cohere, texts: ["a", "b"] }],
    [{}, cohereV4, cohere],
    [{ dimensions: 512 }, cohereV4, { ...cohere, output_dimension: 512 }],
  ])("%o at %s", (members, model, want) => {
    expect(bodyOf(members, model)).toEqual(want);
  });

  test.each([
    [titanV2, [1024, 512, 256], 1536],
    [titanImage, [1024, 384, 256], 512],
    [cohereV4, [1536, 1024, 512, 256], 384],
  ])("%s has these lengths alone: %j", (model, lengths, other) => {
    for (const dimensions of lengths) expect(refusalOf({ dimensions }, model)).toBe("taken");
    expect(refusalOf({ dimensions: other }, model)).toBe("invalid_value dimensions");
  });
});

describe("what vectors are for", () => {
  test.each<readonly [members: object, want: string]>([
    [{}, "search_document"],
    ...["search_query", "search_document", "classification", "clustering"].map(
      (word) => [{ input_type: word }, word] as const,
    ),
    [{ input_type: "query" }, "search_query"],
    [{ input_type: "document" }, "search_document"],
    [{ input_type: "passage" }, "search_document"],
    [{ input_type: "QUERY" }, "search_query"],
    [{ input_type: "", task_type: "CLUSTERING" }, "clustering"],
    [{ input_type: "query", task_type: "CLUSTERING", taskType: "CLASSIFICATION" }, "search_query"],
    [{ task_type: "CLUSTERING", taskType: "CLASSIFICATION" }, "clustering"],
    [{ taskType: "RETRIEVAL_QUERY" }, "search_query"],
    [{ taskType: "RETRIEVAL_DOCUMENT" }, "search_document"],
    [{ taskType: "SEMANTIC_SIMILARITY" }, "clustering"],
    [{ taskType: "QUESTION_ANSWERING" }, "search_query"],
    [{ taskType: "FACT_VERIFICATION" }, "search_query"],
    [{ taskType: "CODE_RETRIEVAL_QUERY" }, "search_query"],
  ])("%o is %s", (members, input_type) => {
    expect(bodyOf(members, cohereV3)).toMatchObject({ input_type });
  });

  test.each(["input_type", "task_type", "taskType"])("a word of %s that nobody has is refused", (member) => {
    expect(refusalOf({ [member]: "cooking" }, cohereV3)).toBe(`invalid_value ${member}`);
    expect(refusalOf({ [member]: "cooking" }, titanV2)).toBe("taken");
  });
});

describe("which end may be cut", () => {
  test.each<readonly [members: object, older: string, newer: string]>([
    [{}, "NONE", "NONE"],
    [{ truncate: "" }, "NONE", "NONE"],
    [{ truncate: "NONE" }, "NONE", "NONE"],
    [{ truncate: "START" }, "START", "LEFT"],
    [{ truncate: "LEFT" }, "START", "LEFT"],
    [{ truncate: "END" }, "END", "RIGHT"],
    [{ truncate: "right" }, "END", "RIGHT"],
    [{ auto_truncate: true }, "END", "RIGHT"],
    [{ autoTruncate: true }, "END", "RIGHT"],
    [{ auto_truncate: false, truncate: "END" }, "NONE", "NONE"],
  ])("%o is %s, and %s later", (members, older, newer) => {
    expect(bodyOf(members, cohereV3)).toMatchObject({ truncate: older });
    expect(bodyOf(members, cohereV4)).toMatchObject({ truncate: newer });
  });

  test("another end is refused", () => {
    expect(refusalOf({ truncate: "MIDDLE" }, cohereV3)).toBe("invalid_value truncate");
  });
});

const answerOf = (body: unknown, members: object, model: string, headers?: Record<string, string>) =>
  fromEmbeddingBody(body, translated(members, model).context, "", headers);

describe("answers", () => {
  const two = { input: ["a", "b"] };
  const counted = { "x-amzn-bedrock-input-token-count": "7" };
  const vectors = [
    [1, 0.5],
    [0, 2],
  ];
  const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding }));

  test.each<readonly [name: string, body: object, members: object, model: string, headers: Record<string, string>]>([
    ["Titan's", { embedding: [1, 0.5], inputTextTokenCount: 7 }, {}, titanV2, {}],
    ["Cohere's, counted in a header", { embeddings: vectors }, two, cohereV3, counted],
    ["Cohere's by type", { embeddings: { float: vectors } }, two, cohereV4, counted],
  ])("%s are a list of vectors", (_name, body, members, model, headers) => {
    const answer = answerOf(body, members, model, headers);
    if (answer instanceof GatewayError) throw answer;
    expect(answer.body).toEqual({
      object: "list",
      data: "input" in members ? data : data.slice(0, 1),
      model: "some-model",
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
    expect(answer.changes).toEqual([]);
  });

  test.each([{}, { "x-amzn-bedrock-input-token-count": "many" }])(
    "without a count are estimated, which is told: %o",
    (headers) => {
      const answer = answerOf({ embeddings: vectors }, two, cohereV3, headers);
      expect(answer).toMatchObject({ changes: [{ verb: "estimated", path: "usage" }] });
      expect(Number.isInteger(Object(answer).body.usage.prompt_tokens)).toBe(true);
    },
  );

  test("are packed where the client wants them so", () => {
    const packed = Buffer.from(new Float32Array([1, 0.5]).buffer).toString("base64");
    const of = (encoding_format: string): unknown =>
      Object(answerOf({ embedding: [1, 0.5] }, { encoding_format }, titanV2)).body.data[0].embedding;
    expect([of("base64"), of("float")]).toEqual([packed, [1, 0.5]]);
  });

  test.each<readonly [name: string, body: unknown, members: object, model: string]>([
    ["fewer vectors than texts", { embeddings: [[1]] }, two, cohereV3],
    ["more vectors than texts", { embeddings: [[1], [2], [3]] }, two, cohereV3],
    ["an empty vector", { embeddings: [[1], []] }, two, cohereV3],
    ["no vectors", {}, two, cohereV3],
    ["no vector", {}, {}, titanV2],
    ["words for vectors", { embedding: "x" }, {}, titanV2],
    ["no object", null, {}, titanV2],
  ])("of %s are a failure", (_name, body, members, model) => {
    expect(answerOf(body, members, model)).toMatchObject({ errorName: "upstream_invalid_response" });
  });
});

describe("models that make vectors", () => {
  test.each([
    [titanV1, "titan-v1", 1],
    ["amazon.titan-embed-g1-text-02", "titan-v1", 1],
    [titanV2, "titan-v2", 1],
    [titanImage, "titan-multimodal", 1],
    ["Amazon.Titan-Embed-Text-v2:0", "titan-v2", 1],
    [cohereV3, "cohere-v3", 96],
    ["cohere.embed-multilingual-v3", "cohere-v3", 96],
    [cohereV4, "cohere-v4", 96],
  ])("%s: %s, %d texts a call", (model, form, maxInputs) => {
    expect(embedderOf(model)?.form).toBe(form);
    expect(takesOf({ upstreamModel: model })).toMatchObject({ tokens: false, maxInputs });
  });

  test.each(["amazon.titan-text-express-v1", "cohere.command-r-v1:0", "someone.new-model"])("%s is none", (model) => {
    expect(embedderOf(model)).toBeUndefined();
  });

  test("may be told by their family", () => {
    const { body } = translated({}, "arn:aws:bedrock:us-east-1:1:provisioned-model/x", { family: cohereV3 });
    expect(body).toMatchObject({ texts: ["Hi."] });
  });
});

describe("errors speak of what the client sent", () => {
  const errorOf = (message: string, type = "ValidationException", status = 400) =>
    toEmbeddingError({ status, headers: { "x-amzn-errortype": type }, text: JSON.stringify({ message }) }, "my-model");

  test.each([
    ["Malformed input request: #/dimensions: 7 is not allowed", "dimensions"],
    ["output_dimension must be one of", "dimensions"],
    ["#/embeddingConfig/outputEmbeddingLength: wrong", "dimensions"],
    ["input_type is wrong", "input_type"],
    ["truncate is wrong", "truncate"],
    ["expected minLength: 1 of inputText", "input"],
    ["texts: too many", "input"],
    ["messages are wrong", null],
  ])("%s: %s", (message, param) => {
    expect(errorOf(message).param).toBe(param);
  });

  test("a text that is too long is the input", () => {
    const error = errorOf("Input is too long for requested model.");
    expect([error.errorName, error.param]).toEqual(["context_length_exceeded", "input"]);
    expect(error.message).not.toContain("messages");
  });

  test("a text that is too long by as many tokens is told them", () => {
    const { message } = errorOf(
      "too many tokens: total number of tokens in the prompt cannot exceed 2048 - received 3000.",
    );
    expect(message).toMatch(/2048 tokens.*'input' has 3000 tokens/);
  });

  test("what is no bad request has no place", () => {
    expect(errorOf("texts", "InternalServerException", 500).param).toBeNull();
  });
});
