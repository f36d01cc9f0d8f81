import { forcesCalls, shapesAnswer } from "../../anthropic/chat/choice.ts";
import type { ChatRequest } from "../../../operations/types.ts";
import type { Condition } from "../../dialect.ts";
import { type ModelFacts, modelOf } from "../models.ts";
import { toThinking } from "./thinking.ts";

/** What a fate of the Converse dialect may hang on. */
export type ConverseCondition =
  | "always-thinks"
  | "calls-forced"
  | "no-audio"
  | "no-caching"
  | "no-documents"
  | "no-fast"
  | "no-images"
  | "no-penalties"
  | "no-plain"
  | "no-prefill"
  | "no-replay"
  | "no-schemas"
  | "no-search"
  | "no-seed"
  | "no-stops"
  | "no-thinking"
  | "no-tool-use"
  | "no-top-k"
  | "no-video"
  | "plain-text"
  | "thinks-hard";

const llama = "us.meta.llama3-3-70b-instruct-v1:0";
const thinker = "us.deepseek.r1-v1:0";
const tools: Partial<ChatRequest> = {
  tools: [{ type: "function", function: { name: "measure" } }],
  functions: [{ name: "weigh" }],
};

/** A condition on the model alone, with one it holds for. */
function ofModel(lacks: (model: ModelFacts) => boolean, upstreamModel = llama): Condition {
  return { holds: (facts) => lacks(modelOf(facts)), example: { upstreamModel } };
}

/** The conditions, each with a model or a request that triggers it. */
export const conditions: Readonly<Record<ConverseCondition, Condition>> = {
  "always-thinks": ofModel(({ thinking }) => thinking.style === "always", thinker),
  "calls-forced": {
    holds: (_facts, request) => forcesCalls(request),
    example: { request: { ...tools, tool_choice: "required" } },
  },
  "no-audio": ofModel(({ audio }) => !audio),
  "no-caching": ofModel(({ caching }) => !caching),
  "no-documents": ofModel(({ documents }) => !documents, "openai.gpt-oss-120b-1:0"),
  "no-fast": ofModel(({ fast }) => !fast),
  "no-images": ofModel(({ images }) => !images),
  "no-penalties": ofModel(({ penalties }) => !penalties),
  "no-plain": ofModel(({ replays }) => replays !== "plain"),
  "no-prefill": {
    holds: (facts, request) => !modelOf(facts).prefill || shapesAnswer(request),
    example: { upstreamModel: llama },
  },
  "no-replay": ofModel(({ replays }) => replays !== "signed"),
  "no-schemas": ofModel(({ schemas }) => !schemas),
  "no-search": ofModel(({ searches }) => !searches),
  "no-seed": ofModel(({ seed }) => !seed),
  "no-stops": ofModel(({ maxStops }) => maxStops === 0, "openai.gpt-oss-120b-1:0"),
  "no-thinking": ofModel(({ thinking }) => thinking.style === "none"),
  "no-tool-use": ofModel(({ tools: calls }) => calls === "none", thinker),
  "no-top-k": ofModel(({ topK }) => topK === undefined),
  "no-video": ofModel(({ video }) => !video),
  "plain-text": {
    holds: (_facts, { response_format: format }) => format?.type === "text",
    example: { request: { response_format: { type: "text" } } },
  },
  "thinks-hard": {
    holds: (facts, request) => toThinking(request, modelOf(facts), []).hard,
    example: { upstreamModel: "us.amazon.nova-2-lite-v1:0", request: { reasoning_effort: "high" } },
  },
};
