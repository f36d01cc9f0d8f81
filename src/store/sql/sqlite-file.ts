import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";
import type { Migration } from "./migration.ts";
import { digestOf, migrationsTable, mismatchOf, missingFrom } from "./migrations.ts";

export interface SqliteFile {
  readonly file: string;
  /** Survives a loss of power too, for a wait at every transaction. */
  readonly fsync: boolean;
}

/** How long another process that has the file is waited for, in this thread alone. */
const busyMs = 1_500;

/**
 * Opens the file, or makes it, for its owner alone, and brings its tables to the newest version.
 * It waits for the disk: to be used in a thread of its own. Fails: throws `version`, or what SQLite or the file system
 * throws.
 */
export function openSqliteFile({ file, fsync }: SqliteFile, migrations: readonly Migration[]): DatabaseSync {
  closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file, { timeout: busyMs, readBigInts: true });
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${fsync ? "FULL" : "NORMAL"};
      PRAGMA journal_size_limit = 67108864;
      PRAGMA wal_autocheckpoint = 4000;
      PRAGMA cache_size = -16384;
    `);
    migrate(database, migrations);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** Opens a file that has been opened before, to read in it beside who writes. */
export function openSqliteReader(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: busyMs, readBigInts: true, readOnly: true });
}

/** Runs a function between BEGIN IMMEDIATE and COMMIT, or undoes what it did. */
export function inTransaction<Result>(database: DatabaseSync, act: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = act();
    database.exec("COMMIT");
    return result;
  } catch (thrown) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw thrown;
  }
}

function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  inTransaction(database, () => {
    database.exec(migrationsTable);
    const rows = database.prepare("SELECT version, digest FROM specgate_migrations").all();
    const applied = rows.map((row) => ({ version: Number(row["version"]), digest: String(row["digest"]) }));
    const mismatch = mismatchOf(applied, migrations, "sqlite", true);
    if (mismatch !== undefined) throw new StoreError("version", mismatch);
    const note = database.prepare("INSERT INTO specgate_migrations VALUES (?, ?, ?, datetime('now'))");
    for (const migration of missingFrom(applied, migrations)) {
      database.exec(migration.sql.sqlite);
      note.run(BigInt(migration.version), migration.name, digestOf(migration, "sqlite"));
    }
  });
}
