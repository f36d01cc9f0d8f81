import type { Outcome } from "./batcher.ts";
import type { Claims } from "./decide.ts";
import type { LedgerLine } from "./ledger-columns.ts";
import type { SqlDialect } from "./migration.ts";
import type { CommitOutcome, Renewal, ReserveOutcome } from "./reservation.ts";
import type { Row } from "./rows.ts";

/** A statement with its values, as Kysely compiles it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** For what is run often: it is prepared once under this name, where the database keeps it. */
  readonly name?: string | undefined;
}

/**
 * A database: what differs between the two. Everything rejects with a `StoreError`, and what is asked has been checked.
 */
export interface Database {
  readonly dialect: SqlDialect;
  /** One statement that changes nothing. */
  readonly read: (statement: Statement) => Promise<readonly Row[]>;
  /** The same for what may take long, beside all else. */
  readonly report: (statement: Statement) => Promise<readonly Row[]>;
  /** Statements in one transaction; the rows that each gave. Fails: `conflict` where something must be unique. */
  readonly write: (statements: readonly Statement[]) => Promise<readonly (readonly Row[])[]>;
  /** What came of each, in their order. */
  readonly reserve: (requests: readonly Claims[]) => Promise<readonly Outcome<ReserveOutcome>[]>;
  readonly commit: (lines: readonly LedgerLine[]) => Promise<readonly Outcome<CommitOutcome>[]>;
  readonly release: (ids: readonly string[]) => Promise<readonly string[]>;
  readonly renew: (renewals: readonly Renewal[]) => Promise<readonly string[]>;
  readonly expire: (nowMs: number, limit: number) => Promise<readonly string[]>;
  /** Calls when keys or accounts may have changed: see `AccountStore.onChange`. */
  readonly onChange: (listener: () => void) => () => void;
  /** To be called after such a change was written here. */
  readonly changed: () => void;
  readonly close: () => Promise<void>;
}
