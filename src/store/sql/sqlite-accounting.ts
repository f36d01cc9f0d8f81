import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Claims, decide, type LockedBudget, nameOf, toLocked } from "./decide.ts";
import { type LedgerColumns, ledgerStatuses } from "./ledger-columns.ts";
import type { CommitOutcome, Renewal, ReserveOutcome } from "./reservation.ts";
import { bigOf, isObject, type Row, textOf, wordOf } from "./rows.ts";
import { tokenColumns } from "./tokens.ts";

/** Reserve and settle on SQLite. Each is called inside BEGIN IMMEDIATE: nobody else writes meanwhile. */
export interface SqliteAccounting {
  readonly reserve: (requests: readonly Claims[]) => readonly ReserveOutcome[];
  readonly commit: (rows: readonly LedgerColumns[]) => readonly CommitOutcome[];
  readonly release: (ids: readonly string[]) => readonly string[];
  readonly renew: (renewals: readonly Renewal[]) => readonly string[];
  readonly expire: (nowMs: number, limit: number) => readonly string[];
}

const columns = [
  ...["id", "time", "key_id", "user_id", "team_id", "end_user", "operation", "requested_model", "upstream_model"],
  ...["response_model", "provider", "deployment", "attempts", "status", "http_status", "error_code"],
  ...Object.values(tokenColumns),
  ...["provenance", "cost_nano", "latency_ms", "first_byte_ms", "changes", "client", "cache"],
];

const budgetKey = "subject_kind = ? AND subject_id = ? AND window_start = ? AND window_end = ?";

/** @param prepare - prepares a statement, once for each text */
export function createSqliteAccounting(prepare: (sql: string) => StatementSync): SqliteAccounting {
  const insertRow = prepare(`
    INSERT INTO specgate_ledger (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
    ON CONFLICT (id) DO NOTHING`);
  const statusOf = prepare("SELECT status FROM specgate_ledger WHERE id = ?");
  const leaseOf = prepare("SELECT 1 FROM specgate_leases WHERE id = ?");
  const insertLease = prepare(
    "INSERT INTO specgate_leases (id, expires_at, amount_nano, estimate) VALUES (?, ?, ?, ?)",
  );
  const endLease = prepare("DELETE FROM specgate_leases WHERE id = ? RETURNING amount_nano");
  const renewLease = prepare("UPDATE specgate_leases SET expires_at = max(expires_at, ?) WHERE id = ?");
  const dueLeases = prepare(
    "SELECT id, estimate FROM specgate_leases WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
  );
  const findBudget = prepare(`SELECT * FROM specgate_budgets WHERE ${budgetKey}`);
  const insertBudget = prepare(`
    INSERT INTO specgate_budgets
      (subject_kind, subject_id, window_start, window_end, limit_nano, limit_revision, spent_nano, reserved_nano)
    VALUES (?, ?, ?, ?, ?, ?, 0, 0) RETURNING *`);
  const setBudget = prepare(
    "UPDATE specgate_budgets SET limit_nano = ?, limit_revision = ?, reserved_nano = ? WHERE id = ?",
  );
  const insertReservation = prepare(
    "INSERT INTO specgate_reservations (lease_id, budget_id, amount_nano) VALUES (?, ?, ?)",
  );
  const takeReservations = prepare(
    "DELETE FROM specgate_reservations WHERE lease_id = ? RETURNING budget_id, amount_nano",
  );
  const settleBudget = prepare(
    "UPDATE specgate_budgets SET reserved_nano = reserved_nano - ?, spent_nano = spent_nano + ? WHERE id = ?",
  );

  function lockedBudgets(requests: readonly Claims[]): readonly LockedBudget[] {
    const rows = new Map<string, LockedBudget>();
    for (const claim of requests.flatMap(({ claims }) => claims)) {
      const name = nameOf(claim);
      if (rows.has(name)) continue;
      const { subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision } = claim;
      const key = [subjectKind, subjectId, BigInt(windowStart), BigInt(windowEnd)] as const;
      const row = findBudget.get(...key) ?? insertBudget.get(...key, limitNano, BigInt(limitRevision));
      if (row !== undefined) rows.set(name, toLocked(row));
    }
    return [...rows.values()];
  }

  function write(row: LedgerColumns): boolean {
    return Number(insertRow.run(...columns.map((column) => toValue(row[column], column))).changes) === 1;
  }

  /** Ends reservations together, so that a budget that they share is written once. */
  function settling<Result>(act: (settle: Settle) => Result): Result {
    const sums = new Map<bigint, { amount: bigint; cost: bigint }>();
    const result = act((id, cost) => {
      for (const row of takeReservations.all(id)) {
        const budget = bigOf(row, "budget_id");
        const sum = sums.get(budget) ?? { amount: 0n, cost: 0n };
        sum.amount += bigOf(row, "amount_nano");
        sum.cost += cost;
        sums.set(budget, sum);
      }
      const lease = endLease.get(id);
      return lease === undefined ? undefined : bigOf(lease, "amount_nano");
    });
    for (const [budget, { amount, cost }] of sums) settleBudget.run(amount, cost, budget);
    return result;
  }

  return {
    reserve(requests) {
      const known = requests.map(({ id }) => id).filter((id) => statusOf.get(id) ?? leaseOf.get(id));
      const decision = decide(requests, lockedBudgets(requests), new Set(known));
      for (const { id, limit, limitRevision, reserved } of decision.budgets) {
        setBudget.run(limit, BigInt(limitRevision), reserved, id);
      }
      for (const { id, expiresAt, amount, estimate } of decision.leases) {
        insertLease.run(id, BigInt(expiresAt), amount, estimate);
      }
      for (const { leaseId, budgetId, amount } of decision.reservations)
        insertReservation.run(leaseId, budgetId, amount);
      return decision.outcomes;
    },

    commit: (rows) =>
      settling((settle) =>
        rows.map((row) => {
          const id = String(row["id"]);
          if (write(row)) return { kind: "committed", id, reservedNanoUsd: settle(id, costOf(row)) };
          return { kind: "already", id, status: wordOf(statusOf.get(id) ?? {}, "status", ledgerStatuses) };
        }),
      ),

    release: (ids) => settling((settle) => ids.filter((id) => settle(id, 0n) !== undefined)),

    renew: (renewals) =>
      renewals
        .filter(({ id, expiresAt }) => Number(renewLease.run(BigInt(expiresAt), id).changes) === 1)
        .map(({ id }) => id),

    expire: (nowMs, limit) =>
      settling((settle) =>
        dueLeases.all(BigInt(nowMs), BigInt(limit)).map((due) => {
          const row = estimateOf(due);
          settle(textOf(due, "id"), write(row) ? costOf(row) : 0n);
          return textOf(due, "id");
        }),
      ),
  };
}

/** Ends a reservation: what it cost is spent, the rest is free. Gives its amount; undefined where there is none. */
type Settle = (id: string, cost: bigint) => bigint | undefined;

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

function costOf(row: LedgerColumns): bigint {
  return BigInt(row["cost_nano"] ?? 0);
}

function estimateOf(due: Row): LedgerColumns {
  const value: unknown = JSON.parse(textOf(due, "estimate"));
  if (!isObject(value)) throw new Error("an estimate is an object");
  const entries = Object.entries(value).map(([column, one]) => {
    const isOne = typeof one === "string" || typeof one === "number" || one === null;
    return [column, isOne ? one : null] as const;
  });
  return Object.fromEntries(entries);
}
