import type { LedgerRow, LedgerStatus } from "../store/sql/ledger-row.ts";
import { type TokenBucket, type Tokens, toTokens } from "../store/sql/tokens.ts";
import { provenanceOf, type Usage } from "../usage/usage.ts";
import type { Caller } from "./caller.ts";

/** A request, as far as the ledger knows it before it is answered. */
export interface Entry {
  /** The gateway's own, never what a client sent as its request id. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly caller: Caller;
  readonly endUser: string | undefined;
  readonly operation: string;
  readonly requestedModel: string;
  /** Who is asked first. */
  readonly upstreamModel: string | undefined;
  readonly provider: string | undefined;
  /** What the client calls itself. */
  readonly client: string | undefined;
}

/** What came of a request. */
export interface Ending {
  readonly status: Exclude<LedgerStatus, "lost">;
  readonly httpStatus: number;
  readonly errorCode: string | undefined;
  readonly usage: Usage | undefined;
  /** Whole nanodollars; undefined where no price is known. */
  readonly costNanoUsd: number | undefined;
  readonly upstreamModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly provider: string | undefined;
  readonly deployment: string | undefined;
  readonly attempts: number;
  readonly latencyMs: number;
  readonly firstByteMs: number | undefined;
  readonly changes: readonly string[];
}

/** A request that is lost with its process took what was estimated. */
export interface Guess {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly costNanoUsd: bigint | undefined;
}

/** The row of a request that is over. */
export function toLedgerRow(entry: Entry, ending: Ending): LedgerRow {
  const { usage, costNanoUsd } = ending;
  return {
    ...beginningOf(entry),
    upstreamModel: ending.upstreamModel ?? entry.upstreamModel,
    responseModel: ending.responseModel,
    provider: ending.provider ?? entry.provider,
    deployment: ending.deployment,
    attempts: ending.attempts,
    status: ending.status,
    httpStatus: ending.httpStatus,
    errorCode: ending.errorCode,
    tokens: tokensOf(usage),
    provenance: provenanceOf(usage),
    // Where nobody answered, nothing was spent.
    costNanoUsd: usage === undefined ? 0n : costNanoUsd === undefined ? undefined : BigInt(costNanoUsd),
    latencyMs: ending.latencyMs,
    firstByteMs: ending.firstByteMs,
    changes: ending.changes,
  };
}

/** The row that a request has when its process ends before it. */
export function toLostRow(entry: Entry, { promptTokens, outputTokens, costNanoUsd }: Guess): LedgerRow {
  return {
    ...beginningOf(entry),
    upstreamModel: entry.upstreamModel,
    responseModel: undefined,
    provider: entry.provider,
    deployment: undefined,
    attempts: 1,
    status: "lost",
    httpStatus: undefined,
    errorCode: undefined,
    tokens: { ...noTokens, uncachedInput: toCount(promptTokens), output: toCount(outputTokens) },
    provenance: "estimated",
    costNanoUsd,
    latencyMs: 0,
    firstByteMs: undefined,
    changes: [],
  };
}

type Beginning = Pick<
  LedgerRow,
  "id" | "time" | "keyId" | "userId" | "teamId" | "endUser" | "operation" | "requestedModel" | "client" | "cache"
>;

function beginningOf({ id, time, caller, endUser, operation, requestedModel, client }: Entry): Beginning {
  const { keyId, userId, teamId } = caller;
  return { id, time, keyId, userId, teamId, endUser, operation, requestedModel, client, cache: "off" };
}

const noTokens: Tokens = toTokens(() => 0);

/** The buckets of a usage side by side. Upstreams may say any number: what is no count is none. */
export function tokensOf(usage: Usage | undefined): Tokens {
  if (usage === undefined) return noTokens;
  const { cacheWrite, media, ...flat } = usage;
  const counts: Readonly<Record<TokenBucket, number | undefined>> = {
    uncachedInput: flat.uncachedInput,
    cacheRead: flat.cacheRead,
    cacheWriteFiveMinutes: cacheWrite?.fiveMinutes,
    cacheWriteOneHour: cacheWrite?.oneHour,
    toolPrompt: flat.toolPrompt,
    output: flat.output,
    reasoning: flat.reasoning,
    audioInput: media?.audioInput,
    imageInput: media?.imageInput,
    audioCacheRead: media?.audioCacheRead,
    imageCacheRead: media?.imageCacheRead,
    audioOutput: media?.audioOutput,
    imageOutput: media?.imageOutput,
    searches: flat.searches,
  };
  return toTokens((bucket) => toCount(counts[bucket]));
}

function toCount(count: number | undefined): number {
  return count !== undefined && count > 0 ? Math.min(Math.ceil(count), Number.MAX_SAFE_INTEGER) : 0;
}
