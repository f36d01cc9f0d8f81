import type { ChatRequest } from "../../../operations/types.ts";
import type { Condition } from "../../dialect.ts";
import { developerApi, modelOf } from "../models.ts";
import { forcesCalls, hasFunctions, toServerTools, wantsNoTools } from "./server-tools.ts";

/** What a fate of the Gemini dialect may hang on. */
export type GeminiCondition =
  | "calls-forced"
  | "developer-api"
  | "functions-alone"
  | "no-audio-output"
  | "no-caches"
  | "no-image-output"
  | "no-logprobs"
  | "no-part-resolution"
  | "no-penalties"
  | "no-sampling"
  | "no-signatures"
  | "no-structured-output"
  | "no-thinking"
  | "no-tools-wanted"
  | "older-schemas"
  | "plain-text"
  | "runs-code";

const model = modelOf;
const functions: Partial<ChatRequest> = {
  tools: [{ type: "function", function: { name: "measure" } }],
  functions: [{ name: "weigh" }],
};

const codeRunner: Partial<ChatRequest> = { extra_body: { google: { tools: [{ codeExecution: {} }] } } };

/** The conditions, each with a model, a host or a request that triggers it. */
export const conditions: Readonly<Record<GeminiCondition, Condition>> = {
  "calls-forced": {
    holds: (_facts, request) => forcesCalls(request),
    example: { upstreamModel: "gemini-3-flash-preview", request: { ...functions, tool_choice: "required" } },
  },
  "developer-api": {
    holds: ({ host }) => host === developerApi,
    example: { host: developerApi, upstreamModel: "gemini-3-flash-preview" },
  },
  "functions-alone": {
    holds: (facts, request) => !model(facts).jsonWithTools && hasFunctions(request),
    example: { upstreamModel: "gemini-2.5-flash", request: functions },
  },
  "no-audio-output": {
    holds: (facts) => !model(facts).speaks,
    example: { upstreamModel: "gemini-2.5-flash" },
  },
  "no-caches": {
    holds: (facts) => !model(facts).caches,
    example: { upstreamModel: "gemini-4-argon" },
  },
  "no-image-output": {
    holds: (facts) => !model(facts).draws,
    example: { upstreamModel: "gemini-2.5-flash" },
  },
  "no-logprobs": {
    holds: (facts) => !model(facts).logprobs,
    example: { upstreamModel: "gemini-3.1-pro-preview" },
  },
  "no-part-resolution": {
    holds: (facts) => !model(facts).partResolution,
    example: { upstreamModel: "gemini-2.5-flash" },
  },
  "no-penalties": {
    holds: (facts) => !model(facts).penalties,
    example: { upstreamModel: "gemini-3-flash-preview" },
  },
  "no-sampling": {
    holds: (facts) => !model(facts).sampling,
    example: { upstreamModel: "gemini-3.6-flash" },
  },
  "no-signatures": {
    holds: (facts) => model(facts).signatures === "none",
    example: { upstreamModel: "gemini-2.0-flash-001" },
  },
  "no-structured-output": {
    holds: (facts) => !model(facts).structuredOutput,
    example: { upstreamModel: "gemini-2.5-flash-image" },
  },
  "no-thinking": {
    holds: (facts) => model(facts).thinking.style === "none",
    example: { upstreamModel: "gemini-2.0-flash-001" },
  },
  "no-tools-wanted": {
    holds: (_facts, request) => wantsNoTools(request),
    example: { upstreamModel: "gemini-3-flash-preview", request: { ...functions, tool_choice: "none" } },
  },
  "older-schemas": {
    holds: (facts) => model(facts).schemas !== "json-schema",
    example: { upstreamModel: "gemini-1.5-pro-002" },
  },
  "plain-text": {
    holds: (_facts, { response_format: format }) => format?.type === "text",
    example: { request: { response_format: { type: "text" } } },
  },
  "runs-code": {
    holds: (facts, request) =>
      toServerTools(request, model(facts), []).some((tool) => tool.codeExecution !== undefined),
    example: { upstreamModel: "gemini-3-flash-preview", request: codeRunner },
  },
};
