import type { EmbeddingRequest } from "../../../operations/types.ts";
import type { Condition } from "../../dialect.ts";
import { factsOfEmbedder, formOf } from "./forms.ts";
import { taskNameIn, taskOf } from "./tasks.ts";

/** What a fate of embeddings in this dialect may hang on. */
export type EmbeddingCondition =
  | "predict"
  | "developer-api"
  | "task-in-text"
  | "no-document"
  | "task_type-said"
  | "task-said"
  | "auto_truncate-said"
  | "truncation-said";

/** The conditions, each with a model, a host or a request that triggers it. */
export const conditions: Readonly<Record<EmbeddingCondition, Condition<EmbeddingRequest>>> = {
  predict: {
    holds: (facts) => formOf(facts) === "predict",
    example: { upstreamModel: "text-embedding-005" },
  },
  "developer-api": {
    holds: (facts) => formOf(facts) === "batchEmbedContents",
    example: { upstreamModel: "gemini-embedding-001", host: "gemini" },
  },
  "task-in-text": {
    holds: (facts) => !factsOfEmbedder(facts.upstreamModel).tasks,
    example: { upstreamModel: "gemini-embedding-2" },
  },
  "no-document": {
    holds: (_facts, request) => request.title != null && taskOf(request) !== "RETRIEVAL_DOCUMENT",
    example: { request: { title: "Pears", task_type: "CLUSTERING" } },
  },
  "task_type-said": {
    holds: (_facts, request) => taskNameIn(request) === "task_type",
    example: { request: { task_type: "CLUSTERING" } },
  },
  "task-said": {
    holds: (_facts, request) => /^task/.test(taskNameIn(request) ?? ""),
    example: { request: { taskType: "CLUSTERING" } },
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
