import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** One thing to do with values. Keys and values have been checked. */
export type ValueStep =
  | { readonly kind: "get"; readonly keys: readonly string[] }
  | { readonly kind: "set"; readonly key: string; readonly value: string; readonly expiresAt: number }
  | { readonly kind: "delete"; readonly key: string }
  | {
      readonly kind: "compareAndSet";
      readonly key: string;
      readonly expected: string | undefined;
      readonly value: string;
      readonly expiresAt: number;
    };

/** What came of a step: values in the order of the keys; whether it was kept; nothing. */
export type ValueResult = readonly (string | undefined)[] | boolean | undefined;

/** Values in a file of SQLite's. It waits for the disk: to be used in a thread of its own. */
export interface SqliteValues {
  /** Takes the steps one after the other, in one transaction. Units: milliseconds. Fails: throws what SQLite throws. */
  readonly run: (steps: readonly ValueStep[], nowMs: number) => readonly ValueResult[];
  readonly close: () => void;
}

/** How much there may be: values, and their bytes with those of their keys. */
export interface ValueBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** How long another process that has the file is waited for. */
const busyMs = 500;

/**
 * Opens the file, or makes it, for its owner alone. What is over its time leaves first, then what was written first.
 *
 * A write survives the end of the process, not a loss of power: what is kept here can be lost.
 * Fails: throws what SQLite or the file system throws.
 */
export function openSqliteValues(file: string, { maxEntries, maxBytes }: ValueBounds): SqliteValues {
  closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file, { timeout: busyMs });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA journal_size_limit = 16777216;
    CREATE TABLE IF NOT EXISTS specgate_values (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      value TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS specgate_values_end ON specgate_values (expires_at);
  `);
  const select = database.prepare("SELECT value FROM specgate_values WHERE key = ? AND expires_at > ?");
  const insert = database.prepare("INSERT INTO specgate_values (key, value, bytes, expires_at) VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM specgate_values WHERE key = ? RETURNING bytes");
  const expire = database.prepare("DELETE FROM specgate_values WHERE expires_at <= ? RETURNING bytes");
  const removeFirst = database.prepare(
    "DELETE FROM specgate_values WHERE id = (SELECT min(id) FROM specgate_values) RETURNING bytes",
  );
  const count = database.prepare("SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM specgate_values");
  let entries = 0;
  let bytes = 0;

  function measure(): void {
    const row = count.get();
    entries = Number(row?.["entries"]);
    bytes = Number(row?.["bytes"]);
  }

  function forget(rows: readonly Readonly<Record<string, unknown>>[]): void {
    entries -= rows.length;
    for (const row of rows) bytes -= Number(row["bytes"]);
  }

  function get(key: string, nowMs: number): string | undefined {
    const value = select.get(key, nowMs)?.["value"];
    return typeof value === "string" ? value : undefined;
  }

  function set(key: string, value: string, expiresAt: number): void {
    forget(remove.all(key));
    const size = Buffer.byteLength(key) + Buffer.byteLength(value);
    insert.run(key, value, size, expiresAt);
    entries++;
    bytes += size;
  }

  function take(step: ValueStep, nowMs: number): ValueResult {
    switch (step.kind) {
      case "get":
        return step.keys.map((key) => get(key, nowMs));
      case "set":
        set(step.key, step.value, step.expiresAt);
        return undefined;
      case "delete":
        forget(remove.all(step.key));
        return undefined;
      case "compareAndSet":
        if (get(step.key, nowMs) !== step.expected) return false;
        set(step.key, step.value, step.expiresAt);
        return true;
    }
  }

  function makeRoom(nowMs: number): void {
    forget(expire.all(nowMs));
    while (entries > maxEntries || bytes > maxBytes) {
      const rows = removeFirst.all();
      if (rows.length === 0) return;
      forget(rows);
    }
  }

  measure();
  return {
    run(steps, nowMs) {
      if (steps.every(({ kind }) => kind === "get")) return steps.map((step) => take(step, nowMs));
      database.exec("BEGIN IMMEDIATE");
      try {
        const results = steps.map((step) => take(step, nowMs));
        makeRoom(nowMs);
        database.exec("COMMIT");
        return results;
      } catch (thrown) {
        if (database.isTransaction) database.exec("ROLLBACK");
        measure();
        throw thrown;
      }
    },
    close: () => database.close(),
  };
}
