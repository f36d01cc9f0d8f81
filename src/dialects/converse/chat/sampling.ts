import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import type { ConverseRequest, InferenceConfiguration } from "../types.ts";

/**
 * The settings that all models have in one place: the limit of the answer, how it is drawn and what ends it.
 *
 * Units: the limit counts thinking too, on both sides; temperature is 0 to 1 here and 0 to 2 there, and what is above is
 * clamped.
 * Fails: `integer_below_min_value` where there is to be no answer.
 *
 * @param hard the model thinks as hard as it can, and takes no settings of sampling
 * @see specs/bedrock.yaml#/components/schemas/InferenceConfiguration
 */
export function toInference(
  request: ChatRequest,
  model: ModelFacts,
  hard: boolean,
  changes: Change[],
): InferenceConfiguration {
  const config: InferenceConfiguration = {};
  const limit = toLimit(request, model, changes);
  if (limit !== undefined) config.maxTokens = limit;
  const { temperature, top_p: topP } = request;
  if (temperature != null && !hard) {
    config.temperature = Math.min(temperature, 1);
    if (temperature > 1) changes.push({ verb: "clamped", path: "temperature" });
  }
  if (topP != null && !hard) config.topP = topP;
  const stops = toStops(request, model, changes);
  if (stops.length > 0) config.stopSequences = stops;
  return config;
}

function toLimit(request: ChatRequest, { maxOutput }: ModelFacts, changes: Change[]): number | undefined {
  const path = request.max_completion_tokens == null ? "max_tokens" : "max_completion_tokens";
  const limit = request[path];
  if (limit == null) return undefined;
  if (limit < 1) {
    const message = `Invalid '${path}': integer below minimum value. Expected a value >= 1, but got ${limit} instead.`;
    throw new GatewayError("integer_below_min_value", message, { param: path });
  }
  if (maxOutput === undefined || limit <= maxOutput) return limit;
  changes.push({ verb: "clamped", path });
  return maxOutput;
}

/** Texts that end the answer. Those a model has no room for are left out, and told; so is white space alone. */
function toStops({ stop }: ChatRequest, { maxStops }: ModelFacts, changes: Change[]): string[] {
  // A model that takes none was reported by the fate table.
  if (maxStops === 0) return [];
  const isList = typeof stop !== "string";
  const kept: string[] = [];
  for (const [i, text] of (isList ? (stop ?? []) : [stop]).entries()) {
    if (text === "") continue;
    if (text.trim() !== "" && kept.length < maxStops) kept.push(text);
    else changes.push({ verb: "reported", path: isList ? `stop[${i}]` : "stop" });
  }
  return kept;
}

/** Settings that go by the names their makers gave them. */
export function toExtras(request: ChatRequest, model: ModelFacts): Readonly<Record<string, unknown>> {
  const extras: Record<string, unknown> = {};
  const { top_k: topK, presence_penalty: presence, frequency_penalty: frequency, seed } = request;
  // Zero and less are other servers' way to say all of them.
  if (topK != null && topK > 0 && model.topK !== undefined) {
    if (model.topK === "inferenceConfig.topK") extras["inferenceConfig"] = { topK };
    else extras[model.topK] = topK;
  }
  if (presence != null && model.penalties) extras["presence_penalty"] = presence;
  if (frequency != null && model.penalties) extras["frequency_penalty"] = frequency;
  if (seed != null && model.seed) extras["seed"] = seed;
  return extras;
}

/** The capacity that is wanted. */
export function toService(
  { service_tier: tier }: ChatRequest,
  { fast }: ModelFacts,
): Pick<ConverseRequest, "serviceTier" | "performanceConfig"> {
  if (tier === "flex" || tier === "priority") return { serviceTier: { type: tier } };
  return tier === "fast" && fast ? { performanceConfig: { latency: "optimized" } } : {};
}
