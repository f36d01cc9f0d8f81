import type { ChatRequest, CompletionRequest } from "../../operations/types.ts";
import type { Condition, Facts } from "../dialect.ts";
import { type HostName, hostFacts } from "./hosts.ts";

/** What a fate of this dialect may hang on: the server, or one habit that several servers share. */
export type OpenAICondition = HostName | "max-tokens-only" | "functions-as-tools" | "no-custom-tools" | "not-streamed";

const ofHost = (host: HostName) => ({ holds: (facts: Facts) => facts.host === host, example: { host } });
const ofHosts = {
  openai: ofHost("openai"),
  openrouter: ofHost("openrouter"),
  vllm: ofHost("vllm"),
  llamacpp: ofHost("llamacpp"),
  lmstudio: ofHost("lmstudio"),
  ollama: ofHost("ollama"),
};
const notStreamed = {
  holds: (_facts: Facts, request: ChatRequest | CompletionRequest) => request.stream !== true,
  example: { request: { stream: false } },
};

const hasFunctions = (request: ChatRequest): boolean => (request.functions ?? []).length > 0;

/** The conditions of chat, each with a server or a request that triggers it. */
export const conditions: Readonly<Record<OpenAICondition, Condition>> = {
  ...ofHosts,
  "max-tokens-only": {
    holds: (facts) => !hostFacts(facts.host).maxCompletionTokens,
    example: { host: "llamacpp" },
  },
  "functions-as-tools": {
    holds: (facts, request) => !hostFacts(facts.host).functions && hasFunctions(request),
    example: { host: "vllm", request: { functions: [{ name: "look_up" }] } },
  },
  "no-custom-tools": { holds: (facts) => !hostFacts(facts.host).customTools, example: { host: "vllm" } },
  "not-streamed": notStreamed,
};

/** The same for legacy completions. */
export const completionConditions: Readonly<Record<HostName | "not-streamed", Condition<CompletionRequest>>> = {
  ...ofHosts,
  "not-streamed": notStreamed,
};
