import type { ChatRequest, CompletionRequest, EmbeddingRequest } from "../../operations/types.ts";
import type { Condition, Facts } from "../dialect.ts";
import { hasOlderForms } from "./chat/functions.ts";
import { type HostName, hostFacts } from "./hosts.ts";
import { wantsNewerLimit } from "./models.ts";

/** What a fate of this dialect may hang on: the server, or one habit that several servers share. */
export type OpenAICondition = HostName | ChatHabit | TextHabit | "not-streamed" | "uncounted-stream" | "model-as-asked";

/** Habits that legacy completions know nothing of. */
type ChatHabit = "max-tokens-only" | "newer-limit-only" | "functions-as-tools" | "no-custom-tools" | "no-logprobs";

/** Habits that legacy completions alone know. */
type TextHabit = "no-gaps" | "no-text-logprobs";

const ofHost = (host: HostName) => ({ holds: (facts: Facts) => facts.host === host, example: { host } });
const ofHosts = {
  openai: ofHost("openai"),
  azure: ofHost("azure"),
  "azure-older": ofHost("azure-older"),
  openrouter: ofHost("openrouter"),
  deepseek: ofHost("deepseek"),
  "deepseek-reasoning": ofHost("deepseek-reasoning"),
  groq: ofHost("groq"),
  mistral: ofHost("mistral"),
  xai: ofHost("xai"),
  "xai-reasoning": ofHost("xai-reasoning"),
  vllm: ofHost("vllm"),
  llamacpp: ofHost("llamacpp"),
  lmstudio: ofHost("lmstudio"),
  ollama: ofHost("ollama"),
};
const notStreamed = {
  holds: (_facts: Facts, request: ChatRequest | CompletionRequest) => request.stream !== true,
  example: { request: { stream: false } },
};
/** Counts are asked for where no stream has any. */
const uncountedStream = {
  holds: ({ host }: Facts, { stream_options: options }: ChatRequest | CompletionRequest) =>
    options?.include_usage === true && !hostFacts(host).countsStreams,
  example: { host: "azure-older", request: { stream: true, stream_options: { include_usage: true } } },
};
/** Of answers: the example is what holds unless routes.yaml says otherwise. */
const asAsked = { holds: (facts: Facts) => facts.responseModel !== undefined, example: {} };

/** The conditions of chat, each with a server or a request that triggers it. */
export const conditions: Readonly<Record<Exclude<OpenAICondition, TextHabit>, Condition>> = {
  ...ofHosts,
  "max-tokens-only": {
    holds: (facts) => !hostFacts(facts.host).maxCompletionTokens,
    example: { host: "llamacpp" },
  },
  "newer-limit-only": { holds: wantsNewerLimit, example: { host: "azure", upstreamModel: "o4-mini" } },
  "functions-as-tools": {
    holds: (facts, request) => !hostFacts(facts.host).functions && hasOlderForms(request),
    example: { host: "vllm", request: { functions: [{ name: "look_up" }] } },
  },
  "no-custom-tools": { holds: (facts) => !hostFacts(facts.host).customTools, example: { host: "vllm" } },
  "no-logprobs": { holds: (facts) => !hostFacts(facts.host).logprobs, example: { host: "groq" } },
  "not-streamed": notStreamed,
  "uncounted-stream": uncountedStream,
  "model-as-asked": asAsked,
};

/** The same for legacy completions. */
export const completionConditions: Readonly<Record<Exclude<OpenAICondition, ChatHabit>, Condition<CompletionRequest>>> =
  {
    ...ofHosts,
    "no-gaps": { holds: ({ host }) => !hostFacts(host).gaps, example: { host: "vllm" } },
    "no-text-logprobs": { holds: ({ host }) => !hostFacts(host).textLogprobs, example: { host: "ollama" } },
    "not-streamed": notStreamed,
    "uncounted-stream": uncountedStream,
    "model-as-asked": asAsked,
  };

/** The same for embeddings, which are never streamed. */
export const embeddingConditions: Readonly<
  Record<
    Exclude<OpenAICondition, ChatHabit | TextHabit | "not-streamed" | "uncounted-stream">,
    Condition<EmbeddingRequest>
  >
> = { ...ofHosts, "model-as-asked": asAsked };
