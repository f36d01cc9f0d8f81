import type { components as Sent } from "../../../generated/types/vertex.exact.ts";
import type { components as Answered } from "../../../generated/types/vertex.tolerant.ts";

export type GenerateContentRequest = Sent["schemas"]["GenerateContentRequest"];
export type Content = Sent["schemas"]["Content"];
export type Part = Sent["schemas"]["Part"];
export type FunctionResponsePart = Sent["schemas"]["FunctionResponsePart"];
export type Schema = Sent["schemas"]["Schema"];
export type FunctionDeclaration = Sent["schemas"]["FunctionDeclaration"];
export type FunctionCallingConfig = Sent["schemas"]["FunctionCallingConfig"];
export type ToolConfig = Sent["schemas"]["ToolConfig"];
export type GenerationConfig = Sent["schemas"]["GenerationConfig"];
export type SafetySetting = Sent["schemas"]["SafetySetting"];
export type VideoMetadata = Sent["schemas"]["VideoMetadata"];
export type Tool = Sent["schemas"]["Tool"];
export type ThinkingConfig = Sent["schemas"]["ThinkingConfig"];

/** Answers as they come: nothing is sure to be there. */
export type GenerateContentResponse = Answered["schemas"]["GenerateContentResponse"];
export type Candidate = Answered["schemas"]["Candidate"];
export type AnsweredPart = Answered["schemas"]["Part"];
export type UsageMetadata = Answered["schemas"]["UsageMetadata"];
export type PromptFeedback = Answered["schemas"]["PromptFeedback"];
export type Status = Answered["schemas"]["Status"];
export type GroundingMetadata = Answered["schemas"]["GroundingMetadata"];
export type CitationMetadata = Answered["schemas"]["CitationMetadata"];
export type Segment = Answered["schemas"]["Segment"];
