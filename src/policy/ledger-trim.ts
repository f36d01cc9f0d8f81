import type { LedgerConfig } from "../config/config.ts";
import type { Accounting, ContentStore, Ledger } from "../store/sql/port.ts";
import { toStoreError } from "./store-watch.ts";

export interface LedgerTrimDeps {
  readonly accounts: {
    readonly ledger: Pick<Ledger, "trim">;
    readonly accounting: Pick<Accounting, "trimBudgets">;
    readonly contents: Pick<ContentStore, "trim">;
  };
  readonly ledger: Pick<LedgerConfig, "retentionMs" | "contentRetentionMs">;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly warn: (fields: object, message: string) => void;
  };
  readonly nowMs: () => number;
  readonly everyMs?: number;
}

/** So few at a time that nobody waits for it. */
const slice = 1_000;
/** What was said is long. */
const contentSlice = 50;
const pauseMs = 50;
const hourMs = 3_600_000;

/** Windows that ended so long ago are of no use: reports are made of the ledger. */
const budgetsMs = 400 * 86_400_000;

/** Deletes old rows, a slice at a time, every hour. Several replicas may do so at once. */
export function createLedgerTrim(deps: LedgerTrimDeps): { readonly close: () => void } {
  const { accounts, ledger, log, nowMs, everyMs = hourMs } = deps;
  const { retentionMs, contentRetentionMs } = ledger;
  let isClosed = false;
  let isUnderWay = false;

  async function slices(trim: (limit: number) => Promise<number>, limit = slice): Promise<number> {
    let sum = 0;
    for (let count = limit; count === limit && !isClosed; ) {
      count = await trim(limit);
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
      // Where nothing is to be kept of anybody any more, what was kept before goes too.
      const contents = await slices(
        (limit) => accounts.contents.trim(now - (contentRetentionMs ?? 0), limit),
        contentSlice,
      );
      if (contents > 0) log.info({ requests: contents }, "what was said in old requests was deleted");
      await slices((limit) => accounts.accounting.trimBudgets(now - budgetsMs, limit));
      if (retentionMs === undefined) return;
      const rows = await slices((limit) => accounts.ledger.trim(now - retentionMs, limit));
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
