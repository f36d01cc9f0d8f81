import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Claims, decide, type LockedBudget, toLocked } from "./decide.ts";
import { costAt, type LedgerValue, ledgerColumns, ledgerStatuses, valuesOf } from "./ledger-columns.ts";
import type { CommitOutcome, Renewal, ReserveOutcome } from "./reservation.ts";
import { bigOf, textOf, wordOf } from "./rows.ts";

/** Reserve and settle on SQLite. Each is called inside BEGIN IMMEDIATE: nobody else writes meanwhile. */
export interface SqliteAccounting {
  readonly reserve: (requests: readonly Claims[]) => readonly ReserveOutcome[];
  /** Of lines in JSON: see `LedgerLine`. */
  readonly commit: (lines: readonly string[]) => readonly CommitOutcome[];
  readonly release: (ids: readonly string[]) => readonly string[];
  readonly renew: (renewals: readonly Renewal[]) => readonly string[];
  readonly expire: (nowMs: number, limit: number) => readonly string[];
}

/** Ids as one value, so that many are looked for at once. */
const given = "(SELECT value FROM json_each(?))";

const budgetKey = "subject_kind = ? AND subject_id = ? AND window_start = ? AND window_end = ?";

/** @param prepare - prepares a statement, once for each text */
export function createSqliteAccounting(prepare: (sql: string) => StatementSync): SqliteAccounting {
  const insertRow = prepare(`
    INSERT INTO specgate_ledger (${ledgerColumns.join(", ")}) VALUES (${ledgerColumns.map(() => "?").join(", ")})
    ON CONFLICT (id) DO NOTHING`);
  const statusOf = prepare("SELECT status FROM specgate_ledger WHERE id = ?");
  const knownIds = prepare(`
    SELECT id FROM specgate_leases WHERE id IN ${given} UNION ALL SELECT id FROM specgate_ledger WHERE id IN ${given}`);
  const insertLease = prepare(
    "INSERT INTO specgate_leases (id, expires_at, amount_nano, budgets, estimate) VALUES (?, ?, ?, ?, ?)",
  );
  const endLeases = prepare(`DELETE FROM specgate_leases WHERE id IN ${given} RETURNING id, amount_nano, budgets`);
  const renewLease = prepare("UPDATE specgate_leases SET expires_at = max(expires_at, ?) WHERE id = ?");
  const dueLeases = prepare(
    "SELECT id, amount_nano, estimate FROM specgate_leases WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
  );
  const findBudget = prepare(`SELECT * FROM specgate_budgets WHERE ${budgetKey}`);
  const insertBudget = prepare(`
    INSERT INTO specgate_budgets
      (subject_kind, subject_id, window_start, window_end, limit_nano, limit_revision, spent_nano, reserved_nano)
    VALUES (?, ?, ?, ?, ?, ?, 0, 0) RETURNING *`);
  const setBudget = prepare(
    "UPDATE specgate_budgets SET limit_nano = ?, limit_revision = ?, reserved_nano = ? WHERE id = ?",
  );
  const settleBudget = prepare(
    "UPDATE specgate_budgets SET reserved_nano = reserved_nano - ?, spent_nano = spent_nano + ? WHERE id = ?",
  );

  function lockedBudgets(requests: readonly Claims[]): readonly LockedBudget[] {
    const rows = new Map<string, LockedBudget>();
    for (const claim of requests.flatMap(({ claims }) => claims)) {
      if (rows.has(claim.name)) continue;
      const { subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision } = claim;
      const key = [subjectKind, subjectId, BigInt(windowStart), BigInt(windowEnd)] as const;
      const row = findBudget.get(...key) ?? insertBudget.get(...key, limitNano, BigInt(limitRevision));
      if (row !== undefined) rows.set(claim.name, toLocked(row));
    }
    return [...rows.values()];
  }

  /** False where the ledger has a row of the id. */
  function write(values: readonly LedgerValue[]): boolean {
    // Numbers are whole, and money is digits: the columns make integers of both, without loss.
    return Number(insertRow.run(...values).changes) === 1;
  }

  /**
   * Ends reservations by their ids: what each cost is spent, the rest is free. Gives their amounts. A budget that they
   * share is written once.
   */
  function settle(costs: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> {
    const amounts = new Map<string, bigint>();
    const sums = new Map<string, { amount: bigint; cost: bigint }>();
    for (const lease of endLeases.all(JSON.stringify([...costs.keys()]))) {
      const [id, amount] = [textOf(lease, "id"), bigOf(lease, "amount_nano")];
      amounts.set(id, amount);
      addTo(sums, textOf(lease, "budgets"), amount, costs.get(id) ?? 0n);
    }
    const budgets = new Map<string, { amount: bigint; cost: bigint }>();
    for (const [list, { amount, cost }] of sums) {
      for (const budget of idsIn(list)) addTo(budgets, budget, amount, cost);
    }
    for (const [budget, { amount, cost }] of budgets) settleBudget.run(amount, cost, budget);
    return amounts;
  }

  return {
    reserve(requests) {
      const ids = JSON.stringify(requests.map(({ id }) => id));
      const known = new Set(knownIds.all(ids, ids).map((row) => textOf(row, "id")));
      const decision = decide(requests, lockedBudgets(requests), known);
      for (const { id, limit, limitRevision, reserved } of decision.budgets) {
        setBudget.run(limit, BigInt(limitRevision), reserved, id);
      }
      for (const { id, expiresAt, amount, budgets, estimate } of decision.leases) {
        insertLease.run(id, expiresAt, amount, `[${budgets.join(",")}]`, estimate);
      }
      return decision.outcomes;
    },

    commit(lines) {
      const costs = new Map<string, bigint>();
      const written = lines.map((line) => {
        const values = valuesOf(line);
        const id = String(values[0]);
        const isWritten = write(values);
        if (isWritten) costs.set(id, costOf(values));
        return { id, isWritten };
      });
      const amounts = settle(costs);
      return written.map(({ id, isWritten }) => {
        if (isWritten) return { kind: "committed", id, reservedNanoUsd: amounts.get(id) };
        return { kind: "already", id, status: wordOf(statusOf.get(id) ?? {}, "status", ledgerStatuses) };
      });
    },

    release: (ids) => [...settle(new Map(ids.map((id) => [id, 0n]))).keys()],

    renew: (renewals) =>
      renewals
        .filter(({ id, expiresAt }) => Number(renewLease.run(BigInt(expiresAt), id).changes) === 1)
        .map(({ id }) => id),

    expire(nowMs, limit) {
      const costs = new Map<string, bigint>();
      for (const due of dueLeases.all(BigInt(nowMs), BigInt(limit))) {
        const values = boundedBy(valuesOf(textOf(due, "estimate")), bigOf(due, "amount_nano"));
        costs.set(textOf(due, "id"), write(values) ? costOf(values) : 0n);
      }
      settle(costs);
      return [...costs.keys()];
    },
  };
}

function addTo(sums: Map<string, { amount: bigint; cost: bigint }>, key: string, amount: bigint, cost: bigint): void {
  const sum = sums.get(key);
  if (sum === undefined) sums.set(key, { amount, cost });
  else {
    sum.amount += amount;
    sum.cost += cost;
  }
}

/** Budgets as a lease has them: `[1,2]`. */
function idsIn(list: string): readonly string[] {
  return list === "[]" ? [] : list.slice(1, -1).split(",");
}

function costOf(values: readonly LedgerValue[]): bigint {
  return BigInt(values[costAt] ?? 0);
}

/** A request that is lost costs no more than it reserved. One that reserved nothing had no limit to keep to. */
function boundedBy(values: readonly LedgerValue[], amount: bigint): readonly LedgerValue[] {
  return amount > 0n && costOf(values) > amount ? values.with(costAt, String(amount)) : values;
}

/** Prepares each text once. */
export function createPreparer(database: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    // Lists with filters have many texts.
    if (prepared.size >= 200) prepared.clear();
    prepared.set(sql, statement);
    return statement;
  };
}

/** As SQLite takes it: a number would be a float. */
export function toValue(value: unknown, column: string): string | bigint | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" || typeof value === "bigint" || value === null) return value;
  throw new Error(`${column} cannot be a value`);
}
