import type { components as Answered } from "../../generated/types/openai.exact.ts";
import type { components as Received } from "../../generated/types/openai.received.ts";
import type { Usage } from "../usage/usage.ts";

/** A chat request as clients send it: optional members may be null, words outside the lists may occur. */
export type ChatRequest = Received["schemas"]["CreateChatCompletionRequest"];
export type ChatMessage = Received["schemas"]["ChatCompletionRequestMessage"];
export type ChatTool = NonNullable<ChatRequest["tools"]>[number];

/** A chat answer as we send it. */
export type ChatCompletion = Answered["schemas"]["CreateChatCompletionResponse"];
export type ChatChunk = Answered["schemas"]["CreateChatCompletionStreamResponse"];
export type ChatUsage = Answered["schemas"]["CompletionUsage"];
export type Model = Answered["schemas"]["Model"];

/** The operations a model can be asked for. */
export type OperationName = "chat";

/** Something the upstream could not take as it was asked: `reported:logit_bias`. Paths are the client's own. */
export interface Change {
  readonly verb: "reported" | "clamped" | "downgraded" | "truncated" | "renamed" | "estimated";
  readonly path: string;
}

/** A whole answer. */
export interface ChatAnswer {
  readonly completion: ChatCompletion;
  readonly usage: Usage | undefined;
  readonly changes: readonly Change[];
}
