import type { components } from "../../generated/types/openai.exact.ts";

type CompletionUsage = components["schemas"]["CompletionUsage"];

/**
 * Tokens of one request, in disjoint buckets: their sum is what the upstream counted.
 * A bucket the upstream did not speak of is 0.
 */
export interface Usage {
  /** Prompt tokens that were not read from a cache. */
  readonly uncachedInput: number;
  /** Prompt tokens read from a cache. */
  readonly cacheRead: number;
  /** Visible output. */
  readonly output: number;
  /** Thinking. */
  readonly reasoning: number;
  /** The counts in the upstream's own words, where it speaks the client's language. Lost when usages are added. */
  readonly said?: CompletionUsage | undefined;
}

/** Usages of several upstream calls made for one client request, as one. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    uncachedInput: a.uncachedInput + b.uncachedInput,
    cacheRead: a.cacheRead + b.cacheRead,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}
