import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Payer } from "../../src/policy/caller.ts";
import type { SqlStore } from "../../src/store/sql/port.ts";
import { failureOf } from "../_promises.ts";
import { until } from "../store/_key-value.ts";
import { openPair, postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { alice, cheap, faultyAccounting, moneyOf, rowOf, rowsOf, startAccountant, wishOf } from "./_accountant.ts";

describe.each([sqliteDatabase(), postgresDatabase()])("accounting on $name", (database) => {
  let stores: readonly [SqlStore, SqlStore] | undefined;
  let store: SqlStore;
  let other: SqlStore;
  beforeEach(async (context) => {
    await database.need(context);
    if (stores === undefined) stores = await openPair(await database.fresh());
    else await database.clear();
    [store, other] = stores;
  });
  afterAll(async () => {
    await Promise.all((stores ?? []).map((one) => one.close()));
    await database.drop();
  });

  describe("a request", () => {
    test("reserves the most it can cost, and is settled by what it did", async () => {
      const { accountant } = startAccountant(store.accounting);
      const account = await accountant.enter(wishOf("1"));
      expect(await moneyOf(other)).toEqual([0n, 100n]);
      await account.settle(rowOf("1"));
      expect(await moneyOf(other)).toEqual([30n, 0n]);
      // The first call counts.
      await account.settle(rowOf("1", 99));
      expect(await moneyOf(other)).toEqual([30n, 0n]);
      expect(await rowsOf(other)).toMatchObject([{ id: "1", status: "succeeded", costNanoUsd: 30n }]);
    });

    test.each([
      ["more money than there is", { ...cheap, outputTokens: Number.MAX_SAFE_INTEGER, costAt: () => 10n ** 24n }],
      ["the last that can be counted", { ...cheap, costAt: () => 10n ** 18n }],
    ])("whose answer could cost %s is refused as any other", async (_name, bound) => {
      const { accountant, refusals } = startAccountant(store.accounting);
      const refused = await failureOf(accountant.enter(wishOf("1", { bound: () => bound })));
      expect(refused).toMatchObject({ errorName: "insufficient_quota" });
      expect(refusals).toEqual([{ kind: "key", model: "m" }]);
    });

    test("begun in the next window is asked of that one, and settled there", async () => {
      let now = Date.UTC(2026, 10, 30, 23, 59, 59, 999);
      const { accountant } = startAccountant(store.accounting, { nowMs: () => now });
      const monthly: Payer = { ...alice, period: { kind: "month" } };
      const first = await accountant.enter(wishOf("1", { payers: [monthly] }));
      now += 1;
      const second = await accountant.enter(wishOf("2", { payers: [monthly] }));
      await second.settle(rowOf("2", 40));
      await first.settle(rowOf("1", 30));
      expect(await other.accounting.budgets({})).toMatchObject([
        { windowStart: Date.UTC(2026, 10, 1), windowEnd: now, spentNanoUsd: 30n, reservedNanoUsd: 0n },
        { windowStart: now, windowEnd: Date.UTC(2027, 0, 1), spentNanoUsd: 40n, reservedNanoUsd: 0n },
      ]);
    });

    test("that asks for more tokens than can be counted is let in", async () => {
      const { accountant } = startAccountant(store.accounting);
      const guess = () => ({ promptTokens: 1, outputTokens: 2 ** 60, costNanoUsd: 7n });
      const account = await accountant.enter(wishOf("1", { payers: [], guess }));
      await account.settle(rowOf("1"));
      expect(await rowsOf(other)).toHaveLength(1);
    });
  });

  describe("a reservation", () => {
    test("is held while its request is under way, and ends with its process", async () => {
      const first = startAccountant(store.accounting);
      const second = startAccountant(other.accounting);
      const account = await first.accountant.enter(wishOf("1"));
      await sleep(800);
      expect(await moneyOf(other)).toEqual([0n, 100n]);
      expect(await rowsOf(other)).toEqual([]);
      // Its process ends, and the other one sweeps after it.
      await first.accountant.close();
      await until(async () => (await rowsOf(other)).length === 1);
      expect(await rowsOf(other)).toMatchObject([
        { id: "1", status: "lost", costNanoUsd: 7n, provenance: "estimated" },
      ]);
      expect(await moneyOf(other)).toEqual([7n, 0n]);
      expect(second.lines).toEqual(["warn requests were lost with their process, and are on the ledger"]);
      // What is lost stays so: nothing is thrown, and nothing is counted twice.
      await account.settle(rowOf("1"));
      expect(await moneyOf(other)).toEqual([7n, 0n]);
      expect(await rowsOf(other)).toMatchObject([{ status: "lost" }]);
    });

    test("is ended once, however many sweep", async () => {
      const ids = Array.from({ length: 30 }, (_, at) => `r${at}`);
      const dead = startAccountant(store.accounting);
      await Promise.all(ids.map((id) => dead.accountant.enter(wishOf(id))));
      await dead.accountant.close();
      const sweepers = [store, other, store, other].map(({ accounting }) => startAccountant(accounting));
      await until(async () => (await rowsOf(other)).length === 30);
      await sleep(200);
      expect(await moneyOf(other)).toEqual([30n * 7n, 0n]);
      expect(sweepers.flatMap(({ lines }) => lines.filter((line) => line.startsWith("warn"))).length).toBeGreaterThan(
        0,
      );
    });

    test("of who has no budget is lost at what was estimated", async () => {
      const payers = [{ ...alice, maxNanoUsd: undefined }];
      const { accountant } = startAccountant(store.accounting);
      await accountant.enter(wishOf("counted", { payers }));
      await accountant.enter(wishOf("free", { payers: [] }));
      await accountant.close();
      startAccountant(other.accounting);
      await until(async () => (await rowsOf(other)).length === 2);
      expect((await rowsOf(other)).map(({ costNanoUsd }) => costNanoUsd)).toEqual([7n, 7n]);
      expect(await moneyOf(other)).toEqual([7n, 0n]);
    });
  });

  describe("a database that is away when money is reserved", () => {
    test("lets requests pass under `open`, and their rows are written", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant, lines, outcomes } = startAccountant(accounting);
      fail(["reserve"]);
      const account = await accountant.enter(wishOf("1"));
      expect(outcomes).toEqual(["passed"]);
      expect(accountant.trouble()).toBe(
        "requests cannot be accounted for: requests pass; their rows are written when it is back (limits.on_store_failure: open)",
      );
      fail([]);
      await account.settle(rowOf("1"));
      expect(await rowsOf(other)).toHaveLength(1);
      expect(accountant.trouble()).toBeUndefined();
      expect(lines.at(-1)).toBe("info requests are accounted for again");
    });

    test("refuses requests under `closed`, and nobody pays for them", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant, outcomes } = startAccountant(accounting, { onStoreFailure: "closed" });
      fail(["reserve"]);
      const refused = await failureOf(accountant.enter(wishOf("1")));
      expect(refused).toMatchObject({ errorName: "overloaded", status: 503, retryAfterMs: 1_000 });
      expect(outcomes).toEqual(["refused"]);
      expect(await rowsOf(other)).toEqual([]);
    });

    test("may have reserved all the same: what was refused is given back, and is never lost", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant } = startAccountant(accounting, { onStoreFailure: "closed" });
      fail(["release"], ["reserve"]);
      await failureOf(accountant.enter(wishOf("1")));
      expect(await moneyOf(other)).toEqual([0n, 100n]);
      fail([]);
      await until(async () => (await moneyOf(other))[1] === 0n);
      await sleep(500);
      expect(await rowsOf(other)).toEqual([]);
    });

    test("may have reserved all the same: what passed keeps it, and is settled in its window", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant } = startAccountant(accounting);
      fail([], ["reserve"]);
      const account = await accountant.enter(wishOf("1"));
      fail([]);
      await sleep(800);
      await account.settle(rowOf("1"));
      expect(await rowsOf(other)).toMatchObject([{ status: "succeeded" }]);
      expect(await moneyOf(other)).toEqual([30n, 0n]);
    });
  });

  describe("a database that is away when a row is written", () => {
    test.each(["open", "closed"] as const)("has it when it is back, under `%s`", async (onStoreFailure) => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant, outcomes } = startAccountant(accounting, { onStoreFailure });
      const account = await accountant.enter(wishOf("1"));
      fail(["commit", "renew", "expire"]);
      const failure = await account.settle(rowOf("1")).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (onStoreFailure === "open") expect(failure).toBeUndefined();
      else expect(failure).toMatchObject({ errorName: "overloaded", status: 503 });
      expect(outcomes).toEqual(["unsettled"]);
      expect(accountant.trouble()).toContain("; 1 rows of the ledger wait");
      fail([]);
      await until(async () => (await rowsOf(other)).length === 1);
      expect(await rowsOf(other)).toMatchObject([{ status: "succeeded", costNanoUsd: 30n }]);
      expect(await moneyOf(other)).toEqual([30n, 0n]);
      await until(() => accountant.trouble() === undefined);
    });

    test("has it once, where only the answer was lost", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant } = startAccountant(accounting);
      const account = await accountant.enter(wishOf("1"));
      fail([], ["commit"]);
      await account.settle(rowOf("1"));
      fail([]);
      await until(() => accountant.trouble() === undefined);
      expect(await rowsOf(other)).toHaveLength(1);
      expect(await moneyOf(other)).toEqual([30n, 0n]);
    });

    test("has what came to its end, although the reservation's time was over meanwhile", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant } = startAccountant(accounting);
      const account = await accountant.enter(wishOf("1"));
      fail(["commit", "renew", "expire"]);
      await account.settle(rowOf("1"));
      await sleep(600);
      fail([]);
      await until(async () => (await rowsOf(other)).length === 1);
      expect(await rowsOf(other)).toMatchObject([{ status: "succeeded", costNanoUsd: 30n }]);
    });

    test("does not make others take a row for lost that only waits", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant } = startAccountant(accounting);
      startAccountant(other.accounting);
      const account = await accountant.enter(wishOf("1"));
      fail(["commit"]);
      await account.settle(rowOf("1"));
      await sleep(800);
      expect(await rowsOf(other)).toEqual([]);
      fail([]);
      await until(async () => (await rowsOf(other)).length === 1);
      expect(await rowsOf(other)).toMatchObject([{ status: "succeeded" }]);
    });

    test("keeps what is under way: all are renewed before any is ended", async () => {
      const first = faultyAccounting(store.accounting);
      const second = faultyAccounting(other.accounting);
      const { accountant } = startAccountant(first.accounting);
      startAccountant(second.accounting);
      const account = await accountant.enter(wishOf("1"));
      for (const { fail } of [first, second]) fail(["commit", "renew", "expire"]);
      await sleep(600);
      second.fail([]);
      await sleep(60);
      first.fail([]);
      await sleep(500);
      await account.settle(rowOf("1"));
      expect(await rowsOf(other)).toMatchObject([{ status: "succeeded" }]);
    });

    test("ends no gateway by what is thrown behind its requests", async () => {
      const broken = new TypeError("a bug");
      const { accountant, lines } = startAccountant({
        ...store.accounting,
        expire: () => Promise.reject(broken),
        renew: () => Promise.reject(broken),
      });
      await accountant.enter(wishOf("1"));
      await until(() => lines.length > 3);
      expect(new Set(lines)).toEqual(new Set(["warn accounting failed, and is tried again"]));
    });

    test("is told of as well when nobody asks, and that it is back", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant, lines } = startAccountant(accounting);
      fail(["expire", "renew"]);
      await until(() => accountant.trouble() !== undefined);
      fail([]);
      await until(() => accountant.trouble() === undefined);
      expect(lines).toHaveLength(2);
    });
  });

  describe("rows that are written together (`batched`)", () => {
    const ledger = { durability: "batched", windowMs: 60 } as const;

    test("are there within their time, and settle what was reserved", async () => {
      const { accounting, calls } = faultyAccounting(store.accounting);
      const { accountant } = startAccountant(accounting, { ledger });
      for (let at = 0; at < 10; at++) await (await accountant.enter(wishOf(`${at}`))).settle(rowOf(`${at}`));
      await until(async () => (await rowsOf(other)).length === 10);
      expect(calls.filter((call) => call === "commit").length).toBeLessThan(10);
      expect(await moneyOf(other)).toEqual([300n, 0n]);
    });

    test("are there when the gateway has ended", async () => {
      const { accountant } = startAccountant(store.accounting, { ledger: { ...ledger, windowMs: 60_000 } });
      for (let at = 0; at < 10; at++) await (await accountant.enter(wishOf(`${at}`))).settle(rowOf(`${at}`));
      expect(await rowsOf(other)).toEqual([]);
      await accountant.close();
      expect(await rowsOf(other)).toHaveLength(10);
      expect(await moneyOf(other)).toEqual([300n, 0n]);
    });

    test("are not taken for lost while they wait for longer than a reservation lasts", async () => {
      const { accountant } = startAccountant(store.accounting, { ledger: { ...ledger, windowMs: 900 } });
      startAccountant(other.accounting);
      await (await accountant.enter(wishOf("1"))).settle(rowOf("1"));
      await until(async () => (await rowsOf(other)).length === 1);
      expect(await rowsOf(other)).toMatchObject([{ status: "succeeded", costNanoUsd: 30n }]);
    });

    test("are lost with a process that is killed: at what was estimated, and once", async () => {
      const killed = faultyAccounting(store.accounting);
      const { accountant } = startAccountant(killed.accounting, { ledger: { ...ledger, windowMs: 60_000 } });
      await (await accountant.enter(wishOf("1"))).settle(rowOf("1"));
      killed.fail(["commit", "renew", "expire"]);
      await accountant.close();
      startAccountant(other.accounting);
      await until(async () => (await rowsOf(other)).length === 1);
      expect(await rowsOf(other)).toMatchObject([{ status: "lost", costNanoUsd: 7n }]);
      expect(await moneyOf(other)).toEqual([7n, 0n]);
    });
  });

  describe("the end of a gateway", () => {
    test("waits for requests that come to theirs", async () => {
      const { accountant } = startAccountant(store.accounting, { endMs: 2_000 });
      const account = await accountant.enter(wishOf("1"));
      setTimeout(() => void account.settle(rowOf("1")), 50);
      await accountant.close();
      expect(await rowsOf(other)).toMatchObject([{ status: "succeeded" }]);
    });

    test("says how many rows could not be written", async () => {
      const { accounting, fail } = faultyAccounting(store.accounting);
      const { accountant, lines } = startAccountant(accounting);
      const account = await accountant.enter(wishOf("1"));
      fail(["commit"]);
      await account.settle(rowOf("1"));
      await accountant.close();
      expect(lines.at(-1)).toContain("rows of the ledger were given up");
    });
  });
});
