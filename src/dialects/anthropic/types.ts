import type { components as Sent } from "../../../generated/types/anthropic.exact.ts";
import type { components as Answered } from "../../../generated/types/anthropic.tolerant.ts";

export type CreateMessageRequest = Sent["schemas"]["CreateMessageRequest"];
export type VertexMessageRequest = Sent["schemas"]["VertexMessageRequest"];
export type BedrockMessageRequest = Sent["schemas"]["BedrockMessageRequest"];
/** A body as one of the hosts takes it. */
export type MessageBody = CreateMessageRequest | VertexMessageRequest | BedrockMessageRequest;

export type InputMessage = Sent["schemas"]["InputMessage"];
export type ContentBlock = Sent["schemas"]["ContentBlockParam"];
export type TextBlock = Sent["schemas"]["TextBlockParam"];
export type ImageBlock = Sent["schemas"]["ImageBlockParam"];
export type DocumentBlock = Sent["schemas"]["DocumentBlockParam"];
export type ThinkingBlock = Sent["schemas"]["ThinkingBlock"];
export type RedactedThinkingBlock = Sent["schemas"]["RedactedThinkingBlock"];
export type ToolUseBlock = Sent["schemas"]["ToolUseBlockParam"];
export type ToolResultBlock = Sent["schemas"]["ToolResultBlockParam"];
export type CacheControl = Sent["schemas"]["CacheControlEphemeral"];
export type Tool = Sent["schemas"]["Tool"];
export type WebSearchTool = Sent["schemas"]["WebSearchTool20250305"];
export type ToolInputSchema = Sent["schemas"]["ToolInputSchema"];
export type ToolChoice = Sent["schemas"]["ToolChoice"];
export type ThinkingConfig = Sent["schemas"]["ThinkingConfigParam"];

/** Answers as they come: nothing is sure to be there. */
export type Message = Answered["schemas"]["Message"];
export type MessageStreamEvent = Answered["schemas"]["MessageStreamEvent"];
export type AnsweredBlock = NonNullable<Message["content"]>[number];
export type AnsweredUsage = Answered["schemas"]["Usage"];
export type AnsweredDeltaUsage = Answered["schemas"]["MessageDeltaUsage"];
export type IterationUsage = Answered["schemas"]["IterationUsage"];
export type Citation = Answered["schemas"]["TextCitation"];
export type StopDetails = Answered["schemas"]["RefusalStopDetails"];
export type ContentDelta = Answered["schemas"]["ContentBlockDelta"];
export type ErrorObject = Answered["schemas"]["ErrorObject"];
