import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import type { TestContext } from "vitest";
import { Secret } from "../../../src/secret.ts";
import { migrate, openSqlStore, type SqlOptions, type SqlPlace } from "../../../src/store/sql/open.ts";
import type { SqlStore } from "../../../src/store/sql/port.ts";
import { until } from "../_key-value.ts";

/** The PostgreSQL server that tests use. Another one is named by SPECGATE_TEST_POSTGRES. */
export const postgresUrl: string =
  process.env["SPECGATE_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432/postgres";

let isPostgresThere: Promise<boolean> | undefined;

/** Skips a test on a machine without PostgreSQL; where CI is set it fails instead. */
export async function needPostgres(context: TestContext): Promise<void> {
  isPostgresThere ??= onPostgres(postgresUrl, "SELECT 1").then(
    () => true,
    () => false,
  );
  if (await isPostgresThere) return;
  if (process.env["CI"] === "true") throw new Error("CI needs PostgreSQL");
  context.skip("this machine has no PostgreSQL");
}

/** Runs statements by a connection of the test's own, to look behind the store. */
export async function onPostgres(url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Readonly<Record<string, unknown>>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A database that a test file has for itself. */
export interface TestDatabase {
  readonly name: string;
  /** Skips the test where the database cannot be had. */
  readonly need: (context: TestContext) => void | Promise<void>;
  /** Where a new, empty database with tables is. */
  readonly fresh: () => Promise<SqlPlace>;
  /** Empties the tables of the last one, behind the back of whoever has it open. */
  readonly clear: () => Promise<void>;
  /** Deletes what `fresh` made. */
  readonly drop: () => Promise<void>;
}

export function sqliteDatabase(): TestDatabase {
  const folders: string[] = [];
  const file = (): string => join(folders.at(-1) ?? "", "specgate.db");
  return {
    name: "SQLite",
    need: () => undefined,
    async fresh() {
      const folder = mkdtempSync(join(tmpdir(), "specgate-sql-"));
      folders.push(folder);
      return { kind: "sqlite", file: file() };
    },
    async clear() {
      const database = new DatabaseSync(file(), { timeout: 2_000 });
      // The audit log lets nobody delete.
      const guard = "specgate_audit_delete";
      const sql = database.prepare("SELECT sql FROM sqlite_master WHERE name = ?").get(guard)?.["sql"];
      database.exec(`DROP TRIGGER ${guard};
        ${tables.map((table) => `DELETE FROM specgate_${table};`).join("\n")}
        UPDATE specgate_revision SET value = 0; ${String(sql)}`);
      database.close();
    },
    async drop() {
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const tables = ["keys", "accounts", "leases", "budgets", "ledger", "contents", "audit"];

export function postgresDatabase(): TestDatabase {
  const urls: string[] = [];
  let url: string | undefined;
  return {
    name: "PostgreSQL",
    need: needPostgres,
    async fresh() {
      url = await emptyPostgres();
      urls.push(url);
      await migrate(new Secret(url));
      return { kind: "postgres", url: new Secret(url), connections: 4 };
    },
    async clear() {
      // Quicker than TRUNCATE for a few rows; without triggers, for the audit log lets nobody delete.
      const deletes = tables.map((table) => `DELETE FROM specgate_${table};`).join("");
      const sql = `SET session_replication_role = replica; ${deletes} UPDATE specgate_revision SET value = 0`;
      if (url !== undefined) await onPostgres(url, sql);
    },
    async drop() {
      for (const one of urls.splice(0)) await dropPostgres(one);
    },
  };
}

/** A new database without tables. */
export async function emptyPostgres(): Promise<string> {
  const name = `specgate_test_${randomBytes(6).toString("hex")}`;
  await onPostgres(postgresUrl, `CREATE DATABASE ${name}`);
  return Object.assign(new URL(postgresUrl), { pathname: name }).href;
}

export async function dropPostgres(url: string): Promise<void> {
  await onPostgres(postgresUrl, `DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

/** Waits until nobody is connected any more: the server goes on for a moment with what a killed process asked. */
export async function untilAlone(url: string): Promise<void> {
  const others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
  await until(async () => (await onPostgres(url, others)).length === 0);
}

/** Two stores that share a database, as two replicas do; SQLite has one process, so both are the same. */
export async function openPair(place: SqlPlace, options: SqlOptions = {}): Promise<readonly [SqlStore, SqlStore]> {
  const store = await openSqlStore(place, options);
  return [store, place.kind === "sqlite" ? store : await openSqlStore(place, options)];
}
