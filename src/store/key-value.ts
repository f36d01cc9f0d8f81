/**
 * State that is quick, short-lived and shared: limits, cooldowns, the response cache, continuity, leases.
 * In memory for one process (`memory.ts`), in a file that outlives it (`sqlite.ts`), or in Redis for all replicas
 * (`redis.ts`).
 *
 * Shape: keys and values are text; an unpaired surrogate becomes U+FFFD. Values, rates and slots have names of their
 * own: a value and a rate may share a key.
 * Units: times are whole milliseconds, sizes bytes of UTF-8.
 * Bounds: keys, values and times to live are bounded, see {@link Bounds}. Everything has a time to live. In memory the
 * number of entries and their bytes are bounded too, and so are they in a file; in Redis that is the server's
 * `maxmemory`.
 * Fails: every method rejects with a `StoreError`, and with a `RangeError` where an argument makes no sense.
 */
export interface KeyValueStore {
  /** The value; undefined where there is none, it is over its time, or it made room for others. */
  readonly get: (key: string) => Promise<string | undefined>;

  /** The values of several keys, in their order, in one round trip. A key may be named twice; no keys are fine. */
  readonly getMany: (keys: readonly string[]) => Promise<readonly (string | undefined)[]>;

  /** Keeps a value for `ttlMs`, whatever was there before. Fails: `too_large`; what was there stays. */
  readonly set: (key: string, value: string, ttlMs: number) => Promise<void>;

  /** Forgets a value. None there is fine. */
  readonly delete: (key: string) => Promise<void>;

  /**
   * Keeps a value for `ttlMs` if what is there is `expected`; undefined expects nothing there.
   * True when it was kept. Of several callers that expect the same, one wins, in one process or in ten.
   */
  readonly compareAndSet: (key: string, expected: string | undefined, value: string, ttlMs: number) => Promise<boolean>;

  /**
   * Takes from all limits, or from none. Two callers never get past a limit together, in one process or in ten.
   * No checks take nothing and succeed. Each rate and each slot may be named once.
   *
   * Fails: after `timeout` or `unavailable` a rate may have counted all the same. It errs on the strict side, until its
   * window ends. A slot is given back when the server can be reached, or is free after its `ttlMs`.
   */
  readonly acquire: (checks: readonly Check[]) => Promise<Acquisition>;

  /**
   * Gives the slots of a lease back. Twice is fine, and so is a lease whose time is over.
   * Fails: the store tries again when the server can be reached; the caller need not.
   */
  readonly release: (lease: Lease) => Promise<void>;

  /**
   * Holds the slots of a lease for another `ttlMs` from now, also those that the store has lost meanwhile. Nobody else
   * is asked, and no limit: whoever prolongs a lease has taken it and has not given it back.
   */
  readonly renew: (lease: Lease, ttlMs: number) => Promise<void>;

  /** Sends a message to whoever listens on the channel now, in every process. No one listening is fine. */
  readonly publish: (channel: string, message: string) => Promise<void>;

  /**
   * Hears a channel's messages, in the order they were sent, from when this resolves until the returned function is
   * called. A subscription outlives a broken connection, but what is sent meanwhile is lost: a listener that must not
   * miss a thing also looks for itself now and then. A listener must not throw.
   */
  readonly subscribe: (channel: string, listener: Listener) => Promise<Unsubscribe>;

  /** Ends the store: what was asked before is answered, what is asked later fails with `closed`. Twice is fine. */
  readonly close: () => Promise<void>;
}

export type Listener = (message: string) => void;

/** No message is heard after the call. */
export type Unsubscribe = () => Promise<void>;

export type Check = RateCheck | SlotCheck;

/** So much per window. The window begins with the first take and ends as a whole: no part of it is free earlier. */
export interface RateCheck {
  readonly kind: "rate";
  readonly key: string;
  /**
   * How much is taken. 0 only looks. Less than 0 gives back, never below an empty count, and is never refused.
   * What must be counted even past the limit goes with a limit of `Number.MAX_SAFE_INTEGER`: limits are not stored.
   */
  readonly take: number;
  readonly limit: number;
  /** Counts from the first take; a later take does not prolong it. */
  readonly windowMs: number;
  /**
   * Takes only in the window that ends in so many milliseconds, half a window more or less; where another one runs, or
   * none, nothing is taken. For what is given back of an earlier take: a later window owes nothing for it.
   */
  readonly endsInMs?: number | undefined;
}

/** So many at a time. Takes one slot, which is free again after `release`, or after `ttlMs` if its holder died. */
export interface SlotCheck {
  readonly kind: "slot";
  readonly key: string;
  readonly limit: number;
  readonly ttlMs: number;
}

/** How a limit stands: after the take, or as it was where nothing was taken. */
export interface CheckState {
  /** What is left of the limit, never below 0. */
  readonly remaining: number;
  /**
   * When there is more, in milliseconds from now: a rate's window ends, or the slot that expires first does.
   * 0 where nothing is taken: if that is refused, waiting does not help.
   */
  readonly resetsInMs: number;
}

export type Acquisition =
  | { readonly taken: true; readonly lease: Lease; readonly states: readonly CheckState[] }
  /** `refused` is the place of the first check that refused; `states` has one entry per check. */
  | { readonly taken: false; readonly refused: number; readonly states: readonly CheckState[] };

/** Slots that are held, to be given to `release`. Rates are not in it: their windows end by themselves. */
export interface Lease {
  readonly id: string;
  readonly keys: readonly string[];
}

/** What a store takes at most. */
export interface Bounds {
  /** The longest key and the longest name of a channel. Default 1,024. */
  readonly maxKeyBytes: number;
  /** The longest value and the longest message. Default 1 MiB. */
  readonly maxValueBytes: number;
  /** The longest time to live and the longest window. Default 31 days. */
  readonly maxAgeMs: number;
}
