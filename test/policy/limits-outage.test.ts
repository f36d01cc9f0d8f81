import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import type { LimitsDeps } from "../../src/policy/limits.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { failureOf } from "../_promises.ts";
import { limitsOver, subject } from "./_limits.ts";

const alice = subject("key", "alice", { rpm: 2, tpm: 100, parallel: 1 });
const wish = { model: "m", subjects: [alice], tokens: () => 10 };

/** A store that can be broken and mended. */
function breakable(error: () => Error = () => new StoreError("unavailable", "The connection to Redis is broken.")) {
  const memory = createMemoryStore({ nowMs: () => performance.now() });
  const state = { isBroken: false, calls: 0 };
  const pass = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    state.calls++;
    if (state.isBroken) throw error();
    return call();
  };
  const store: LimitsDeps["store"] = {
    acquire: (checks) => pass(() => memory.acquire(checks)),
    release: (lease) => pass(() => memory.release(lease)),
    renew: (lease, ttlMs) => pass(() => memory.renew(lease, ttlMs)),
  };
  return { store, state };
}

describe("while the store fails", () => {
  test("closed refuses, in OpenAI's shape, with a wait", async () => {
    const { store, state } = breakable();
    const { limits, heard } = limitsOver(store, { onStoreFailure: "closed" });
    state.isBroken = true;
    const thrown = await failureOf(limits.enter(wish));
    if (!(thrown instanceof GatewayError)) throw thrown;
    expect(thrown).toMatchObject({ errorName: "overloaded", status: 503, retryAfterMs: 1_000 });
    expect(thrown.toEnvelope().error).toMatchObject({ type: "server_error", param: null, code: "overloaded" });
    expect(heard.outcomes).toEqual(["refused"]);
  });

  test("open lets requests pass, uncounted", async () => {
    const { store, state } = breakable();
    const { limits, heard } = limitsOver(store, { onStoreFailure: "open" });
    state.isBroken = true;
    for (let at = 0; at < 5; at++) expect(await limits.enter(wish)).toBeUndefined();
    expect(heard.outcomes).toEqual(Array.from({ length: 5 }, () => "passed"));
    state.isBroken = false;
    expect(await limits.enter(wish)).toMatchObject({ headers: { "x-ratelimit-remaining-requests": 1 } });
  });

  test.each(["open", "closed"] as const)("%s says so once, and once when it is back, each time", async (mode) => {
    const { store, state } = breakable();
    const { limits, heard } = limitsOver(store, { onStoreFailure: mode });
    const try2 = async (): Promise<void> => {
      for (let at = 0; at < 2; at++) await limits.enter(wish).catch(() => undefined);
    };
    for (const isBroken of [false, true, false, true]) {
      state.isBroken = isBroken;
      await try2();
    }
    const consequence =
      mode === "open"
        ? "requests pass uncounted (limits.on_store_failure: open)"
        : "requests with limits are refused (limits.on_store_failure: closed)";
    const broken = `limits cannot be counted: The connection to Redis is broken. Until it is back, ${consequence}.`;
    expect(heard.lines).toEqual([broken, "limits are counted again", broken]);
    expect(await limits.trouble()).toBe(`limits cannot be counted: ${consequence}`);
  });

  test("what was let in before is over without an error, and counted as unsettled", async () => {
    const { store, state } = breakable();
    const { limits, heard } = limitsOver(store);
    const ticket = await limits.enter(wish);
    state.isBroken = true;
    await ticket?.settle(3);
    expect(heard.outcomes).toEqual(["unsettled"]);
    expect(await limits.trouble()).toMatch(/^limits cannot be counted/);
  });

  test("a store that answers but takes nothing, as a full one, is trouble, and no look makes it whole", async () => {
    const memory = createMemoryStore({ nowMs: () => performance.now() });
    const acquire: LimitsDeps["store"]["acquire"] = async (checks) => {
      if (checks.length > 0) throw new StoreError("refused", "Redis refused (OOM).");
      return memory.acquire(checks);
    };
    const { limits, heard } = limitsOver({ ...memory, acquire });
    await failureOf(limits.enter(wish));
    expect(await limits.trouble()).toMatch(/^limits cannot be counted/);
    expect(heard.lines).toHaveLength(1);
  });

  test("trouble is looked for without any request, and at most once a second", async () => {
    const { store, state } = breakable();
    let now = 0;
    const { limits, heard } = limitsOver(store, { nowMs: () => now });
    state.isBroken = true;
    const looks = await Promise.all(Array.from({ length: 50 }, () => limits.trouble()));
    expect(new Set(looks).size).toBe(1);
    expect(looks[0]).toBeDefined();
    expect(state.calls).toBe(1);
    state.isBroken = false;
    now = 999;
    expect(await limits.trouble()).toBeDefined();
    now = 1_000;
    expect(await limits.trouble()).toBeUndefined();
    expect(heard.outcomes).toEqual([]);
    expect(heard.lines.at(-1)).toBe("limits are counted again");
  });

  test("a store that is closed at the end is no trouble", async () => {
    const { store, state } = breakable(() => new StoreError("closed", "The store is closed."));
    const { limits, heard } = limitsOver(store);
    state.isBroken = true;
    await limits.enter(wish).catch(() => undefined);
    expect(await limits.trouble()).toBeUndefined();
    expect(heard).toEqual({ refused: [], outcomes: [], lines: [] });
  });

  test("a bug is not taken for a store that is away", async () => {
    const { store, state } = breakable(() => new RangeError("a bug"));
    const { limits } = limitsOver(store, { onStoreFailure: "open" });
    state.isBroken = true;
    await expect(limits.enter(wish)).rejects.toThrow(RangeError);
  });
});
