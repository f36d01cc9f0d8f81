import type { EmbeddingRequest } from "../../../operations/types.ts";
import type { Condition, Facts } from "../../dialect.ts";
import { type EmbeddingForm, factsOfEmbedder } from "./forms.ts";
import { taskNameIn } from "./tasks.ts";

/** What a fate of vectors on Bedrock may hang on. */
export type EmbeddingCondition =
  | "titan"
  | "titan-multimodal"
  | "titan-v2"
  | "one-length"
  | "only-length"
  | "input_type-said"
  | "task-said"
  | "auto_truncate-said"
  | "truncation-said";

const multimodal = "amazon.titan-embed-image-v1";
const v2 = "amazon.titan-embed-text-v2:0";

const isOf = (facts: Facts, form: EmbeddingForm): boolean => factsOfEmbedder(facts).form === form;

/** Whether a model makes vectors of one length, and that is the one that is asked for. */
function asksForOnly(facts: Facts, { dimensions }: EmbeddingRequest): boolean {
  const { isSized, lengths } = factsOfEmbedder(facts);
  return !isSized && dimensions != null && lengths.includes(dimensions);
}

/** The conditions, each with a model or a request that triggers it. */
export const conditions: Readonly<Record<EmbeddingCondition, Condition<EmbeddingRequest>>> = {
  titan: { holds: (facts) => !factsOfEmbedder(facts).tasks, example: { upstreamModel: v2 } },
  "titan-multimodal": { holds: (facts) => isOf(facts, "titan-multimodal"), example: { upstreamModel: multimodal } },
  "titan-v2": { holds: (facts) => isOf(facts, "titan-v2"), example: { upstreamModel: v2 } },
  "one-length": {
    holds: (facts) => !factsOfEmbedder(facts).isSized,
    example: { upstreamModel: "amazon.titan-embed-text-v1" },
  },
  "only-length": {
    holds: (facts, request) => asksForOnly(facts, request),
    example: { upstreamModel: "cohere.embed-english-v3", request: { dimensions: 1024 } },
  },
  "input_type-said": {
    holds: (_facts, request) => taskNameIn(request) === "input_type",
    example: { request: { input_type: "clustering" } },
  },
  "task-said": {
    holds: (_facts, request) => taskNameIn(request) !== undefined && taskNameIn(request) !== "taskType",
    example: { request: { task_type: "CLUSTERING" } },
  },
  "auto_truncate-said": {
    holds: (_facts, { auto_truncate }) => auto_truncate != null,
    example: { request: { auto_truncate: false } },
  },
  "truncation-said": {
    holds: (_facts, { auto_truncate, autoTruncate }) => (auto_truncate ?? autoTruncate) != null,
    example: { request: { autoTruncate: false } },
  },
};
