import type { ChatUsage } from "../operations/types.ts";
import { cachedOf, inputOf, outputOf, type TokenKinds, type Usage, writtenOf } from "./usage.ts";

/**
 * Usage as OpenAI shows it: details are parts of the two counts, and the total is their sum.
 * Counts that the upstream gave in the same words stay as they are. Kinds of media are named where the upstream told
 * them apart, and tokens written to a cache where it counts them; of video and documents OpenAI has no count.
 */
export function toChatUsage(usage: Usage): ChatUsage {
  if (usage.said !== undefined) return usage.said;
  const { kinds, cacheWrite, reasoning } = usage;
  const prompt = inputOf(usage);
  const completion = outputOf(usage);
  const shown: ChatUsage = {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: cachedOf(usage),
      ...(cacheWrite && { cache_write_tokens: writtenOf(usage) }),
      audio_tokens: kinds?.inputAudio ?? 0,
    },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: kinds?.outputAudio ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
  return kinds === undefined ? shown : withKinds(shown, kinds);
}

/** Adds the kinds to each count of which any is known. */
function withKinds(usage: ChatUsage, kinds: TokenKinds): ChatUsage {
  const { inputText: text_tokens, inputImage: image_tokens, inputAudio, outputText, outputAudio } = kinds;
  if (text_tokens + image_tokens + inputAudio > 0) {
    usage.prompt_tokens_details = { ...usage.prompt_tokens_details, text_tokens, image_tokens };
  }
  if (outputText + outputAudio > 0) {
    usage.completion_tokens_details = { ...usage.completion_tokens_details, text_tokens: outputText };
  }
  return usage;
}
