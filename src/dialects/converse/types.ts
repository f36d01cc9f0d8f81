import type { components as Sent } from "../../../generated/types/bedrock.closed.ts";
import type { components as Answered } from "../../../generated/types/bedrock.tolerant.ts";

/** The body of Converse; ConverseStream takes the same. */
export type ConverseRequest = Sent["schemas"]["ConverseRequest"];
export type Message = Sent["schemas"]["Message"];
export type ContentBlock = Sent["schemas"]["ContentBlock"];
export type SystemBlock = Sent["schemas"]["SystemContentBlock"];
export type ToolResultBlock = Sent["schemas"]["ToolResultBlock"];
export type ResultContent = Sent["schemas"]["ToolResultContentBlock"];
export type ToolUseBlock = Sent["schemas"]["ToolUseBlock"];
export type ImageBlock = Sent["schemas"]["ImageBlock"];
export type DocumentBlock = Sent["schemas"]["DocumentBlock"];
export type VideoBlock = Sent["schemas"]["VideoBlock"];
export type AudioBlock = Sent["schemas"]["AudioBlock"];
export type Tool = Sent["schemas"]["Tool"];
export type ToolConfiguration = Sent["schemas"]["ToolConfiguration"];
export type ToolChoice = Sent["schemas"]["ToolChoice"];
export type ToolSpecification = Sent["schemas"]["ToolSpecification"];
export type InferenceConfiguration = Sent["schemas"]["InferenceConfiguration"];

/** Answers as they come: nothing is sure to be there. */
export type ConverseResponse = Answered["schemas"]["ConverseResponse"];
export type ConverseStreamOutput = Answered["schemas"]["ConverseStreamOutput"];
export type AnsweredBlock = Answered["schemas"]["ContentBlock"];
export type BlockStart = Answered["schemas"]["ContentBlockStart"];
export type BlockDelta = Answered["schemas"]["ContentBlockDelta"];
export type AnsweredCitation = Answered["schemas"]["Citation"] | Answered["schemas"]["CitationsDelta"];
export type AnsweredUsage = Answered["schemas"]["TokenUsage"];
/** What both forms of an answer say of the capacity that was used. */
export type Capacity = Pick<ConverseResponse, "serviceTier" | "performanceConfig">;
