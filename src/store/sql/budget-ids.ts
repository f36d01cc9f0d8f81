import type { Claim, Claims, LockedBudget } from "./decide.ts";
import type { NanoUsd } from "./money.ts";

/** What a batch of requests asks of one budget. */
export interface BudgetSum {
  readonly id: bigint;
  /** With the limit that all of them ask with. */
  readonly claim: Claim;
  readonly amount: NanoUsd;
}

/** Remembers which row a window has, so that requests can name it. */
export interface BudgetIds {
  readonly learn: (rows: readonly LockedBudget[]) => void;
  /**
   * What requests ask of each budget, by its name. Undefined where the row of one is not known, or they do not agree on
   * its limit.
   */
  readonly sumsOf: (requests: readonly Claims[]) => ReadonlyMap<string, BudgetSum> | undefined;
}

/** How many are remembered: windows that are asked of at the same time. */
const mostIds = 20_000;

export function createBudgetIds(): BudgetIds {
  const ids = new Map<string, bigint>();
  return {
    learn(rows) {
      if (ids.size + rows.length > mostIds) ids.clear();
      for (const { id, claim } of rows) ids.set(claim.name, id);
    },
    sumsOf(requests) {
      const sums = new Map<string, BudgetSum & { amount: NanoUsd }>();
      for (const { claims, amount } of requests) {
        for (const claim of claims) {
          const sum = sums.get(claim.name);
          if (sum !== undefined) {
            if (!hasSameLimit(sum.claim, claim)) return undefined;
            sum.amount += amount;
            continue;
          }
          const id = ids.get(claim.name);
          if (id === undefined) return undefined;
          sums.set(claim.name, { id, claim, amount });
        }
      }
      return sums;
    },
  };
}

function hasSameLimit(one: Claim, other: Claim): boolean {
  return one.limitNano === other.limitNano && one.limitRevision === other.limitRevision;
}
