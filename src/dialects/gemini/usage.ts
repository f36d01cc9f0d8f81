import type { Usage } from "../../usage/usage.ts";
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
  const prompt = metadata.promptTokenCount ?? undefined;
  const candidates = metadata.candidatesTokenCount ?? undefined;
  // The first event of a stream may carry a traffic type and no counts.
  if (prompt === undefined && candidates === undefined && metadata.totalTokenCount == null) return undefined;
  const input = (prompt ?? 0) + (metadata.toolUsePromptTokenCount ?? 0);
  const cacheRead = Math.min(metadata.cachedContentTokenCount ?? 0, input);
  const reasoning = metadata.thoughtsTokenCount ?? 0;
  const inclusive = reasoning > 0 && input + (candidates ?? 0) === metadata.totalTokenCount;
  const output = Math.max(0, (candidates ?? 0) - (inclusive ? reasoning : 0));
  return { uncachedInput: input - cacheRead, cacheRead, output, reasoning };
}
