import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { HostFacts } from "../hosts.ts";
import type { ModelFacts } from "../models.ts";
import type { CreateMessageRequest } from "../types.ts";

/** Most tokens of the answer, and whether the client set that limit. */
export interface Limit {
  readonly tokens: number;
  readonly isSet: boolean;
}

/**
 * `max_tokens`, which every request must have: the client's, else the model's most.
 *
 * Units: the limit counts thinking too, on both sides.
 * Fails: `integer_below_min_value` where there is to be no answer; to Anthropic 0 asks for the cache to be filled.
 *
 * @see reference: openai-chat-to-anthropic §2
 */
export function toLimit(request: ChatRequest, { maxOutput }: ModelFacts, changes: Change[]): Limit {
  const path = request.max_completion_tokens == null ? "max_tokens" : "max_completion_tokens";
  const limit = request[path];
  if (limit == null) return { tokens: maxOutput, isSet: false };
  if (limit < 1) {
    const message = `Invalid '${path}': integer below minimum value. Expected a value >= 1, but got ${limit} instead.`;
    throw new GatewayError("integer_below_min_value", message, { param: path });
  }
  if (limit > maxOutput) changes.push({ verb: "clamped", path });
  return { tokens: Math.min(limit, maxOutput), isSet: true };
}

type Sampling = Pick<CreateMessageRequest, "temperature" | "top_p" | "top_k">;

/**
 * How the answer is drawn: nothing where the model does not take it or thinks, as the fate table tells.
 *
 * Units: temperature is 0 to 1 here and 0 to 2 there; what is above is clamped.
 */
export function toSampling(request: ChatRequest, model: ModelFacts, thinks: boolean, changes: Change[]): Sampling {
  if (!model.sampling || thinks) return {};
  const sampling: Sampling = {};
  const { temperature, top_p: topP, top_k: topK } = request;
  const isAlone = isOneSampler(request, model);
  // The usual temperature says nothing, and would be refused beside top_p.
  const isUsual = temperature === 1 && topP != null && !model.bothSamplers;
  if (temperature != null && !isUsual) {
    sampling.temperature = Math.min(temperature, 1);
    if (temperature > 1) changes.push({ verb: "clamped", path: "temperature" });
  }
  if (topP != null && !isAlone) sampling.top_p = topP;
  // Zero and less are other servers' way to say all of them.
  if (topK != null && topK > 0) sampling.top_k = topK;
  return sampling;
}

/** Whether the temperature keeps a model from taking top_p. */
export function isOneSampler({ temperature }: ChatRequest, { bothSamplers }: ModelFacts): boolean {
  return !bothSamplers && temperature != null && temperature !== 1;
}

/** Texts that end the answer. White space alone is refused: it is left out, and said so. */
export function toStops({ stop }: ChatRequest, changes: Change[]): string[] {
  if (typeof stop === "string") return keep([stop], () => "stop");
  return keep(stop ?? [], (i) => `stop[${i}]`);

  function keep(texts: readonly string[], pathOf: (index: number) => string): string[] {
    return texts.filter((text, i) => {
      if (text.trim() !== "") return true;
      if (text !== "") changes.push({ verb: "reported", path: pathOf(i) });
      return false;
    });
  }
}

/** Most characters of the end user's id. */
const maxUserId = 256;

/** What is told of the account and of the service that is wanted. Only Anthropic's own API takes any of it. */
export function toService(
  request: ChatRequest,
  host: HostFacts,
  model: ModelFacts,
  betas: Set<string>,
  changes: Change[],
): Pick<CreateMessageRequest, "metadata" | "service_tier" | "speed"> {
  if (!host.accounts) return {};
  const service: Pick<CreateMessageRequest, "metadata" | "service_tier" | "speed"> = {};
  const path = request.safety_identifier ? "safety_identifier" : "user";
  const user = request[path];
  // Anthropic wants no names, addresses or numbers of people.
  if (user && (user.length > maxUserId || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(user))) {
    changes.push({ verb: "reported", path });
  } else if (user) service.metadata = { user_id: user };
  if (request.service_tier === "priority") service.service_tier = "auto";
  if (request.service_tier === "fast" && model.fast) {
    service.speed = "fast";
    betas.add("fast-mode-2026-02-01");
  }
  return service;
}
