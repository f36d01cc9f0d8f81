import type { Bounds, Check } from "./key-value.ts";
import { StoreError } from "./store-error.ts";

/** How many limits one call may take from: a script in Redis holds up all others while it runs. */
const maxChecks = 32;

const defaults: Bounds = { maxKeyBytes: 1_024, maxValueBytes: 1_048_576, maxAgeMs: 31 * 86_400_000 };

/** Arguments of a store, checked alike for every implementation. */
export interface Guard {
  /** A key as it is kept. Fails: throws `too_large`. */
  readonly key: (key: string) => string;
  /** A value as it is kept. Fails: throws `too_large`. */
  readonly value: (value: string) => string;
  /** A time to live. Fails: throws a `RangeError` if it is no whole number of milliseconds within the bound. */
  readonly ttl: (ttlMs: number) => number;
  /** Checks with their keys as they are kept. Fails: throws `too_large`, or a `RangeError` for what makes no sense. */
  readonly checks: (checks: readonly Check[]) => readonly Check[];
}

export function createGuard(bounds: Partial<Bounds>): Guard {
  const { maxKeyBytes, maxValueBytes, maxAgeMs } = { ...defaults, ...bounds };
  const key = (text: string): string => within(text, maxKeyBytes, "key");
  const ttl = (ttlMs: number): number => {
    if (Number.isInteger(ttlMs) && ttlMs >= 1 && ttlMs <= maxAgeMs) return ttlMs;
    throw new RangeError(`A time to live of ${ttlMs} ms is not within 1 and ${maxAgeMs}.`);
  };
  const check = (one: Check): Check => {
    if (!Number.isSafeInteger(one.limit) || one.limit < 0) throw new RangeError(`${one.limit} is no limit.`);
    if (one.kind === "slot") return { ...one, key: key(one.key), ttlMs: ttl(one.ttlMs) };
    if (!Number.isSafeInteger(one.take)) throw new RangeError(`${one.take} cannot be taken.`);
    if (one.endsInMs !== undefined && !Number.isFinite(one.endsInMs)) throw new RangeError("A window ends at a time.");
    return { ...one, key: key(one.key), windowMs: ttl(one.windowMs) };
  };
  return {
    key,
    value: (text) => within(text, maxValueBytes, "value"),
    ttl,
    checks: (all) => {
      if (all.length > maxChecks) throw new RangeError(`${all.length} checks are more than ${maxChecks}.`);
      const checked = all.map(check);
      const named = new Set(checked.map((one) => `${one.kind} ${one.key}`));
      if (named.size < checked.length) throw new RangeError("A limit is named twice.");
      return checked;
    },
  };
}

function within(text: string, maxBytes: number, what: "key" | "value"): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes)
    throw new StoreError("too_large", `A ${what} of ${bytes} bytes is over the bound of ${maxBytes}.`);
  return text.toWellFormed();
}
