import type { ChatRequest } from "../../../operations/types.ts";
import type { Condition, Facts } from "../../dialect.ts";
import { directHost, hostOf } from "../hosts.ts";
import { modelOf } from "../models.ts";
import { forcesCalls, hasTools, wantsNoTools } from "./choice.ts";
import { isOneSampler } from "./sampling.ts";
import { forcesUnthought, goesOn, isUntold, losesThoughts, replaysThoughts, thinkingOf, thinksIn } from "./thinking.ts";

/** What a fate of the Anthropic dialect may hang on. */
export type AnthropicCondition =
  | "calls-forced"
  | "calls-unthought"
  | "no-accounts"
  | "no-automatic-caching"
  | "no-fast"
  | "no-files"
  | "no-prefill"
  | "no-sampling"
  | "no-schemas"
  | "no-single-calls"
  | "no-thinking"
  | "no-tools"
  | "no-tools-wanted"
  | "no-web-search"
  | "one-sampler"
  | "plain-text"
  | "thinks"
  | "thoughts-lost"
  | "thoughts-unused"
  | "untold";

const usual = "claude-sonnet-4-5";
const vertex = "vertex-anthropic";
const tools: Partial<ChatRequest> = {
  tools: [{ type: "function", function: { name: "measure" } }],
  functions: [{ name: "weigh" }],
};
const lost: Partial<ChatRequest> = {
  messages: [
    { role: "user", content: "How long?" },
    {
      role: "assistant",
      tool_calls: [{ id: "toolu_1", type: "function", function: { name: "measure", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "toolu_1", content: "7" },
  ],
};

const holdsSchemas = (facts: Facts): boolean => hostOf(facts).schemas && modelOf(facts).schemas;

/** The conditions, each with a model, a host or a request that triggers it. */
export const conditions: Readonly<Record<AnthropicCondition, Condition>> = {
  "calls-forced": {
    holds: (_facts, request) => forcesCalls(request),
    example: { upstreamModel: usual, request: { ...tools, tool_choice: "required" } },
  },
  "calls-unthought": {
    holds: (facts, request) => forcesUnthought(request, modelOf(facts)),
    example: { upstreamModel: usual, request: { ...tools, tool_choice: "required" } },
  },
  "no-accounts": {
    holds: (facts) => !hostOf(facts).accounts,
    example: { host: vertex, upstreamModel: usual },
  },
  "no-automatic-caching": {
    holds: (facts) => !hostOf(facts).automaticCaching,
    example: { host: vertex, upstreamModel: usual },
  },
  "no-fast": {
    holds: (facts) => !hostOf(facts).accounts || !modelOf(facts).fast,
    example: { host: directHost, upstreamModel: usual },
  },
  "no-files": {
    holds: (facts) => !hostOf(facts).files,
    example: { host: vertex, upstreamModel: usual },
  },
  "no-prefill": {
    holds: (facts, request) => !goesOn(request, modelOf(facts)),
    example: { upstreamModel: "claude-opus-4-6" },
  },
  "no-sampling": {
    holds: (facts) => !modelOf(facts).sampling,
    example: { upstreamModel: "claude-opus-4-8" },
  },
  "no-schemas": {
    holds: (facts) => !holdsSchemas(facts),
    example: { host: vertex, upstreamModel: usual },
  },
  "no-single-calls": {
    holds: (facts) => !hostOf(facts).singleCalls,
    example: { host: "bedrock", upstreamModel: "anthropic.claude-sonnet-4-5-20250929-v1:0" },
  },
  "no-thinking": {
    holds: (facts) => modelOf(facts).thinking.style === "none",
    example: { upstreamModel: "claude-3-5-haiku-20241022" },
  },
  "no-tools": {
    holds: (_facts, request) => !hasTools(request),
    example: { upstreamModel: usual },
  },
  "no-tools-wanted": {
    holds: (_facts, request) => wantsNoTools(request),
    example: { upstreamModel: usual, request: { ...tools, tool_choice: "none" } },
  },
  "no-web-search": {
    holds: (facts) => !hostOf(facts).webSearch,
    example: { host: "bedrock", upstreamModel: "anthropic.claude-sonnet-4-5-20250929-v1:0" },
  },
  "one-sampler": {
    holds: (facts, request) => isOneSampler(request, modelOf(facts)),
    example: { upstreamModel: usual, request: { temperature: 0.5 } },
  },
  "plain-text": {
    holds: (_facts, { response_format: format }) => format?.type === "text",
    example: { request: { response_format: { type: "text" } } },
  },
  thinks: {
    holds: (facts, request) => thinksIn(request, modelOf(facts)),
    example: { upstreamModel: usual, request: { thinking_budget: 5000 } },
  },
  "thoughts-lost": {
    holds: (facts, request) => losesThoughts(request, modelOf(facts)),
    example: { upstreamModel: usual, request: lost },
  },
  "thoughts-unused": {
    holds: (facts, request) => !replaysThoughts(modelOf(facts), thinkingOf(request, modelOf(facts))),
    example: { upstreamModel: "claude-haiku-5-5", request: { ...tools, tool_choice: "required" } },
  },
  untold: {
    holds: (facts, request) => isUntold(request, modelOf(facts)),
    example: { upstreamModel: usual },
  },
};
