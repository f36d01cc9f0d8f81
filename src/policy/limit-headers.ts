import type { CheckState } from "../store/key-value.ts";
import type { Limit } from "./limit-subject.ts";

/** A limit, and how it stands. */
export interface Standing extends CheckState {
  readonly limit: Limit;
}

/** Response headers by lower-case name. */
export type LimitHeaders = Readonly<Record<string, string | number>>;

/** What each kind of limit is called in headers; OpenAI has no word for requests at a time. */
const units = [
  ["rpm", "requests"],
  ["tpm", "tokens"],
] as const;

/**
 * The headers by which OpenAI tells callers how their limits stand. Where several limits of a kind hold, the one that
 * has the least left is told, and of those the one that takes longest to be whole again.
 *
 * @see reference: openai-surface §2
 */
export function toLimitHeaders(standings: readonly Standing[]): LimitHeaders {
  const headers: Record<string, string | number> = {};
  for (const [kind, unit] of units) {
    const tightest = tightestOf(standings, kind);
    if (tightest === undefined) continue;
    headers[`x-ratelimit-limit-${unit}`] = tightest.limit.limit;
    headers[`x-ratelimit-remaining-${unit}`] = tightest.remaining;
    headers[`x-ratelimit-reset-${unit}`] = toDuration(tightest.resetsInMs);
  }
  return headers;
}

function tightestOf(standings: readonly Standing[], kind: Limit["kind"]): Standing | undefined {
  let tightest: Standing | undefined;
  for (const one of standings) {
    if (one.limit.kind !== kind) continue;
    const less = tightest === undefined ? -1 : one.remaining - tightest.remaining;
    if (less < 0 || (less === 0 && one.resetsInMs > (tightest?.resetsInMs ?? 0))) tightest = one;
  }
  return tightest;
}

/** Whole milliseconds as OpenAI writes a duration, which is Go's way: `12ms`, `1.2s`, `6m0s`, `1h2m3s`. */
export function toDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1_000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = `${(ms % 60_000) / 1_000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
