import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { openSqlStore, type SqlPlace } from "../../../src/store/sql/open.ts";
import type { SqlStore } from "../../../src/store/sql/port.ts";
import type { Budget } from "../../../src/store/sql/reservation.ts";
import fc from "../../_fc.ts";
import { onPostgres, type TestDatabase, untilAlone } from "./_databases.ts";
import { start } from "./_records.ts";
import { type Plan, spend } from "./_spender.ts";

const children: ChildProcess[] = [];
/** A place as a process of its own is told of it. */
const wordOf = (place: SqlPlace): string => (place.kind === "sqlite" ? place.file : place.url.reveal());

/** From here on the database itself refuses to hold more than a limit, at any time: whoever tries fails. */
async function forbidOverspending(place: SqlPlace): Promise<void> {
  if (place.kind === "postgres") {
    await onPostgres(
      place.url.reveal(),
      "ALTER TABLE specgate_budgets ADD CONSTRAINT exact CHECK (spent_nano + reserved_nano <= limit_nano)",
    );
    return;
  }
  const database = new DatabaseSync(place.file, { timeout: 2_000 });
  database.exec(`CREATE TRIGGER exact BEFORE UPDATE ON specgate_budgets
    WHEN NEW.spent_nano + NEW.reserved_nano > NEW.limit_nano BEGIN SELECT RAISE(ABORT, 'overspent'); END`);
  database.close();
}

/** What the store said to whoever asked: every one of these must be on the ledger. */
type Said = Map<string, bigint>;

interface Spender {
  readonly child: ChildProcess;
  /** Resolves when the process has its database open. */
  readonly ready: Promise<void>;
  readonly ended: Promise<string>;
}

/** Starts a process that spends. */
function startSpender(place: SqlPlace, plan: Plan, said: Said): Spender {
  const program = join(import.meta.dirname, "_spender-process.ts");
  const child = spawn(process.execPath, [program, wordOf(place), JSON.stringify(plan)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let last = "";
  let errors = "";
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [word, id = "", cost = "0"] = line.split(" ");
    if (word === "ready") ready.resolve();
    if (word === "committed") said.set(id, BigInt(cost));
    last = line;
  });
  child.stderr.on("data", (bytes: Buffer) => {
    errors += bytes.toString();
  });
  const ended = once(child, "close").then(() => {
    ready.resolve();
    return errors === "" ? last : errors;
  });
  return { child, ready: ready.promise, ended };
}

/** What must hold when nobody spends any more. */
async function expectExact(store: SqlStore, said: Said): Promise<void> {
  for (;;) if ((await store.accounting.expire(start + 1, 500)).length === 0) break;
  const budgets = await store.accounting.budgets({});
  expect(budgets.filter(({ reservedNanoUsd }) => reservedNanoUsd !== 0n)).toEqual([]);
  for (const budget of budgets) {
    expect(budget.spentNanoUsd <= (budget.limitNanoUsd ?? 0n)).toBe(true);
    expect([budget.subject, budget.spentNanoUsd]).toEqual([budget.subject, await onLedger(store, budget)]);
  }
  const rows = await store.ledger.rows({}, { limit: 10_000 });
  const costs = new Map(rows.map((row) => [row.id, row.costNanoUsd]));
  expect(costs.size).toBe(rows.length);
  for (const [id, cost] of said) expect([id, costs.get(id)]).toEqual([id, cost]);
}

/** What the ledger says was spent in a window. */
async function onLedger(store: SqlStore, { subject, windowStart: from, windowEnd: to }: Budget): Promise<bigint> {
  const sums = await store.ledger.sums(subject.kind, { from, to });
  return sums.find(({ group }) => group === subject.id)?.costNanoUsd ?? 0n;
}

const limit = fc.integer({ min: 0, max: 3_000 });
const plans = fc.record({
  seed: fc.integer(),
  requests: fc.integer({ min: 100, max: 250 }),
  parallel: fc.integer({ min: 1, max: 40 }),
  most: fc.integer({ min: 1, max: 100 }),
  limits: fc.tuple(limit, limit, limit, limit),
});

/** Everything between an empty database and the end. */
async function inDatabase(database: TestDatabase, act: (place: SqlPlace, said: Said) => Promise<void>): Promise<void> {
  const place = await database.fresh();
  await (await openSqlStore(place)).close();
  await forbidOverspending(place);
  const said: Said = new Map();
  await act(place, said);
  if (place.kind === "postgres") await untilAlone(place.url.reveal());
  const store = await openSqlStore(place);
  await expectExact(store, said);
  await store.close();
  await database.drop();
}

/** What must hold on every database. */
export function describeExactness(database: TestDatabase, hasReplicas: boolean): void {
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await database.drop();
  });

  describe(`${database.name}: no budget is overspent`, () => {
    test("by many requests at once in one process, and every reservation ends", {
      timeout: 60_000,
    }, async (context) => {
      await database.need(context);
      await fc.assert(
        fc.asyncProperty(plans, (plan) =>
          inDatabase(database, async (place, said) => {
            const store = await openSqlStore(place, { timeoutMs: 15_000 });
            const spent = await spend(store, { ...plan, name: "one" }, (id, cost) => said.set(id, cost));
            expect(spent.reserved + spent.refused).toBe(plan.requests);
            await store.close();
          }),
        ),
        { numRuns: 4, endOnFailure: true },
      );
    });

    test("by a process that is killed in the middle, and one that goes on", { timeout: 60_000 }, async (context) => {
      await database.need(context);
      await fc.assert(
        fc.asyncProperty(plans, fc.integer({ min: 0, max: 150 }), (plan, aliveMs) =>
          inDatabase(database, async (place, said) => {
            const endless = { ...plan, name: "killed", requests: 1_000_000 };
            const { child, ready, ended } = startSpender(place, endless, said);
            await ready;
            await sleep(aliveMs);
            child.kill("SIGKILL");
            await ended;
            const store = await openSqlStore(place);
            await spend(store, { ...plan, name: "next" }, (id, cost) => said.set(id, cost));
            await store.close();
          }),
        ),
        { numRuns: 2, endOnFailure: true },
      );
    });

    // One process alone may have a file of SQLite's.
    if (!hasReplicas) return;
    test("by three processes at once, one of which is killed while others sweep", {
      timeout: 60_000,
    }, async (context) => {
      await database.need(context);
      await fc.assert(
        fc.asyncProperty(plans, fc.integer({ min: 20, max: 300 }), (plan, aliveMs) =>
          inDatabase(database, async (place, said) => {
            const spenders = [1, 2, 3].map((at) => {
              const requests = at === 3 ? 1_000_000 : plan.requests;
              return startSpender(place, { ...plan, name: `p${at}`, seed: plan.seed + at, requests }, said);
            });
            await Promise.all(spenders.map(({ ready }) => ready));
            const killed = spenders[2];
            await sleep(aliveMs);
            killed?.child.kill("SIGKILL");
            const ends = await Promise.all(spenders.map(({ ended }) => ended));
            expect(ends.slice(0, 2).map((line) => line.split(" ")[0])).toEqual(["done", "done"]);
            const sweepers = await Promise.all([openSqlStore(place), openSqlStore(place)]);
            const swept = await Promise.all(
              [...sweepers, ...sweepers].map((one) => one.accounting.expire(start + 1, 200)),
            );
            expect(new Set(swept.flat()).size).toBe(swept.flat().length);
            await Promise.all(sweepers.map((one) => one.close()));
          }),
        ),
        { numRuns: 2, endOnFailure: true },
      );
    });
  });
}
