import { StoreError } from "../store-error.ts";

/** What came of one item. */
export type Outcome<Result> = { readonly result: Result } | StoreError;

export interface BatcherOptions<Item, Result> {
  /** Does what was asked together; an outcome for each item, in their order. One call at a time. */
  readonly run: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>;
  /** How many items one call takes. */
  readonly most: number;
  /** How long an item may take, its waiting among it. */
  readonly timeoutMs: number;
  readonly name: string;
  /** Hears of what came of an item after its time, when nobody waited for it any more. */
  readonly onLate?: (item: Item, result: Result) => void;
}

export interface Batcher<Item, Result> {
  /** Fails: rejects with a `StoreError`; `timeout` for an item that nobody has begun with means it never will be. */
  readonly ask: (item: Item) => Promise<Result>;
  /** Ends what waits, with an error; what has begun goes on. */
  readonly fail: (error: StoreError) => void;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (outcome: Outcome<Result>) => void;
}

/**
 * Gathers what is asked in one turn of the event loop, and all that is asked while the call before is under way, into
 * one call. The busier it is, the larger its batches.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { run, most, timeoutMs, name, onLate } = options;
  const queue = new Set<Waiting<Item, Result>>();
  let isUnderWay = false;
  let whenIdle: (() => void)[] = [];

  async function drain(): Promise<void> {
    while (queue.size > 0) {
      const batch = [...queue].slice(0, most);
      for (const one of batch) queue.delete(one);
      const outcomes = await run(batch.map(({ item }) => item)).catch(toStoreError);
      for (const [at, { settle }] of batch.entries()) {
        settle(outcomes instanceof StoreError ? outcomes : (outcomes[at] ?? lost()));
      }
    }
    isUnderWay = false;
    for (const resolve of whenIdle.splice(0)) resolve();
  }

  function begin(): void {
    if (isUnderWay) return;
    isUnderWay = true;
    // After what else came with this turn's input.
    setImmediate(() => void drain());
  }

  return {
    ask(item) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => waiting.settle(new StoreError("timeout", `${name} did not answer within ${timeoutMs} ms.`)),
          timeoutMs,
        );
        let isOver = false;
        const waiting: Waiting<Item, Result> = {
          item,
          settle(outcome) {
            if (isOver) {
              if (!(outcome instanceof StoreError)) onLate?.(item, outcome.result);
              return;
            }
            isOver = true;
            clearTimeout(timer);
            queue.delete(waiting);
            if (outcome instanceof StoreError) reject(outcome);
            else resolve(outcome.result);
          },
        };
        queue.add(waiting);
        begin();
      });
    },
    fail(error) {
      for (const { settle } of [...queue]) settle(error);
    },
    idle() {
      if (!isUnderWay) return Promise.resolve();
      return new Promise((resolve) => {
        whenIdle = [...whenIdle, resolve];
      });
    },
  };
}

/** What a bug of ours becomes; its words may hold anything. */
export function toStoreError(thrown: unknown): StoreError {
  return thrown instanceof StoreError ? thrown : new StoreError("refused", "The database could not be used as meant.");
}

const lost = (): StoreError => new StoreError("refused", "The database gave no answer to this.");
