import type { LedgerStatus } from "../../../src/store/sql/ledger-row.ts";
import type { SqlStore } from "../../../src/store/sql/port.ts";
import type { Ask } from "../../../src/store/sql/reservation.ts";
import { ask, day, ledgerRow, request, start } from "./_records.ts";

/** What one process does to budgets that it shares with others. */
export interface Plan {
  /** Ids of requests begin with it. */
  readonly name: string;
  readonly seed: number;
  readonly requests: number;
  /** How many are on their way at once. */
  readonly parallel: number;
  readonly most: number;
  /** Of a key, a user, a team over all windows, and an end user, in each of their windows. */
  readonly limits: readonly [number, number, number, number];
}

/** What came of it. */
export interface Spent {
  readonly reserved: number;
  readonly refused: number;
  readonly left: number;
}

type Window = Pick<Ask, "windowStart" | "windowEnd">;

/** Two windows of a day, and one that has both. */
export const windows: readonly Window[] = [0, 1].map((at) => ({
  windowStart: start + at * day,
  windowEnd: start + (at + 1) * day,
}));
export const longWindow: Window = { windowStart: start, windowEnd: start + 2 * day };

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Makes requests as a gateway would: some cost less than was reserved, some fail or are aborted, some are committed
 * twice, some are released, some are forgotten.
 *
 * @param onCommit - hears what the store said is on the ledger
 */
export async function spend(store: SqlStore, plan: Plan, onCommit: (id: string, cost: bigint) => void): Promise<Spent> {
  const random = randomOf(plan.seed);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const chance = (share: number): boolean => random() < share;
  const { accounting } = store;
  const count = { reserved: 0, refused: 0, left: 0 };
  let next = 0;

  async function one(id: string): Promise<void> {
    const window = windows[upTo(1)] ?? longWindow;
    const has = { userId: chance(0.7), teamId: chance(0.7), endUser: chance(0.4) };
    const row = ledgerRow(id, {
      time: window.windowStart,
      keyId: `k${upTo(2)}`,
      userId: has.userId ? `u${upTo(1)}` : undefined,
      teamId: has.teamId ? "t" : undefined,
      endUser: has.endUser ? `e${upTo(2)}` : undefined,
    });
    const amount = BigInt(1 + upTo(plan.most));
    const members = chance(0.3) ? { atLeastNanoUsd: 1n } : {};
    const estimate = { ...row, costNanoUsd: amount };
    const asks = shuffled(asksOf(row, window), upTo(5));
    const [outcome] = await accounting.reserve([request(id, amount, asks, { estimate, expiresAt: start, ...members })]);
    if (outcome?.kind !== "reserved") {
      count.refused++;
      return;
    }
    count.reserved++;
    if (chance(0.3)) await new Promise((resolve) => setTimeout(resolve, upTo(4)));
    if (chance(0.1)) {
      // Forgotten, as by a bug: its lease ends.
      count.left++;
      return;
    }
    if (chance(0.1)) {
      await accounting.release([id]);
      return;
    }
    const costNanoUsd = chance(0.3) ? outcome.amountNanoUsd : BigInt(upTo(Number(outcome.amountNanoUsd)));
    const statuses: readonly LedgerStatus[] = ["succeeded", "succeeded", "failed", "aborted"];
    const status = statuses[upTo(3)] ?? "succeeded";
    const settled = { ...row, costNanoUsd, status };
    const both = chance(0.2) ? [settled, { ...settled, costNanoUsd: outcome.amountNanoUsd }] : [settled];
    const [first] = await accounting.commit(both);
    if (first?.kind === "committed") onCommit(id, costNanoUsd);
    else throw new Error(`the first commit of ${id} is ${first?.kind}`);
  }

  function asksOf(row: ReturnType<typeof ledgerRow>, window: Window): readonly Ask[] {
    const [key, user, team, endUser] = plan.limits.map(BigInt);
    return [
      ask(row.keyId ?? "", key, window),
      ...(row.userId === undefined ? [] : [ask("", user, { ...window, subject: { kind: "user", id: row.userId } })]),
      ...(row.teamId === undefined
        ? []
        : [ask("", team, { ...longWindow, subject: { kind: "team", id: row.teamId } })]),
      ...(row.endUser === undefined
        ? []
        : [ask("", endUser, { ...window, subject: { kind: "end_user", id: row.endUser } })]),
    ];
  }

  async function many(): Promise<void> {
    while (next < plan.requests) await one(`${plan.name}-${next++}`);
  }

  await Promise.all(Array.from({ length: plan.parallel }, many));
  return count;
}

/** Another order: who locks in the order of asking would wait in a circle. */
function shuffled<Item>(items: readonly Item[], by: number): readonly Item[] {
  const turned = [...items.slice(by % items.length), ...items.slice(0, by % items.length)];
  return by % 2 === 0 ? turned : turned.reverse();
}
