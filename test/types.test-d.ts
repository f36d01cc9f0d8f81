/**
 * The generated types beside those of OpenAI's own SDK: what one takes the other takes, and both have the same members.
 *
 * `tsc --noEmit` runs it. Assignability alone would miss an optional member that one side lacks, so the paths of all
 * members are compared too; an error names those that are missing and those that are too many. Fields of
 * specs/extensions.yaml are left out. Where the SDK falls short of the wire (specs/deviations.yaml says why), only
 * one direction holds, and the other one is expected to fail.
 */
import type OpenAI from "openai";
import type { ChatCompletionCreateParamsBase } from "openai/resources/chat/completions/completions";
import type { CompletionCreateParamsBase } from "openai/resources/completions";
import type { components } from "../generated/types/openai.published.ts";

type Ours = components["schemas"];

/** One word, which tells the variants of a union apart; nothing where any text may stand. */
type WordOf<Word> = Word extends string ? (string extends Word ? "" : `<${Word}>`) : "";

type TagOf<T> = T extends { role: infer Word } ? WordOf<Word> : T extends { type: infer Word } ? WordOf<Word> : "";

type MembersOf<T, Path extends string> = {
  [Name in keyof T & string]-?: string extends Name
    ? PathsOf<T[Name], `${Path}.{}`>
    : `${Path}.${Name}` | PathsOf<T[Name], `${Path}.${Name}`>;
}[keyof T & string];

/** Every member at any depth as a path: `.messages[].content[]<text>.text`. */
type PathsOf<T, Path extends string = ""> = T extends string // `string & {}` is how the SDK leaves a list of words open
  ? never
  : T extends readonly (infer Item)[]
    ? PathsOf<Item, `${Path}[]`>
    : T extends object
      ? MembersOf<T, `${Path}${TagOf<T>}`>
      : never;

/** `true` where both have the same members; else what ours lacks and what it has too many. */
type SameMembers<Own, Sdk> = [Exclude<PathsOf<Sdk>, PathsOf<Own>>, Exclude<PathsOf<Own>, PathsOf<Sdk>>] extends [
  never,
  never,
]
  ? true
  : { missing: Exclude<PathsOf<Sdk>, PathsOf<Own>>; tooMany: Exclude<PathsOf<Own>, PathsOf<Sdk>> };

/** `true` where whatever is a `From` is also a `To`. */
type Fits<From, To> = [From] extends [To] ? true : false;

/** All three at once. */
type Same<Own, Sdk> = [SameMembers<Own, Sdk>, Fits<Own, Sdk>, Fits<Sdk, Own>];

type ChatRequest = Ours["CreateChatCompletionRequest"];
type ChatAnswer = Ours["CreateChatCompletionResponse"];
type ChatChunk = Ours["CreateChatCompletionStreamResponse"];
type CompletionRequest = Ours["CreateCompletionRequest"];
type Completion = Ours["CreateCompletionResponse"];
type EmbeddingRequest = Ours["CreateEmbeddingRequest"];
type EmbeddingAnswer = Ours["CreateEmbeddingResponse"];
type Model = Ours["Model"];

export const chatRequest: Same<ChatRequest, ChatCompletionCreateParamsBase> = [true, true, true];
export const chatAnswer: Same<ChatAnswer, OpenAI.ChatCompletion> = [true, true, true];
export const chatChunk: Same<ChatChunk, OpenAI.ChatCompletionChunk> = [true, true, true];
export const completionRequest: Same<CompletionRequest, CompletionCreateParamsBase> = [true, true, true];
export const completion: Same<Completion, OpenAI.Completion> = [true, false, true];
export const embeddingRequest: Same<EmbeddingRequest, OpenAI.EmbeddingCreateParams> = [true, true, true];
export const embeddingAnswer: Same<EmbeddingAnswer, OpenAI.CreateEmbeddingResponse> = [true, false, true];
export const model: Same<Model, OpenAI.Model> = [true, true, true];
export const error: Same<Ours["Error"], OpenAI.ErrorObject> = [true, true, true];
