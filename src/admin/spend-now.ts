import { parsePeriod, windowAt } from "../policy/period.ts";
import type { Settings, Subject } from "../store/sql/accounts.ts";
import type { AdminDeps } from "./deps.ts";

/** What was spent in the budget's current window. */
export interface SpendNow {
  readonly nanoUsd: bigint;
  /** When the window ends; undefined for one that does not. */
  readonly resetAt: number | undefined;
}

/** Asks what a subject has spent in its current window. `anchorMs`: when its first span began; 0 for routes.yaml. */
export async function spendNow(
  { store, nowMs }: Pick<AdminDeps, "store" | "nowMs">,
  subject: Subject,
  { budgetPeriod }: Pick<Settings, "budgetPeriod">,
  anchorMs: number,
): Promise<SpendNow> {
  const at = nowMs();
  const period = parsePeriod(budgetPeriod, anchorMs) ?? { kind: "forever" };
  const { startMs, endMs } = windowAt(period, at);
  const budgets = await store.accounting.budgets({ subject, at });
  const own = budgets.find(({ windowStart, windowEnd }) => windowStart === startMs && windowEnd === endMs);
  return { nanoUsd: own?.spentNanoUsd ?? 0n, resetAt: period.kind === "forever" ? undefined : endMs };
}
