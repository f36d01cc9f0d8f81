import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSqliteStore, type SqliteStoreOptions } from "../../src/store/sqlite.ts";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import type { StoreError } from "../../src/store/store-error.ts";
import { root } from "../_repository.ts";
import { codeOf } from "./_key-value.ts";

const hour = 3_600_000;

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "specgate-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "state.db");
}

async function open(file: string, options: Partial<SqliteStoreOptions> = {}): Promise<KeyValueStore> {
  const store = await createSqliteStore({ file, nowMs: () => 1_000, ...options });
  onTestFinished(() => store.close());
  return store;
}

describe("a file of SQLite's", () => {
  test("keeps values over a restart, with what is left of their time", async () => {
    const file = newFile();
    const first = await open(file);
    await first.set("short", "1", 500);
    await first.set("long", "2", hour);
    await first.close();
    const second = await open(file, { nowMs: () => 1_500 });
    expect(await second.getMany(["short", "long"])).toEqual([undefined, "2"]);
  });

  test("a process that has nothing else to do ends, and what it kept is there", async () => {
    const file = newFile();
    const program = `
      const { createSqliteStore } = await import(${JSON.stringify(join(root, "src/store/sqlite.ts"))});
      const store = await createSqliteStore({ file: process.argv[1], nowMs: Date.now });
      await store.set("a", "1", 60_000);
    `;
    execFileSync(process.execPath, ["--input-type=module", "-e", program, file], { timeout: 8_000 });
    const store = await open(file, { nowMs: Date.now });
    expect(await store.get("a")).toBe("1");
  });

  test("keeps what was asked for before it was closed", async () => {
    const file = newFile();
    const first = await open(file);
    const writes = Array.from({ length: 100 }, (_, at) => first.set(`key ${at}`, String(at), hour));
    await first.close();
    await Promise.all(writes);
    const second = await open(file);
    expect(await second.get("key 99")).toBe("99");
  });

  test("drops what was written first where there are too many", async () => {
    const store = await open(newFile(), { maxEntries: 3 });
    for (const key of ["a", "b", "c"]) await store.set(key, key, hour);
    await store.set("a", "again", hour);
    await store.set("d", "d", hour);
    expect(await store.getMany(["a", "b", "c", "d"])).toEqual(["again", undefined, "c", "d"]);
  });

  test("drops what was written first where there is too much, and what is over its time before that", async () => {
    let now = 1_000;
    const store = await open(newFile(), { maxBytes: 30, nowMs: () => now });
    await store.set("a", "x".repeat(9), hour);
    await store.set("b", "x".repeat(9), 100);
    await store.set("c", "x".repeat(9), hour);
    now = 1_100;
    await store.set("d", "x".repeat(9), hour);
    expect(await store.getMany(["a", "b", "c", "d"])).toEqual(["x".repeat(9), undefined, "x".repeat(9), "x".repeat(9)]);
    await store.set("e", "x".repeat(9), hour);
    expect((await store.getMany(["a", "c", "d", "e"])).map((value) => value !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ]);
    await store.set("f", "x".repeat(30), hour);
    expect(await store.getMany(["c", "d", "e", "f"])).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("counts what was there before it was opened", async () => {
    const file = newFile();
    const first = await open(file);
    for (const key of ["a", "b", "c"]) await first.set(key, key, hour);
    await first.close();
    const second = await open(file, { maxEntries: 2 });
    await second.set("d", "d", hour);
    expect(await second.getMany(["a", "b", "c", "d"])).toEqual([undefined, undefined, "c", "d"]);
  });

  test("is left as it was by a batch that fails, and goes on", async () => {
    const file = newFile();
    const store = await open(file);
    await store.set("a", "1", hour);
    const other = new DatabaseSync(file);
    other.exec(
      "CREATE TRIGGER no BEFORE INSERT ON specgate_values WHEN NEW.key = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    const codes = await Promise.all([codeOf(store.set("a", "2", hour)), codeOf(store.set("bad", "3", hour))]);
    expect(codes).toEqual(["refused", "refused"]);
    other.close();
    expect(await store.get("a")).toBe("1");
    await store.set("a", "4", hour);
    expect(await store.get("a")).toBe("4");
  });

  test("that somebody else has locked holds nobody up for ever, and nothing but its own calls", async () => {
    const file = newFile();
    const store = await open(file, { timeoutMs: 100 });
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    expect(await codeOf(store.set("a", "1", hour))).toBe("timeout");
    clearInterval(ticking);
    // The event loop went on while the thread waited.
    expect(turns).toBeGreaterThan(10);
    other.exec("ROLLBACK");
    other.close();
  });

  test("that somebody else has locked holds up no end", async () => {
    const file = newFile();
    const reported: string[] = [];
    const store = await open(file, { timeoutMs: 100, report: ({ code }) => reported.push(code) });
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    // Each in a batch of its own, which waits half a second for the lock.
    const codes: Promise<unknown>[] = [];
    for (let i = 0; i < 60; i++) {
      codes.push(codeOf(store.set("a", "1", hour)));
      await new Promise(setImmediate);
    }
    await store.close();
    expect(reported).toEqual(["timeout"]);
    for (const code of await Promise.all(codes)) expect(["timeout", "closed", "refused"]).toContain(code);
    expect(await codeOf(store.get("a"))).toBe("closed");
  });

  test("that is none is refused, in SQLite's words, without its path", async () => {
    const file = newFile();
    writeFileSync(file, "this is no database, however long one looks at it");
    const failure = await createSqliteStore({ file, nowMs: () => 0 }).then(undefined, (thrown: unknown) => thrown);
    expect(String(failure)).toBe("StoreError: The database's file cannot be used (file is not a database).");
  });

  test("in a folder that is not there is refused", async () => {
    const file = join(newFile(), "state.db");
    const failure = await createSqliteStore({ file, nowMs: () => 0 }).then(undefined, (thrown: unknown) => thrown);
    expect(String(failure)).toBe("StoreError: The database's file cannot be used (ENOENT).");
  });

  test("reports nothing when it is closed, and is closed once", async () => {
    const reported: StoreError[] = [];
    const store = await open(newFile(), { report: (error) => reported.push(error) });
    await Promise.all([store.close(), store.close()]);
    expect(await codeOf(store.get("a"))).toBe("closed");
    expect(reported).toEqual([]);
  });
});
