import { Redis } from "ioredis";
import type { TestContext } from "vitest";

/** The Redis server that tests use. Another one is named by SPECGATE_TEST_REDIS. */
export const redisUrl: string = process.env["SPECGATE_TEST_REDIS"] ?? "redis://127.0.0.1:6379";

let isRedisThere: Promise<boolean> | undefined;

/** Skips a test on a machine without Redis; where CI is set it fails instead. */
export async function needRedis(context: TestContext): Promise<void> {
  isRedisThere ??= asked();
  if (await isRedisThere) return;
  if (process.env["CI"] === "true") throw new Error("CI needs Redis");
  context.skip("this machine has no Redis");
}

async function asked(): Promise<boolean> {
  const client = plainRedis();
  try {
    await client.connect();
    return (await client.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** A client of the test's own, to look behind the store. Connects with its first command. */
export function plainRedis(): Redis {
  const client = new Redis(redisUrl, { lazyConnect: true, retryStrategy: null, connectTimeout: 2_000 });
  // A refused connection rejects the command; the event says no more.
  return client.on("error", () => undefined);
}

/** Deletes what a test left under its prefix, in the first database unless told. */
export async function deleteKeys(prefix: string, database = 0): Promise<void> {
  const client = plainRedis();
  if (database !== 0) await client.select(database);
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 })) {
    if (Array.isArray(keys) && keys.length > 0) await client.del(...keys);
  }
  await client.quit();
}
