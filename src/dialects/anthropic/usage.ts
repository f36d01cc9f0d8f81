import type { CacheWrite, Usage } from "../../usage/usage.ts";
import type { AnsweredDeltaUsage, AnsweredUsage, IterationUsage } from "./types.ts";

/** Counts as an answer has them, or the start and the end of a stream together. */
export type Counts = Pick<AnsweredUsage, keyof AnsweredDeltaUsage | "cache_creation">;

/**
 * Claude's counts as ours; undefined where nothing is counted.
 *
 * `input_tokens` holds neither what was read from a cache nor what was written to one; `output_tokens` holds the
 * thinking. Where the model was asked several times for one answer, the sums leave out what summing up the conversation
 * took, and the counts of each time are added instead. After a change of models the sums are those of the second model.
 * Anthropic tells no sum of all tokens, so there is none to compare with. Searches of the web are charged one by one.
 *
 * @see specs/anthropic.yaml#/components/schemas/Usage
 * @see reference: openai-chat-to-anthropic §9
 */
export function toUsage(counts: Counts): Usage | undefined {
  if (counts.input_tokens == null && counts.output_tokens == null) return undefined;
  const all = timesOf(counts.iterations ?? []) ?? [counts];
  const output = sumOf(all, ({ output_tokens }) => output_tokens);
  const reasoning = Math.min(counts.output_tokens_details?.thinking_tokens ?? 0, output);
  const written = all.flatMap((one) => writtenIn(one) ?? []);
  const usage: Usage = {
    uncachedInput: sumOf(all, ({ input_tokens }) => input_tokens),
    cacheRead: sumOf(all, ({ cache_read_input_tokens }) => cache_read_input_tokens),
    output: output - reasoning,
    reasoning,
  };
  const searches = counts.server_tool_use?.web_search_requests ?? 0;
  const rest = {
    ...(searches > 0 && { searches }),
    ...((counts.input_tokens == null || counts.output_tokens == null) && { provenance: "partial" as const }),
  };
  if (written.length === 0) return { ...usage, ...rest };
  const cacheWrite = {
    fiveMinutes: sumOf(written, ({ fiveMinutes }) => fiveMinutes),
    oneHour: sumOf(written, ({ oneHour }) => oneHour),
  };
  return { ...usage, cacheWrite, ...rest };
}

/** What an end of a stream counts anew replaces what its start had counted. */
export function withCounts(before: Counts, now: Counts): Counts {
  return {
    input_tokens: now.input_tokens ?? before.input_tokens ?? null,
    output_tokens: now.output_tokens ?? before.output_tokens ?? null,
    cache_read_input_tokens: now.cache_read_input_tokens ?? before.cache_read_input_tokens ?? null,
    cache_creation_input_tokens: now.cache_creation_input_tokens ?? before.cache_creation_input_tokens ?? null,
    cache_creation: now.cache_creation ?? before.cache_creation ?? null,
    output_tokens_details: now.output_tokens_details ?? before.output_tokens_details ?? null,
    iterations: now.iterations ?? before.iterations ?? null,
    server_tool_use: now.server_tool_use ?? before.server_tool_use ?? null,
  };
}

/** The times this model was asked; undefined where the sums are right as they are. Advice is another model's. */
function timesOf(iterations: readonly IterationUsage[]): readonly Counts[] | undefined {
  if (iterations.some(({ type }) => type === "fallback_message")) return undefined;
  const own = iterations.filter(({ type }) => type === "message" || type === "compaction");
  return own.length > 0 ? own : undefined;
}

/** What went into the cache. Where the sum and its parts differ the sum is right. */
function writtenIn({ cache_creation_input_tokens: sum, cache_creation: parts }: Counts): CacheWrite | undefined {
  if (sum == null && parts == null) return undefined;
  const said = parts?.ephemeral_1h_input_tokens ?? 0;
  const all = sum ?? said + (parts?.ephemeral_5m_input_tokens ?? 0);
  const oneHour = Math.min(said, all);
  return { fiveMinutes: all - oneHour, oneHour };
}

function sumOf<One>(all: readonly One[], countOf: (one: One) => number | null | undefined): number {
  return all.reduce((sum, one) => sum + (countOf(one) ?? 0), 0);
}
