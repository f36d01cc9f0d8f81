import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import type { GenerationConfig } from "../types.ts";
import { toThinkingConfig } from "./thinking.ts";

/**
 * The sampling fields as `generationConfig`, empty when the client set none.
 *
 * Units: token limits count thinking too, on both sides. Seeds are folded into 32 bits, penalties clamped below 2.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerationConfig
 * @see reference: openai-chat-to-gemini §2
 */
export function toGenerationConfig(request: ChatRequest, model: ModelFacts, changes: Change[]): GenerationConfig {
  const config: GenerationConfig = {};
  if (model.sampling && request.temperature != null) config.temperature = request.temperature;
  if (model.sampling && request.top_p != null) config.topP = request.top_p;
  // Zero and less are other servers' way to say all of them.
  if (model.sampling && request.top_k != null && request.top_k > 0) config.topK = request.top_k;
  const limit = limitOf(request, model, changes);
  if (limit !== undefined) config.maxOutputTokens = limit;
  // OpenAI's four at most are within Gemini's five.
  const stop = typeof request.stop === "string" ? [request.stop] : (request.stop ?? []);
  const sequences = stop.filter((text) => text !== "");
  if (sequences.length > 0) config.stopSequences = sequences;
  if (request.seed != null) config.seed = Number(BigInt.asIntN(32, BigInt(request.seed)));
  addPenalties(config, request, model, changes);
  if (model.logprobs && request.logprobs === true) addLogprobs(config, request);
  const thinking = toThinkingConfig(request, limit, model, changes);
  if (thinking !== undefined) config.thinkingConfig = thinking;
  return config;
}

/** A limit above the model's own is refused upstream and becomes OpenAI's 400; only one that Google's pages name is mended. */
function limitOf(request: ChatRequest, { takes65536 }: ModelFacts, changes: Change[]): number | undefined {
  const path = request.max_completion_tokens == null ? "max_tokens" : "max_completion_tokens";
  const limit = request[path] ?? undefined;
  if (limit !== 65_536 || takes65536) return limit;
  changes.push({ verb: "clamped", path });
  return 65_535;
}

function addLogprobs(config: GenerationConfig, request: ChatRequest): void {
  config.responseLogprobs = true;
  if (request.top_logprobs != null && request.top_logprobs > 0) config.logprobs = request.top_logprobs;
}

const greatestPenalty = 1.99;

function addPenalties(config: GenerationConfig, request: ChatRequest, model: ModelFacts, changes: Change[]): void {
  if (!model.penalties) return;
  for (const [from, to] of [
    ["presence_penalty", "presencePenalty"],
    ["frequency_penalty", "frequencyPenalty"],
  ] as const) {
    const value = request[from];
    if (value == null || value === 0) continue;
    config[to] = Math.min(value, greatestPenalty);
    if (value > greatestPenalty) changes.push({ verb: "clamped", path: from });
  }
}
