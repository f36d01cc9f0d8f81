import type { components as Exact } from "../../../generated/types/openai.exact.ts";
import type { components as Received } from "../../../generated/types/openai.received.ts";
import type { Script } from "../script.ts";

type Asked = Received["schemas"];
type Answered = Exact["schemas"];

export type ChatRequest = Asked["CreateChatCompletionRequest"];
export type Message = ChatRequest["messages"][number];
export type Tool = NonNullable<ChatRequest["tools"]>[number];
export type ToolCall = Answered["ChatCompletionMessageToolCalls"][number];
export type ToolCallDelta = Answered["ChatCompletionMessageToolCallChunk"];
export type CompletionRequest = Asked["CreateCompletionRequest"];

export type ResponseMessage = Answered["ChatCompletionResponseMessage"];
export type Annotation = NonNullable<ResponseMessage["annotations"]>[number];
export type Delta = Answered["ChatCompletionStreamResponseDelta"];
export type TokenLogprob = Answered["ChatCompletionTokenLogprob"];
export type Usage = Answered["CompletionUsage"];

type ChatAnswer = Answered["CreateChatCompletionResponse"];
type ChatEvent = Answered["CreateChatCompletionStreamResponse"];
type TextAnswer = Answered["CreateCompletionResponse"];

/** Scripts may end an answer in words that are newer than the spec, or in none at all, so these places take any. */
export type ChatChoice = Omit<ChatAnswer["choices"][number], "finish_reason"> & { finish_reason: string | null };
export type ChatResponse = Omit<ChatAnswer, "choices"> & { choices: ChatChoice[] };
export type ChunkChoice = Omit<ChatEvent["choices"][number], "finish_reason"> & { finish_reason: string | null };
export type ChatChunk = Omit<ChatEvent, "choices"> & { choices: ChunkChoice[] };
export type TextChoice = Omit<TextAnswer["choices"][number], "finish_reason"> & { finish_reason: string | null };
export type TextCompletion = Omit<TextAnswer, "choices"> & { choices: TextChoice[] };
export type TextLogprobs = NonNullable<TextChoice["logprobs"]>;

/** A word about how the server was started. */
export type Switch = NonNullable<Script["server"]>[number];
export type Switches = ReadonlySet<Switch>;
