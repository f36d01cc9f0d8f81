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

/** A request for the legacy completions, as clients send it. */
export type CompletionRequest = Received["schemas"]["CreateCompletionRequest"];
/** A legacy completion as we send it; a chunk of a streamed one has the same shape. */
export type Completion = Answered["schemas"]["CreateCompletionResponse"];

/** What a host does with parts of a request that others have to get in simpler form. */
export interface CompletionHabits {
  /** Takes prompts in token ids; others get their text. */
  readonly tokens: boolean;
  /** Gives the likeliest of more candidates than choices; others are asked for each choice by itself. */
  readonly ranking: boolean;
  /** Ends an answer at any of many texts; others refuse more than four. */
  readonly manyStops: boolean;
}

/** A request for vectors, as clients send it. */
export type EmbeddingRequest = Received["schemas"]["CreateEmbeddingRequest"];
/** The vectors of all its texts, as we send them. */
export type EmbeddingList = Answered["schemas"]["CreateEmbeddingResponse"];
export type Embedding = Answered["schemas"]["Embedding"];

/** How much of a request for vectors one upstream call takes. */
export interface EmbeddingHabits {
  /** Takes texts in token ids; others get the texts themselves. */
  readonly tokens: boolean;
  /** Most texts of one call. */
  readonly maxInputs: number;
  /** Most tokens of all texts of one call together. */
  readonly maxTokens: number;
  /** Most calls for one request at a time. */
  readonly maxCalls: number;
}

/** The operations a model can be asked for. */
export type OperationName = "chat" | "completions" | "embeddings";

/** Something the upstream could not take as it was asked: `reported:logit_bias`. Paths are the client's own. */
export interface Change {
  readonly verb: "reported" | "clamped" | "downgraded" | "truncated" | "renamed" | "estimated";
  readonly path: string;
}

/** A whole answer on its way to the client. */
export interface Answer<Body> {
  /** Where there is a text, long lists of numbers may be empty here: they have been checked, and are in the text. */
  readonly body: Body;
  /** The body as JSON, where the upstream's own text says the same. */
  readonly text?: string | undefined;
  readonly usage: Usage | undefined;
  readonly changes: readonly Change[];
  /** The model that the upstream says has answered. */
  readonly responseModel?: string | undefined;
}

/** A chunk of a streamed answer on its way to the client. */
export interface Piece<Chunk> {
  readonly chunk: Chunk;
  /** The chunk as JSON, where the upstream's own text says the same. */
  readonly text?: string | undefined;
  /** It is a chunk before it over again, with another text: what held of that one's form holds of this one's. */
  readonly repeats?: true | undefined;
}

/** A part of a client's request that is an upstream call of its own, and the index of its first choice among all. */
export interface Part<Request> {
  readonly request: Request;
  readonly firstIndex: number;
  /** A path in this part as one in the whole request, where they differ: `input[3]` → `input[253]`. */
  readonly toWholePath?: ((path: string) => string) | undefined;
}

/** What every answer says of itself. */
export interface AnyAnswer {
  object: string;
}

/** What the gateway itself reads and writes in the answers of operations that can be streamed. */
export interface AnyBody extends AnyAnswer {
  id: string;
  created: number;
  model: string;
  choices: { index: number; finish_reason?: string | null }[];
  usage?: ChatUsage | null;
}

export type ChatAnswer = Answer<ChatCompletion>;
export type CompletionAnswer = Answer<Completion>;
export type EmbeddingAnswer = Answer<EmbeddingList>;
