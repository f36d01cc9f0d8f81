import { GatewayError } from "../../../errors.ts";
import { toFinishReason } from "../chat/finish.ts";
import { isJson, type Json, put } from "../json.ts";

/**
 * Completes a choice of a whole answer or of a chunk, which has its number: all four members are there, the reason is
 * one of OpenAI's, and the lists of likelihoods can run side by side. True when anything was changed; the choice is
 * changed in place.
 *
 * Fails, as a value, where the choice broke off.
 *
 * @see reference: openai-surface §5
 */
export function mendChoice(choice: Json): boolean | GatewayError {
  // Texts make no calls.
  const reason = toFinishReason(choice["finish_reason"], "none");
  if (reason instanceof GatewayError) return reason;
  const { text, logprobs } = choice;
  let changed = put(choice, "text", typeof text === "string" ? text : "");
  changed = put(choice, "logprobs", isJson(logprobs) && isAligned(logprobs) ? logprobs : null) || changed;
  return put(choice, "finish_reason", reason ?? null) || changed;
}

const isNumber = (value: unknown): boolean => typeof value === "number";
const isOdds = (value: unknown): boolean => isJson(value) && Object.values(value).every(isNumber);

/** What each list is made of. */
const lists: Readonly<Record<string, (item: unknown) => boolean>> = {
  tokens: (item) => typeof item === "string",
  token_logprobs: (item) => item === null || isNumber(item),
  top_logprobs: (item) => item === null || isOdds(item),
  text_offset: Number.isInteger,
};

/** One item that is wrong makes the whole of no use, since leaving it out would shift the others. */
function isAligned(logprobs: Json): boolean {
  return Object.entries(lists).every(([name, fits]) => {
    const list = logprobs[name];
    return list === undefined || (Array.isArray(list) && list.every(fits));
  });
}
