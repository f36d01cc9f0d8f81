import type { Secret } from "../../secret.ts";
import type { StoreError } from "../store-error.ts";
import type { Database } from "./database.ts";
import type { SqlStore } from "./port.ts";

/** Where the accounts are: a file of SQLite's, or a PostgreSQL database that replicas share. */
export type SqlPlace =
  | {
      readonly kind: "sqlite";
      /** An absolute path; its folder must be there. */
      readonly file: string;
      /** A commit survives a loss of power too. Default false. */
      readonly fsync?: boolean | undefined;
    }
  | {
      readonly kind: "postgres";
      readonly url: Secret;
      /** Brings the tables to the newest version first. Default false: then `specgate migrate` has to. */
      readonly migrate?: boolean | undefined;
      /** A commit survives a crash of the server too. Default false: it survives the end of this process. */
      readonly fsync?: boolean | undefined;
      readonly connections?: number | undefined;
      readonly pollMs?: number | undefined;
    };

export interface SqlOptions {
  /** How long each call may take. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** How long a report of the ledger may take. Default 30,000. */
  readonly reportTimeoutMs?: number | undefined;
  /** Hears when a database has gone by itself. */
  readonly report?: ((error: StoreError) => void) | undefined;
}

/**
 * Opens the database of keys, budgets, ledger and audit. What is not used is not loaded.
 * Fails: rejects with a `StoreError`: `bad_url`; `unavailable` or `timeout` where the database cannot be had; `version`
 * where its tables are not those of this Specgate, saying what to run.
 */
export async function openSqlStore(place: SqlPlace, options: SqlOptions = {}): Promise<SqlStore> {
  const { createSqlStore } = await import("./store.ts");
  return createSqlStore(await openDatabase(place, options));
}

async function openDatabase(place: SqlPlace, options: SqlOptions): Promise<Database> {
  if (place.kind === "sqlite") {
    const { openSqlite } = await import("./sqlite.ts");
    return openSqlite({ ...place, ...options });
  }
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres({ ...place, ...options });
}

/**
 * Brings the tables of a PostgreSQL database to the newest version: all of it or nothing, one process at a time.
 *
 * @returns the versions that were applied now
 * Fails: rejects with a `StoreError`: `version` where the tables are newer or of another history.
 */
export async function migrate(url: Secret): Promise<readonly number[]> {
  const { migratePostgres } = await import("./postgres-migrate.ts");
  return migratePostgres(url);
}
