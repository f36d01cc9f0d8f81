import { StoreError } from "../store-error.ts";
import { createBatcher, type Outcome } from "./batcher.ts";
import { createBudgetIds } from "./budget-ids.ts";
import type { Database } from "./database.ts";
import type { Claims } from "./decide.ts";
import { type LedgerLine, ledgerStatuses } from "./ledger-columns.ts";
import { again, type Pool } from "./postgres-pool.ts";
import { reserveAll, type WaitFor } from "./postgres-reserve.ts";
import { commitRows, expireLeases, releaseLeases, renewLeases, statusesOf } from "./postgres-statements.ts";
import type { CommitOutcome, ReserveOutcome } from "./reservation.ts";
import { maybeBigOf, textOf, wordOf } from "./rows.ts";

type Accounting = Pick<Database, "reserve" | "commit" | "release" | "renew" | "expire"> & {
  readonly idle: () => Promise<void>;
};

export interface PostgresAccountingOptions {
  readonly timeoutMs: number;
  /** Whether a call waits until what it wrote would survive a crash of the server. */
  readonly fsync: boolean;
}

/**
 * Reserve and settle on PostgreSQL: one batch of each is under way at a time, and takes all that waits. Requests that
 * ask for no money need no locks, and do not wait for those that do.
 */
export function createPostgresAccounting(pool: Pool, { timeoutMs, fsync }: PostgresAccountingOptions): Accounting {
  const waitFor = fsync ? null : "off";
  const shared = { timeoutMs, name: "PostgreSQL", most: 500 };
  const ids = createBudgetIds();
  const idsOf = async (sql: string, parameters: readonly unknown[]): Promise<readonly string[]> => {
    const rows = await again(() => pool.query({ sql, parameters }));
    return rows.map((row) => textOf(row, "id"));
  };

  const createReserving = (isForMoney: boolean) =>
    createBatcher<readonly Claims[], readonly Outcome<ReserveOutcome>[]>({
      ...shared,
      run: (calls) => inCalls(calls, (some) => reserveAll({ pool, ids, waitFor }, some, isForMoney)),
      onLate: (_, outcomes) => {
        const late = outcomes.flatMap((one) =>
          !(one instanceof StoreError) && one.kind === "reserved" ? [one.id] : [],
        );
        if (late.length > 0) idsOf(releaseLeases, [late]).catch(() => undefined);
      },
    });
  const money = createReserving(true);
  const nothing = createReserving(false);
  const committing = createBatcher<readonly LedgerLine[], readonly Outcome<CommitOutcome>[]>({
    ...shared,
    run: (calls) => inCalls(calls, (some) => commitAll(pool, some, waitFor)),
  });

  return {
    reserve: (requests) => (requests.some(({ amount }) => amount > 0n) ? money : nothing).ask(requests),
    commit: committing.ask,
    release: (leases) => idsOf(releaseLeases, [leases]),
    renew: (renewals) => idsOf(renewLeases, [renewals.map(({ id }) => id), renewals.map(({ expiresAt }) => expiresAt)]),
    expire: (nowMs, limit) => idsOf(expireLeases, [nowMs, limit]),
    async idle() {
      await Promise.all([money.idle(), nothing.idle(), committing.idle()]);
    },
  };
}

/** Does what several calls ask for together, and gives each its own. */
async function inCalls<Item, Result>(
  calls: readonly (readonly Item[])[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly (readonly Outcome<Result>[])[]> {
  const outcomes = (await alone(calls.flat(), run)).values();
  return calls.map(({ length }) => [...outcomes.take(length)]);
}

/** Where the server refuses a batch, one item may be why: each is asked for by itself, and the others have their answer. */
async function alone<Item, Result>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Outcome<Result>[]> {
  try {
    return await run(items);
  } catch (thrown) {
    if (!(thrown instanceof StoreError) || thrown.code !== "refused") throw thrown;
    if (items.length === 1) return [thrown];
  }
  const outcomes: Outcome<Result>[] = [];
  for (const item of items) outcomes.push(...(await alone([item], run).catch(toOutcome)));
  return outcomes;
}

function toOutcome(thrown: unknown): readonly [StoreError] {
  if (thrown instanceof StoreError) return [thrown];
  throw thrown;
}

async function commitAll(
  pool: Pool,
  lines: readonly LedgerLine[],
  waitFor: WaitFor,
): Promise<readonly CommitOutcome[]> {
  // The first of an id is written, also where both wait together.
  const firsts = new Map<string, LedgerLine>();
  for (const line of lines) if (!firsts.has(line.id)) firsts.set(line.id, line);
  const json = `[${[...firsts.values()].map((line) => line.json).join(",")}]`;
  const statement = { sql: commitRows, parameters: [json, [...firsts.keys()], waitFor], name: "specgate_commit" };
  const written = await again(() => pool.query(statement));
  const amounts = new Map(written.map((row) => [textOf(row, "id"), maybeBigOf(row, "amount_nano")]));
  const seconds = lines.filter((line) => !amounts.has(line.id) || firsts.get(line.id) !== line).map(({ id }) => id);
  const statuses = seconds.length === 0 ? [] : await pool.query({ sql: statusesOf, parameters: [seconds] });
  return lines.map((line) => {
    const { id } = line;
    if (amounts.has(id) && firsts.get(id) === line) return { kind: "committed", id, reservedNanoUsd: amounts.get(id) };
    const row = statuses.find((one) => one["id"] === id);
    return { kind: "already", id, status: wordOf(row ?? {}, "status", ledgerStatuses) };
  });
}
