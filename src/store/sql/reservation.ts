import type { Subject } from "./accounts.ts";
import type { LedgerRow, LedgerStatus } from "./ledger-row.ts";
import type { NanoUsd } from "./money.ts";

/** A window of a subject's that money is asked of. Its row is made when it is not there. */
export interface Ask {
  readonly subject: Subject;
  /** Milliseconds since 1970; the window ends before `windowEnd`. */
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Undefined: nothing is refused, what is spent is counted. */
  readonly limitNanoUsd: NanoUsd | undefined;
  /**
   * The revision the limit was read at; absent: 0. A limit read before the one in the row is not believed, so that a
   * replica that has not heard of a change yet does not undo it. A limit of revision 0 is declared elsewhere, as in
   * routes.yaml, and is always believed; no limit of revision 0 never is.
   */
  readonly limitRevision?: number | undefined;
}

/** Money that was spent in a window before it was counted here. */
export interface CarriedSpend extends Pick<Ask, "subject" | "windowStart" | "windowEnd"> {
  readonly spentNanoUsd: NanoUsd;
}

/** Asks for the same amount of several subjects: all or none. */
export interface ReserveRequest {
  /** The request's id, which the ledger will have. It names the reservation too. */
  readonly id: string;
  /** When the reservation may be taken away, in milliseconds since 1970: see `renew` and `expire`. */
  readonly expiresAt: number;
  /** The most that the request can cost. */
  readonly amountNanoUsd: NanoUsd;
  /** What will do as well, where the whole amount is not free. Absent: nothing less. */
  readonly atLeastNanoUsd?: NanoUsd | undefined;
  /** May be empty: then nothing is reserved, and a request that is lost is still on the ledger. */
  readonly asks: readonly Ask[];
  /**
   * What the ledger will have when the request is lost. Its status is then `lost`, its cost at most what is reserved,
   * where anything is: who asks for nothing has no limit to keep to.
   */
  readonly estimate: LedgerRow;
}

/** A budget in one of its windows. */
export interface Budget {
  readonly subject: Subject;
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly limitNanoUsd: NanoUsd | undefined;
  readonly spentNanoUsd: NanoUsd;
  /** Asked for by requests that are not over. */
  readonly reservedNanoUsd: NanoUsd;
}

/**
 * - `reserved`: of every subject. The budgets are those asked of, in their order, with this reservation in them.
 * - `refused`: nothing was reserved. The budget is the one with the least that is free; it resets at its `windowEnd`.
 * - `known`: the id has a reservation or a row on the ledger already. Nothing was reserved.
 */
export type ReserveOutcome =
  | {
      readonly kind: "reserved";
      readonly id: string;
      /** Less than what was asked for, where less would do. */
      readonly amountNanoUsd: NanoUsd;
      readonly budgets: readonly Budget[];
    }
  | { readonly kind: "refused"; readonly id: string; readonly budget: Budget; readonly freeNanoUsd: NanoUsd }
  | { readonly kind: "known"; readonly id: string };

/**
 * - `committed`: the row is on the ledger, what it cost is in the windows it was reserved in, the rest is free again.
 *   Without a reservation it is in no window, and `reservedNanoUsd` is undefined.
 * - `already`: the ledger has a row of this id. Nothing was changed.
 */
export type CommitOutcome =
  | { readonly kind: "committed"; readonly id: string; readonly reservedNanoUsd: NanoUsd | undefined }
  | { readonly kind: "already"; readonly id: string; readonly status: LedgerStatus };

/** Gives a reservation more time. */
export interface Renewal {
  readonly id: string;
  readonly expiresAt: number;
}

/** Which budgets. Absent members choose nothing. */
export interface BudgetFilter {
  readonly subject?: Subject | undefined;
  /** In whose window this time is. */
  readonly at?: number | undefined;
}
