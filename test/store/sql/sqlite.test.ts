import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inspect, promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { openSqlStore, type SqlOptions } from "../../../src/store/sql/open.ts";
import type { SqlStore } from "../../../src/store/sql/port.ts";
import { codeOf } from "../_key-value.ts";
import { ask, ledgerRow, newKey, request, start } from "./_records.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "specgate-sql-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function openFile(file: string, options: SqlOptions & { readonly fsync?: boolean } = {}): Promise<SqlStore> {
  const { fsync, ...rest } = options;
  const store = await openSqlStore({ kind: "sqlite", file, fsync }, rest);
  cleanups.push(() => store.close());
  return store;
}

/** Keeps everybody else from writing until it is called. */
function holdFile(file: string): () => void {
  const database = new DatabaseSync(file);
  database.exec("BEGIN IMMEDIATE");
  return () => database.close();
}

describe("a file that cannot be used", () => {
  test.each([
    ["in a folder that is not there", (folder: string) => join(folder, "none", "specgate.db"), "ENOENT"],
    ["that is a folder", (folder: string) => folder, "EISDIR"],
    [
      "that is no database",
      (folder: string) => {
        writeFileSync(join(folder, "text"), "this is no database, whatever it is called\n".repeat(100));
        return join(folder, "text");
      },
      "file is not a database",
    ],
  ])("%s fails, and does not say where it is", async (_, place, words) => {
    const folder = newFolder();
    try {
      await openFile(place(folder));
      expect.unreachable();
    } catch (thrown) {
      expect(String(thrown)).toBe(`StoreError: The database's file cannot be used (${words}).`);
      expect(inspect(thrown, { showHidden: true }).split("\n")[0]).not.toContain(folder);
    }
  });
});

describe("a file that another process writes to", () => {
  test("keeps nobody's event loop waiting, and what was asked is done when it is free", async () => {
    const file = join(newFolder(), "specgate.db");
    const store = await openFile(file);
    const free = holdFile(file);
    const asked = store.accounting.reserve([request("1", 1n, [ask("k", 5n)])]);
    let longest = 0;
    for (let last = performance.now(), at = 0; at < 30; at++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    free();
    expect((await asked)[0]?.kind).toBe("reserved");
    expect(longest).toBeLessThan(300);
  });

  test("for too long fails within the timeout; what comes true late is undone, and the next call works", async () => {
    const file = join(newFolder(), "specgate.db");
    const store = await openFile(file, { timeoutMs: 300 });
    const free = holdFile(file);
    const began = performance.now();
    expect(await codeOf(store.accounting.reserve([request("1", 1n, [ask("k", 5n)])]))).toBe("timeout");
    expect(performance.now() - began).toBeLessThan(1_000);
    free();
    await expect.poll(() => codeOf(store.keys.byId("k")), { timeout: 5_000 }).toBe("fulfilled");
    expect((await store.accounting.reserve([request("2", 5n, [ask("k", 5n)])]))[0]?.kind).toBe("reserved");
    expect((await store.accounting.commit([ledgerRow("1")]))[0]).toMatchObject({ reservedNanoUsd: undefined });
  });
});

describe("closing", () => {
  test("waits for what was asked before; after it every call fails", async () => {
    const file = join(newFolder(), "specgate.db");
    const store = await openFile(file);
    const asked = Promise.all(Array.from({ length: 50 }, (_, at) => store.accounting.commit([ledgerRow(`r${at}`)])));
    await store.ledger.rows({}, { limit: 1 });
    await Promise.all([store.close(), store.close()]);
    expect((await asked).flat().every(({ kind }) => kind === "committed")).toBe(true);
    const calls = [
      () => store.keys.byId("k"),
      () => store.keys.insert(newKey("k")),
      () => store.accounting.reserve([request("1", 1n, [])]),
      () => store.accounting.commit([ledgerRow("1")]),
      () => store.ledger.rows({}, { limit: 1 }),
    ];
    expect(await Promise.all(calls.map((call) => codeOf(call())))).toEqual(calls.map(() => "closed"));
    const again = await openFile(file);
    expect((await again.ledger.rows({}, { limit: 100 })).length).toBe(50);
  });

  test("a process that does not close ends all the same", async () => {
    const file = join(newFolder(), "specgate.db");
    const program = `
      import { openSqlStore } from "./src/store/sql/open.ts";
      const store = await openSqlStore({ kind: "sqlite", file: ${JSON.stringify(file)} });
      await store.ledger.rows({}, { limit: 1 });
      console.log(await store.accounts.revision());`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 10_000,
    });
    expect(stdout).toBe("0\n");
  });
});

test.each([
  [false, 1],
  [true, 2],
])("with fsync %s the file is in WAL, and its writes are kept", async (fsync) => {
  const file = join(newFolder(), "specgate.db");
  const store = await openFile(file, { fsync });
  await store.accounting.commit([ledgerRow("1", { time: start })]);
  const database = new DatabaseSync(file, { readOnly: true });
  cleanups.push(() => database.close());
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(database.prepare("SELECT id FROM specgate_ledger").all()).toEqual([{ id: "1" }]);
});

test("a report keeps no reservation waiting", async () => {
  const file = join(newFolder(), "specgate.db");
  const store = await openFile(file);
  await store.ledger.rows({}, { limit: 1 });
  const rows = Array.from({ length: 500 }, (_, at) => ledgerRow(`r${at}`));
  const [reports] = await Promise.all([
    Promise.all(Array.from({ length: 10 }, () => store.ledger.sums("key", {}))),
    store.accounting.commit(rows),
  ]);
  expect(reports.length).toBe(10);
  expect((await store.ledger.sums("key", {}))[0]?.requests).toBe(500);
  chmodSync(file, 0o600);
});
