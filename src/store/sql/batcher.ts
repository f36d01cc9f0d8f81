import { StoreError } from "../store-error.ts";

/** What came of one item. */
export type Outcome<Result> = Result | StoreError;

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
  readonly deadline: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: StoreError) => void;
  isOver: boolean;
}

/**
 * Gathers what is asked in one turn of the event loop, and all that is asked while the call before is under way, into
 * one call. The busier it is, the larger its batches.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { run, most, timeoutMs, name, onLate } = options;
  let queue: Waiting<Item, Result>[] = [];
  /** All without an answer. The oldest is first, and its time ends first. */
  const open = new Set<Waiting<Item, Result>>();
  /** One timer for all: one for each would cost more than what it waits for. */
  let timer: NodeJS.Timeout | undefined;
  let isUnderWay = false;
  let whenIdle: (() => void)[] = [];

  function settle(one: Waiting<Item, Result>, outcome: Outcome<Result>): void {
    if (one.isOver) {
      if (!(outcome instanceof StoreError)) onLate?.(one.item, outcome);
      return;
    }
    one.isOver = true;
    open.delete(one);
    // Who waits for nothing does not keep the process.
    if (open.size === 0) timer?.unref();
    if (outcome instanceof StoreError) one.reject(outcome);
    else one.resolve(outcome);
  }

  function endLate(): void {
    timer = undefined;
    const now = performance.now();
    for (const one of open) {
      if (one.deadline > now) {
        timer = setTimeout(endLate, one.deadline - now);
        return;
      }
      settle(one, new StoreError("timeout", `${name} did not answer within ${timeoutMs} ms.`));
    }
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, most).filter(({ isOver }) => !isOver);
      queue = queue.slice(most);
      const outcomes = batch.length === 0 ? [] : await run(batch.map(({ item }) => item)).catch(toStoreError);
      for (const [at, one] of batch.entries()) {
        settle(one, outcomes instanceof StoreError ? outcomes : (outcomes[at] ?? lost()));
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
        const one = { item, deadline: performance.now() + timeoutMs, resolve, reject, isOver: false };
        queue.push(one);
        open.add(one);
        if (timer === undefined) timer = setTimeout(endLate, timeoutMs);
        else if (open.size === 1) timer.ref();
        begin();
      });
    },
    fail(error) {
      for (const one of queue.splice(0)) settle(one, error);
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
