import type { NanoUsd } from "./money.ts";
import type { Provenance, Tokens } from "./tokens.ts";

/**
 * How a request ended. `lost`: its process ended first, so that the row holds what was estimated when money was
 * reserved.
 */
export type LedgerStatus = "succeeded" | "failed" | "aborted" | "lost";

/** One request, and never its content. Undefined: not known, or there was none. */
export interface LedgerRow {
  /**
   * Unique: a second row of the same id is not written. The gateway's own, never what a client sent as its request id,
   * or whoever sends one twice pays once.
   */
  readonly id: string;
  /** When the request came, in milliseconds since 1970. */
  readonly time: number;
  readonly keyId: string | undefined;
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  readonly endUser: string | undefined;
  readonly operation: string;
  readonly requestedModel: string | undefined;
  readonly upstreamModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly provider: string | undefined;
  readonly deployment: string | undefined;
  readonly attempts: number;
  readonly status: LedgerStatus;
  readonly httpStatus: number | undefined;
  readonly errorCode: string | undefined;
  readonly tokens: Tokens;
  readonly provenance: Provenance;
  /** Undefined where no price is known. */
  readonly costNanoUsd: NanoUsd | undefined;
  readonly latencyMs: number;
  readonly firstByteMs: number | undefined;
  /** Changes that were reported, as `x-specgate-changes` has them. */
  readonly changes: readonly string[];
  readonly client: string | undefined;
  readonly cache: "hit" | "miss" | "off";
}

/** Which rows. Absent members choose nothing; null is a row that has no value there. */
export interface LedgerFilter {
  /** From this time on. */
  readonly from?: number | undefined;
  /** Before this time. */
  readonly to?: number | undefined;
  readonly id?: string | undefined;
  readonly keyId?: string | null | undefined;
  readonly userId?: string | null | undefined;
  readonly teamId?: string | null | undefined;
  readonly endUser?: string | null | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly status?: LedgerStatus | undefined;
}

/** Where a page of rows ended. The newest come first. */
export interface LedgerCursor {
  readonly time: number;
  readonly id: string;
}

export type LedgerGroup = "key" | "user" | "team" | "end_user" | "model" | "provider" | "day";

export interface LedgerSum {
  /** An id, a requested model, a provider or a day of UTC as `2026-01-31`; undefined for rows without. */
  readonly group: string | undefined;
  readonly requests: number;
  /** Requests that did not succeed. */
  readonly failures: number;
  /** Requests whose cost is not known. */
  readonly unpriced: number;
  readonly costNanoUsd: NanoUsd;
  readonly tokens: Tokens;
}
