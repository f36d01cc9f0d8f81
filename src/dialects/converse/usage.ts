import type { CacheWrite, Usage } from "../../usage/usage.ts";
import type { AnsweredUsage } from "./types.ts";

/**
 * Bedrock's counts as ours; undefined where nothing is counted.
 *
 * `inputTokens` holds neither what was read from a cache nor what was written to one; `totalTokens` is the sum of all.
 * Where it is the sum of input and output alone, the cached tokens are among the input. Thinking is part of
 * `outputTokens` and is not counted apart.
 *
 * @see specs/bedrock.yaml#/components/schemas/TokenUsage
 */
export function toUsage(counts: AnsweredUsage): Usage | undefined {
  const { inputTokens, outputTokens, totalTokens } = counts;
  if (inputTokens == null && outputTokens == null) return undefined;
  const input = inputTokens ?? 0;
  const output = outputTokens ?? 0;
  const cacheRead = counts.cacheReadInputTokens ?? 0;
  const cacheWrite = writtenIn(counts);
  const cached = cacheRead + (counts.cacheWriteInputTokens ?? 0);
  const isAmong = cached > 0 && cached <= input && totalTokens === input + output;
  const usage: Usage = { uncachedInput: isAmong ? input - cached : input, cacheRead, output, reasoning: 0 };
  // A sum that leaves out what the cache holds is known, and no mistake in the counts.
  const isOther = cached > input && totalTokens === input + output;
  return {
    ...usage,
    ...(cacheWrite && { cacheWrite }),
    ...((inputTokens == null || outputTokens == null) && { provenance: "partial" }),
    ...(totalTokens != null && !isOther && { total: totalTokens }),
  };
}

/** What went into the cache, by how long it stays. The sum is right; what its parts leave out stays five minutes. */
function writtenIn({ cacheWriteInputTokens: sum, cacheDetails }: AnsweredUsage): CacheWrite | undefined {
  if (sum == null) return undefined;
  const long = (cacheDetails ?? [])
    .filter(({ ttl }) => ttl === "1h")
    .reduce((all, { inputTokens }) => all + (inputTokens ?? 0), 0);
  const oneHour = Math.min(long, sum);
  return { fiveMinutes: sum - oneHour, oneHour };
}
