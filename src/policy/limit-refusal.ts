import { GatewayError } from "../errors.ts";
import { type Standing, toDuration, toLimitHeaders } from "./limit-headers.ts";
import type { LimitKind } from "./limit-subject.ts";

/** How OpenAI's messages name the limits. */
const titles: Readonly<Record<LimitKind, string>> = {
  rpm: "requests per min (RPM)",
  tpm: "tokens per min (TPM)",
  parallel: "parallel requests",
};

/** When a slot is free, nobody knows: an answer may end at any time. */
const slotWaitMs = 1_000;

/** A limit that refuses, what was wanted of it, and when to come again; undefined where that would not help. */
export interface Refusal extends Standing {
  readonly requested: number;
  readonly retryAfterMs: number | undefined;
}

/**
 * The limit that holds a request back the longest: whoever waits for it has waited for all. `wanted` gives what was
 * asked of each limit.
 */
export function refusalOf(standings: readonly Standing[], wanted: (standing: Standing) => number): Refusal | undefined {
  let longest: Refusal | undefined;
  for (const standing of standings) {
    const requested = wanted(standing);
    if (requested <= standing.remaining) continue;
    const retryAfterMs = waitOf(standing, requested);
    const isLonger = longest === undefined || (retryAfterMs ?? Infinity) > (longest.retryAfterMs ?? Infinity);
    if (isLonger) longest = { ...standing, requested, retryAfterMs };
  }
  return longest;
}

function waitOf({ limit, resetsInMs }: Standing, requested: number): number | undefined {
  if (requested > limit.limit) return undefined;
  return limit.kind === "parallel" ? slotWaitMs : Math.max(1, resetsInMs);
}

/**
 * What the client is told, in OpenAI's words as far as it has any.
 *
 * @see reference: openai-surface §3
 */
export function toRefusalError(refusal: Refusal, model: string, standings: readonly Standing[]): GatewayError {
  const { limit, requested, retryAfterMs } = refusal;
  const used = Math.max(0, limit.limit - refusal.remaining);
  const counts = `Limit ${limit.limit}, Used ${used}, Requested ${requested}.`;
  const place = `\`${model}\` ${whose(refusal)} on ${titles[limit.kind]}`;
  const errorName = limit.kind === "tpm" ? "token_rate_limit_exceeded" : "rate_limit_exceeded";
  const headers = toTexts(toLimitHeaders(standings));
  if (retryAfterMs === undefined) {
    const message = `Request too large for ${place}: ${counts} The prompt or the output limit must be reduced; waiting does not help.`;
    return new GatewayError(errorName, message, { headers: { ...headers, "x-should-retry": "false" } });
  }
  const message = `Rate limit reached for ${place}: ${counts} Please try again in ${toDuration(retryAfterMs)}.`;
  return new GatewayError(errorName, message, { retryAfterMs, headers });
}

function whose({ limit: { subject } }: Refusal): string {
  return subject.kind === "model"
    ? "for all callers together"
    : `by the ${subject.kind.replace("_", " ")} \`${subject.name}\``;
}

function toTexts(headers: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
