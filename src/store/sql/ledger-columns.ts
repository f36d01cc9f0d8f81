import type { LedgerRow, LedgerStatus } from "./ledger-row.ts";
import { checkMoney } from "./money.ts";
import { bigOf, maybeBigOf, maybeNumberOf, maybeTextOf, numberOf, type Row, textOf, textsOf, wordOf } from "./rows.ts";
import { checkCount, cleanId, cleanText, clipped, clippedId, toJson } from "./text.ts";
import { type Provenance, tokenBuckets, tokenColumns, toTokens } from "./tokens.ts";

/** A row of the ledger by its columns. Text and numbers alone, money as digits: it is sent as JSON too. */
export type LedgerColumns = Readonly<Record<string, string | number | null>>;

export const ledgerStatuses: readonly LedgerStatus[] = ["succeeded", "failed", "aborted", "lost"];
const provenances: readonly Provenance[] = ["reported", "partial", "estimated", "absent"];
const caches: readonly LedgerRow["cache"][] = ["hit", "miss", "off"];

/**
 * The columns of a row. Texts are cut where they are too long.
 * Fails: throws `RangeError` for a count or a cost that cannot be, `too_large` for an id that is too long.
 */
export function toLedgerColumns(row: LedgerRow): LedgerColumns {
  const counts = tokenBuckets.map((bucket) => [tokenColumns[bucket], checkCount(bucket, row.tokens[bucket])] as const);
  return {
    id: cleanId(row.id),
    time: checkCount("time", row.time),
    key_id: clippedId(row.keyId),
    user_id: clippedId(row.userId),
    team_id: clippedId(row.teamId),
    end_user: clipped(row.endUser),
    operation: cleanText(row.operation),
    requested_model: clipped(row.requestedModel),
    upstream_model: clipped(row.upstreamModel),
    response_model: clipped(row.responseModel),
    provider: clipped(row.provider),
    deployment: clipped(row.deployment),
    attempts: checkCount("attempts", row.attempts),
    status: row.status,
    http_status: row.httpStatus === undefined ? null : checkCount("httpStatus", row.httpStatus),
    error_code: clipped(row.errorCode),
    ...Object.fromEntries(counts),
    provenance: row.provenance,
    cost_nano: row.costNanoUsd === undefined ? null : String(checkMoney("costNanoUsd", row.costNanoUsd)),
    latency_ms: checkCount("latencyMs", Math.round(row.latencyMs)),
    first_byte_ms: row.firstByteMs === undefined ? null : checkCount("firstByteMs", Math.round(row.firstByteMs)),
    changes: toJson(row.changes),
    client: clipped(row.client),
    cache: row.cache,
  };
}

/** Fails: throws where the columns are of another kind. */
export function fromLedgerColumns(row: Row): LedgerRow {
  return {
    id: textOf(row, "id"),
    time: numberOf(row, "time"),
    keyId: maybeTextOf(row, "key_id"),
    userId: maybeTextOf(row, "user_id"),
    teamId: maybeTextOf(row, "team_id"),
    endUser: maybeTextOf(row, "end_user"),
    operation: textOf(row, "operation"),
    requestedModel: maybeTextOf(row, "requested_model"),
    upstreamModel: maybeTextOf(row, "upstream_model"),
    responseModel: maybeTextOf(row, "response_model"),
    provider: maybeTextOf(row, "provider"),
    deployment: maybeTextOf(row, "deployment"),
    attempts: numberOf(row, "attempts"),
    status: wordOf(row, "status", ledgerStatuses),
    httpStatus: maybeNumberOf(row, "http_status"),
    errorCode: maybeTextOf(row, "error_code"),
    tokens: toTokens((bucket) => Number(bigOf(row, tokenColumns[bucket]))),
    provenance: wordOf(row, "provenance", provenances),
    costNanoUsd: maybeBigOf(row, "cost_nano"),
    latencyMs: numberOf(row, "latency_ms"),
    firstByteMs: maybeNumberOf(row, "first_byte_ms"),
    changes: textsOf(row, "changes") ?? [],
    client: maybeTextOf(row, "client"),
    cache: wordOf(row, "cache", caches),
  };
}
