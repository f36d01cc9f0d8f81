import { expect } from "vitest";
import {
  validateCohereEmbedResponse,
  validateTitanTextEmbeddingResponse,
} from "../../generated/validators/bedrock.exact.mjs";
import { validateBatchEmbedContentsResponse } from "../../generated/validators/gemini.exact.mjs";
import { validateCreateEmbeddingResponse } from "../../generated/validators/openai.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import {
  validateEmbedContentResponse,
  validateTextEmbeddingResponse,
} from "../../generated/validators/vertex.exact.mjs";
import { type Field, fateKeys, fieldsOf } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import { embeddings as converse } from "../../src/dialects/converse/embeddings/index.ts";
import type { EmbeddingOperation, Facts, Open } from "../../src/dialects/dialect.ts";
import { embeddings as gemini } from "../../src/dialects/gemini/embeddings/index.ts";
import { embeddings as openai } from "../../src/dialects/openai/embeddings/index.ts";
import { GatewayError } from "../../src/errors.ts";
import { violationOf } from "../../src/operations/conformance.ts";
import type { EmbeddingList } from "../../src/operations/types.ts";
import fc from "../_fc.ts";
import type { AnswerRow, Seen } from "./_answer-rows.ts";
import type { Ingredients } from "./_response.ts";
import { factsFor, openaiFields } from "./_rows.ts";
import { cohereVectors, titanVectors } from "./_vectors-converse.ts";

interface Source extends Pick<AnswerRow, "name" | "root" | "ingredients" | "passes" | "situations"> {
  readonly operation: EmbeddingOperation;
  readonly input: string[];
  readonly validate: Validator<unknown>;
}

function toRow({ operation, validate, input, ...same }: Source): AnswerRow {
  const request = { model: "m", input };
  const { conditions, response } = operation.fates;
  const keys = new Set(fateKeys(same.root));
  return {
    ...same,
    kind: "unary",
    lines: Object.fromEntries(Object.entries(response).filter(([key]) => keys.has(key))),
    holds: (condition, facts) => conditions[condition]?.holds(facts, request) === true,
    read(answer, facts) {
      expect(validate(answer), JSON.stringify([validate.errors, answer])).toBe(true);
      return readVectors(operation.open(request, facts, "unary"), answer);
    },
  };
}

/** What is told about texts and counts counts as a part of the answer: fields are mapped there. */
function readVectors(open: Open<EmbeddingList, never>, answer: object): Seen {
  const text = JSON.stringify(answer);
  const read = open.response(open.parse === undefined ? JSON.parse(text) : open.parse(text), text);
  if (read instanceof GatewayError) return { answer: undefined, changes: [], failure: read };
  expect(violationOf(read.body), JSON.stringify(read.body)).toBeUndefined();
  const sent: object = JSON.parse(read.text ?? JSON.stringify(read.body));
  const told = Object.fromEntries(read.changes.map(({ verb, path }) => [verb, path]));
  const reported = read.changes.filter(({ verb }) => verb === "reported");
  return { answer: { ...sent, changes: told }, changes: reported, failure: undefined };
}

const vertexFields = (component: string): Field => fieldsOf(component, loadSpec("vertex").components.schemas);

const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 4 });
const counts = fc.integer({ min: 10, max: 99 });
const prediction = { embeddings: { values: [0.5, 0.5], statistics: { token_count: 5, truncated: false } } };
const cut: Ingredients["special"] = [[/truncated$/, fc.constant(true)]];

const predictions: Ingredients = {
  base: {
    "": { predictions: [prediction] },
    "predictions[]": prediction,
    "predictions[].embeddings": prediction.embeddings,
    "predictions[].embeddings.statistics": prediction.embeddings.statistics,
  },
  siblings: [],
  beside: [],
  special: [
    ...cut,
    [/^predictions$/, numbers.map((values) => [{ embeddings: { ...prediction.embeddings, values } }])],
    [/embeddings$/, numbers.map((values) => ({ ...prediction.embeddings, values }))],
    [/statistics$/, counts.map((token_count) => ({ token_count, truncated: false }))],
    [/values$/, numbers],
    [/_count$/, counts],
  ],
  others: [
    [/^predictions$/, [[prediction]]],
    [/embeddings$/, [prediction.embeddings]],
    [/values$/, [[0.5, 0.5]]],
  ],
};

const content: Ingredients = {
  base: {
    "": { embedding: { values: [0.5, 0.5] }, usageMetadata: { promptTokenCount: 5 }, truncated: false },
    embedding: { values: [0.5, 0.5] },
    usageMetadata: { promptTokenCount: 5 },
  },
  siblings: [],
  beside: [],
  special: [
    ...cut,
    [/^embedding$/, numbers.map((values) => ({ values }))],
    [/values$/, numbers],
    [/^usageMetadata$/, counts.map((promptTokenCount) => ({ promptTokenCount }))],
    [/TokenCount$/, counts],
  ],
  others: [
    [/^embedding$/, [{ values: [0.5, 0.5] }]],
    [/values$/, [[0.5, 0.5]]],
  ],
};

const batch: Ingredients = {
  base: {
    "": { embeddings: [{ values: [0.5, 0.5] }], usageMetadata: { promptTokenCount: 5 } },
    "embeddings[]": { values: [0.5, 0.5] },
    usageMetadata: { promptTokenCount: 5 },
  },
  siblings: [],
  beside: [],
  special: [[/^embeddings$/, numbers.map((values) => [{ values }])], ...content.special],
  others: [[/^embeddings$/, [[{ values: [0.5, 0.5] }]]], ...content.others],
};

const first = { object: "embedding", index: 0, embedding: [1, 1] };
const item = { object: "embedding", index: 1, embedding: [0.5, 0.5] };
const usage = { prompt_tokens: 50, total_tokens: 50 };
const whole = { object: "list", model: "up/base", data: [first, item], usage };

/** Of two texts, so that it shows what the number of a vector is for: where it is said twice, the order counts. */
const list: Ingredients = {
  base: { "": whole, "data[]": item, usage },
  siblings: [
    [/\.index$/, "data", [{ ...first, index: 1 }]],
    [/^data\[\]/, "data", [first]],
  ],
  beside: [],
  special: [
    [/^$/, fc.constant(whole)],
    [/^data$/, numbers.map((embedding) => [first, { ...item, embedding }])],
    [/^data\[\]$/, numbers.map((embedding) => ({ ...item, embedding }))],
    [/embedding$/, numbers],
    [/^usage$/, counts.map((n) => ({ prompt_tokens: n, total_tokens: n }))],
    [/_tokens$/, counts],
    [/\.index$/, fc.constant(0)],
  ],
  others: [
    [/\.index$/, [1]],
    [/^data$/, [[first, item]]],
  ],
};

const onVertex = (model: string): readonly Facts[] => [factsFor(model)];
const named = [factsFor("org/up", "other"), { ...factsFor("org/up", "other"), responseModel: undefined }];

/** Answers with vectors: each of Google's calls has its own, under one table. */
export const vectorAnswerRows: readonly AnswerRow[] = [
  toRow({
    name: "gemini embeddings",
    operation: gemini,
    input: ["Hi there."],
    root: vertexFields("TextEmbeddingResponse"),
    validate: validateTextEmbeddingResponse,
    ingredients: predictions,
    situations: [...onVertex("text-embedding-005"), ...onVertex("gemini-embedding-001")],
    passes: false,
  }),
  toRow({
    name: "gemini embeddings",
    operation: gemini,
    input: ["Hi there."],
    root: vertexFields("EmbedContentResponse"),
    validate: validateEmbedContentResponse,
    ingredients: content,
    situations: onVertex("gemini-embedding-2"),
    passes: false,
  }),
  toRow({
    name: "gemini embeddings",
    operation: gemini,
    input: ["Hi there."],
    root: fieldsOf("BatchEmbedContentsResponse", loadSpec("gemini").components.schemas),
    validate: validateBatchEmbedContentsResponse,
    ingredients: batch,
    situations: [factsFor("gemini-embedding-001", "gemini")],
    passes: false,
  }),
  toRow({
    name: "converse embeddings",
    operation: converse,
    input: ["Hi there."],
    root: fieldsOf("TitanTextEmbeddingResponse", loadSpec("bedrock").components.schemas),
    validate: validateTitanTextEmbeddingResponse,
    ingredients: titanVectors,
    situations: [
      factsFor("amazon.titan-embed-text-v2:0", "bedrock"),
      factsFor("amazon.titan-embed-image-v1", "bedrock"),
    ],
    passes: false,
  }),
  toRow({
    name: "converse embeddings",
    operation: converse,
    input: ["Hi there."],
    root: fieldsOf("CohereEmbedResponse", loadSpec("bedrock").components.schemas),
    validate: validateCohereEmbedResponse,
    ingredients: cohereVectors,
    situations: [factsFor("cohere.embed-v4:0", "bedrock"), factsFor("cohere.embed-english-v3", "bedrock")],
    passes: false,
  }),
  toRow({
    name: "openai embeddings",
    operation: openai,
    input: ["Hi there.", "Hello."],
    root: openaiFields("CreateEmbeddingResponse"),
    validate: validateCreateEmbeddingResponse,
    ingredients: list,
    situations: named,
    passes: true,
  }),
];
