import { StoreError } from "../store-error.ts";
import { createBatcher, type Outcome } from "./batcher.ts";
import type { Database } from "./database.ts";
import { type Claim, type Claims, type Decision, decide, type LockedBudget, nameOf, toLocked } from "./decide.ts";
import { type LedgerColumns, ledgerStatuses } from "./ledger-columns.ts";
import { Collision, type Pool, type Query } from "./postgres-pool.ts";
import {
  commitRows,
  expireLeases,
  insertBudgets,
  knownIds,
  lockBudgets,
  releaseLeases,
  renewLeases,
  statusesOf,
  writeDecision,
} from "./postgres-statements.ts";
import type { CommitOutcome, ReserveOutcome } from "./reservation.ts";
import { maybeBigOf, textOf, wordOf } from "./rows.ts";

type Accounting = Pick<Database, "reserve" | "commit" | "release" | "renew" | "expire"> & {
  readonly idle: () => Promise<void>;
};

/** How often a call is made again that collided with another one, or found that something had come in between. */
const mostTries = 6;

/** Reserve and settle on PostgreSQL: one batch of each is under way at a time, and takes all that waits. */
export function createPostgresAccounting(pool: Pool, timeoutMs: number): Accounting {
  const shared = { timeoutMs, name: "PostgreSQL" };
  const idsOf = async (sql: string, parameters: readonly unknown[]): Promise<readonly string[]> => {
    const rows = await again(() => pool.query({ sql, parameters }));
    return rows.map((row) => textOf(row, "id"));
  };

  const reserving = createBatcher<Claims, ReserveOutcome>({
    ...shared,
    most: 500,
    run: (requests) => alone(requests, (some) => reserveAll(pool, some)),
    onLate: (_, { kind, id }) => {
      if (kind === "reserved") idsOf(releaseLeases, [[id]]).catch(() => undefined);
    },
  });
  const committing = createBatcher<LedgerColumns, CommitOutcome>({
    ...shared,
    most: 500,
    run: (rows) => alone(rows, (some) => commitAll(pool, some)),
  });

  return {
    reserve: reserving.ask,
    commit: committing.ask,
    release: (ids) => idsOf(releaseLeases, [ids]),
    renew: (renewals) => idsOf(renewLeases, [renewals.map(({ id }) => id), renewals.map(({ expiresAt }) => expiresAt)]),
    expire: (nowMs, limit) => idsOf(expireLeases, [nowMs, limit]),
    async idle() {
      await Promise.all([reserving.idle(), committing.idle()]);
    },
  };
}

/** Where the server refuses a batch, one item may be why: each is asked for by itself, and the others have their answer. */
async function alone<Item, Result>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Outcome<Result>[]> {
  try {
    return (await run(items)).map((result) => ({ result }));
  } catch (thrown) {
    if (items.length === 1 || !(thrown instanceof StoreError) || thrown.code !== "refused") throw thrown;
  }
  const outcomes: Outcome<Result>[] = [];
  for (const item of items) outcomes.push(...(await alone([item], run).catch(toOutcome)));
  return outcomes;
}

function toOutcome(thrown: unknown): readonly [StoreError] {
  if (thrown instanceof StoreError) return [thrown];
  throw thrown;
}

/** Runs what the server undid for the sake of another transaction once more. */
async function again<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let left = mostTries; ; left--) {
    try {
      return await act();
    } catch (thrown) {
      if (left <= 1 || !(thrown instanceof Collision)) throw thrown;
    }
  }
}

/** Not an error: a window's row was made, or an id taken, since it was looked for. */
class Outrun extends Error {}

async function reserveAll(pool: Pool, requests: readonly Claims[]): Promise<readonly ReserveOutcome[]> {
  const claims = [...new Map(requests.flatMap((one) => one.claims).map((claim) => [nameOf(claim), claim])).values()];
  for (let left = mostTries; ; left--) {
    try {
      return await again(() => pool.transaction((query) => reserveIn(query, requests, claims)));
    } catch (thrown) {
      const isTaken = thrown instanceof StoreError && thrown.code === "conflict";
      if (left <= 1 || !(isTaken || thrown instanceof Outrun)) throw thrown;
      if (thrown instanceof Outrun) await pool.query({ sql: insertBudgets, parameters: columnsOf(claims, true) });
    }
  }
}

async function reserveIn(
  query: Query,
  requests: readonly Claims[],
  claims: readonly Claim[],
): Promise<readonly ReserveOutcome[]> {
  const known = await query({ sql: knownIds, parameters: [requests.map(({ id }) => id)] });
  const locked = claims.length === 0 ? [] : await query({ sql: lockBudgets, parameters: columnsOf(claims, false) });
  if (locked.length < claims.length) throw new Outrun();
  const rows: readonly LockedBudget[] = locked.map(toLocked);
  const decision = decide(requests, rows, new Set(known.map((row) => textOf(row, "id"))));
  if (decision.leases.length > 0 || decision.budgets.length > 0) {
    await query({ sql: writeDecision, parameters: parametersOf(decision) });
  }
  return decision.outcomes;
}

function columnsOf(claims: readonly Claim[], withLimits: boolean): readonly unknown[] {
  const key = [
    claims.map(({ subjectKind }) => subjectKind),
    claims.map(({ subjectId }) => subjectId),
    claims.map(({ windowStart }) => windowStart),
    claims.map(({ windowEnd }) => windowEnd),
  ];
  const limits = [claims.map(({ limitNano }) => limitNano), claims.map(({ limitRevision }) => limitRevision)];
  return withLimits ? [...key, ...limits] : key;
}

function parametersOf({ budgets, leases, reservations }: Decision): readonly unknown[] {
  return [
    budgets.map(({ id }) => id),
    budgets.map(({ limit }) => limit),
    budgets.map(({ limitRevision }) => limitRevision),
    budgets.map(({ reserved }) => reserved),
    leases.map(({ id }) => id),
    leases.map(({ expiresAt }) => expiresAt),
    leases.map(({ amount }) => amount),
    leases.map(({ estimate }) => estimate),
    reservations.map(({ leaseId }) => leaseId),
    reservations.map(({ budgetId }) => budgetId),
    reservations.map(({ amount }) => amount),
  ];
}

async function commitAll(pool: Pool, rows: readonly LedgerColumns[]): Promise<readonly CommitOutcome[]> {
  const ids = rows.map((row) => String(row["id"]));
  // The first of an id is written, also where both wait together.
  const written = await again(() => pool.query({ sql: commitRows, parameters: [JSON.stringify(firsts(rows))] }));
  const amounts = new Map(written.map((row) => [textOf(row, "id"), maybeBigOf(row, "amount_nano")]));
  const begun = new Set<string>();
  const isSecond = ids.map((id) => !amounts.has(id) || begun.size === begun.add(id).size);
  const seconds = ids.filter((_, at) => isSecond[at]);
  const statuses = seconds.length === 0 ? [] : await pool.query({ sql: statusesOf, parameters: [seconds] });
  return ids.map((id, at) => {
    if (isSecond[at] !== true) return { kind: "committed", id, reservedNanoUsd: amounts.get(id) };
    const row = statuses.find((one) => one["id"] === id);
    return { kind: "already", id, status: wordOf(row ?? {}, "status", ledgerStatuses) };
  });
}

function firsts(rows: readonly LedgerColumns[]): readonly LedgerColumns[] {
  const seen = new Map<unknown, LedgerColumns>();
  for (const row of rows) if (!seen.has(row["id"])) seen.set(row["id"], row);
  return [...seen.values()];
}
