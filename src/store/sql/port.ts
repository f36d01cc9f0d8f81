import type {
  Account,
  AccountChanges,
  AccountFilter,
  AccountKind,
  AccountPatch,
  KeyFilter,
  KeyPatch,
  NewAccount,
  NewKey,
  PageOf,
  VirtualKey,
} from "./accounts.ts";
import type { AuditEntry, AuditFilter, AuditRecord } from "./audit.ts";
import type { ContentRow } from "./content-row.ts";
import type { LedgerCursor, LedgerFilter, LedgerGroup, LedgerRow, LedgerSum } from "./ledger-row.ts";
import type {
  Budget,
  BudgetFilter,
  CarriedSpend,
  CommitOutcome,
  Renewal,
  ReserveOutcome,
  ReserveRequest,
} from "./reservation.ts";

/**
 * What must not be wrong: keys, users, teams, budgets, the ledger and the audit. One contract, kept by SQLite and by
 * PostgreSQL alike; test/store/sql puts both to the same test.
 *
 * Units: money is whole nano-dollars as bigint, times are milliseconds since 1970 and come from the caller.
 * Fails: every call rejects with a `StoreError`, within its timeout; `RangeError` is a bug of the caller's.
 */
export interface SqlStore {
  readonly accounting: Accounting;
  readonly keys: KeyStore;
  readonly accounts: AccountStore;
  readonly ledger: Ledger;
  readonly contents: ContentStore;
  readonly audit: AuditLog;
  /** Waits for what was asked before, then ends. What is asked after it fails with `closed`. */
  readonly close: () => Promise<void>;
}

/**
 * Reserve, then settle. What waits together shares a transaction.
 *
 * Where a call fails with `timeout` or `unavailable` it may have taken effect all the same. `commit` can be repeated,
 * for a row is written once. What `reserve` reserved in a call that failed is released behind it, so the next try needs
 * another id.
 */
export interface Accounting {
  /** Each request by itself is granted whole or not at all. Outcomes are in the order of the requests. */
  readonly reserve: (requests: readonly ReserveRequest[]) => Promise<readonly ReserveOutcome[]>;
  /**
   * Writes rows to the ledger, each once, and settles their reservations by what they cost: in the same transaction.
   * A cost above what was reserved is counted whole.
   */
  readonly commit: (rows: readonly LedgerRow[]) => Promise<readonly CommitOutcome[]>;
  /** Frees reservations without a row. Gives the ids that had one. */
  readonly release: (ids: readonly string[]) => Promise<readonly string[]>;
  /** Gives the ids whose reservation is there still. A time that is earlier than the one it has changes nothing. */
  readonly renew: (renewals: readonly Renewal[]) => Promise<readonly string[]>;
  /**
   * Ends reservations whose time is over: each has its row on the ledger, once, however many processes sweep.
   * At most `limit` of them; gives their ids.
   */
  readonly expire: (nowMs: number, limit: number) => Promise<readonly string[]>;
  /**
   * Counts money that was spent elsewhere, before anything was reserved in a window. False where the window has its row
   * already: then nothing is changed, so it can be repeated.
   */
  readonly carry: (spent: CarriedSpend) => Promise<boolean>;
  /** By subject and window. At most 1,000. */
  readonly budgets: (filter: BudgetFilter) => Promise<readonly Budget[]>;
  /**
   * Deletes at most `limit` windows that ended at or before a time and of which nothing is reserved; gives how many.
   * The time must be so long ago that nobody reserves or settles in them any more: what a request costs that is settled
   * later is on the ledger alone.
   */
  readonly trimBudgets: (endedBy: number, limit: number) => Promise<number>;
}

/** Each write has its audit entry, where one is given, in the same transaction. */
export interface KeyStore {
  /** Fails: `conflict` where the id, the digest or the alias is taken. */
  readonly insert: (key: NewKey, audit?: AuditEntry) => Promise<VirtualKey>;
  /** By a digest, or by the one before its rotation while that is good. Blocked and expired keys too; no deleted ones. */
  readonly byDigest: (digest: string, nowMs: number) => Promise<VirtualKey | undefined>;
  /** Deleted ones too. */
  readonly byId: (id: string) => Promise<VirtualKey | undefined>;
  readonly byAlias: (alias: string) => Promise<VirtualKey | undefined>;
  /** Undefined where there is none, or it is deleted. Fails: `conflict` where the alias is taken. */
  readonly update: (id: string, patch: KeyPatch, nowMs: number, audit?: AuditEntry) => Promise<VirtualKey | undefined>;
  readonly setBlocked: (
    id: string,
    isBlocked: boolean,
    nowMs: number,
    audit?: AuditEntry,
  ) => Promise<VirtualKey | undefined>;
  /** The digest that is replaced stays good until `previousUntil`; one from an earlier rotation does not. */
  readonly rotate: (
    id: string,
    to: { readonly digest: string; readonly hint: string; readonly previousUntil: number },
    nowMs: number,
    audit?: AuditEntry,
  ) => Promise<VirtualKey | undefined>;
  /** False where there is none, or it was deleted before. */
  readonly remove: (id: string, nowMs: number, audit?: AuditEntry) => Promise<boolean>;
  readonly list: (filter: KeyFilter, page: PageOf) => Promise<readonly VirtualKey[]>;
}

/** Users, teams and end users. Each write has its audit entry, where one is given, in the same transaction. */
export interface AccountStore {
  /** Fails: `conflict` where the id is taken, by a deleted one too. */
  readonly insert: (account: NewAccount, audit?: AuditEntry) => Promise<Account>;
  /** Deleted ones too. */
  readonly byId: (kind: AccountKind, id: string) => Promise<Account | undefined>;
  /** Undefined where there is none, or it is deleted. */
  readonly update: (
    kind: AccountKind,
    id: string,
    patch: AccountPatch,
    nowMs: number,
    audit?: AuditEntry,
  ) => Promise<Account | undefined>;
  readonly setBlocked: (
    kind: AccountKind,
    id: string,
    isBlocked: boolean,
    nowMs: number,
    audit?: AuditEntry,
  ) => Promise<Account | undefined>;
  readonly remove: (kind: AccountKind, id: string, nowMs: number, audit?: AuditEntry) => Promise<boolean>;
  readonly list: (filter: AccountFilter, page: PageOf) => Promise<readonly Account[]>;
  /** The number of the last change to a key or an account; 0 before the first. */
  readonly revision: () => Promise<number>;
  /** What has changed after a revision. No change becomes visible behind one that was seen before. */
  readonly changedSince: (revision: number, limit: number) => Promise<AccountChanges>;
  /**
   * Hears of every change within a second, whoever made it; with PostgreSQL mostly at once. With SQLite one process
   * owns the file, and its changes are heard. Returns what ends it.
   */
  readonly onChange: (listener: () => void) => () => void;
}

/** Append-only: the database refuses to change a row. */
export interface Ledger {
  readonly rows: (
    filter: LedgerFilter,
    page: { readonly after?: LedgerCursor | undefined; readonly limit: number },
  ) => Promise<readonly LedgerRow[]>;
  /** Days in their order, all else by cost, the dearest first. At most 10,000 groups. */
  readonly sums: (by: LedgerGroup, filter: LedgerFilter) => Promise<readonly LedgerSum[]>;
  /** Deletes at most `limit` rows from before a time, the oldest first; gives how many. */
  readonly trim: (before: number, limit: number) => Promise<number>;
}

/** What was said in requests, of keys that want it kept. Each has an age of its own, whatever becomes of its ledger row. */
export interface ContentStore {
  /** Writes at most 1,000 rows; one that is there already stays as it is. */
  readonly put: (rows: readonly ContentRow[]) => Promise<void>;
  readonly byId: (id: string) => Promise<ContentRow | undefined>;
  /** Deletes at most `limit` (1,000 at most) from before a time, the oldest first; gives how many. */
  readonly trim: (before: number, limit: number) => Promise<number>;
}

/** Append-only: the database refuses to change or delete an entry. */
export interface AuditLog {
  readonly append: (entry: AuditEntry) => Promise<void>;
  /** The newest first. */
  readonly list: (
    filter: AuditFilter,
    page: { readonly after?: number | undefined; readonly limit: number },
  ) => Promise<readonly AuditRecord[]>;
}
