import type { components as Closed } from "../../../generated/types/anthropic.closed.ts";
import type { components as Exact } from "../../../generated/types/anthropic.exact.ts";

type Asked = Closed["schemas"];
type Answered = Exact["schemas"];

/** A request of any of its forms: at Vertex AI the path names the model, and a count has no end. */
export type MessageRequest = Omit<Asked["CreateMessageRequest"], "max_tokens"> & { max_tokens?: number };
export type InputMessage = Asked["InputMessage"];
export type InputBlock = Asked["ContentBlockParam"];
export type ResultContent = Asked["ToolResultContent"];
export type InputThinking = Asked["ThinkingBlock"] | Asked["RedactedThinkingBlock"];
export type Tool = Asked["ToolUnion"];
export type OwnTool = Asked["Tool"];
export type Effort = NonNullable<NonNullable<Asked["OutputConfig"]["effort"]>>;
export type VertexMessageRequest = Asked["VertexMessageRequest"];
export type CountRequest = Asked["CountMessageTokensRequest"];

export type Block = Answered["ContentBlock"];
export type TextBlock = Answered["TextBlock"];
export type TextCitation = Answered["TextCitation"];
export type BlockDelta = Answered["ContentBlockDelta"];
export type Diagnostics = Answered["Diagnostics"];
export type ErrorType = Answered["ErrorType"];
export type MessageTokensCount = Answered["MessageTokensCount"];
export type ListModelsResponse = Answered["ListModelsResponse"];
export type ModelInfo = Answered["ModelInfo"];
export type ModelLifecycle = Answered["ModelLifecycle"];

/** Scripts may use words that are newer than the spec, so these places take any. */
export type ErrorBody = Omit<Answered["ErrorResponse"], "error"> & {
  error: Omit<Answered["ErrorObject"], "type"> & { type: string };
};
export type Usage = Omit<Answered["Usage"], "service_tier"> & { service_tier: string | null };
export type StopDetails = Omit<Answered["RefusalStopDetails"], "category"> & { category: string | null };
export type Message = Omit<Answered["Message"], "stop_reason" | "stop_details" | "usage"> & {
  stop_reason: string | null;
  stop_details: StopDetails | null;
  usage: Usage;
};
export type MessageDelta = Omit<Answered["MessageDelta"], "stop_reason" | "stop_details"> & {
  stop_reason: string | null;
  stop_details: StopDetails | null;
};
export type StreamEvent =
  | { type: "message_start"; message: Message }
  | Answered["ContentBlockStartEvent"]
  | Answered["ContentBlockDeltaEvent"]
  | Answered["ContentBlockStopEvent"]
  | { type: "message_delta"; delta: MessageDelta; usage: Answered["MessageDeltaUsage"] }
  | Answered["MessageStopEvent"]
  | Answered["PingEvent"]
  | ErrorBody;
