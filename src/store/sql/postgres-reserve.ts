import { StoreError } from "../store-error.ts";
import type { BudgetIds } from "./budget-ids.ts";
import type { Statement } from "./database.ts";
import { type Claim, type Claims, type Decision, decide, type LockedBudget, toLocked } from "./decide.ts";
import { again, mostTries, type Pool, type Query } from "./postgres-pool.ts";
import {
  grantMoney,
  grantNothing,
  insertBudgets,
  knownIds,
  lockBudgets,
  writeDecision,
} from "./postgres-statements.ts";
import type { ReserveOutcome } from "./reservation.ts";
import { textOf } from "./rows.ts";

/** How a transaction commits: see `synchronous_commit`. Null: as the server does. */
export type WaitFor = "off" | null;

/** Not an error: a window's row was made, or an id taken, since it was looked for. */
class Outrun extends Error {}

/** What reserving needs. */
export interface Reserving {
  readonly pool: Pool;
  readonly ids: BudgetIds;
  readonly waitFor: WaitFor;
}

/**
 * Reserves for requests that wait together, each whole or not at all.
 *
 * @param isForMoney - whether one of them asks for more than nothing
 */
export async function reserveAll(
  own: Reserving,
  requests: readonly Claims[],
  isForMoney: boolean,
): Promise<readonly ReserveOutcome[]> {
  const { pool } = own;
  const granted = await grantAll(own, requests, isForMoney);
  if (granted !== undefined) return granted;
  const claims = [...new Map(requests.flatMap((one) => one.claims).map((claim) => [claim.name, claim])).values()];
  for (let left = mostTries; ; left--) {
    try {
      return await again(() => pool.transaction((query) => reserveIn(query, own, requests, claims)));
    } catch (thrown) {
      const isTaken = thrown instanceof StoreError && thrown.code === "conflict";
      if (left <= 1 || !(isTaken || thrown instanceof Outrun)) throw thrown;
      if (thrown instanceof Outrun) await pool.query({ sql: insertBudgets, parameters: columnsOf(claims, true) });
    }
  }
}

/** One statement for all of them, where that will do; undefined where each has to be looked at, and nothing was done. */
async function grantAll(
  { pool, ids, waitFor }: Reserving,
  requests: readonly Claims[],
  isForMoney: boolean,
): Promise<readonly ReserveOutcome[] | undefined> {
  const asked = ids.sumsOf(requests);
  if (asked === undefined) return undefined;
  const sums = [...asked.values()];
  const parameters = [
    sums.map(({ id }) => id),
    sums.map(({ claim }) => claim.limitNano),
    sums.map(({ claim }) => claim.limitRevision),
    sums.map(({ amount }) => amount),
    requests.map(({ id }) => id),
    leasesOf(requests.map((one) => ({ ...one, budgets: one.claims.map(({ name }) => asked.get(name)?.id ?? 0n) }))),
    waitFor,
  ];
  const statement: Statement = isForMoney
    ? { sql: grantMoney, parameters, name: "specgate_grant_money" }
    : { sql: grantNothing, parameters, name: "specgate_grant_nothing" };
  const rows = await again(() => pool.query(statement)).catch((thrown: unknown) => {
    // An id is taken by who came first, or a sum is too large: each has its answer by itself.
    if (thrown instanceof StoreError && (thrown.code === "conflict" || thrown.code === "refused")) return [];
    throw thrown;
  });
  if (rows[0]?.["granted"] !== "true") return undefined;
  return decide(requests, sums.length === 0 ? [] : rows.map(toLocked), new Set()).outcomes;
}

async function reserveIn(
  query: Query,
  { ids, waitFor }: Reserving,
  requests: readonly Claims[],
  claims: readonly Claim[],
): Promise<readonly ReserveOutcome[]> {
  const known = await query({ sql: knownIds, parameters: [requests.map(({ id }) => id)] });
  const locked = claims.length === 0 ? [] : await query({ sql: lockBudgets, parameters: columnsOf(claims, false) });
  if (locked.length < claims.length) throw new Outrun();
  const rows: readonly LockedBudget[] = locked.map(toLocked);
  ids.learn(rows);
  const decision = decide(requests, rows, new Set(known.map((row) => textOf(row, "id"))));
  if (decision.leases.length > 0 || decision.budgets.length > 0) {
    await query({ sql: writeDecision, parameters: parametersOf(decision, waitFor) });
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

function parametersOf({ budgets, leases }: Decision, waitFor: WaitFor): readonly unknown[] {
  return [
    budgets.map(({ id }) => id),
    budgets.map(({ limit }) => limit),
    budgets.map(({ limitRevision }) => limitRevision),
    budgets.map(({ reserved }) => reserved),
    leasesOf(leases),
    waitFor,
  ];
}

/** As one text, in which the estimates are what they are: nothing in them has to be escaped. */
function leasesOf(leases: Decision["leases"]): string {
  const lists = leases.map(
    ({ id, expiresAt, amount, budgets, estimate }) =>
      `[${JSON.stringify(id)},${expiresAt},${amount},"{${budgets.join(",")}}",${estimate}]`,
  );
  return `[${lists.join(",")}]`;
}
