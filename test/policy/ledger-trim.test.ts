import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createLedgerTrim } from "../../src/policy/ledger-trim.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { until } from "../store/_key-value.ts";

const day = 86_400_000;
const now = 500 * day;

interface Trimmed {
  readonly table: string;
  readonly before: number;
  readonly limit: number;
}

/** What is deleted where so many rows are old. */
function trimming(old: Record<string, number>, retentionMs = 30 * day, everyMs = 3_600_000) {
  const asked: Trimmed[] = [];
  const lines: string[] = [];
  const state = { isAway: false };
  const trim = (table: string) => async (before: number, limit: number) => {
    asked.push({ table, before, limit });
    if (state.isAway) throw new StoreError("unavailable", "The connection is broken.");
    const count = Math.min(limit, old[table] ?? 0);
    old[table] = (old[table] ?? 0) - count;
    return count;
  };
  const trimmer = createLedgerTrim({
    accounts: {
      ledger: { trim: trim("ledger") },
      accounting: { trimBudgets: trim("budgets") },
      contents: { trim: trim("contents") },
    },
    ledger: {
      contentRetentionMs: undefined,
      retentionMs: retentionMs === Number.POSITIVE_INFINITY ? undefined : retentionMs,
    },
    log: {
      info: (fields, message) => void lines.push(`info ${message} ${JSON.stringify(fields)}`),
      warn: (fields, message) => void lines.push(`warn ${message} ${JSON.stringify(fields)}`),
    },
    nowMs: () => now,
    everyMs,
  });
  onTestFinished(() => trimmer.close());
  const of = (table: string) => asked.filter((one) => one.table === table);
  return { trimmer, asked, of, lines, old, state };
}

test("old rows go in slices, and how many is said", async () => {
  const { of, lines, old } = trimming({ ledger: 2_300, budgets: 1 });
  await until(() => lines.length > 0);
  expect(old).toMatchObject({ ledger: 0, budgets: 0 });
  expect(of("ledger")).toEqual(Array(3).fill({ table: "ledger", before: now - 30 * day, limit: 1_000 }));
  expect(of("budgets")).toEqual([{ table: "budgets", before: now - 400 * day, limit: 1_000 }]);
  expect(lines).toEqual(['info old rows of the ledger were deleted {"rows":2300}']);
});

test("without a retention no row of the ledger goes", async () => {
  const { of } = trimming({ ledger: 5 }, Number.POSITIVE_INFINITY);
  await until(() => of("budgets").length > 0);
  await sleep(150);
  expect(of("ledger")).toEqual([]);
});

test("it ends between two slices when the gateway does", async () => {
  const { trimmer, of, lines } = trimming({ ledger: 1_000_000 });
  await until(() => of("ledger").length > 1);
  trimmer.close();
  const count = of("ledger").length;
  await sleep(150);
  expect(of("ledger").length).toBeLessThanOrEqual(count + 1);
  expect(lines.length).toBeLessThanOrEqual(1);
});

test("a database that is away is told of, and asked again the next time", async () => {
  const old = { ledger: 3 };
  const { state, lines, of } = trimming(old, day, 100);
  state.isAway = true;
  await until(() => lines.length > 0);
  expect(lines[0]).toBe('warn old rows of the ledger could not be deleted {"code":"unavailable"}');
  state.isAway = false;
  await until(() => of("ledger").length > 0 && old.ledger === 0);
});
