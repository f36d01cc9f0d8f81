import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, type TestContext, test } from "vitest";
import type { Bounds, Check, CheckState, KeyValueStore, RateCheck, SlotCheck } from "../../src/store/key-value.ts";
import { StoreError } from "../../src/store/store-error.ts";

/** A store to put to the test. */
export interface Subject {
  readonly name: string;
  /** Skips the test where the store cannot be had. */
  readonly need: (context: TestContext) => void | Promise<void>;
  /** Two stores that share what they keep, as two replicas do. In one process both are the same. */
  readonly open: (bounds: Partial<Bounds>) => Promise<readonly [KeyValueStore, KeyValueStore]>;
  /** Lets time pass. */
  readonly wait: (ms: number) => Promise<void>;
  readonly clean: () => Promise<void>;
}

const hour = 3_600_000;

export function rate(key: string, take: number, limit: number, windowMs: number = hour): RateCheck {
  return { kind: "rate", key, take, limit, windowMs };
}

export function slot(key: string, limit: number, ttlMs: number = hour): SlotCheck {
  return { kind: "slot", key, limit, ttlMs };
}

/** What a promise is rejected with, as `code`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "fulfilled",
    (thrown: unknown) => (thrown instanceof StoreError ? thrown.code : String(thrown)),
  );
}

/** Waits until something holds; what happens between processes takes its time. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 1_000; left > 0; left--) {
    if (await holds()) return;
    await sleep(5);
  }
  throw new Error("what was waited for did not happen in five seconds");
}

const bounds: Partial<Bounds> = { maxKeyBytes: 20, maxValueBytes: 40, maxAgeMs: 2 * hour };

/** What every key-value store must do. */
export function describeKeyValueStore(subject: Subject): void {
  describe(subject.name, () => {
    let store: KeyValueStore;
    let other: KeyValueStore;
    beforeEach(async (context) => {
      await subject.need(context);
      [store, other] = await subject.open(bounds);
    });
    afterEach(async () => {
      await Promise.all([store, other].map((one) => one?.close()));
      await subject.clean();
    });

    const remaining = (states: readonly CheckState[]): readonly number[] => states.map((state) => state.remaining);
    const take = async (...checks: readonly Check[]) => store.acquire(checks);
    const left = async (check: Check): Promise<number | undefined> => {
      const { states } = await store.acquire([{ ...check, kind: "rate", take: 0, windowMs: hour }]);
      return states[0]?.remaining;
    };

    describe("values", () => {
      test.each(["plain", "", "two\r\nlines", "ünïcødé 🜂", "nul \0 in it", '{"json":[1]}', "100", "$5\r\nhello"])(
        "%j comes back as it was kept",
        async (value) => {
          await store.set("key", value, hour);
          expect(await other.get("key")).toBe(value);
        },
      );

      test.each(["", "with space", "ключ", "{tag}", "a\r\nb", "*", "a:b"])("%j is a key", async (key) => {
        await store.set(key, "mine", hour);
        await store.set("else", "other", hour);
        expect(await other.get(key)).toBe("mine");
        expect(await store.get(`${key}x`)).toBeUndefined();
      });

      test("an unpaired surrogate becomes U+FFFD in keys and values", async () => {
        await store.set("k\ud800", "v\udc00", hour);
        expect(await store.get("k\ufffd")).toBe("v\ufffd");
        expect(await store.compareAndSet("k\ud800", "v\udc00", "next", hour)).toBe(true);
      });

      test("nothing is there before it is kept, nor after it is deleted", async () => {
        expect(await store.get("key")).toBeUndefined();
        await store.set("key", "value", hour);
        await other.delete("key");
        expect(await store.get("key")).toBeUndefined();
        await store.delete("key");
      });

      test("a value that is kept anew has its new text and time", async () => {
        await store.set("key", "old", 40);
        await store.set("key", "new", hour);
        await subject.wait(80);
        expect(await store.get("key")).toBe("new");
      });

      test("a value is gone after its time", async () => {
        await store.set("key", "value", 300);
        expect(await store.get("key")).toBe("value");
        await subject.wait(350);
        expect(await store.get("key")).toBeUndefined();
      });
    });

    describe("getMany", () => {
      test("gives values in the order of their keys, and undefined where there is none", async () => {
        await store.set("one", "1", hour);
        await store.set("two", "", hour);
        expect(await other.getMany(["two", "none", "one", "two"])).toEqual(["", undefined, "1", ""]);
      });

      test("of no keys gives no values", async () => {
        expect(await store.getMany([])).toEqual([]);
      });

      test("gives many at once", async () => {
        const keys = Array.from({ length: 500 }, (_, at) => `key ${at}`);
        await Promise.all(keys.map((key) => store.set(key, key, hour)));
        expect(await other.getMany(keys)).toEqual(keys);
      });

      test("gives nothing that is over its time", async () => {
        await store.set("short", "1", 300);
        await store.set("long", "2", hour);
        expect(await store.getMany(["short", "long"])).toEqual(["1", "2"]);
        await subject.wait(350);
        expect(await store.getMany(["short", "long"])).toEqual([undefined, "2"]);
      });

      test("refuses a key that is too long", async () => {
        expect(await codeOf(store.getMany(["key", "k".repeat(21)]))).toBe("too_large");
      });
    });

    describe("compareAndSet", () => {
      test.each([
        ["nothing where nothing is", undefined, undefined, true],
        ["nothing where a value is", "there", undefined, false],
        ["nothing where an empty value is", "", undefined, false],
        ["the value that is there", "there", "there", true],
        ["an empty value that is there", "", "", true],
        ["another value", "there", "else", false],
        ["a part of the value", "there", "the", false],
        ["a value where nothing is", undefined, "there", false],
        ["an empty value where nothing is", undefined, "", false],
      ])("expects %s", async (_name, present, expected, want) => {
        if (present !== undefined) await store.set("key", present, hour);
        expect(await other.compareAndSet("key", expected, "next", hour)).toBe(want);
        expect(await store.get("key")).toBe(want ? "next" : present);
      });

      test("gives the value its own time", async () => {
        await store.set("key", "old", hour);
        await store.compareAndSet("key", "old", "new", 300);
        expect(await store.get("key")).toBe("new");
        await subject.wait(350);
        expect(await store.get("key")).toBeUndefined();
        expect(await store.compareAndSet("key", undefined, "again", hour)).toBe(true);
      });

      test("lets one of many win", async () => {
        const tries = Array.from({ length: 200 }, (_, at) =>
          (at % 2 === 0 ? store : other).compareAndSet("key", undefined, `try ${at}`, hour),
        );
        const results = await Promise.all(tries);
        expect(results.filter(Boolean)).toHaveLength(1);
        expect(await store.get("key")).toBe(`try ${results.indexOf(true)}`);
      });

      test("counts right when everyone tries until it is theirs", async () => {
        const add = async (by: KeyValueStore): Promise<void> => {
          for (;;) {
            const seen = await by.get("sum");
            if (await by.compareAndSet("sum", seen, String(Number(seen ?? 0) + 1), hour)) return;
          }
        };
        await Promise.all(Array.from({ length: 40 }, (_, at) => add(at % 2 === 0 ? store : other)));
        expect(await store.get("sum")).toBe("40");
      });
    });

    describe("bounds", () => {
      test("a value at the bound is kept; one byte more is too large, and what was there stays", async () => {
        await store.set("key", "x".repeat(40), hour);
        expect(await codeOf(store.set("key", "x".repeat(41), hour))).toBe("too_large");
        expect(await codeOf(store.compareAndSet("key", "x".repeat(40), "x".repeat(41), hour))).toBe("too_large");
        expect(await store.get("key")).toBe("x".repeat(40));
      });

      test("bytes are counted, not characters", async () => {
        await store.set("key", "ü".repeat(20), hour);
        expect(await codeOf(store.set("key", "ü".repeat(21), hour))).toBe("too_large");
        expect(await codeOf(store.get("ü".repeat(11)))).toBe("too_large");
      });

      const long = "k".repeat(21);
      const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
        ["get", () => store.get(long)],
        ["set", () => store.set(long, "v", hour)],
        ["delete", () => store.delete(long)],
        ["compareAndSet", () => store.compareAndSet(long, undefined, "v", hour)],
        ["acquire of a rate", () => store.acquire([rate(long, 1, 1)])],
        ["acquire of a slot", () => store.acquire([slot(long, 1)])],
        ["publish", () => store.publish(long, "m")],
        ["publish of a message", () => store.publish("key", "m".repeat(41))],
        ["subscribe", () => store.subscribe(long, () => undefined)],
      ];
      test.each(calls)("%s takes nothing longer than the bound", async (_name, call) => {
        expect(await codeOf(call())).toBe("too_large");
      });

      test("the message of too_large shows neither key nor value", async () => {
        const secret = "s3cr3t".repeat(7);
        const messages = [store.set("key", secret, hour), store.get(secret)].map((one) => one.then(String, String));
        for (const message of await Promise.all(messages)) {
          expect(message).toMatch(/^StoreError: A (key|value) of 42 bytes is over the bound of \d+\.$/);
        }
      });

      const odd = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 * hour + 1];
      test.each(odd)("%d ms is no time to live", async (ttlMs) => {
        await expect(store.set("key", "value", ttlMs)).rejects.toThrow(RangeError);
        await expect(store.compareAndSet("key", undefined, "value", ttlMs)).rejects.toThrow(RangeError);
        await expect(take(rate("key", 1, 1, ttlMs))).rejects.toThrow(RangeError);
        await expect(take(slot("key", 1, ttlMs))).rejects.toThrow(RangeError);
      });

      test("the longest time to live is taken", async () => {
        await store.set("key", "value", 2 * hour);
        expect(await store.get("key")).toBe("value");
      });

      const senseless: readonly (readonly [string, readonly Check[]])[] = [
        ["a limit below 0", [rate("a", 1, -1)]],
        ["half a limit", [slot("a", 0.5)]],
        ["half a take", [rate("a", 0.5, 1)]],
        ["an endless take", [rate("a", Number.POSITIVE_INFINITY, 1)]],
        ["a rate twice", [rate("a", 1, 5), rate("b", 1, 5), rate("a", 1, 5)]],
        ["a slot twice", [slot("a", 5), slot("a", 5)]],
        ["33 checks", Array.from({ length: 33 }, (_, at) => rate(`k${at}`, 1, 1))],
      ];
      test.each(senseless)("acquire does not take %s", async (_name, checks) => {
        await expect(store.acquire(checks)).rejects.toThrow(RangeError);
      });

      test("acquire takes 32 checks", async () => {
        const checks = Array.from({ length: 32 }, (_, at) => rate(`k${at}`, 1, at));
        expect(await store.acquire(checks)).toMatchObject({ taken: false, refused: 0 });
        expect(await store.acquire(checks.slice(1))).toMatchObject({ taken: true });
      });
    });

    describe("rates", () => {
      test("are taken up to the limit, exactly", async () => {
        expect(remaining((await take(rate("r", 3, 5))).states)).toEqual([2]);
        expect(await take(rate("r", 3, 5))).toMatchObject({ taken: false, refused: 0, states: [{ remaining: 2 }] });
        expect(await take(rate("r", 2, 5))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
        expect(await take(rate("r", 1, 5))).toMatchObject({ taken: false, refused: 0, states: [{ remaining: 0 }] });
      });

      test("say when they reset, counted from the first take", async () => {
        const first = await take(rate("r", 1, 2, 60_000));
        expect(first.states[0]?.resetsInMs).toBeGreaterThan(55_000);
        expect(first.states[0]?.resetsInMs).toBeLessThanOrEqual(60_000);
        const later = await take(rate("r", 1, 2, hour));
        expect(later.states[0]?.resetsInMs).toBeLessThanOrEqual(60_000);
        const refused = await take(rate("r", 1, 2, hour));
        expect(refused.taken).toBe(false);
        expect(refused.states[0]?.resetsInMs).toBeGreaterThan(55_000);
        expect(refused.states[0]?.resetsInMs).toBeLessThanOrEqual(60_000);
      });

      test("are whole again when their window ends", async () => {
        await take(rate("r", 5, 5, 40));
        await subject.wait(80);
        expect(await take(rate("r", 5, 5, hour))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
      });

      test("a take beyond the whole limit never succeeds, and says that waiting does not help", async () => {
        expect(await take(rate("r", 6, 5))).toEqual({
          taken: false,
          refused: 0,
          states: [{ remaining: 5, resetsInMs: 0 }],
        });
      });

      test("a take of 0 only looks", async () => {
        expect(await take(rate("r", 0, 5))).toMatchObject({ taken: true, states: [{ remaining: 5, resetsInMs: 0 }] });
        await take(rate("r", 5, 5));
        expect(await take(rate("r", 0, 5))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
        expect(await take(rate("r", 0, 3))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
      });

      test("a take below 0 gives back, but never more than was taken", async () => {
        await take(rate("r", 4, 5));
        expect(remaining((await take(rate("r", -1, 5))).states)).toEqual([2]);
        expect(remaining((await take(rate("r", -9, 5))).states)).toEqual([5]);
        expect(remaining((await take(rate("r", 5, 5))).states)).toEqual([0]);
      });

      test("a take below 0 is not refused by a limit that was lowered", async () => {
        await take(rate("r", 9, 10));
        expect(await take(rate("r", -1, 5))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
        expect(remaining((await take(rate("r", 0, 10))).states)).toEqual([2]);
      });

      test("a take below 0 begins no window, and does not prolong one", async () => {
        expect(await take(rate("r", -3, 5))).toMatchObject({ taken: true, states: [{ remaining: 5, resetsInMs: 0 }] });
        await take(rate("r", 5, 5, 40));
        await take(rate("r", -1, 5, hour));
        await subject.wait(80);
        expect(await take(rate("r", 0, 5))).toMatchObject({ states: [{ remaining: 5, resetsInMs: 0 }] });
      });

      test("what must count past a limit goes with the largest limit", async () => {
        await take(rate("r", 4, 5));
        expect((await take(rate("r", 100, Number.MAX_SAFE_INTEGER))).taken).toBe(true);
        expect(await take(rate("r", 1, 105))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
      });

      test("large numbers stay exact", async () => {
        const large = 9_007_199_254_740_000;
        await take(rate("r", large, Number.MAX_SAFE_INTEGER));
        expect(remaining((await take(rate("r", 1, large + 5))).states)).toEqual([4]);
        expect(remaining((await take(rate("r", -(large - 1), large))).states)).toEqual([large - 2]);
      });

      test("a take that is meant for one window takes nothing from another", async () => {
        const first = await take(rate("r", 4, 5, 600));
        const ends = { endsInMs: first.states[0]?.resetsInMs };
        expect(remaining((await take({ ...rate("r", -1, 5, 600), ...ends })).states)).toEqual([2]);
        await subject.wait(650);
        expect(remaining((await take({ ...rate("r", -1, 5, 600), endsInMs: -50 })).states)).toEqual([5]);
        await take(rate("r", 4, 5));
        expect(remaining((await take({ ...rate("r", -3, 5, 600), endsInMs: -50 })).states)).toEqual([1]);
        expect(await take({ ...rate("r", 3, 5, 600), endsInMs: -50 })).toMatchObject({ taken: true });
        expect(await take({ ...rate("r", 3, 5), endsInMs: hour })).toMatchObject({ taken: false });
        expect(remaining((await take({ ...rate("r", -3, 5), endsInMs: hour })).states)).toEqual([4]);
      });

      test("a take that is meant for one window begins none", async () => {
        expect(remaining((await take({ ...rate("r", 3, 5), endsInMs: 10 })).states)).toEqual([5]);
        expect(await take(rate("r", 0, 5))).toMatchObject({ states: [{ remaining: 5, resetsInMs: 0 }] });
        await expect(take({ ...rate("r", -1, 5), endsInMs: Number.NaN })).rejects.toThrow(RangeError);
      });

      test("a limit of 0 lets nothing through", async () => {
        expect(await take(rate("r", 1, 0))).toMatchObject({ taken: false, refused: 0, states: [{ remaining: 0 }] });
        expect(await take(slot("s", 0))).toMatchObject({ taken: false, refused: 0, states: [{ remaining: 0 }] });
      });
    });

    describe("slots", () => {
      test("are taken up to the limit and given back", async () => {
        const held = await take(slot("s", 2));
        expect(remaining(held.states)).toEqual([1]);
        await take(slot("s", 2));
        expect(await take(slot("s", 2))).toMatchObject({ taken: false, refused: 0, states: [{ remaining: 0 }] });
        if (held.taken) await other.release(held.lease);
        expect(await take(slot("s", 2))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
      });

      test("are free again when their holder's time is over", async () => {
        await take(slot("s", 2, 300));
        await take(slot("s", 2, hour));
        expect((await take(slot("s", 2))).taken).toBe(false);
        await subject.wait(350);
        expect(await take(slot("s", 2))).toMatchObject({ taken: true, states: [{ remaining: 0 }] });
        expect((await take(slot("s", 2))).taken).toBe(false);
      });

      test("a shorter hold does not end a longer one", async () => {
        await take(slot("s", 2, hour));
        await take(slot("s", 2, 40));
        await subject.wait(80);
        expect(remaining((await take(slot("s", 2))).states)).toEqual([0]);
      });

      test("say when the first of them is free again at the latest", async () => {
        const long = await take(slot("s", 3, hour));
        expect(long.states[0]?.resetsInMs).toBeGreaterThan(hour - 5_000);
        const short = await take(slot("s", 3, 60_000));
        expect(short.states[0]?.resetsInMs).toBeLessThanOrEqual(60_000);
        const third = await take(slot("s", 3, hour));
        expect(third.states[0]?.resetsInMs).toBeLessThanOrEqual(60_000);
        const refused = await take(slot("s", 3, hour));
        expect(refused.taken).toBe(false);
        expect(refused.states[0]?.resetsInMs).toBeGreaterThan(55_000);
        expect(refused.states[0]?.resetsInMs).toBeLessThanOrEqual(60_000);
      });

      test("a lease that is given back twice, or late, frees nobody else's slot", async () => {
        const early = await take(slot("s", 2, 40));
        const twice = await take(slot("s", 2));
        if (twice.taken) await Promise.all([store.release(twice.lease), other.release(twice.lease)]);
        await subject.wait(80);
        await take(slot("s", 2));
        await take(slot("s", 2));
        if (early.taken) await store.release(early.lease);
        if (twice.taken) await store.release(twice.lease);
        expect((await take(slot("s", 2))).taken).toBe(false);
      });

      test("a lease that is renewed holds its slots for longer, and no longer", async () => {
        const held = await take(slot("s", 1, 300), slot("t", 1, 300));
        if (held.taken) await other.renew(held.lease, 700);
        await subject.wait(350);
        expect((await take(slot("s", 1))).taken).toBe(false);
        expect((await take(slot("t", 1))).taken).toBe(false);
        await subject.wait(450);
        expect((await take(slot("s", 1), slot("t", 1))).taken).toBe(true);
      });

      test("a lease that is renewed has its slots back that were lost", async () => {
        const held = await take(slot("s", 1, 40));
        await subject.wait(80);
        if (held.taken) await store.renew(held.lease, hour);
        expect((await take(slot("s", 1))).taken).toBe(false);
        if (held.taken) await store.release(held.lease);
        expect((await take(slot("s", 1))).taken).toBe(true);
        await expect(store.renew({ id: "1", keys: ["s"] }, 0)).rejects.toThrow(RangeError);
        await store.renew({ id: "1", keys: [] }, hour);
      });

      test("a lease covers all its slots, and its rates stay taken", async () => {
        const held = await take(slot("s", 1), rate("r", 1, 2), slot("t", 1));
        expect((await take(slot("t", 1))).taken).toBe(false);
        if (held.taken) await store.release(held.lease);
        expect(await take(slot("s", 1), slot("t", 1), rate("r", 0, 2))).toMatchObject({
          taken: true,
          states: [{ remaining: 0 }, { remaining: 0 }, { remaining: 1 }],
        });
      });

      test("a lease of rates alone has nothing to give back", async () => {
        const held = await take(rate("r", 2, 2));
        expect(held.taken && held.lease.keys).toEqual([]);
        if (held.taken) await store.release(held.lease);
        expect(await left(rate("r", 0, 2))).toBe(0);
      });
    });

    describe("all or none", () => {
      test("takes nothing when one check refuses, and says which", async () => {
        await take(rate("b", 5, 5));
        const refused = await take(rate("a", 1, 5), slot("s", 1), rate("b", 1, 5), rate("c", 9, 5));
        expect(refused).toMatchObject({ taken: false, refused: 2 });
        expect(remaining(refused.states)).toEqual([5, 1, 0, 5]);
        expect(await take(rate("a", 5, 5), slot("s", 1), rate("c", 5, 5))).toMatchObject({ taken: true });
      });

      test("a slot that refuses leaves the rates untouched", async () => {
        await take(slot("s", 1));
        expect(await take(rate("a", 5, 5), slot("s", 1))).toMatchObject({ taken: false, refused: 1 });
        expect(await left(rate("a", 0, 5))).toBe(5);
      });

      test("no checks succeed", async () => {
        expect(await store.acquire([])).toMatchObject({ taken: true, states: [], lease: { keys: [] } });
      });

      test("values, rates and slots of one key have nothing to do with each other", async () => {
        await store.set("key", "value", hour);
        expect((await take(rate("key", 2, 2), slot("key", 1))).taken).toBe(true);
        await store.delete("key");
        expect(await left(rate("key", 0, 2))).toBe(0);
        expect((await take(slot("key", 1))).taken).toBe(false);
      });
    });

    describe("at the same time", () => {
      const many = (checks: readonly Check[], times: number) =>
        Promise.all(Array.from({ length: times }, (_, at) => (at % 2 === 0 ? store : other).acquire(checks)));

      test("a thousand takes never get past a rate", async () => {
        const results = await many([rate("r", 3, 1_000)], 1_000);
        expect(results.filter((one) => one.taken)).toHaveLength(333);
        expect(await left(rate("r", 0, 1_000))).toBe(1);
      });

      test("a thousand takes never get past the slots, and each that is given back is taken once", async () => {
        const first = await many([slot("s", 100)], 1_000);
        const leases = first.flatMap((one) => (one.taken ? [one.lease] : []));
        expect(leases).toHaveLength(100);
        expect(new Set(leases.map((lease) => lease.id)).size).toBe(100);
        await Promise.all(leases.slice(0, 40).map((lease, at) => (at % 2 === 0 ? store : other).release(lease)));
        expect((await many([slot("s", 100)], 500)).filter((one) => one.taken)).toHaveLength(40);
      });

      test("all or none holds under contention", async () => {
        // Each pair shares one limit with the next: taking by halves would use a limit up without a success to show.
        const limits = ["a", "b", "c"];
        const pair = (at: number): readonly Check[] => [
          rate(limits[at % 3] ?? "", 1, 100),
          rate(limits[(at + 1) % 3] ?? "", 1, 100),
          slot("s", 120),
        ];
        const tries = Array.from({ length: 600 }, (_, at) => (at % 2 === 0 ? store : other).acquire(pair(at)));
        const results = await Promise.all(tries);
        const taken = results.map((one, at) => (one.taken ? at : -1)).filter((at) => at >= 0);
        const used = limits.map((_, limit) => taken.filter((at) => at % 3 === limit || (at + 1) % 3 === limit).length);
        expect(await Promise.all(limits.map((key) => left(rate(key, 0, 100))))).toEqual(used.map((one) => 100 - one));
        expect(Math.max(...used)).toBeLessThanOrEqual(100);
        expect(taken.length).toBeLessThanOrEqual(120);
        // Every refusal had a reason that still holds: nothing was given back.
        expect(taken.length === 120 || used.filter((one) => one === 100).length >= 2).toBe(true);
      });
    });

    describe("messages", () => {
      test("reach whoever listens on the channel, in order, and nobody else", async () => {
        const heard: string[] = [];
        const also: string[] = [];
        const elsewhere: string[] = [];
        await store.subscribe("news", (message) => heard.push(message));
        await other.subscribe("news", (message) => also.push(message));
        await store.subscribe("new", (message) => elsewhere.push(message));
        const sent = Array.from({ length: 50 }, (_, at) => (at === 7 ? "" : `ünï\n${at}`));
        for (const message of sent) await other.publish("news", message);
        await until(() => heard.length === 50 && also.length === 50);
        expect([heard, also, elsewhere]).toEqual([sent, sent, []]);
      });

      test("are sent to nobody without complaint", async () => {
        await expect(store.publish("nobody", "message")).resolves.toBeUndefined();
      });

      test("are not heard any more after the subscription ends; others hear on", async () => {
        const heard: string[] = [];
        const listener = (message: string) => heard.push(message);
        const end = await store.subscribe("news", listener);
        await store.subscribe("news", listener);
        await end();
        await end();
        await store.publish("news", "first");
        await until(() => heard.length > 0);
        await store.publish("news", "second");
        await until(() => heard.length > 1);
        expect(heard).toEqual(["first", "second"]);
      });

      test("that are under way when the subscription ends are not heard", async () => {
        const heard: string[] = [];
        const also: string[] = [];
        const end = await store.subscribe("news", (message) => heard.push(message));
        await other.subscribe("news", (message) => also.push(message));
        await Promise.all([store.publish("news", "message"), end()]);
        await until(() => also.length > 0);
        expect(heard).toEqual([]);
      });

      test("are heard again by a later subscription to the same channel", async () => {
        const heard: string[] = [];
        const end = await store.subscribe("news", () => heard.push("old"));
        await Promise.all([end(), store.subscribe("news", () => heard.push("new"))]);
        await store.publish("news", "message");
        await until(() => heard.length > 0);
        expect(heard).toEqual(["new"]);
      });

      test("channels and keys have nothing to do with each other", async () => {
        const heard: string[] = [];
        await store.set("key", "value", hour);
        await store.subscribe("key", (message) => heard.push(message));
        await store.publish("key", "message");
        await until(() => heard.length > 0);
        expect(await store.get("key")).toBe("value");
      });
    });

    describe("after close", () => {
      const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
        ["get", () => store.get("key")],
        ["set", () => store.set("key", "value", hour)],
        ["delete", () => store.delete("key")],
        ["compareAndSet", () => store.compareAndSet("key", undefined, "value", hour)],
        ["acquire", () => store.acquire([rate("r", 1, 1)])],
        ["release", () => store.release({ id: "1", keys: ["s"] })],
        ["renew", () => store.renew({ id: "1", keys: ["s"] }, hour)],
        ["publish", () => store.publish("news", "message")],
        ["subscribe", () => store.subscribe("news", () => undefined)],
      ];
      test.each(calls)("%s fails with closed", async (_name, call) => {
        await store.close();
        expect(await codeOf(call())).toBe("closed");
      });

      test("closing twice is fine, and ending a subscription too", async () => {
        const end = await store.subscribe("news", () => undefined);
        await Promise.all([store.close(), store.close()]);
        await store.close();
        await end();
      });

      test("what was asked before is answered", async () => {
        const asked = Array.from({ length: 100 }, () => store.acquire([rate("r", 1, 60)]));
        await store.close();
        const results = await Promise.all(asked);
        expect(results.filter((one) => one.taken)).toHaveLength(60);
      });
    });
  });
}
