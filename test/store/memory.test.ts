import { beforeEach, describe, expect, test } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import { createMemoryStore, type MemoryStoreOptions } from "../../src/store/memory.ts";
import { createRoom } from "../../src/store/room.ts";
import fc from "../_fc.ts";
import { rate, slot } from "./_key-value.ts";

const hour = 3_600_000;
let now: number;

beforeEach(() => {
  now = 5_000;
});

function create(options: Partial<MemoryStoreOptions>): KeyValueStore {
  return createMemoryStore({ nowMs: () => now, ...options });
}

/** Which of the keys have a value. The last one asked for counts as used last. */
async function present(store: KeyValueStore, ...keys: readonly string[]): Promise<string> {
  const found: string[] = [];
  for (const key of keys) if ((await store.get(key)) !== undefined) found.push(key);
  return found.join("");
}

async function fill(store: KeyValueStore, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.set(key, "value", hour);
}

/** How much of a rate's limit of 10 is used. */
async function used(store: KeyValueStore, key: string): Promise<number> {
  const { states } = await store.acquire([rate(key, 0, 10)]);
  return 10 - (states[0]?.remaining ?? 10);
}

describe("room for entries", () => {
  test("the value that was kept first leaves first", async () => {
    const store = create({ maxEntries: 3 });
    await fill(store, "a", "b", "c", "d");
    expect(await present(store, "a", "b", "c", "d")).toBe("bcd");
  });

  test.each([
    ["get", (store: KeyValueStore) => store.get("a")],
    ["set", (store: KeyValueStore) => store.set("a", "new", hour)],
    ["compareAndSet", (store: KeyValueStore) => store.compareAndSet("a", "value", "new", hour)],
    ["compareAndSet in vain", (store: KeyValueStore) => store.compareAndSet("a", "else", "new", hour)],
  ])("%s counts as use", async (_name, use) => {
    const store = create({ maxEntries: 3 });
    await fill(store, "a", "b", "c");
    await use(store);
    await fill(store, "d");
    expect(await present(store, "a", "b", "c", "d")).toBe("acd");
  });

  test("what is over its time leaves before what is not, however it was used", async () => {
    const store = create({ maxEntries: 3 });
    await fill(store, "a", "b");
    await store.set("c", "value", 100);
    await store.get("c");
    now += 100;
    await fill(store, "d");
    expect(await present(store, "a", "b", "c", "d")).toBe("abd");
  });

  test("a value that was deleted or kept anew takes up no room of its own", async () => {
    const store = create({ maxEntries: 3 });
    await fill(store, "a", "b", "c", "c", "c");
    await store.delete("c");
    await fill(store, "d");
    expect(await present(store, "a", "b", "d")).toBe("abd");
  });
});

describe("room for bytes", () => {
  test("keys and values count, in bytes", async () => {
    const store = create({ maxBytes: 20 });
    await store.set("a", "x".repeat(9), hour);
    await store.set("ü", "ü".repeat(4), hour);
    expect(await present(store, "a", "ü")).toBe("aü");
    await store.set("c", "", hour);
    expect(await present(store, "a", "ü", "c")).toBe("üc");
  });

  test("several make room for a large one; one that is larger than all the room is not kept", async () => {
    const store = create({ maxBytes: 20 });
    await fill(store, "a", "b", "c");
    await store.set("d", "x".repeat(13), hour);
    expect(await present(store, "a", "b", "c", "d")).toBe("cd");
    await store.set("e", "x".repeat(20), hour);
    expect(await present(store, "c", "d", "e")).toBe("");
  });

  test("a value that grows makes others leave", async () => {
    const store = create({ maxBytes: 20 });
    await fill(store, "a", "b", "c");
    await store.compareAndSet("a", "value", "x".repeat(10), hour);
    expect(await present(store, "a", "b", "c")).toBe("ac");
  });

  test("each slot counts", async () => {
    const store = create({ maxBytes: 130 });
    await fill(store, "a", "b");
    await store.acquire([slot("s", 9)]);
    expect(await present(store, "a", "b")).toBe("ab");
    for (let times = 4; times > 0; times--) await store.acquire([slot("s", 9)]);
    expect(await present(store, "a", "b")).toBe("b");
  });

  test("a slot that is given back counts no more", async () => {
    const store = create({ maxBytes: 130 });
    const held = await Promise.all(Array.from({ length: 5 }, () => store.acquire([slot("s", 9)])));
    for (const one of held.slice(1)) if (one.taken) await store.release(one.lease);
    await fill(store, ..."abcdefghi");
    expect(await present(store, ..."abcdefghi")).toBe("abcdefghi");
  });
});

describe("counts of limits", () => {
  test("stay while there are values to leave", async () => {
    const store = create({ maxEntries: 4 });
    await store.acquire([rate("r", 3, 10), slot("s", 1)]);
    await fill(store, ..."abcdefghij");
    expect(await used(store, "r")).toBe(3);
    expect((await store.acquire([slot("s", 1)])).taken).toBe(false);
    expect(await present(store, ..."abcdefghij")).toBe("ij");
  });

  test("make values leave, and a value that finds only counts is not kept", async () => {
    const store = create({ maxEntries: 2 });
    await fill(store, "a", "b");
    await store.acquire([rate("r", 3, 10), rate("q", 2, 10)]);
    await fill(store, "c");
    expect(await present(store, "a", "b", "c")).toBe("");
    expect([await used(store, "r"), await used(store, "q")]).toEqual([3, 2]);
  });

  test("leave rate by rate, the one unused the longest first, and slots last", async () => {
    const store = create({ maxEntries: 3 });
    await store.acquire([slot("s", 1)]);
    await store.acquire([rate("r", 3, 10)]);
    await store.acquire([rate("q", 2, 10)]);
    await store.acquire([rate("r", 1, 10)]);
    await store.acquire([rate("p", 1, 10)]);
    expect([await used(store, "p"), await used(store, "q"), await used(store, "r")]).toEqual([1, 0, 4]);
    expect((await store.acquire([slot("s", 1)])).taken).toBe(false);
    await store.acquire([slot("t", 1), slot("u", 1)]);
    expect([await used(store, "p"), await used(store, "r")]).toEqual([0, 0]);
    expect((await store.acquire([slot("s", 1)])).taken).toBe(false);
  });

  test("leave when their time is over, and make no value leave then", async () => {
    const store = create({ maxEntries: 3 });
    await store.acquire([rate("r", 3, 10, 100), slot("s", 1, 100)]);
    now += 100;
    await fill(store, "a", "b", "c");
    expect(await present(store, "a", "b", "c")).toBe("abc");
  });

  test("that are given back make room", async () => {
    const store = create({ maxEntries: 3 });
    const held = await store.acquire([slot("s", 1)]);
    if (held.taken) await store.release(held.lease);
    await fill(store, "a", "b", "c");
    expect(await present(store, "a", "b", "c")).toBe("abc");
  });
});

test("values leave in their order though there were none when room was short before", async () => {
  const store = create({ maxEntries: 2 });
  for (const key of ["p", "q", "r"]) await store.acquire([rate(key, 1, 10, 100)]);
  now += 100;
  await fill(store, "a", "b", "c");
  expect(await present(store, "a", "b", "c")).toBe("bc");
});

test("a room that is cleared is empty", () => {
  const room = createRoom(10, 1_000);
  const shelf = room.shelf<string>();
  shelf.put("key", "value", 5, 1_000);
  room.clear();
  expect([shelf.use("key"), room.figures()]).toEqual([undefined, { entries: 0, bytes: 0, ends: 0 }]);
});

test("a clock of fractions gives whole milliseconds, rounded up", async () => {
  const store = create({});
  await store.acquire([rate("r", 1, 5, 100)]);
  now += 40.25;
  expect((await store.acquire([rate("r", 1, 5, 100)])).states).toEqual([{ remaining: 3, resetsInMs: 60 }]);
});

test("an end is the first moment that no longer counts", async () => {
  const store = create({});
  await store.set("a", "value", 100);
  await store.acquire([rate("r", 1, 1, 100), slot("s", 1, 100)]);
  now += 99;
  expect(await present(store, "a")).toBe("a");
  expect(await store.acquire([rate("r", 1, 1)])).toMatchObject({ taken: false, states: [{ resetsInMs: 1 }] });
  expect(await store.acquire([slot("s", 1)])).toMatchObject({ taken: false, states: [{ resetsInMs: 1 }] });
  now += 1;
  expect(await present(store, "a")).toBe("");
  expect((await store.acquire([rate("r", 1, 1), slot("s", 1)])).taken).toBe(true);
});

test("what is kept anew again and again leaves no traces", () => {
  const room = createRoom(10, 1_000);
  const shelf = room.shelf<string>();
  for (let times = 0; times < 10_000; times++) shelf.put(`key ${times % 20}`, "value", 5, 1_000 + times);
  const { entries, bytes, ends } = room.figures();
  expect([entries, bytes <= 120, ends <= 84]).toEqual([10, true, true]);
  room.expire(20_000);
  expect(room.figures()).toEqual({ entries: 0, bytes: 0, ends: 0 });
});

test("any sequence of uses leaves the room to those used last", () => {
  const step = fc.tuple(fc.constantFrom("put", "put", "use", "drop"), fc.constantFrom(..."abcdefgh"));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const shelf = createRoom(4, 1_000).shelf<string>();
      let model: string[] = [];
      for (const [kind, key] of steps) {
        const isThere = model.includes(key);
        model = model.filter((one) => one !== key);
        if (kind === "put") {
          shelf.put(key, key, 1, 1_000);
          model = [...model, key].slice(-4);
        } else if (kind === "drop") {
          shelf.drop(key);
        } else {
          expect(shelf.use(key)).toBe(isThere ? key : undefined);
          if (isThere) model.push(key);
        }
      }
      // From the oldest to the newest: asking changes nothing of the order.
      expect([..."abcdefgh"].filter((key) => shelf.use(key) !== undefined)).toEqual(model.sort());
    }),
  );
});
