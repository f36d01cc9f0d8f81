import { onTestFinished } from "vitest";
import { type Accountant, type AccountantDeps, createAccountant, type Wish } from "../../src/policy/accountant.ts";
import type { Alert } from "../../src/policy/budget-messages.ts";
import { anyone, type Caller, type Payer } from "../../src/policy/caller.ts";
import { type Entry, toLedgerRow } from "../../src/policy/ledger.ts";
import type { ReservationTimes } from "../../src/policy/reservation-keeper.ts";
import type { LedgerRow } from "../../src/store/sql/ledger-row.ts";
import type { Accounting, SqlStore } from "../../src/store/sql/port.ts";
import { StoreError } from "../../src/store/store-error.ts";
import type { Bound } from "../../src/usage/bound.ts";

/** Times that a test can wait for. */
export const shortTimes: ReservationTimes = { leaseMs: 400, renewMs: 100, sweepMs: 50 };

export const alice: Payer = {
  kind: "key",
  id: "alice",
  name: "alice",
  maxNanoUsd: 1_000_000n,
  softNanoUsd: undefined,
  period: { kind: "forever" },
  revision: 0,
};

const caller: Caller = { ...anyone, role: "key", name: "alice", keyId: "alice" };

export function entryOf(id: string): Entry {
  return {
    ...{ id, time: Date.now(), caller, endUser: undefined, operation: "chat", requestedModel: "m" },
    ...{ upstreamModel: "m-1", provider: "v", client: undefined },
  };
}

/** A nanodollar for the prompt and one for each token of the answer. */
export const cheap: Bound = {
  outputTokens: 99,
  costAt: (output) => BigInt(output) + 1n,
  outputFor: (nanoUsd) => Math.min(99, Number(nanoUsd) - 1),
};

/** Costs 100 nanodollars at the most, and 7 where it is lost. */
export function wishOf(id: string, members: Partial<Wish> = {}): Wish {
  return {
    entry: entryOf(id),
    payers: [alice],
    bound: () => cheap,
    guess: () => ({ promptTokens: 1, outputTokens: 6, costNanoUsd: 7n }),
    ...members,
  };
}

/** The row of a request that has succeeded. */
export function rowOf(id: string, costNanoUsd = 30): LedgerRow {
  return toLedgerRow(entryOf(id), {
    ...{ status: "succeeded", httpStatus: 200, errorCode: undefined, costNanoUsd },
    usage: { uncachedInput: 10, cacheRead: 0, output: 20, reasoning: 0 },
    ...{ upstreamModel: "m-1", responseModel: undefined, provider: "v", deployment: "v/m-1", attempts: 1 },
    ...{ latencyMs: 1, firstByteMs: undefined, changes: [] },
  });
}

export interface Watched {
  readonly accountant: Accountant;
  /** What was logged: level and message. */
  readonly lines: string[];
  readonly outcomes: string[];
  readonly alerts: Alert[];
  readonly refusals: object[];
}

/** An accountant, and what the world hears of it. Closed with the test. */
export function startAccountant(accounting: Accounting, options: Partial<AccountantDeps> = {}): Watched {
  const [lines, outcomes, alerts, refusals]: [string[], string[], Alert[], object[]] = [[], [], [], []];
  const accountant = createAccountant({
    accounting,
    ledger: { durability: "committed", windowMs: 20 },
    onStoreFailure: "open",
    log: {
      info: (_fields, message) => void lines.push(`info ${message}`),
      warn: (_fields, message) => void lines.push(`warn ${message}`),
    },
    count: (outcome) => void outcomes.push(outcome),
    onAlert: (alert) => void alerts.push(alert),
    onRefusal: (about) => void refusals.push(about),
    nowMs: Date.now,
    times: shortTimes,
    endMs: 100,
    ...options,
  });
  onTestFinished(() => accountant.close());
  return { accountant, lines, outcomes, alerts, refusals };
}

type Method = "reserve" | "commit" | "release" | "renew" | "expire";

/** An accounting whose calls can be made to fail. */
export interface FaultyAccounting {
  readonly accounting: Accounting;
  /** From now on these fail, and no others: before they take effect, or behind it. */
  readonly fail: (before: readonly Method[], behind?: readonly Method[]) => void;
  /** Which calls were made. */
  readonly calls: Method[];
}

export function faultyAccounting(real: Accounting): FaultyAccounting {
  let early: readonly Method[] = [];
  let late: readonly Method[] = [];
  const calls: Method[] = [];
  const broken = () => new StoreError("unavailable", "The connection is broken.");
  async function through<Result>(method: Method, act: () => Promise<Result>): Promise<Result> {
    calls.push(method);
    if (early.includes(method)) throw broken();
    const isLate = late.includes(method);
    const result = await act();
    if (isLate) throw broken();
    return result;
  }
  return {
    accounting: {
      ...real,
      reserve: (requests) => through("reserve", () => real.reserve(requests)),
      commit: (rows) => through("commit", () => real.commit(rows)),
      release: (ids) => through("release", () => real.release(ids)),
      renew: (renewals) => through("renew", () => real.renew(renewals)),
      expire: (nowMs, limit) => through("expire", () => real.expire(nowMs, limit)),
    },
    fail(before, behind = []) {
      early = before;
      late = behind;
    },
    calls,
  };
}

export const rowsOf = (store: SqlStore): Promise<readonly LedgerRow[]> => store.ledger.rows({}, { limit: 100 });

/** Spent and reserved of the only budget. */
export async function moneyOf({ accounting }: SqlStore): Promise<readonly [spent: bigint, reserved: bigint]> {
  const [budget] = await accounting.budgets({});
  return [budget?.spentNanoUsd ?? 0n, budget?.reservedNanoUsd ?? 0n];
}
