import type { Usage } from "../../usage/usage.ts";
import type { CompletionUsage } from "./types.ts";

/**
 * Counts in OpenAI's words as a {@link Usage}, which keeps them as they were said.
 *
 * Cached tokens go by three names. Reasoning is part of the completion, except at servers whose total says that it
 * comes on top (xAI).
 *
 * @see reference: openai-surface §8, upstream-auth §9
 */
export function toUsage(said: CompletionUsage): Usage {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = said;
  const { prompt_cache_hit_tokens: hit, cache_read_input_tokens: read } = said;
  const cached = Math.max(0, said.prompt_tokens_details?.cached_tokens ?? 0, hit ?? 0, read ?? 0);
  const cacheRead = Math.min(cached, prompt);
  const reasoning = Math.max(0, said.completion_tokens_details?.reasoning_tokens ?? 0);
  const onTop = reasoning > 0 && total === prompt + completion + reasoning;
  return {
    uncachedInput: prompt - cacheRead,
    cacheRead,
    output: onTop ? completion : Math.max(0, completion - reasoning),
    reasoning: onTop ? reasoning : Math.min(reasoning, completion),
    said,
  };
}
