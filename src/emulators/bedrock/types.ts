import type { components as Closed } from "../../../generated/types/bedrock.closed.ts";
import type { components as Exact } from "../../../generated/types/bedrock.exact.ts";

type Asked = Closed["schemas"];
type Answered = Exact["schemas"];

/** A conversation, whole or streamed: that of streams has all that the other has. */
export type ConverseRequest = Asked["ConverseStreamRequest"];
export type InputMessage = Asked["Message"];
export type InputBlock = Asked["ContentBlock"];
export type ResultContent = Asked["ToolResultContentBlock"];
export type InputSystem = Asked["SystemContentBlock"];
export type Tool = Asked["Tool"];
export type ToolSpecification = Asked["ToolSpecification"];
export type ImageBlock = Asked["ImageBlock"];
export type DocumentBlock = Asked["DocumentBlock"];
export type VideoBlock = Asked["VideoBlock"];
export type AudioBlock = Asked["AudioBlock"];
export type TitanTextEmbeddingRequest = Asked["TitanTextEmbeddingRequest"];
export type TitanMultimodalEmbeddingRequest = Asked["TitanMultimodalEmbeddingRequest"];
export type CohereEmbedRequest = Asked["CohereEmbedRequest"];

export type Block = Answered["ContentBlock"];
export type BlockDelta = Answered["ContentBlockDelta"];
export type TokenUsage = Answered["TokenUsage"];
export type Trace = Answered["ConverseTrace"];
export type GuardrailAssessment = Answered["GuardrailAssessment"];
export type CountTokensResponse = Answered["CountTokensResponse"];
export type TitanTextEmbeddingResponse = Answered["TitanTextEmbeddingResponse"];
export type TitanMultimodalEmbeddingResponse = Answered["TitanMultimodalEmbeddingResponse"];
export type CohereEmbedResponse = Answered["CohereEmbedResponse"];

/** Scripts may use words that are newer than the spec, or none, so these places take any. */
export type ConverseResponse = Omit<Answered["ConverseResponse"], "stopReason"> & { stopReason?: string };
export type StreamEvent = Omit<Answered["ConverseStreamOutput"], "messageStop"> & {
  messageStop?: Omit<Answered["MessageStopEvent"], "stopReason"> & { stopReason: string };
};
