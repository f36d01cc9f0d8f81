import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "h3";
import OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { build } from "../../src/build.ts";
import { type ContinuityEvent, createContinuity } from "../../src/continuity/continuity.ts";
import type { Place } from "../../src/continuity/place.ts";
import { createShelf, type ShelfBounds } from "../../src/continuity/shelf.ts";
import { gemini } from "../../src/dialects/gemini/index.ts";
import { parseScript } from "../../src/emulators/script.ts";
import type { ChatRequest } from "../../src/operations/types.ts";
import { createSeal } from "../../src/seal.ts";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { type CapturedLog, captureLog } from "../_log.ts";
import { parseMetrics, valueAt } from "../_metrics.ts";
import { secrets, startVertex } from "../_setup.ts";
import { configOf } from "../config/_load.ts";
import { clientKinds } from "./_clients.ts";
import { families, scriptFor } from "./_families.ts";
import { talk, tools } from "./_talk.ts";

const envelope = { maker: "m", calls: [{ id: "a", said: "f" }], kept: { turn: "signed" } };
const memory = (): KeyValueStore => createMemoryStore({ nowMs: () => 0 });
const never = (): Promise<never> => new Promise(() => undefined);

interface Trial {
  readonly told: string[];
  readonly put: (keys?: readonly string[], turn?: unknown) => Promise<void>;
  readonly find: (keys?: readonly string[], tenant?: string) => Promise<readonly unknown[]>;
}

function tryShelf(
  store: Pick<KeyValueStore, "getMany" | "set">,
  bounds: Partial<ShelfBounds> = {},
  nowMs: () => number = () => 0,
): Trial {
  const all = { ttlMs: 60_000, maxBytes: 1_000, deadlineMs: 20, restMs: 500, ...bounds };
  const shelf = createShelf(store, createSeal([], "test"), nowMs, all);
  const told: string[] = [];
  const tell = (outcome: string, cause?: string): void =>
    void told.push(cause === undefined ? outcome : `${outcome} ${cause}`);
  return {
    told,
    put: (keys = ["key"], turn = "signed") => shelf.put("alice", keys, { ...envelope, kept: { turn } }, tell),
    find: (keys = ["key"], tenant = "alice") => shelf.find(tenant, keys, tell),
  };
}

describe("a shelf", () => {
  test("gives back what was put there, in the order of the names", async () => {
    const shelf = tryShelf(memory());
    await shelf.put(["one", "two"]);
    expect(await shelf.find(["two", "none", "one"])).toEqual([
      { ...envelope, kept: { turn: "signed", calls: undefined } },
      undefined,
      { ...envelope, kept: { turn: "signed", calls: undefined } },
    ]);
    expect(shelf.told).toEqual(["kept"]);
  });

  test("gives nobody else's, and tells of it", async () => {
    const shelf = tryShelf(memory());
    await shelf.put();
    expect(await shelf.find(["key"], "bob")).toEqual([undefined]);
    expect(shelf.told).toEqual(["kept", "unreadable"]);
  });

  test("keeps nothing larger than its bound", async () => {
    const store = memory();
    const shelf = tryShelf(store);
    await shelf.put(["key"], "x".repeat(1_000));
    expect(shelf.told).toEqual(["too_large"]);
    expect(await store.get("key")).toBeUndefined();
  });

  test("asks for all names in one round trip", async () => {
    const asked: (readonly string[])[] = [];
    const store = {
      ...memory(),
      getMany: async (keys: readonly string[]) => {
        asked.push(keys);
        return keys.map(() => undefined);
      },
    };
    await tryShelf(store).find(["a", "b", "c"]);
    expect(asked).toEqual([["a", "b", "c"]]);
  });

  test("fails nothing where the store fails", async () => {
    const fail = async (): Promise<never> => {
      throw new StoreError("unavailable", "The connection is broken.");
    };
    const shelf = tryShelf({ getMany: fail, set: fail });
    await shelf.put();
    expect(await shelf.find()).toEqual([]);
    expect(shelf.told).toEqual(["write_failed unavailable", "read_failed unavailable"]);
  });

  test("waits for no store longer than its bound, and then leaves it alone for a while", async () => {
    let now = 0;
    let asked = 0;
    const slow = (): Promise<never> => {
      asked++;
      return never();
    };
    const shelf = tryShelf({ getMany: slow, set: slow }, {}, () => now);
    expect(await shelf.find()).toEqual([]);
    now = 499;
    await shelf.put();
    expect(asked).toBe(1);
    now = 500;
    await shelf.put();
    expect(asked).toBe(2);
    expect(shelf.told).toEqual(["read_failed timeout", "write_failed unavailable", "write_failed timeout"]);
  });

  test.each(["", "null", "[1]", '[2,"m",[],null,null]', '[1,"m",[["a"]],null,null]', "no JSON"])(
    "takes %j for nothing",
    async (text) => {
      const store = memory();
      await store.set("key", createSeal([], "test").close(text, "alice"), 1_000);
      const shelf = tryShelf(store);
      expect(await shelf.find()).toEqual([undefined]);
      expect(shelf.told).toEqual(["unreadable"]);
    },
  );
});

describe("a history of very many calls", () => {
  const callsOf = (turn: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      id: `call-${turn}-${at}`,
      type: "function" as const,
      function: { name: "f", arguments: `{"at":${at}}` },
    }));
  /** Turns of so many calls each, oldest first, all of them without their signatures. */
  const historyOf = (...turns: readonly number[]): ChatRequest => ({
    model: "m",
    messages: [
      { role: "user", content: "Go." },
      ...turns.flatMap((count, turn) => [
        { role: "assistant" as const, tool_calls: callsOf(turn, count) },
        ...callsOf(turn, count).map(({ id }) => ({ role: "tool" as const, tool_call_id: id, content: "ok" })),
      ]),
    ],
  });
  const place: Place = {
    dialect: gemini,
    host: "vertex",
    upstreamModel: "gemini-3-flash-preview",
    deployment: { family: undefined, provider: { name: "up" } },
  };

  test.each<readonly [name: string, turns: readonly number[], keys: number, skipped: number]>([
    ["few", [3, 3], 2 * 5, 0],
    ["many turns", Array.from({ length: 600 }, () => 1), 500 * 3, 100],
    ["many calls", Array.from({ length: 60 }, () => 998), 2_000, 58],
    ["a turn that is too long before one that is not", [1, 30_000, 1], 2 * 3, 1],
  ])("asks for the newest, and tells of the others: %s", async (_, turns, keys, skipped) => {
    const asked: number[] = [];
    const events: string[] = [];
    const store = {
      ...memory(),
      getMany: async (all: readonly string[]) => {
        asked.push(all.length);
        return all.map(() => undefined);
      },
    };
    const onEvent = ({ outcome, turns: count }: ContinuityEvent): void => void events.push(`${outcome} ${count}`);
    const { recall } = createContinuity({ store, secrets: [], nowMs: () => 0, onEvent });
    await recall({ request: historyOf(...turns), tenant: "alice", model: "m", requestId: "r" }, [place]);
    expect(asked).toEqual([keys]);
    expect(events).toEqual(skipped === 0 ? [] : [`skipped ${skipped}`]);
  });
});

/** A gateway with a store of the test's own; its log may hold warnings. */
async function startWith(store: KeyValueStore): Promise<{ readonly url: string; readonly log: CapturedLog }> {
  const [family] = families;
  if (family === undefined) throw new Error("no family");
  const upstream = await startVertex(parseScript(scriptFor(family)));
  const routes = `${family.providers}\nmodels: { test-model: up/${family.upstreamModel} }`;
  const config = configOf(routes, { UPSTREAM: upstream.url, TOKEN: secrets.token });
  const log = captureLog(config.log);
  const built = await build(config, { log: log.logger, version: "1.2.3", store });
  const server = serve(built.app, { hostname: "127.0.0.1", port: 0, silent: true });
  await server.ready();
  onTestFinished(async () => {
    await server.close(true);
    await built.close();
  });
  return { url: server.url ?? "", log };
}

describe("what the next request will need", () => {
  test.each([
    ["of a stream", true],
    ["of an answer in one piece", false],
  ])("%s is kept before its end leaves", async (_name, stream) => {
    const store = memory();
    const order: string[] = [];
    const set: KeyValueStore["set"] = async (...args) => {
      await sleep(30);
      await store.set(...args);
      order.push("kept");
    };
    const { url } = await startWith({ ...store, set });
    const client = new OpenAI({ baseURL: `${url}v1`, apiKey: secrets.key, maxRetries: 0 });
    const asked = { model: "test-model", messages: [{ role: "user" as const, content: "Weather?" }], tools };
    if (stream) {
      for await (const { choices } of await client.chat.completions.create({ ...asked, stream: true })) {
        if (choices[0]?.finish_reason != null) order.push("end");
      }
    } else {
      await client.chat.completions.create(asked);
      order.push("end");
    }
    // By the first id, by what was said before, and by the calls alone.
    expect(order).toEqual(["kept", "kept", "kept", "end"]);
  });
});

describe("a gateway whose store", () => {
  const broken = async (): Promise<never> => {
    throw new StoreError("unavailable", "The connection is broken.");
  };
  const kind = clientKinds.find(({ name }) => name === "strips extras");

  test.each<[name: string, toStore: (store: KeyValueStore) => KeyValueStore, outcome: string, provider: string]>([
    ["cannot be read", (store) => ({ ...store, getMany: broken }), "read_failed", "other"],
    ["cannot be written to", (store) => ({ ...store, set: broken }), "write_failed", "up"],
    ["does not answer", (store) => ({ ...store, set: never, getMany: never }), "write_failed", "up"],
  ])("%s answers all the same, counts it, and says so once", async (_name, toStore, outcome, provider) => {
    const { url, log } = await startWith(toStore(memory()));
    const client = new OpenAI({ baseURL: `${url}v1`, apiKey: secrets.key, maxRetries: 0 });
    if (kind === undefined) throw new Error("no client");
    for (const stream of [false, true]) await talk({ family: { thinking: {} }, kind, stream, client: () => client });
    const samples = parseMetrics(await (await fetch(`${url}metrics`)).text());
    const labels = { provider, model: "test-model", outcome };
    expect(valueAt(samples, "specgate_continuity_total", labels)).toBeGreaterThan(1);
    expect(
      valueAt(samples, "specgate_continuity_total", { ...labels, provider: "up", outcome: "stand_in" }),
    ).toBeGreaterThan(1);
    expect(log.lines.filter(({ level }) => level === 40)).toHaveLength(1);
  });

  test("breaks off in the midst of a conversation goes on without it, and with it when it is back", async () => {
    const store = memory();
    let isBroken = false;
    const { url } = await startWith({
      ...store,
      getMany: (keys) => (isBroken ? broken() : store.getMany(keys)),
      set: (...args) => (isBroken ? broken() : store.set(...args)),
    });
    const client = new OpenAI({ baseURL: `${url}v1`, apiKey: secrets.key, maxRetries: 0 });
    if (kind === undefined) throw new Error("no client");
    await talk({
      family: { thinking: {} },
      kind,
      stream: true,
      client(turn) {
        isBroken = turn === 1;
        return client;
      },
    });
    const samples = parseMetrics(await (await fetch(`${url}metrics`)).text());
    const count = (outcome: string, provider = "up") =>
      valueAt(samples, "specgate_continuity_total", { provider, model: "test-model", outcome });
    // The second request reads and writes nothing; of its turn nothing is there later.
    expect([count("read_failed", "other"), count("write_failed"), count("stand_in")]).toEqual([1, 1, 3]);
    expect(count("found")).toBe(3);
  });
});
