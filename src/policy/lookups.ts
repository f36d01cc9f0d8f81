import { GatewayError } from "../errors.ts";
import { StoreError } from "../store/store-error.ts";

/** What is told to come again, while the database cannot be asked. */
const retryAfterMs = 1_000;

/** Reads that strangers can cause: bounded, and shared by all who want the same. */
export interface Lookups<Found> {
  /** Fails: rejects with `overloaded` where too many wait, or the database fails. */
  readonly find: (id: string) => Promise<Found>;
  /** Who asks from now on does not share what was begun before. */
  readonly forget: () => void;
}

export interface LookupBounds {
  /** How many are read at the same time. Few: they share the connections with the ledger. */
  readonly atOnce: number;
  /** How many wait for that. */
  readonly waiting: number;
}

export function createLookups<Found>(
  read: (id: string) => Promise<Found>,
  { atOnce, waiting }: LookupBounds = { atOnce: 4, waiting: 1_000 },
): Lookups<Found> {
  const underWay = new Map<string, Promise<Found>>();
  const queue: (() => void)[] = [];
  let free = atOnce;

  async function enter(): Promise<void> {
    if (free > 0) {
      free--;
      return;
    }
    if (queue.length >= waiting) throw overloaded("Too many callers are being looked up at the moment.");
    // Who leaves hands its place over.
    await new Promise<void>((resolve) => void queue.push(resolve));
  }

  function leave(): void {
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
  }

  async function run(id: string): Promise<Found> {
    await enter();
    try {
      return await read(id);
    } catch (thrown) {
      throw thrown instanceof StoreError ? databaseAway(thrown) : thrown;
    } finally {
      leave();
    }
  }

  return {
    find(id) {
      const known = underWay.get(id);
      if (known !== undefined) return known;
      const finding = run(id).finally(() => {
        if (underWay.get(id) === finding) underWay.delete(id);
      });
      underWay.set(id, finding);
      return finding;
    },
    forget: () => underWay.clear(),
  };
}

/** What a caller is told whom the database would have to know. */
export function databaseAway(cause?: StoreError): GatewayError {
  return overloaded("The gateway cannot look up API keys at the moment.", cause);
}

function overloaded(what: string, cause?: StoreError): GatewayError {
  return new GatewayError("overloaded", `${what} Please try again in 1s.`, { retryAfterMs, cause });
}
