import { randomUUID } from "node:crypto";
import { createGuard } from "./bounds.ts";
import type { Acquisition, Bounds, Check, KeyValueStore, Lease } from "./key-value.ts";
import { type ConnectionOptions, openConnection } from "./redis-connection.ts";
import { acquire, compareAndSet, renew, type Script } from "./redis-scripts.ts";
import { createSubscriptions } from "./redis-subscriptions.ts";
import { StoreError } from "./store-error.ts";

export interface RedisStoreOptions extends Partial<Bounds>, Pick<ConnectionOptions, "url" | "report"> {
  /** What every key and channel begins with, so that a server can be shared. Default `specgate:`. */
  readonly prefix?: string;
  /** How long connecting and each command may take. Default 1,000. */
  readonly timeoutMs?: number;
  /** How often the connection of subscriptions is tried. Default 15,000. */
  readonly heartbeatMs?: number;
}

/** How many leases are remembered that could not be given back; the slots of more are free after their time. */
const maxOwed = 10_000;

/**
 * Keeps everything in Redis, for all replicas that share it. Resolves when Redis can be used.
 *
 * One server, 6 or later, or a primary with replicas behind one address. A cluster is not supported: the keys of one
 * `acquire` may lie on several of its nodes.
 * Time is the server's: clocks of replicas may differ.
 * Room is the server's too: under `maxmemory` a policy other than `noeviction` may throw away counts of limits.
 * Fails: see {@link openConnection}.
 */
export async function createRedisStore(options: RedisStoreOptions): Promise<KeyValueStore> {
  const { url, report, prefix = "specgate:", timeoutMs = 1_000, heartbeatMs = 15_000, ...bounds } = options;
  const guard = createGuard(bounds);
  const open = () => openConnection({ url, timeoutMs, ...(report === undefined ? {} : { report }) });
  const connection = await open();
  const subscriptions = createSubscriptions(open, heartbeatMs);
  const { call } = connection;

  const valueKey = (key: string): string => `${prefix}value:${guard.key(key)}`;
  const channelName = (channel: string): string => `${prefix}channel:${guard.key(channel)}`;
  const limitKey = (kind: Check["kind"], key: string): string => `${prefix}${kind}:${key}`;

  /** Runs a script. The server knows it by its digest, unless it has started anew since. */
  function run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return call(async (client) => {
      try {
        return await client.evalsha(script.sha, keys.length, ...keys, ...args);
      } catch (thrown) {
        if (!(thrown instanceof Error && thrown.message.startsWith("NOSCRIPT"))) throw thrown;
        return client.eval(script.lua, keys.length, ...keys, ...args);
      }
    });
  }

  /** Leases that the server may still hold though they should be over. */
  const owed = new Map<string, Lease>();

  async function giveBack(lease: Lease): Promise<void> {
    if (owed.size < maxOwed) owed.set(lease.id, lease);
    await call((client) => Promise.all(lease.keys.map((key) => client.zrem(limitKey("slot", key), lease.id))));
    owed.delete(lease.id);
  }

  connection.onReturn(() => {
    for (const lease of owed.values()) giveBack(lease).catch(() => undefined);
  });

  return {
    async get(key) {
      const own = valueKey(key);
      return (await call((client) => client.get(own))) ?? undefined;
    },

    async getMany(keys) {
      const own = keys.map(valueKey);
      if (own.length === 0) return [];
      const values = await call((client) => client.mget(own));
      return values.map((value) => value ?? undefined);
    },

    async set(key, value, ttlMs) {
      const [own, text, ttl] = [valueKey(key), guard.value(value), guard.ttl(ttlMs)];
      await call((client) => client.set(own, text, "PX", ttl));
    },

    async delete(key) {
      const own = valueKey(key);
      await call((client) => client.del(own));
    },

    async compareAndSet(key, expected, value, ttlMs) {
      const [own, text, ttl] = [valueKey(key), guard.value(value), guard.ttl(ttlMs)];
      const wanted = expected === undefined ? ["0", ""] : ["1", expected];
      return (await run(compareAndSet, [own], [...wanted, text, ttl])) === 1;
    },

    async acquire(unchecked) {
      const checks = guard.checks(unchecked);
      const keys = checks.filter((check) => check.kind === "slot").map((check) => check.key);
      const lease = { id: randomUUID(), keys };
      const own = checks.map((check) => limitKey(check.kind, check.key));
      try {
        return toAcquisition(await run(acquire, own, [lease.id, ...checks.flatMap(toArguments)]), lease);
      } catch (thrown) {
        // The slots may have been taken all the same, and nobody else knows of them.
        if (keys.length > 0) giveBack(lease).catch(() => undefined);
        throw thrown;
      }
    },

    release: giveBack,

    async renew(lease, ttlMs) {
      const [keys, ttl] = [lease.keys.map((key) => limitKey("slot", key)), guard.ttl(ttlMs)];
      if (keys.length > 0) await run(renew, keys, [lease.id, ttl]);
    },

    async publish(channel, message) {
      const [name, text] = [channelName(channel), guard.value(message)];
      await call((client) => client.publish(name, text));
    },

    async subscribe(channel, listener) {
      return subscriptions.subscribe(channelName(channel), listener);
    },

    async close() {
      await Promise.all([connection.close(), subscriptions.close()]);
    },
  };
}

/** A check as the script takes it. */
function toArguments(check: Check): readonly (string | number)[] {
  if (check.kind === "slot") return ["slot", 1, check.limit, check.ttlMs, ""];
  return ["rate", check.take, check.limit, check.windowMs, check.endsInMs ?? ""];
}

/** The script's answer: the number of the check that refused, or 0, then two numbers per check. */
function toAcquisition(answer: unknown, lease: Lease): Acquisition {
  if (!Array.isArray(answer) || !answer.every((one) => typeof one === "number")) {
    throw new StoreError("refused", "Redis answered a script with something else than numbers.");
  }
  const [refused = 0, ...numbers] = answer;
  const states = numbers.flatMap((remaining, at) =>
    at % 2 === 0 ? [{ remaining, resetsInMs: numbers[at + 1] ?? 0 }] : [],
  );
  return refused === 0 ? { taken: true, lease, states } : { taken: false, refused: refused - 1, states };
}
