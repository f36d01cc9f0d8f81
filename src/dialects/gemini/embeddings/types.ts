import type { components as DeveloperSent } from "../../../../generated/types/gemini.exact.ts";
import type { components as DeveloperAnswered } from "../../../../generated/types/gemini.tolerant.ts";
import type { components as Sent } from "../../../../generated/types/vertex.exact.ts";
import type { components as Answered } from "../../../../generated/types/vertex.tolerant.ts";

export type TaskType = Exclude<Sent["schemas"]["EmbeddingTaskType"], "UNSPECIFIED">;
export type TextEmbeddingRequest = Sent["schemas"]["TextEmbeddingRequest"];
export type EmbedContentRequest = Sent["schemas"]["EmbedContentRequest"];
export type BatchEmbedContentsRequest = DeveloperSent["schemas"]["BatchEmbedContentsRequest"];
/** What a request for vectors becomes: the call its model has. */
export type EmbeddingBody = TextEmbeddingRequest | EmbedContentRequest | BatchEmbedContentsRequest;

/** Answers as they come: nothing is sure to be there. */
export type TextEmbeddingResponse = Answered["schemas"]["TextEmbeddingResponse"];
export type EmbedContentResponse = Answered["schemas"]["EmbedContentResponse"];
export type BatchEmbedContentsResponse = DeveloperAnswered["schemas"]["BatchEmbedContentsResponse"];
