import type { ContentRow } from "../store/sql/content-row.ts";
import type { ContentStore } from "../store/sql/port.ts";
import { StoreError } from "../store/store-error.ts";

/** What was said, on its way to the database. */
export interface ContentQueue {
  /** Keeps it if there is room. Never fails. */
  readonly add: (content: ContentRow) => void;
  /** Tries once more to write what waits, and ends. Never fails. */
  readonly close: () => Promise<void>;
}

export interface ContentQueueDeps {
  readonly store: Pick<ContentStore, "put">;
  /** Makes it unreadable, just before it is written. */
  readonly seal: (content: ContentRow) => ContentRow;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly warn: (fields: object, message: string) => void;
  };
  readonly bounds?: Partial<ContentQueueBounds> | undefined;
}

export interface ContentQueueBounds {
  /** What memory holds while the database is away or slow: requests, and characters of them all. */
  readonly mostWaiting: number;
  readonly mostCharacters: number;
  /** How long requests wait for each other, and for the next try after a failure. */
  readonly windowMs: number;
  readonly pauseMs: number;
}

const standard: ContentQueueBounds = {
  mostWaiting: 5_000,
  mostCharacters: 64_000_000,
  windowMs: 200,
  pauseMs: 1_000,
};

/** One transaction: little, so that no reservation has to wait for it long. */
const mostRows = 100;
const mostCharactersAtOnce = 500_000;

/**
 * Writes what was said behind the answers. Best effort: what finds no room, and what the database refuses, is lost, and
 * the log says so once for each time of trouble.
 */
export function createContentQueue({ store, seal, log, bounds = {} }: ContentQueueDeps): ContentQueue {
  const { mostWaiting, mostCharacters, windowMs, pauseMs } = { ...standard, ...bounds };
  const waiting: ContentRow[] = [];
  let characters = 0;
  let lost = 0;
  // How many were refused together: each is tried by itself, for one of them is the cause.
  let suspects = 0;
  let isTroubled = false;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<boolean> | undefined;

  function trouble(code: string, losing: number): void {
    lost += losing;
    if (isTroubled) return;
    isTroubled = true;
    log.warn({ code }, "what is said cannot be kept (ledger.content); answers are not concerned");
  }

  function well(): void {
    if (!isTroubled) return;
    isTroubled = false;
    log.info({ lost }, "what is said is kept again");
    lost = 0;
  }

  function drop(count: number): void {
    for (const one of waiting.splice(0, count)) characters -= lengthOf(one);
  }

  async function write(): Promise<boolean> {
    while (waiting.length > 0) {
      const count = suspects > 0 ? 1 : nextOf(waiting);
      try {
        await store.put(waiting.slice(0, count).map(seal));
        drop(count);
        suspects = Math.max(0, suspects - 1);
      } catch (thrown) {
        const code = thrown instanceof StoreError ? thrown.code : "unexpected";
        // Another try can end better.
        const isPassing = code === "unavailable" || code === "timeout";
        trouble(code, isPassing || count > 1 ? 0 : 1);
        if (isPassing) return false;
        suspects = count > 1 ? count : Math.max(0, suspects - 1);
        if (count === 1) drop(1);
        continue;
      }
      if (waiting.length === 0) well();
    }
    return true;
  }

  function begin(afterMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing ??= write();
      void writing.then((isDone) => {
        writing = undefined;
        if (waiting.length > 0) begin(isDone ? windowMs : pauseMs);
      });
    }, afterMs);
    timer.unref();
  }

  return {
    add(content) {
      const length = lengthOf(content);
      if (waiting.length >= mostWaiting || characters + length > mostCharacters) return trouble("full", 1);
      waiting.push(content);
      characters += length;
      if (writing === undefined) begin(windowMs);
    },
    async close() {
      clearTimeout(timer);
      await writing;
      clearTimeout(timer);
      await write();
      if (waiting.length + lost > 0) log.warn({ lost: waiting.length + lost }, "what was said was lost");
    },
  };
}

function lengthOf({ request, answer = "" }: ContentRow): number {
  return request.length + answer.length;
}

/** How many are written together: one at least. */
function nextOf(waiting: readonly ContentRow[]): number {
  let length = 0;
  const end = waiting.slice(0, mostRows).findIndex((one) => {
    length += lengthOf(one);
    return length > mostCharactersAtOnce;
  });
  return end === -1 ? Math.min(waiting.length, mostRows) : Math.max(1, end);
}
