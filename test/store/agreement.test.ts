import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, expect, test } from "vitest";
import { Secret } from "../../src/secret.ts";
import type { Acquisition, Check, KeyValueStore, Lease } from "../../src/store/key-value.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import fc from "../_fc.ts";
import { deleteKeys, needRedis, redisUrl } from "../_services.ts";

const prefix = `specgate-test-${randomBytes(6).toString("hex")}:`;
const hour = 3_600_000;
let runs = 0;

beforeEach(needRedis);
afterAll(() => (runs > 0 ? deleteKeys(prefix) : undefined));

type Step =
  | { readonly kind: "get" | "delete"; readonly key: string }
  | { readonly kind: "set"; readonly key: string; readonly value: string; readonly isShort: boolean }
  | {
      readonly kind: "compareAndSet";
      readonly key: string;
      readonly expected: string | undefined;
      readonly value: string;
    }
  | { readonly kind: "acquire"; readonly checks: readonly Check[]; readonly isShort: boolean }
  | { readonly kind: "release" | "renew"; readonly lease: number };

const key = fc.constantFrom("a", "b", "ü", "");
const value = fc.oneof(fc.constantFrom("one", "two", ""), fc.string({ unit: "binary", maxLength: 8 }));
const isShort = fc.nat(11).map((number) => number === 0);
const window = fc.constant(hour);
const check: fc.Arbitrary<Check> = fc.oneof(
  fc.record({
    kind: fc.constant("rate" as const),
    key,
    take: fc.integer({ min: -3, max: 5 }),
    limit: fc.nat(12),
    windowMs: window,
    // The one that runs, or one of before.
    endsInMs: fc.constantFrom(undefined, undefined, hour, -1),
  }),
  fc.record({ kind: fc.constant("slot" as const), key, limit: fc.nat(3), ttlMs: window }),
);
const checks = fc.uniqueArray(check, { maxLength: 4, selector: (one) => `${one.kind} ${one.key}` });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom("get" as const, "delete" as const), key }),
  fc.record({ kind: fc.constant("set" as const), key, value, isShort }),
  fc.record({
    kind: fc.constant("compareAndSet" as const),
    key,
    expected: fc.option(fc.constantFrom("one", "two", ""), { nil: undefined }),
    value,
  }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("acquire" as const), checks, isShort }) },
  fc.record({ kind: fc.constantFrom("release" as const, "renew" as const), lease: fc.nat(20) }),
);

/** Ends before the step does, on both sides: how quick the machine is makes no difference. */
const shortMs = 10;

/** A store with the leases that it gave, in order. */
function player(store: KeyValueStore, name: (key: string) => string): (step: Step) => Promise<unknown> {
  const leases: Lease[] = [];
  const own = (one: Check, isShort: boolean): Check => {
    if (one.kind === "rate") return { ...one, key: name(one.key), windowMs: isShort ? shortMs : one.windowMs };
    return { ...one, key: name(one.key), ttlMs: isShort ? shortMs : one.ttlMs };
  };
  return async (step) => {
    switch (step.kind) {
      case "get":
      case "delete":
        return store[step.kind](name(step.key));
      case "set":
        return store.set(name(step.key), step.value, step.isShort ? shortMs : hour);
      case "compareAndSet":
        return store.compareAndSet(name(step.key), step.expected, step.value, hour);
      case "acquire": {
        const result = await store.acquire(step.checks.map((one) => own(one, step.isShort)));
        if (result.taken) leases.push(result.lease);
        return shown(result);
      }
      case "release": {
        const lease = leases[step.lease % leases.length];
        return lease === undefined ? undefined : store.release(lease);
      }
      case "renew": {
        const lease = leases[step.lease % leases.length];
        return lease === undefined ? undefined : store.renew(lease, hour);
      }
    }
  };
}

/** What both must say alike: not the ids of leases, and of times only whether there is one. */
function shown(result: Acquisition): unknown {
  const states = result.states.map(({ remaining, resetsInMs }) => [remaining, resetsInMs > 0]);
  return result.taken ? { states, slots: result.lease.keys } : { states, refused: result.refused };
}

test("any sequence of calls has the same answers in memory and in Redis", async () => {
  const redis = await createRedisStore({ url: new Secret(redisUrl), prefix, timeoutMs: 5_000 });
  const memory = createMemoryStore({ nowMs: () => performance.now() });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const run = ++runs;
        const name = (one: string) => `${run} ${one}`;
        const [inMemory, inRedis] = [player(memory, name), player(redis, name)];
        for (const one of steps) {
          expect(await inRedis(one)).toEqual(await inMemory(one));
          if ("isShort" in one && one.isShort) await sleep(2 * shortMs);
        }
        for (const one of ["a", "b", "ü", ""]) expect(await redis.get(name(one))).toBe(await memory.get(name(one)));
      }),
      { numRuns: 100 },
    );
  } finally {
    await redis.close();
  }
});
