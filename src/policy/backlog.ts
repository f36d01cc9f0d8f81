import type { LedgerRow } from "../store/sql/ledger-row.ts";
import type { Accounting } from "../store/sql/port.ts";
import { StoreError } from "../store/store-error.ts";

/** Rows that wait for the database. */
export interface Backlog {
  /** Adds a row that is written later. */
  readonly add: (row: LedgerRow) => void;
  readonly size: () => number;
  /** Writes what waits, now. False where the database does not take it. Never fails. */
  readonly flush: () => Promise<boolean>;
  /** Tries once more to write what waits, and ends. Never fails. */
  readonly close: () => Promise<void>;
}

export interface BacklogDeps {
  readonly accounting: Pick<Accounting, "commit">;
  /** How long rows wait for each other. */
  readonly windowMs: number;
  /** Hears when writing fails; the rows wait on. */
  readonly onFailure: (thrown: unknown) => void;
  readonly onWritten: (ids: readonly string[]) => void;
  /** Hears of rows that nobody will write any more. */
  readonly onGivenUp: (ids: readonly string[], why: "full" | "refused" | "end") => void;
}

/** Rows that memory holds while the database is away. */
const mostWaiting = 50_000;
const mostAtOnce = 1_000;
/** How long to wait before the next try. */
const pauseMs = 1_000;
/** How often a row is tried that the database refuses by itself: it may be there to read only, for some minutes. */
const mostTries = 300;

/**
 * Writes rows behind the answers they are of: together, every so often, and again until it works. Writing one twice
 * does nothing, so a try whose end nobody heard of is made again. A row that cannot be written keeps no other waiting.
 */
export function createBacklog({ accounting, windowMs, onFailure, onWritten, onGivenUp }: BacklogDeps): Backlog {
  const waiting = new Map<string, LedgerRow>();
  const tries = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<boolean> | undefined;
  let isClosed = false;

  /** What went wrong; undefined where the rows are written. */
  async function attempt(rows: readonly LedgerRow[]): Promise<unknown> {
    try {
      await accounting.commit(rows);
    } catch (thrown) {
      return thrown ?? new Error("failed");
    }
    over(rows.map(({ id }) => id));
    onWritten(rows.map(({ id }) => id));
    return undefined;
  }

  function over(ids: readonly string[]): void {
    for (const id of ids) {
      waiting.delete(id);
      tries.delete(id);
    }
  }

  /** A row that the database refused by itself: false while it is to be tried again. */
  function isGivenUp(id: string, failure: unknown): boolean {
    const count = (tries.get(id) ?? 0) + 1;
    if (isRefusal(failure) && count < mostTries) {
      tries.set(id, count);
      return false;
    }
    over([id]);
    onGivenUp([id], "refused");
    return true;
  }

  /** Each by itself, for one of them keeps the others out. Gives those that wait on, and what keeps all of them out. */
  async function writeEach(rows: readonly LedgerRow[]): Promise<{ left: readonly string[]; failure: unknown }> {
    const left: string[] = [];
    let last: unknown;
    for (const row of rows) {
      const failure = await attempt([row]);
      if (failure === undefined) continue;
      if (isAway(failure)) return { left, failure };
      if (isGivenUp(row.id, failure)) continue;
      left.push(row.id);
      last = failure;
    }
    return { left, failure: left.length === rows.length ? last : undefined };
  }

  async function write(): Promise<boolean> {
    const stuck = new Set<string>();
    for (;;) {
      const rows = [...waiting.values()].filter(({ id }) => !stuck.has(id)).slice(0, mostAtOnce);
      if (rows.length === 0) return stuck.size === 0;
      const first = await attempt(rows);
      if (first === undefined) continue;
      const { left, failure } = isAway(first) ? { left: [], failure: first } : await writeEach(rows);
      if (failure !== undefined) {
        onFailure(failure);
        return false;
      }
      for (const id of left) stuck.add(id);
    }
  }

  function flush(): Promise<boolean> {
    writing ??= write().then((isDone) => {
      writing = undefined;
      if (waiting.size > 0) begin(isDone ? windowMs : pauseMs);
      return isDone;
    });
    return writing;
  }

  function begin(afterMs: number): void {
    if (isClosed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, afterMs);
    timer.unref();
  }

  return {
    add(row) {
      const [oldest] = waiting.keys();
      if (waiting.size >= mostWaiting && oldest !== undefined) {
        over([oldest]);
        onGivenUp([oldest], "full");
      }
      waiting.set(row.id, row);
      if (writing === undefined) begin(windowMs);
    },
    size: () => waiting.size,
    flush,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await writing;
      await flush();
      const left = [...waiting.keys()];
      over(left);
      if (left.length > 0) onGivenUp(left, "end");
    },
  };
}

/** Whether the database did not answer: then it is not the row's fault. */
function isAway(failure: unknown): boolean {
  return failure instanceof StoreError && ["unavailable", "timeout", "closed", "version"].includes(failure.code);
}

/** Whether the server said no, which may pass. */
function isRefusal(failure: unknown): boolean {
  return failure instanceof StoreError && (failure.code === "refused" || failure.code === "conflict");
}
