import type { Seal } from "../seal.ts";
import type { KeyValueStore } from "../store/key-value.ts";
import { StoreError } from "../store/store-error.ts";
import { type Envelope, readEnvelope, writeEnvelope } from "./envelope.ts";

/** What became of a turn that was to be kept, or looked for. */
export type ShelfOutcome = "kept" | "too_large" | "write_failed" | "read_failed" | "unreadable";

/** What is bounded, beside what the store bounds itself. */
export interface ShelfBounds {
  /** How long a turn is kept. */
  readonly ttlMs: number;
  /** The most of one turn, as it is kept. */
  readonly maxBytes: number;
  /** How long a request waits for the store, each time. */
  readonly deadlineMs: number;
  /** How long a store that did not answer in time is left alone. */
  readonly restMs: number;
}

/** A week; room for long thoughts; and no request is to notice a store in trouble. */
export const shelfBounds: ShelfBounds = {
  ttlMs: 7 * 86_400_000,
  maxBytes: 262_144,
  deadlineMs: 250,
  restMs: 2_000,
};

/** Turns in a store, unreadable to it. Nothing here fails: what goes wrong is told. */
export interface Shelf {
  /** Keeps a turn under several names. */
  readonly put: (tenant: string, keys: readonly string[], envelope: Envelope, tell: Tell) => Promise<void>;
  /** What is kept under each of the names, in one round trip. */
  readonly find: (tenant: string, keys: readonly string[], tell: Tell) => Promise<readonly (Envelope | undefined)[]>;
}

/** Hears what became of it, and of an error its code. */
export type Tell = (outcome: ShelfOutcome, cause?: string) => void;

export function createShelf(
  store: Pick<KeyValueStore, "getMany" | "set">,
  seal: Seal,
  nowMs: () => number,
  bounds: ShelfBounds = shelfBounds,
): Shelf {
  const { ttlMs, maxBytes, deadlineMs, restMs } = bounds;
  let restsUntilMs = 0;

  /** Waits for the store, but not long; and after that, for a while, not at all. */
  async function ask<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    if (nowMs() < restsUntilMs) throw new StoreError("unavailable", "The store did not answer in time a moment ago.");
    const asked = act();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        restsUntilMs = nowMs() + restMs;
        reject(new StoreError("timeout", `The store did not answer within ${deadlineMs} ms.`));
      }, deadlineMs);
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
      // Nobody hears of it any more.
      asked.catch(() => undefined);
    }
  }

  return {
    async put(tenant, keys, envelope, tell) {
      const sealed = seal.close(writeEnvelope(envelope), tenant);
      if (sealed.length > maxBytes) return tell("too_large");
      try {
        await ask(() => Promise.all(keys.map((key) => store.set(key, sealed, ttlMs))));
        tell("kept");
      } catch (thrown) {
        tell("write_failed", codeOf(thrown));
      }
    },

    async find(tenant, keys, tell) {
      let found: readonly (string | undefined)[];
      try {
        found = await ask(() => store.getMany(keys));
      } catch (thrown) {
        tell("read_failed", codeOf(thrown));
        return [];
      }
      return found.map((sealed) => {
        if (sealed === undefined) return undefined;
        const text = seal.open(sealed, tenant);
        const envelope = text === undefined ? undefined : readEnvelope(text);
        if (envelope === undefined) tell("unreadable");
        return envelope;
      });
    },
  };
}

const codeOf = (thrown: unknown): string => (thrown instanceof StoreError ? thrown.code : String(thrown));
