import type { LedgerRow } from "../store/sql/ledger-row.ts";
import type { Accounting } from "../store/sql/port.ts";

/** Rows that wait for the database. */
export interface Backlog {
  /** Adds a row that is written later. */
  readonly add: (row: LedgerRow) => void;
  readonly size: () => number;
  /** Tries once more to write what waits, and ends. Never fails. */
  readonly close: () => Promise<void>;
}

export interface BacklogDeps {
  readonly accounting: Pick<Accounting, "commit">;
  /** How long rows wait for each other. */
  readonly windowMs: number;
  /** Hears when writing fails, and of rows that were given up: more waited than there is room for. */
  readonly onFailure: (thrown: unknown, givenUp: number) => void;
  readonly onSuccess: () => void;
}

/** Rows that memory holds while the database is away. */
const mostWaiting = 50_000;
const mostAtOnce = 1_000;
/** How long to wait before the next try. */
const pauseMs = 1_000;

/**
 * Writes rows behind the answers they are of: together, every so often, and again until it works. Writing one twice
 * does nothing, so a try whose end nobody heard of is made again.
 */
export function createBacklog({ accounting, windowMs, onFailure, onSuccess }: BacklogDeps): Backlog {
  const waiting = new Map<string, LedgerRow>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<boolean> | undefined;

  async function write(): Promise<boolean> {
    while (waiting.size > 0) {
      const rows = [...waiting.values()].slice(0, mostAtOnce);
      try {
        await accounting.commit(rows);
      } catch (thrown) {
        onFailure(thrown, 0);
        return false;
      }
      for (const { id } of rows) waiting.delete(id);
      onSuccess();
    }
    return true;
  }

  function begin(afterMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing ??= write();
      void writing.then((isDone) => {
        writing = undefined;
        if (waiting.size > 0) begin(isDone ? windowMs : pauseMs);
      });
    }, afterMs);
    timer.unref();
  }

  return {
    add(row) {
      const [oldest] = waiting.keys();
      if (waiting.size >= mostWaiting && oldest !== undefined) {
        waiting.delete(oldest);
        onFailure(undefined, 1);
      }
      waiting.set(row.id, row);
      if (writing === undefined) begin(windowMs);
    },
    size: () => waiting.size,
    async close() {
      clearTimeout(timer);
      await writing;
      clearTimeout(timer);
      await write();
    },
  };
}
