import type { Secret } from "../secret.ts";
import type { KeyValueStore } from "./key-value.ts";
import { createMemoryStore } from "./memory.ts";
import { createRedisStore } from "./redis.ts";
import type { StoreError } from "./store-error.ts";

/** Where the config wants state to be. */
export interface StorePlace {
  readonly redis: { readonly url: Secret } | undefined;
  readonly database: { readonly kind: "sqlite"; readonly file: string } | { readonly kind: "postgres" } | undefined;
}

/**
 * Opens the store that the config asks for: Redis, which replicas share; else a file, which outlives the process; else
 * the process's own memory. What is not used is not loaded.
 * Fails: rejects with a `StoreError` where Redis or the file cannot be used.
 */
export async function openStore(
  { redis, database }: StorePlace,
  report: (error: StoreError) => void,
): Promise<KeyValueStore> {
  if (redis !== undefined) return createRedisStore({ url: redis.url, report });
  if (database?.kind !== "sqlite") return createMemoryStore({ nowMs: () => performance.now() });
  const { createSqliteStore } = await import("./sqlite.ts");
  // Of the day, not of the process: times outlive it.
  return createSqliteStore({ file: `${database.file}-values`, nowMs: Date.now, report });
}
