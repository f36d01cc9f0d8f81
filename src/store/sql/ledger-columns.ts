import type { LedgerRow, LedgerStatus } from "./ledger-row.ts";
import { checkMoney } from "./money.ts";
import { bigOf, maybeBigOf, maybeNumberOf, maybeTextOf, numberOf, type Row, textOf, textsOf, wordOf } from "./rows.ts";
import { checkCount, cleanId, cleanText, clipped, clippedId, toJson } from "./text.ts";
import { type Provenance, tokenBuckets, tokenColumns, toTokens } from "./tokens.ts";

/** A row of the ledger as it is sent: the values of its columns, in their order, as JSON. Money is in digits. */
export interface LedgerLine {
  readonly id: string;
  readonly json: string;
}

/** What a line holds. */
export type LedgerValue = string | number | null;

export const ledgerStatuses: readonly LedgerStatus[] = ["succeeded", "failed", "aborted", "lost"];
const provenances: readonly Provenance[] = ["reported", "partial", "estimated", "absent"];
const caches: readonly LedgerRow["cache"][] = ["hit", "miss", "off"];

/** The columns, in the order of a line. */
export const ledgerColumns: readonly string[] = [
  ...["id", "time", "key_id", "user_id", "team_id", "end_user", "operation", "requested_model", "upstream_model"],
  ...["response_model", "provider", "deployment", "attempts", "status", "http_status", "error_code"],
  ...tokenBuckets.map((bucket) => tokenColumns[bucket]),
  ...["provenance", "cost_nano", "latency_ms", "first_byte_ms", "changes", "client", "cache"],
];

/** Where in a line its cost is. */
export const costAt: number = ledgerColumns.indexOf("cost_nano");

/**
 * A row as it is sent. Texts are cut where they are too long.
 * Fails: throws `RangeError` for a count or a cost that cannot be, `too_large` for an id that is too long.
 */
export function toLedgerLine(row: LedgerRow): LedgerLine {
  const id = cleanId(row.id);
  const values: readonly LedgerValue[] = [
    id,
    checkCount("time", row.time),
    clippedId(row.keyId),
    clippedId(row.userId),
    clippedId(row.teamId),
    clipped(row.endUser),
    cleanText(row.operation),
    clipped(row.requestedModel),
    clipped(row.upstreamModel),
    clipped(row.responseModel),
    clipped(row.provider),
    clipped(row.deployment),
    checkCount("attempts", row.attempts),
    row.status,
    row.httpStatus === undefined ? null : checkCount("httpStatus", row.httpStatus),
    clipped(row.errorCode),
    ...tokenBuckets.map((bucket) => checkCount(bucket, row.tokens[bucket])),
    row.provenance,
    row.costNanoUsd === undefined ? null : String(checkMoney("costNanoUsd", row.costNanoUsd)),
    checkCount("latencyMs", Math.round(row.latencyMs)),
    row.firstByteMs === undefined ? null : checkCount("firstByteMs", Math.round(row.firstByteMs)),
    row.changes.length === 0 ? "[]" : toJson(row.changes),
    clipped(row.client),
    row.cache,
  ];
  return { id, json: JSON.stringify(values) };
}

/** The values of a line. Fails: throws where it is none. */
export function valuesOf(json: string): LedgerValue[] {
  const values: unknown = JSON.parse(json);
  if (!Array.isArray(values) || values.length !== ledgerColumns.length || !values.every(isValue)) {
    throw new Error("a line has a value for each column");
  }
  return values;
}

function isValue(value: unknown): value is LedgerValue {
  return typeof value === "string" || typeof value === "number" || value === null;
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
