import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../../src/secret.ts";
import { migrate, openSqlStore, type SqlOptions } from "../../../src/store/sql/open.ts";
import type { SqlStore } from "../../../src/store/sql/port.ts";
import { createPool } from "../../../src/store/sql/postgres-pool.ts";
import { codeOf, until } from "../_key-value.ts";
import { startSwallower } from "../_relay.ts";
import { dropPostgres, emptyPostgres, needPostgres, onPostgres, postgresUrl } from "./_databases.ts";
import { ask, figures, ledgerRow, newKey, request } from "./_records.ts";

let url = "";
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  url = await emptyPostgres().catch(() => "");
  if (url !== "") await migrate(new Secret(url));
});
beforeEach((context) => needPostgres(context));
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  if (url !== "") await dropPostgres(url);
});

async function openStore(options: SqlOptions & { readonly pollMs?: number } = {}): Promise<SqlStore> {
  const { pollMs, ...rest } = options;
  const store = await openSqlStore({ kind: "postgres", url: new Secret(url), connections: 4, pollMs }, rest);
  cleanups.push(() => store.close());
  return store;
}

/** Ends every connection but the one that asks, as a restart of the server does. */
async function cutAll(): Promise<void> {
  await onPostgres(
    url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
}

describe("an address that leads nowhere", () => {
  const addressWith = (parts: { readonly port?: string; readonly username?: string; readonly password?: string }) =>
    Object.assign(new URL(postgresUrl), parts).href;

  test.each([
    ["is none", () => "localhost:5432/x", "bad_url"],
    ["is another's", () => "mysql://127.0.0.1/x", "bad_url"],
    ["nobody listens at", () => addressWith({ port: "1", password: "canary" }), "unavailable"],
    ["knows no such user", () => addressWith({ username: "nobody-of-this-name", password: "canary" }), "refused"],
  ])("that %s fails with a StoreError that holds no secret", async (_, address, code) => {
    const opening = openSqlStore({ kind: "postgres", url: new Secret(address()) }, { timeoutMs: 1_000 });
    const thrown: unknown = await opening.catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: "StoreError", code });
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain("canary");
  });

  test("a server that does not answer fails within the timeout", async () => {
    const swallower = await startSwallower();
    const began = performance.now();
    const place = { kind: "postgres", url: new Secret(`postgres://127.0.0.1:${swallower.port}/x`) } as const;
    expect(await codeOf(openSqlStore(place, { timeoutMs: 300 }))).toBe("timeout");
    expect(performance.now() - began).toBeLessThan(1_500);
    await swallower.close();
  });
});

describe("a connection that is lost", () => {
  test("while nobody uses it is not missed", async () => {
    const store = await openStore();
    await store.accounting.reserve([request("idle", 1n, [])]);
    await cutAll();
    // The pool hears of it, or the next call does; the one after that has another connection.
    await codeOf(store.keys.byId("k"));
    expect(await codeOf(store.keys.byId("k"))).toBe("fulfilled");
    expect(await codeOf(store.accounting.commit([ledgerRow("idle")]))).toBe("fulfilled");
  });

  test("in the middle of a call fails it as unavailable, and the next one works", async () => {
    const store = await openStore();
    const id = "cut";
    await store.accounting.reserve([request("before", 1n, [ask(id, 5n)])]);
    const blocker = onPostgres(
      url,
      "BEGIN; SELECT * FROM specgate_budgets WHERE subject_id = 'cut' FOR UPDATE; SELECT pg_sleep(0.6); COMMIT",
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    const asked = codeOf(store.accounting.reserve([request(id, 1n, [ask(id, 5n)])]));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await onPostgres(
      url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'specgate'",
    );
    expect(await asked).toBe("unavailable");
    await blocker;
    expect((await store.accounting.reserve([request("after", 1n, [ask(id, 5n)])]))[0]?.kind).toBe("reserved");
    expect(figures((await store.accounting.budgets({ subject: { kind: "key", id } }))[0])).toEqual([5n, 0n, 2n]);
  });

  test("does not end hearing of changes", async () => {
    const [own, other] = [await openStore({ pollMs: 100 }), await openStore()];
    let heard = 0;
    own.accounts.onChange(() => heard++);
    await until(() => heard > 0);
    await cutAll();
    await codeOf(other.keys.byId("k"));
    const before = heard;
    await until(async () => (await codeOf(other.keys.insert(newKey(`heard ${performance.now()}`)))) === "fulfilled");
    await until(() => heard > before);
  });
});

test("a row that is locked for too long fails the call within its timeout, and nothing of it is done", async () => {
  const store = await openStore({ timeoutMs: 300 });
  await store.accounting.reserve([request("first", 1n, [ask("locked", 5n)])]);
  const blocker = onPostgres(
    url,
    "BEGIN; SELECT * FROM specgate_budgets WHERE subject_id = 'locked' FOR UPDATE; SELECT pg_sleep(1.5); COMMIT",
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const began = performance.now();
  expect(await codeOf(store.accounting.reserve([request("second", 1n, [ask("locked", 5n)])]))).toBe("timeout");
  expect(performance.now() - began).toBeLessThan(1_000);
  await blocker;
  const [budget] = await store.accounting.budgets({ subject: { kind: "key", id: "locked" } });
  expect(figures(budget)).toEqual([5n, 0n, 1n]);
});

test("the check is of the locked row: what another one reserved while it was waited for counts", async () => {
  const store = await openStore();
  await store.accounting.reserve([request("w0", 0n, [ask("waited", 10n)])]);
  const blocker = onPostgres(
    url,
    "BEGIN; UPDATE specgate_budgets SET reserved_nano = 8 WHERE subject_id = 'waited'; SELECT pg_sleep(0.5); COMMIT",
  );
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(await store.accounting.reserve([request("w1", 3n, [ask("waited", 10n)])])).toMatchObject([
    { kind: "refused", freeNanoUsd: 2n },
  ]);
  await blocker;
});

test.each([
  [undefined, "off"],
  [false, "off"],
  [true, "on"],
])("with fsync %s what was reserved and committed is waited for: %s", async (fsync, expected) => {
  const own = await emptyPostgres();
  cleanups.push(() => dropPostgres(own));
  const store = await openSqlStore({ kind: "postgres", url: new Secret(own), migrate: true, fsync });
  cleanups.push(() => store.close());
  await store.accounting.reserve([request("known", 1n, [ask("k", 9n)])]);
  await onPostgres(
    own,
    `CREATE TABLE waits (who TEXT, how TEXT);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO waits VALUES (TG_TABLE_NAME, current_setting('synchronous_commit')); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON specgate_leases FOR EACH STATEMENT EXECUTE FUNCTION note();
    CREATE TRIGGER note AFTER INSERT ON specgate_ledger FOR EACH STATEMENT EXECUTE FUNCTION note()`,
  );
  await store.accounting.reserve([request("money", 1n, [ask("k", 9n)])]);
  await store.accounting.reserve([request("nothing", 0n, [ask("k", 9n)])]);
  await store.accounting.commit([ledgerRow("money")]);
  expect(await onPostgres(own, "SELECT who, how FROM waits")).toEqual([
    { who: "specgate_leases", how: expected },
    { who: "specgate_leases", how: expected },
    { who: "specgate_ledger", how: expected },
  ]);
});

test("a statement whose name the server has forgotten, or knows as another, is run without one", async () => {
  for (const strange of ["DEALLOCATE ALL", "DEALLOCATE ALL; PREPARE next AS SELECT 1"]) {
    const pool = createPool({ url: new Secret(url), connections: 1, timeoutMs: 2_000 });
    const ask = (name: string) => pool.query({ sql: "SELECT $1::text AS said", parameters: [name], name });
    expect(await ask("first")).toEqual([{ said: "first" }]);
    await pool.query({ sql: strange, parameters: [] });
    expect(await ask("first")).toEqual([{ said: "first" }]);
    expect(await ask("next")).toEqual([{ said: "next" }]);
    await pool.close();
  }
});

test("a window that was deleted behind a gateway's back is made again", async () => {
  const store = await openStore();
  const reserve = (id: string, amount: bigint) => store.accounting.reserve([request(id, amount, [ask("gone", 5n)])]);
  await reserve("gone 1", 0n);
  await reserve("gone 2", 0n);
  for (const amount of [0n, 1n]) {
    await onPostgres(url, "DELETE FROM specgate_budgets WHERE subject_id = 'gone'");
    expect((await reserve(`gone with ${amount}`, amount))[0]?.kind).toBe("reserved");
  }
  const [budget] = await store.accounting.budgets({ subject: { kind: "key", id: "gone" } });
  expect(figures(budget)).toEqual([5n, 0n, 1n]);
});

test("after closing every call fails, and closing twice does no harm", async () => {
  const store = await openStore();
  const asked = store.accounting.commit([ledgerRow("closing")]);
  await Promise.all([store.close(), store.close()]);
  expect((await asked)[0]?.kind).toBe("committed");
  const calls = [
    () => store.keys.byId("k"),
    () => store.keys.insert(newKey("k")),
    () => store.accounting.reserve([request("1", 1n, [])]),
    () => store.accounting.commit([ledgerRow("1")]),
    () => store.ledger.rows({}, { limit: 1 }),
  ];
  expect(await Promise.all(calls.map((call) => codeOf(call())))).toEqual(calls.map(() => "closed"));
});
