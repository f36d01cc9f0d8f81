import { describe, expect, test } from "vitest";
import {
  validateCreateCompletionResponse as sendsCompletion,
  validateCreateEmbeddingResponse as sendsEmbeddings,
} from "../../generated/validators/openai.exact.mjs";
import {
  validateCreateCompletionRequest as takesCompletion,
  validateCreateEmbeddingRequest as takesEmbeddings,
} from "../../generated/validators/openai.received.mjs";
import {
  validateCreateChatCompletionResponse as readsChat,
  validateCreateChatCompletionStreamResponse as readsChunk,
  validateCreateCompletionResponse as readsCompletion,
} from "../../generated/validators/openai.tolerant.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import {
  validateEmbedContentRequest as sendsContent,
  validateCountTokensRequest as sendsCount,
  validateTextEmbeddingRequest as sendsTexts,
} from "../../generated/validators/vertex.closed.mjs";

type Row = readonly [string, unknown, boolean];

/** One test for each value: whether the validator lets it pass. */
function judges(validate: Validator<unknown>, rows: readonly Row[]): void {
  test.each(rows)("%s", (_name, value, valid) => {
    expect(validate(value), JSON.stringify(validate.errors)).toBe(valid);
  });
}

const asks = (members: object): object => ({ model: "m", prompt: "Once", ...members });

describe("a completion is asked for", () => {
  judges(takesCompletion, [
    ["with a text", asks({}), true],
    ["with several texts", asks({ prompt: ["a", "b"] }), true],
    ["with tokens", asks({ prompt: [1, 2] }), true],
    ["with lists of tokens", asks({ prompt: [[1], [2, 3]] }), true],
    ["with null", asks({ prompt: null }), true],
    ["without a prompt", { model: "m" }, false],
    ["with an empty list of tokens within a list", asks({ prompt: [[]] }), false],
    ["with half a token", asks({ prompt: [1.5] }), false],
    ["with null for all that may be left out", asks({ suffix: null, user: null, stop: null, seed: null }), true],
    ["with a count of alternatives", asks({ logprobs: 5 }), true],
    ["with more alternatives than there are", asks({ logprobs: 6 }), false],
    ["with a yes for alternatives, as in chat", asks({ logprobs: true }), false],
    ["with no answer at all", asks({ n: 0 }), false],
    ["with as many candidates as there may be", asks({ best_of: 20 }), true],
    ["with more candidates", asks({ best_of: 21 }), false],
    ["with what local servers take", asks({ top_k: 1, min_p: 0.1, repetition_penalty: 1.1 }), true],
    ["with what nobody knows", asks({ shiny: true }), true],
  ]);
});

const choice = (members: object): object => ({
  id: "cmpl-1",
  object: "text_completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, text: "x", logprobs: null, finish_reason: "stop", ...members }],
});

describe("a completion that leaves", () => {
  judges(sendsCompletion, [
    ["is whole", choice({}), true],
    ["is a chunk", choice({ finish_reason: null }), true],
    ["is the chunk with the counts", { ...choice({}), choices: [] }, true],
    ["is a chunk that has no counts yet", { ...choice({}), usage: null }, true],
    ["ends for a reason of chat", choice({ finish_reason: "tool_calls" }), false],
    ["says nothing of log probabilities", choice({ logprobs: undefined }), false],
    [
      "has a first token that follows nothing",
      choice({ logprobs: { tokens: ["a", "b"], token_logprobs: [null, -1], top_logprobs: [null, { b: -1 }] } }),
      true,
    ],
    ["is called a chunk", { ...choice({}), object: "text_completion.chunk" }, false],
  ]);
});

const texts = (members: object): object => ({ model: "m", input: "a", ...members });

describe("vectors are asked for", () => {
  judges(takesEmbeddings, [
    ["of a text", texts({}), true],
    ["of texts", texts({ input: ["a", "b"] }), true],
    ["of tokens", texts({ input: [1, 2] }), true],
    ["of lists of tokens", texts({ input: [[1], [2]] }), true],
    ["of nothing", texts({ input: [] }), false],
    ["of more texts than there may be", texts({ input: Array(2049).fill("a") }), false],
    ["of as many as there may be", texts({ input: Array(2048).fill("a") }), true],
    ["of null", texts({ input: null }), false],
    ["without dimensions", texts({ dimensions: 0 }), false],
    ["in an encoding that is new", texts({ encoding_format: "int8" }), true],
  ]);
});

const vectors = (embedding: unknown): object => ({
  object: "list",
  model: "m",
  data: [{ object: "embedding", index: 0, embedding }],
  usage: { prompt_tokens: 1, total_tokens: 1 },
});

describe("a vector that leaves", () => {
  judges(sendsEmbeddings, [
    ["is numbers", vectors([0.5, -1]), true],
    ["is base64", vectors("AAAAPw=="), true],
    ["is texts", vectors(["0.5"]), false],
  ]);
});

describe("an upstream that speaks OpenAI's language may", () => {
  const call = { function: { name: "f", arguments: "{}" } };
  judges(readsChat, [
    ["leave out what a call is", { choices: [{ message: { tool_calls: [{ id: "1", ...call }] } }] }, true],
    ["invent a kind of call", { choices: [{ message: { tool_calls: [{ type: "magic" }] } }] }, true],
    ["end for a reason of its own", { choices: [{ finish_reason: "abort" }] }, true],
    ["leave object empty, as Azure does", { object: "", choices: [] }, true],
    ["not send a number as text", { choices: [{ message: { content: 5 } }] }, false],
  ]);
  judges(readsChunk, [
    ["stream null for role and type", { choices: [{ delta: { role: null, tool_calls: [{ type: null }] } }] }, true],
    ["stream a list of choices, not an object", { choices: {} }, false],
  ]);
  judges(readsCompletion, [
    ["leave out log probabilities", { choices: [{ text: "x", finish_reason: "length" }] }, true],
    ["not send choices that are texts", { choices: ["x"] }, false],
  ]);
});

describe("a request to Vertex has no member that it does not know:", () => {
  judges(sendsTexts, [
    ["texts", { instances: [{ content: "a", task_type: "CLUSTERING" }], parameters: { autoTruncate: false } }, true],
    ["texts in camel case", { instances: [{ content: "a", taskType: "CLUSTERING" }] }, false],
    ["no text", { instances: [] }, false],
  ]);
  judges(sendsContent, [
    ["a content", { content: { parts: [{ text: "a" }] }, embedContentConfig: { outputDimensionality: 8 } }, true],
    ["a content and the model", { model: "m", content: { parts: [{ text: "a" }] } }, false],
  ]);
  judges(sendsCount, [
    ["a prompt to count", { contents: [{ role: "user", parts: [{ text: "a" }] }] }, true],
    ["a prompt to count and safety settings", { contents: [], safetySettings: [] }, false],
  ]);
});
