import type { ChatUsage } from "../operations/types.ts";
import type { Usage } from "./usage.ts";

/**
 * Usage as OpenAI shows it: details are parts of the two counts, and the total is their sum.
 * Counts that the upstream gave in the same words stay as they are.
 */
export function toChatUsage(usage: Usage): ChatUsage {
  if (usage.said !== undefined) return usage.said;
  const prompt = usage.uncachedInput + usage.cacheRead;
  const completion = usage.output + usage.reasoning;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
