import type { Accounting, Ledger } from "../store/sql/port.ts";
import { toStoreError } from "./store-watch.ts";

export interface LedgerTrimDeps {
  readonly accounts: {
    readonly ledger: Pick<Ledger, "trim">;
    readonly accounting: Pick<Accounting, "trimBudgets">;
  };
  /** Older rows go; undefined: none. */
  readonly retentionMs: number | undefined;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly warn: (fields: object, message: string) => void;
  };
  readonly nowMs: () => number;
  readonly everyMs?: number;
}

/** So few at a time that nobody waits for it. */
const slice = 1_000;
const pauseMs = 50;
const hourMs = 3_600_000;

/** Windows that ended so long ago are of no use: reports are made of the ledger. */
const budgetsMs = 400 * 86_400_000;

/** Deletes old rows, a slice at a time, every hour. Several replicas may do so at once. */
export function createLedgerTrim(deps: LedgerTrimDeps): { readonly close: () => void } {
  const { accounts, retentionMs, log, nowMs, everyMs = hourMs } = deps;
  let isClosed = false;
  let isUnderWay = false;

  async function slices(trim: () => Promise<number>): Promise<number> {
    let sum = 0;
    for (let count = slice; count === slice && !isClosed; ) {
      count = await trim();
      sum += count;
      await new Promise((resolve) => void setTimeout(resolve, pauseMs).unref());
    }
    return sum;
  }

  async function trimAll(): Promise<void> {
    if (isUnderWay || isClosed) return;
    isUnderWay = true;
    try {
      const now = nowMs();
      await slices(() => accounts.accounting.trimBudgets(now - budgetsMs, slice));
      if (retentionMs === undefined) return;
      const rows = await slices(() => accounts.ledger.trim(now - retentionMs, slice));
      if (rows > 0) log.info({ rows }, "old rows of the ledger were deleted");
    } catch (thrown) {
      if (!isClosed) log.warn({ code: toStoreError(thrown).code }, "old rows of the ledger could not be deleted");
    } finally {
      isUnderWay = false;
    }
  }

  const timer = setInterval(() => void trimAll(), everyMs).unref();
  void trimAll();
  return {
    close() {
      isClosed = true;
      clearInterval(timer);
    },
  };
}
