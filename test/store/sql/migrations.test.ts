import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../../src/secret.ts";
import type { Migration } from "../../../src/store/sql/migration.ts";
import { migrations } from "../../../src/store/sql/migrations.ts";
import { migrate, openSqlStore } from "../../../src/store/sql/open.ts";
import { migratePostgres } from "../../../src/store/sql/postgres-migrate.ts";
import { openSqliteFile } from "../../../src/store/sql/sqlite-file.ts";
import { StoreError } from "../../../src/store/store-error.ts";
import { dropPostgres, emptyPostgres, needPostgres, onPostgres } from "./_databases.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What a promise or a function fails with, as code and message. */
async function failureOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (thrown) {
    return thrown instanceof StoreError ? `${thrown.code}: ${thrown.message}` : String(thrown);
  }
  return "nothing";
}

const next: Migration = {
  version: 2,
  name: "next",
  sql: { sqlite: "CREATE TABLE later (id INTEGER) STRICT", postgres: "CREATE TABLE later (id BIGINT)" },
};
const broken: Migration = {
  ...next,
  sql: { sqlite: `${next.sql.sqlite}; NONSENSE`, postgres: `${next.sql.postgres}; NONSENSE` },
};
const [first, ...rest] = migrations;
if (first === undefined) throw new Error("there is a migration");
const altered: Migration = { ...first, sql: { sqlite: `${first.sql.sqlite} `, postgres: `${first.sql.postgres} ` } };

const newer = "version: The database's tables are at version 2, this Specgate knows 1: run the newer Specgate.";
const other =
  "version: Migration 1 (accounts and ledger) is not the one that was applied to the database: run the Specgate that applied it.";

test("versions count from 1 without a gap", () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, at) => at + 1));
  expect(rest).toEqual([]);
});

describe("SQLite", () => {
  function newFile(): string {
    const folder = mkdtempSync(join(tmpdir(), "specgate-sql-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    return join(folder, "specgate.db");
  }

  function openFile(file: string, known: readonly Migration[]): void {
    openSqliteFile({ file, fsync: false }, known).close();
  }

  function tablesIn(file: string): readonly string[] {
    const database = new DatabaseSync(file);
    const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
    database.close();
    return rows.map((row) => String(row["name"]));
  }

  test("a new file gets its tables, for its owner alone, and opening it again changes nothing", () => {
    const file = newFile();
    openFile(file, migrations);
    const tables = tablesIn(file);
    expect(tables).toContain("specgate_ledger");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    openFile(file, migrations);
    expect(tablesIn(file)).toEqual(tables);
  });

  test("an older one gets what is missing", () => {
    const file = newFile();
    openFile(file, migrations);
    openFile(file, [...migrations, next]);
    expect(tablesIn(file)).toContain("later");
  });

  test("a migration that fails leaves nothing behind", async () => {
    const file = newFile();
    openFile(file, migrations);
    expect(await failureOf(() => openFile(file, [...migrations, broken]))).toContain("NONSENSE");
    expect(tablesIn(file)).not.toContain("later");
    openFile(file, migrations);
  });

  test("a newer one, and one of another history, are refused, saying what to run", async () => {
    const file = newFile();
    openFile(file, [...migrations, next]);
    expect(await failureOf(() => openSqlStore({ kind: "sqlite", file }))).toBe(newer);
    const second = newFile();
    openFile(second, [altered]);
    expect(await failureOf(() => openSqlStore({ kind: "sqlite", file: second }))).toBe(other);
  });

  test("two processes at once: both have it open, and it was migrated once", async () => {
    const file = newFile();
    const program = `
      import { openSqlStore } from "./src/store/sql/open.ts";
      const store = await openSqlStore({ kind: "sqlite", file: ${JSON.stringify(file)} });
      console.log(await store.accounts.revision());
      await store.close();`;
    const run = () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
    const ends = await Promise.all([run(), run(), run()]);
    expect(ends.map(({ stdout }) => stdout)).toEqual(["0\n", "0\n", "0\n"]);
  });

  test("nobody changes a row of the ledger or the audit log", async () => {
    const file = newFile();
    openFile(file, migrations);
    const database = new DatabaseSync(file);
    cleanups.push(() => database.close());
    database.exec(
      `INSERT INTO specgate_audit (time, actor, action, target_kind, target_id) VALUES (1, 'a', 'b', 'c', 'd')`,
    );
    for (const sql of ["UPDATE specgate_audit SET actor = 'x'", "DELETE FROM specgate_audit"]) {
      expect(await failureOf(() => database.exec(sql))).toContain("append-only");
    }
  });
});

describe("PostgreSQL", () => {
  async function newDatabase(): Promise<string> {
    const url = await emptyPostgres();
    cleanups.push(() => dropPostgres(url));
    return url;
  }

  const opened = (url: string) =>
    failureOf(async () => (await openSqlStore({ kind: "postgres", url: new Secret(url) })).close());

  test("a database without tables is refused until it is migrated, and migrating it again changes nothing", async (context) => {
    await needPostgres(context);
    const url = await newDatabase();
    expect(await opened(url)).toBe("version: The database has no tables of Specgate's: run `specgate migrate`.");
    expect(await migrate(new Secret(url))).toEqual([1]);
    expect(await opened(url)).toBe("nothing");
    expect(await migrate(new Secret(url))).toEqual([]);
  });

  test("it is migrated when it is opened, where that is wanted", async (context) => {
    await needPostgres(context);
    const url = await newDatabase();
    const store = await openSqlStore({ kind: "postgres", url: new Secret(url), migrate: true });
    expect(await store.accounts.revision()).toBe(0);
    await store.close();
  });

  test("older, newer and other tables are refused, saying what to run", async (context) => {
    await needPostgres(context);
    const url = await newDatabase();
    await migratePostgres(new Secret(url), { known: [altered] });
    expect(await opened(url)).toBe(other);
    expect(await failureOf(() => migrate(new Secret(url)))).toBe(other);
    const second = await newDatabase();
    await migratePostgres(new Secret(second), { known: [...migrations, next] });
    expect(await opened(second)).toBe(newer);
    expect(await failureOf(() => migrate(new Secret(second)))).toBe(newer);
  });

  test("a migration that fails leaves nothing behind", async (context) => {
    await needPostgres(context);
    const url = await newDatabase();
    const failed = await failureOf(() => migratePostgres(new Secret(url), { known: [...migrations, broken] }));
    expect(failed).toBe("refused: PostgreSQL refused (SQLSTATE 42601).");
    expect(await onPostgres(url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  });

  test("three processes at once: one of them migrates", async (context) => {
    await needPostgres(context);
    const url = await newDatabase();
    const program = `
      import { Secret } from "./src/secret.ts";
      import { migrate } from "./src/store/sql/open.ts";
      console.log(JSON.stringify(await migrate(new Secret(${JSON.stringify(url)}))));`;
    const run = () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
    const ends = await Promise.all([run(), run(), run()]);
    expect(ends.map(({ stdout }) => stdout).sort()).toEqual(["[1]\n", "[]\n", "[]\n"]);
  });

  test("nobody changes a row of the ledger or the audit log", async (context) => {
    await needPostgres(context);
    const url = await newDatabase();
    await migrate(new Secret(url));
    await onPostgres(
      url,
      "INSERT INTO specgate_audit (time, actor, action, target_kind, target_id) VALUES (1, 'a', 'b', 'c', 'd')",
    );
    for (const sql of ["UPDATE specgate_audit SET actor = 'x'", "DELETE FROM specgate_audit"]) {
      expect(await failureOf(() => onPostgres(url, sql))).toContain("append-only");
    }
  });
});
