import { createBucket, mediaOf, setPromptApart } from "../../usage/media.ts";
import type { Usage } from "../../usage/usage.ts";
import type { CompletionUsage } from "./types.ts";

/**
 * Counts in OpenAI's words as a {@link Usage}, which keeps them as they were said.
 *
 * Cached tokens go by three names, those written to a cache by two; all of them are part of the prompt. Reasoning is
 * part of the completion, except at servers whose total says that it comes on top (xAI).
 *
 * @see reference: openai-surface §8, upstream-auth §9
 */
export function toUsage(said: CompletionUsage): Usage {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = said;
  const { prompt_cache_hit_tokens: hit, cache_read_input_tokens: read } = said;
  const cached = Math.max(0, said.prompt_tokens_details?.cached_tokens ?? 0, hit ?? 0, read ?? 0);
  const cacheRead = Math.min(cached, prompt);
  const written = Math.min(writtenIn(said), prompt - cacheRead);
  const reasoning = Math.max(0, said.completion_tokens_details?.reasoning_tokens ?? 0);
  const onTop = reasoning > 0 && total === prompt + completion + reasoning;
  const usage: Usage = {
    uncachedInput: prompt - cacheRead - written,
    cacheRead,
    // Nobody says for how long. The shorter is the cheaper, and what most of them do.
    ...(written > 0 && { cacheWrite: { fiveMinutes: written, oneHour: 0 } }),
    output: onTop ? completion : Math.max(0, completion - reasoning),
    reasoning: onTop ? reasoning : Math.min(reasoning, completion),
    said,
  };
  return hasMedia(said) ? setApart(usage, said) : usage;
}

function writtenIn({ prompt_tokens_details: details, cache_creation_input_tokens: created }: CompletionUsage): number {
  return Math.max(0, details?.cache_write_tokens ?? 0, created ?? 0);
}

function hasMedia({ prompt_tokens_details: input, completion_tokens_details: output }: CompletionUsage): boolean {
  return (input?.audio_tokens ?? 0) > 0 || (input?.image_tokens ?? 0) > 0 || (output?.audio_tokens ?? 0) > 0;
}

/** Sound and pictures in buckets of their own. How many of them were cached is not told. */
function setApart(usage: Usage, said: CompletionUsage): Usage {
  const { prompt_tokens_details: input, completion_tokens_details: output } = said;
  const { uncachedInput, cacheRead, ...prompt } = setPromptApart({
    uncached: usage.uncachedInput,
    cached: usage.cacheRead,
    audio: input?.audio_tokens ?? 0,
    image: input?.image_tokens ?? 0,
  });
  const answer = createBucket(usage.output);
  const audioOutput = answer.take(output?.audio_tokens ?? 0);
  const media = mediaOf({ ...prompt, audioOutput, imageOutput: 0 });
  return { ...usage, uncachedInput, cacheRead, output: answer.left(), ...(media && { media }) };
}
