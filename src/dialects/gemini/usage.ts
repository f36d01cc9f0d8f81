import type { TokenKinds, Usage } from "../../usage/usage.ts";
import type { UsageMetadata } from "./types.ts";

/**
 * Gemini's counts as ours.
 *
 * `promptTokenCount` holds the cached tokens and not the results of server-side tools; `candidatesTokenCount` does not
 * hold the thoughts, unless prompt and candidates alone already make the total, as older hosts count.
 *
 * @see specs/vertex.yaml#/components/schemas/UsageMetadata
 */
export function toUsage(metadata: UsageMetadata): Usage | undefined {
  if (!hasCounts(metadata)) return undefined;
  const candidates = metadata.candidatesTokenCount ?? 0;
  const input = (metadata.promptTokenCount ?? 0) + (metadata.toolUsePromptTokenCount ?? 0);
  const cacheRead = Math.min(metadata.cachedContentTokenCount ?? 0, input);
  const reasoning = metadata.thoughtsTokenCount ?? 0;
  const inclusive = reasoning > 0 && input + candidates === metadata.totalTokenCount;
  const output = Math.max(0, candidates - (inclusive ? reasoning : 0));
  const usage = { uncachedInput: input - cacheRead, cacheRead, output, reasoning };
  const kinds = toKinds(metadata);
  return kinds === undefined ? usage : { ...usage, kinds };
}

/** Whether there is anything to count: the first event of a stream may carry a traffic type alone. */
export function hasCounts(metadata: UsageMetadata): boolean {
  return metadata.promptTokenCount != null || metadata.candidatesTokenCount != null || metadata.totalTokenCount != null;
}

type Details = UsageMetadata["promptTokensDetails"];

/** The counts by kind of media. Results of server-side tools are part of the prompt, as they are in its count. */
function toKinds(metadata: UsageMetadata): TokenKinds | undefined {
  const { promptTokensDetails: prompt, toolUsePromptTokensDetails: tools, candidatesTokensDetails: answer } = metadata;
  if (prompt == null && tools == null && answer == null) return undefined;
  return {
    inputText: countOf("TEXT", prompt) + countOf("TEXT", tools),
    inputAudio: countOf("AUDIO", prompt) + countOf("AUDIO", tools),
    inputImage: countOf("IMAGE", prompt) + countOf("IMAGE", tools),
    outputText: countOf("TEXT", answer),
    outputAudio: countOf("AUDIO", answer),
  };
}

function countOf(modality: string, details: Details): number {
  let count = 0;
  for (const one of details ?? []) if (one.modality === modality) count += one.tokenCount ?? 0;
  return count;
}
