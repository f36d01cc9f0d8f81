import { createGuard } from "./bounds.ts";
import type { Bounds, Check, CheckState, KeyValueStore, RateCheck, SlotCheck } from "./key-value.ts";
import { createListeners } from "./listeners.ts";
import { createRoom } from "./room.ts";
import { StoreError } from "./store-error.ts";

export interface MemoryStoreOptions extends Partial<Bounds> {
  /** The clock, in milliseconds. It must not run backwards. */
  readonly nowMs: () => number;
  /** How many values, rates and sets of slots there may be. Default 100,000. */
  readonly maxEntries?: number;
  /** How long their keys and values may be together, in bytes of UTF-8. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** What a count and a slot take up, for `maxBytes`. */
const rateBytes = 8;
const slotBytes = 24;

interface Rate {
  count: number;
  readonly expiresAt: number;
}

/** How much of a limit is used, and when there is more. */
interface Look {
  readonly used: number;
  readonly resetsInMs: number;
}

interface Slots {
  /** When each slot is free at the latest, by its lease. */
  readonly ends: Map<string, number>;
  readonly lastEnd: number;
}

/**
 * Keeps everything in this process.
 *
 * Where room is short, what is over its time goes first, then the value that was unused the longest. Counts of limits
 * that still run go only when no value is left, rates before slots: with a count a limit forgets what was taken. A
 * value that finds nothing but such counts is not kept.
 * There is no timer: what is over its time takes up room until the next call.
 */
export function createMemoryStore(options: MemoryStoreOptions): KeyValueStore {
  const { nowMs, maxEntries = 100_000, maxBytes = 67_108_864, ...bounds } = options;
  const guard = createGuard(bounds);
  const room = createRoom(maxEntries, maxBytes);
  // In the order in which they are emptied.
  const values = room.shelf<string>();
  const rates = room.shelf<Rate>();
  const slots = room.shelf<Slots>();
  const listeners = createListeners();
  let leases = 0;
  let isClosed = false;

  /** The time of a call, with everything gone that is over at that time. */
  function begin(): number {
    if (isClosed) throw new StoreError("closed", "The store is closed.");
    const now = nowMs();
    room.expire(now);
    return now;
  }

  function keep(key: string, value: string, expiresAt: number): void {
    values.put(key, value, Buffer.byteLength(value), expiresAt);
  }

  function look(check: Check, now: number): Look {
    const [used, resetsAt] = check.kind === "rate" ? rateOf(check) : slotsOf(check, now);
    return { used, resetsInMs: resetsAt === undefined ? 0 : Math.ceil(resetsAt - now) };
  }

  function rateOf(check: RateCheck): readonly [used: number, resetsAt: number | undefined] {
    const rate = rates.use(check.key);
    return [rate?.count ?? 0, rate?.expiresAt];
  }

  function slotsOf(check: SlotCheck, now: number): readonly [used: number, resetsAt: number | undefined] {
    const ends = slots.use(check.key)?.ends;
    if (ends === undefined) return [0, undefined];
    let first = Number.POSITIVE_INFINITY;
    for (const [lease, end] of ends) {
      if (end <= now) ends.delete(lease);
      else first = Math.min(first, end);
    }
    return ends.size === 0 ? [0, undefined] : [ends.size, first];
  }

  function takeRate(check: RateCheck, now: number, before: Look): Look {
    const rate = rates.use(check.key);
    const take = takeOf(check, before);
    if (rate !== undefined) rate.count = Math.max(0, rate.count + take);
    else if (take > 0) {
      const expiresAt = now + check.windowMs;
      rates.put(check.key, { count: take, expiresAt }, rateBytes, expiresAt);
    }
    return look(check, now);
  }

  function takeSlot(check: SlotCheck, lease: string, now: number, before: Look): Look {
    const end = now + check.ttlMs;
    const { ends, lastEnd } = slots.use(check.key) ?? { ends: new Map<string, number>(), lastEnd: end };
    putSlots(check.key, { ends: ends.set(lease, end), lastEnd: Math.max(lastEnd, end) });
    // Looking again would cost as much as there are slots.
    const resetsInMs = before.used === 0 ? check.ttlMs : Math.min(before.resetsInMs, check.ttlMs);
    return { used: before.used + 1, resetsInMs };
  }

  function putSlots(key: string, held: Slots): void {
    slots.put(key, held, held.ends.size * slotBytes, held.lastEnd);
  }

  return {
    async get(key) {
      begin();
      return values.use(guard.key(key));
    },

    async getMany(keys) {
      begin();
      return keys.map((key) => values.use(guard.key(key)));
    },

    async set(key, value, ttlMs) {
      const now = begin();
      keep(guard.key(key), guard.value(value), now + guard.ttl(ttlMs));
    },

    async delete(key) {
      begin();
      values.drop(guard.key(key));
    },

    async compareAndSet(key, expected, value, ttlMs) {
      const now = begin();
      const [own, next, expiresAt] = [guard.key(key), guard.value(value), now + guard.ttl(ttlMs)];
      if (values.use(own) !== expected?.toWellFormed()) return false;
      keep(own, next, expiresAt);
      return true;
    },

    async acquire(unchecked) {
      const now = begin();
      const checks = guard.checks(unchecked);
      const before = checks.map((check) => ({ check, found: look(check, now) }));
      const refused = before.findIndex(({ check, found }) => isRefused(check, found));
      if (refused !== -1) {
        return { taken: false, refused, states: before.map(({ check, found }) => toState(check, found)) };
      }
      const id = String(++leases);
      const states = before.map(({ check, found }) => {
        const left = check.kind === "rate" ? takeRate(check, now, found) : takeSlot(check, id, now, found);
        return toState(check, left);
      });
      const keys = checks.filter((check) => check.kind === "slot").map((check) => check.key);
      return { taken: true, lease: { id, keys }, states };
    },

    async release(lease) {
      begin();
      for (const key of lease.keys) {
        const held = slots.use(key);
        if (held?.ends.delete(lease.id) !== true) continue;
        if (held.ends.size === 0) slots.drop(key);
        else putSlots(key, held);
      }
    },

    async renew(lease, ttlMs) {
      const now = begin();
      const end = now + guard.ttl(ttlMs);
      for (const key of lease.keys) {
        const { ends, lastEnd } = slots.use(key) ?? { ends: new Map<string, number>(), lastEnd: end };
        putSlots(key, { ends: ends.set(lease.id, end), lastEnd: Math.max(lastEnd, end) });
      }
    },

    async publish(channel, message) {
      begin();
      listeners.deliver(guard.key(channel), guard.value(message));
    },

    async subscribe(channel, listener) {
      begin();
      const remove = listeners.add(guard.key(channel), listener);
      return async () => {
        remove();
      };
    },

    async close() {
      isClosed = true;
      room.clear();
      listeners.clear();
    },
  };
}

function isRefused(check: Check, found: Look): boolean {
  const take = check.kind === "rate" ? takeOf(check, found) : 1;
  return take > 0 && found.used + take > check.limit;
}

/** How much is taken: nothing, where another window than the one that is meant runs. */
function takeOf({ take, windowMs, endsInMs }: RateCheck, { resetsInMs }: Look): number {
  if (endsInMs === undefined) return take;
  return resetsInMs === 0 || 2 * Math.abs(resetsInMs - endsInMs) > windowMs ? 0 : take;
}

function toState(check: Check, { used, resetsInMs }: Look): CheckState {
  return { remaining: Math.max(0, check.limit - used), resetsInMs };
}
