import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect, promisify } from "node:util";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/secret.ts";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import { createRedisStore, type RedisStoreOptions } from "../../src/store/redis.ts";
import type { StoreError } from "../../src/store/store-error.ts";
import { deleteKeys, needRedis, plainRedis, redisUrl } from "../_services.ts";
import { freePort } from "../_specgate.ts";
import { codeOf, rate, slot, until } from "./_key-value.ts";
import { type Relay, startRelay, startSwallower } from "./_relay.ts";

const prefix = `specgate-test-${randomBytes(6).toString("hex")}:`;
const hour = 3_600_000;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The address of the tests' server with other parts. */
function addressWith(parts: { readonly [part in "port" | "username" | "password" | "pathname"]?: string }): string {
  return Object.assign(new URL(redisUrl), parts).href;
}

async function openStore(url: string, options: Partial<RedisStoreOptions> = {}): Promise<KeyValueStore> {
  const store = await createRedisStore({ url: new Secret(url), prefix, timeoutMs: 400, ...options });
  cleanups.push(() => store.close());
  return store;
}

/** What opening a store fails with, all of it: members, stack and causes. */
async function failureOf(url: string): Promise<{ readonly text: string; readonly all: string; readonly ms: number }> {
  const start = performance.now();
  try {
    await openStore(url);
  } catch (thrown) {
    const all = inspect(thrown, { depth: 9, showHidden: true });
    return { text: String(thrown), all, ms: performance.now() - start };
  }
  throw new Error("the store was opened");
}

describe("an address that leads nowhere", () => {
  test("a server that does not answer fails within the timeout", async () => {
    const swallower = await startSwallower();
    cleanups.push(swallower.close);
    const { text, ms } = await failureOf(`redis://127.0.0.1:${swallower.port}`);
    expect(text).toBe("StoreError: Redis did not answer within 400 ms.");
    expect(ms).toBeGreaterThan(380);
    expect(ms).toBeLessThan(1_500);
  });

  test.each([
    ["redis", "*"],
    // A TLS handshake, of version 3.
    ["rediss", "\u0016\u0003"],
  ])("%s:// begins with %j", async (scheme, begins) => {
    const swallower = await startSwallower();
    cleanups.push(swallower.close);
    const { text } = await failureOf(`${scheme}://127.0.0.1:${swallower.port}`);
    expect(text).toBe("StoreError: Redis did not answer within 400 ms.");
    expect(swallower.heard().startsWith(begins)).toBe(true);
  });

  test("a store that could not be opened does not keep the process alive", async () => {
    const swallower = await startSwallower();
    cleanups.push(swallower.close);
    const program = `
      import { Secret } from "./src/secret.ts";
      import { createRedisStore } from "./src/store/redis.ts";
      const url = new Secret("redis://127.0.0.1:${swallower.port}");
      await createRedisStore({ url, timeoutMs: 100 }).catch((thrown) => console.log(thrown.code));
      const end = performance.now();
      process.on("exit", () => console.log(performance.now() - end < 1_000));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 10_000,
    });
    expect(stdout).toBe("timeout\ntrue\n");
  });

  test("a port that nobody listens on is unavailable", async () => {
    const { text, ms } = await failureOf(`redis://127.0.0.1:${await freePort()}`);
    expect(text).toBe("StoreError: The connection to Redis is broken. The reason: ECONNREFUSED.");
    expect(ms).toBeLessThan(1_500);
  });

  test.each([
    "http://s3cr3t@127.0.0.1:6379",
    "s3cr3t",
    "redis:s3cr3t",
    "redis://127.0.0.1:6379/s3cr3t",
    "redis://127.0.0.1:6379/1/2",
    "redis://127.0.0.1:6379?password=s3cr3t",
    "redis://127.0.0.1:6379#s3cr3t",
    "redis://user:s3cr3t%zz@127.0.0.1:6379",
    "redis://127.0.0.1:s3cr3t",
    "",
  ])("%j is no address, and the error does not repeat it", async (url) => {
    const { text, all } = await failureOf(url);
    expect(text).toBe("StoreError: Redis' address must look like redis://USER:PASSWORD@HOST:PORT/DATABASE.");
    expect(all).not.toContain("s3cr3t");
  });
});

test("the client library is not loaded before a store is opened", () => {
  const program = `
    import { createRequire } from "node:module";
    await import("./src/store/redis.ts");
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("ioredis"));
    const before = loaded();
    await import("ioredis");
    console.log(before, loaded());`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(stdout.trim()).toBe("false true");
});

describe("with a server", () => {
  let relay: Relay;
  let reports: StoreError[];
  let options: Partial<RedisStoreOptions>;

  beforeEach(async (context) => {
    await needRedis(context);
    const { hostname, port } = new URL(redisUrl);
    relay = await startRelay(hostname, Number(port || 6379));
    cleanups.push(() => deleteKeys(prefix));
    cleanups.push(relay.close);
    reports = [];
    options = { report: (error) => reports.push(error) };
  });

  const open = (more: Partial<RedisStoreOptions> = {}): Promise<KeyValueStore> =>
    openStore(addressWith({ port: String(relay.port) }), { ...options, ...more });

  /** The server ends the store's connections, as at a restart. */
  async function kill(): Promise<void> {
    const client = plainRedis();
    for (const address of relay.addresses()) await client.client("KILL", "ADDR", address);
    await client.quit();
  }

  test("a wrong password is refused at once, and the error has no secret in it", async () => {
    const { text, all, ms } = await failureOf(addressWith({ username: "nobody", password: "s3cr3t" }));
    expect(text).toBe("StoreError: Redis refused (WRONGPASS).");
    expect(all).not.toContain("s3cr3t");
    expect(all).not.toContain("nobody");
    expect(ms).toBeLessThan(350);
  });

  test("a command that is refused shows neither key nor value", async () => {
    const store = await open();
    const client = plainRedis();
    await client.rpush(`${prefix}value:s3cr3t`, "s3cr3t");
    await client.quit();
    const refused = await store.get("s3cr3t").catch((thrown: unknown) => thrown);
    expect(String(refused)).toBe("StoreError: Redis refused (WRONGTYPE).");
    expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain("s3cr3t");
    const changed = await store.compareAndSet("s3cr3t", "s3cr3t", "v", hour).catch((thrown: unknown) => thrown);
    expect(String(changed)).toMatch(/^StoreError: Redis refused \([A-Z]+\)\.$/);
    expect(inspect(changed, { depth: 9, showHidden: true })).not.toContain("s3cr3t");
  });

  test("all keys begin with the prefix and have a time to live", async () => {
    const store = await open();
    await store.set("v", "value", hour);
    await store.compareAndSet("c", undefined, "value", hour);
    await store.acquire([rate("r", 1, 5), rate("back", -1, 5), rate("look", 0, 5), slot("s", 5)]);
    await store.acquire([rate("r", 1, 5), slot("s", 5, 2 * hour)]);
    const client = plainRedis();
    const keys = (await client.keys(`${prefix}*`)).sort();
    const ends = await Promise.all(keys.map((key) => client.pttl(key)));
    await client.quit();
    expect(keys).toEqual(["rate:r", "slot:s", "value:c", "value:v"].map((key) => prefix + key));
    expect(ends.map((ms) => Math.ceil(ms / hour))).toEqual([1, 2, 1, 1]);
  });

  test("the number of the database in the address counts", async () => {
    const store = await openStore(addressWith({ pathname: "/3" }));
    const elsewhere = await openStore(addressWith({ pathname: "/0" }));
    await store.set("key", "value", 60_000);
    expect(await store.get("key")).toBe("value");
    expect(await elsewhere.get("key")).toBeUndefined();
    await store.delete("key");
  });

  test("stores with different prefixes have nothing to do with each other", async () => {
    const [one, two] = await Promise.all([open(), open({ prefix: `${prefix}two:` })]);
    const heard: string[] = [];
    await one.subscribe("news", (message) => heard.push(message));
    await one.set("key", "value", hour);
    await two.publish("news", "for two");
    await one.publish("news", "for one");
    await until(() => heard.length > 0);
    expect([await two.get("key"), heard]).toEqual([undefined, ["for one"]]);
  });

  test("scripts that the server has forgotten are sent again", async () => {
    const store = await open();
    await store.acquire([rate("r", 1, 5)]);
    const client = plainRedis();
    await client.script("FLUSH");
    await client.quit();
    expect(await store.acquire([rate("r", 1, 5)])).toMatchObject({ taken: true, states: [{ remaining: 3 }] });
  });

  test("a store that is closed does not keep the process alive", async () => {
    const program = `
      import { Secret } from "./src/secret.ts";
      import { createRedisStore } from "./src/store/redis.ts";
      const url = new Secret("${addressWith({ port: String(relay.port) })}");
      const store = await createRedisStore({ url });
      await store.subscribe("news", () => undefined);
      await store.close();
      const end = performance.now();
      process.on("exit", () => console.log(performance.now() - end < 1_000));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 10_000,
    });
    expect(stdout).toBe("true\n");
  });

  test("what was asked before close is answered, scripts that must be sent again too", async () => {
    const store = await open();
    const client = plainRedis();
    await client.script("FLUSH");
    await client.quit();
    const asked = [
      store.get("nothing"),
      store.acquire([rate("r", 1, 5)]),
      store.compareAndSet("key", undefined, "value", hour),
    ];
    await store.close();
    expect(await Promise.all(asked)).toMatchObject([undefined, { taken: true }, true]);
  });

  describe("a broken connection", () => {
    test("comes back by itself after the server ended it, and says so", async () => {
      const store = await open();
      await store.set("key", "value", hour);
      await kill();
      await until(() => reports.length > 0);
      await until(() => store.get("key").then(Boolean, () => false));
      expect(await store.get("key")).toBe("value");
      expect(reports.map(String)).toEqual(["StoreError: The connection to Redis is broken."]);
    });

    test("fails what is on its way at once, and does not send it again", async () => {
      const store = await open({ timeoutMs: 5_000 });
      await store.acquire([rate("r", 1, 100)]);
      relay.hold();
      const asked = Array.from({ length: 20 }, () => codeOf(store.acquire([rate("r", 1, 100)])));
      await sleep(100);
      const start = performance.now();
      await kill();
      expect(new Set(await Promise.all(asked))).toEqual(new Set(["unavailable"]));
      expect(performance.now() - start).toBeLessThan(1_000);
      await until(() =>
        store
          .get("key")
          .then(() => true)
          .catch(() => false),
      );
      // The server had them before the connection broke: each counts once.
      expect(await store.acquire([rate("r", 0, 100)])).toMatchObject({ states: [{ remaining: 79 }] });
    });

    test("fails calls at once while the server is away, and what failed does not happen later", async () => {
      const store = await open();
      await relay.cut();
      // By now it waits for a while before it tries again; calls do not.
      await until(() => reports.length > 4);
      const start = performance.now();
      const calls = Array.from({ length: 500 }, () => codeOf(store.set("key", "value", hour)));
      expect(new Set(await Promise.all(calls))).toEqual(new Set(["unavailable"]));
      expect(performance.now() - start).toBeLessThan(300);
      const shown = await store.get("key").catch(String);
      expect(shown).toContain("The connection to Redis is broken. The reason: ECONNREFUSED.");
      await relay.mend();
      await until(() =>
        store
          .get("key")
          .then(() => true)
          .catch(() => false),
      );
      expect(await store.get("key")).toBeUndefined();
      // What was wrong then is not what is wrong later.
      reports.length = 0;
      await kill();
      await until(() => reports.length > 0);
      expect(String(reports[0])).toBe("StoreError: The connection to Redis is broken.");
    });

    test("that is silent fails calls within the timeout, and is left for a new one", async () => {
      const store = await open();
      await store.set("key", "value", hour);
      relay.hold();
      const start = performance.now();
      expect(await codeOf(store.get("key"))).toBe("timeout");
      expect(performance.now() - start).toBeGreaterThan(380);
      expect(performance.now() - start).toBeLessThan(1_500);
      await until(() => store.get("key").then(Boolean, () => false));
      expect(await store.get("key")).toBe("value");
    });

    test("a server that has become a replica is left for the primary behind the address", async () => {
      const store = await open();
      const before = relay.addresses();
      relay.forge("-READONLY You can't write against a read only replica.\r\n");
      const refused = await store.set("key", "value", hour).catch(String);
      expect(refused).toBe("StoreError: Redis refused (READONLY).");
      await until(() =>
        store.set("key", "value", hour).then(
          () => true,
          () => false,
        ),
      );
      expect(relay.addresses().filter((one) => before.includes(one))).toEqual([]);
    });

    test("closes within the timeout though the server is silent", async () => {
      const store = await open();
      relay.hold();
      const asked = codeOf(store.get("key"));
      const start = performance.now();
      await store.close();
      expect(performance.now() - start).toBeLessThan(1_500);
      expect(await asked).toBe("closed");
    });

    /** Holds answers until the server has given a second slot, and one of a rate, that the store does not hear of. */
    async function takeUnheard(store: KeyValueStore, client: Redis): Promise<string> {
      await store.acquire([rate("r", 1, 5), slot("s", 5)]);
      relay.hold();
      const asked = codeOf(store.acquire([rate("r", 1, 5), slot("s", 5)]));
      await until(async () => (await client.zcard(`${prefix}slot:s`)) === 2);
      return asked;
    }

    const slotsHeld = (client: Redis) => client.zcard(`${prefix}slot:s`);

    test("a slot whose grant came too late is given back", async () => {
      const store = await open();
      const client = plainRedis();
      cleanups.push(() => client.quit());
      expect(await takeUnheard(store, client)).toBe("timeout");
      await until(async () => (await slotsHeld(client)) === 1);
      relay.resume();
      // What a rate counted stays counted.
      expect(await store.acquire([rate("r", 0, 5), slot("s", 5)])).toMatchObject({
        states: [{ remaining: 3 }, { remaining: 3 }],
      });
    });

    test("a slot whose grant was lost with the connection is given back over the next one", async () => {
      const store = await open({ timeoutMs: 5_000 });
      const client = plainRedis();
      cleanups.push(() => client.quit());
      const asked = takeUnheard(store, client);
      await until(async () => (await slotsHeld(client)) === 2);
      await kill();
      expect(await asked).toBe("unavailable");
      await until(async () => (await slotsHeld(client)) === 1);
    });

    test("a slot that could not be given back is given back over the next one", async () => {
      const store = await open();
      const client = plainRedis();
      cleanups.push(() => client.quit());
      const held = await store.acquire([slot("s", 5), slot("t", 5)]);
      await relay.cut();
      await until(() => reports.length > 0);
      expect(held.taken && (await codeOf(store.release(held.lease)))).toBe("unavailable");
      expect(await slotsHeld(client)).toBe(1);
      await relay.mend();
      await until(async () => (await client.exists(`${prefix}slot:s`, `${prefix}slot:t`)) === 0);
    });

    test("what was given back is not given back again", async () => {
      const store = await open();
      const held = await store.acquire([slot("s", 5)]);
      if (held.taken) await store.release(held.lease);
      await kill();
      await until(() =>
        store.get("key").then(
          () => true,
          () => false,
        ),
      );
      expect(relay.asked().match(/zrem/g)).toHaveLength(1);
    });

    test("closing ends all connections and nothing comes back", async () => {
      const store = await open();
      await store.subscribe("news", () => undefined);
      expect(relay.addresses()).toHaveLength(2);
      await store.close();
      await until(() => relay.addresses().length === 0);
      const made = relay.made();
      await sleep(400);
      expect([relay.made(), reports]).toEqual([made, []]);
    });

    test("that never came about leaves nothing behind", async () => {
      const url = addressWith({ username: "nobody", password: "s3cr3t", port: String(relay.port) });
      expect(await codeOf(openStore(url, options))).toBe("refused");
      await until(() => relay.addresses().length === 0);
      const made = relay.made();
      await sleep(400);
      expect([relay.made(), reports]).toEqual([made, []]);
    });
  });

  describe("a subscription", () => {
    /** Sends until something is heard: what is sent while the connection is broken is lost. */
    async function hears(heard: readonly string[], message: string, sender: KeyValueStore): Promise<void> {
      await until(async () => {
        await sender.publish("news", message);
        return heard.includes(message);
      });
    }

    test("survives that the server ends its connection", async () => {
      const sender = await openStore(redisUrl);
      const store = await open();
      const heard: string[] = [];
      const ended: string[] = [];
      await store.subscribe("news", (message) => heard.push(message));
      await store.subscribe("more", (message) => heard.push(message));
      const end = await store.subscribe("past", (message) => ended.push(message));
      await end();
      await hears(heard, "before", sender);
      await kill();
      await hears(heard, "after", sender);
      await kill();
      await hears(heard, "again", sender);
      await sender.publish("more", "more");
      await sender.publish("past", "past");
      await until(() => heard.includes("more"));
      expect(ended).toEqual([]);
    });

    test("survives that the server is away for a while", async () => {
      const sender = await openStore(redisUrl);
      const store = await open();
      const heard: string[] = [];
      await store.subscribe("news", (message) => heard.push(message));
      await relay.cut();
      await until(() => reports.length > 2);
      await relay.mend();
      await hears(heard, "after", sender);
    });

    test("notices a connection that is silent", async () => {
      const sender = await openStore(redisUrl);
      const store = await open({ heartbeatMs: 100 });
      const heard: string[] = [];
      await store.subscribe("news", (message) => heard.push(message));
      relay.hold();
      await hears(heard, "after", sender);
    });

    test("ends at the server with its last listener", async () => {
      const store = await open();
      const client = plainRedis();
      cleanups.push(() => client.quit());
      const subscribers = async () => (await client.pubsub("NUMSUB", `${prefix}channel:news`))[1];
      const ends = [await store.subscribe("news", () => undefined), await store.subscribe("news", () => undefined)];
      await ends[0]?.();
      expect(Number(await subscribers())).toBe(1);
      await ends[1]?.();
      expect(Number(await subscribers())).toBe(0);
    });

    test("that cannot be had fails, and can be had later", async () => {
      const sender = await openStore(redisUrl);
      const store = await open();
      const heard: string[] = [];
      await relay.cut();
      expect(await codeOf(store.subscribe("news", () => heard.push("too early")))).toBe("unavailable");
      await relay.mend();
      await store.subscribe("news", (message) => heard.push(message));
      await hears(heard, "after", sender);
      expect(heard).not.toContain("too early");
    });

    test("that the connection breaks under fails, and is not heard of later", async () => {
      const sender = await openStore(redisUrl);
      const store = await open({ timeoutMs: 5_000 });
      const heard: string[] = [];
      const early: string[] = [];
      await store.subscribe("news", (message) => heard.push(message));
      relay.hold();
      const asked = codeOf(store.subscribe("other", (message) => early.push(message)));
      await sleep(50);
      await kill();
      expect(await asked).toBe("unavailable");
      await hears(heard, "after", sender);
      await sender.publish("other", "message");
      await hears(heard, "last", sender);
      await store.subscribe("other", (message) => heard.push(message));
      await sender.publish("other", "in time");
      await until(() => heard.includes("in time"));
      expect(early).toEqual([]);
    });
  });
});
