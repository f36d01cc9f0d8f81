import type { components as Closed } from "../../../generated/types/vertex.closed.ts";
import type { components as Exact } from "../../../generated/types/vertex.exact.ts";

type Asked = Closed["schemas"];
type Answered = Exact["schemas"];

export type GenerateContentRequest = Asked["GenerateContentRequest"];
export type GenerationConfig = Asked["GenerationConfig"];
export type Content = Asked["Content"];
export type Part = Asked["Part"];
export type Tool = Asked["Tool"];
export type FunctionDeclaration = Asked["FunctionDeclaration"];
export type Schema = Asked["Schema"];
export type ThinkingLevel = Asked["ThinkingLevel"];

export type AnswerPart = Answered["Part"];
export type GroundingMetadata = Answered["GroundingMetadata"];
export type LogprobsResult = Answered["LogprobsResult"];
export type ErrorResponse = Answered["ErrorResponse"];
export type Code = Answered["Code"];
export type StatusDetail = Answered["StatusDetail"];

/** Scripts may use words that are newer than the spec, so these three places take any. */
export type Candidate = Omit<Answered["Candidate"], "finishReason"> & { finishReason?: string };
export type PromptFeedback = Omit<Answered["PromptFeedback"], "blockReason"> & { blockReason?: string };
export type UsageMetadata = Omit<Answered["UsageMetadata"], "trafficType"> & { trafficType?: string };

export type GenerateContentResponse = Omit<
  Answered["GenerateContentResponse"],
  "candidates" | "promptFeedback" | "usageMetadata"
> & { candidates?: Candidate[]; promptFeedback?: PromptFeedback; usageMetadata?: UsageMetadata };
