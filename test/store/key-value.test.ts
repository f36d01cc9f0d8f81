import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "vitest";
import { Secret } from "../../src/secret.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { deleteKeys, needRedis, redisUrl } from "../_services.ts";
import { describeKeyValueStore } from "./_key-value.ts";

let now = 1_000_000;

describeKeyValueStore({
  name: "in memory",
  need: () => undefined,
  open: async (bounds) => {
    const store = createMemoryStore({ ...bounds, nowMs: () => now });
    return [store, store];
  },
  wait: async (ms) => {
    now += ms;
  },
  clean: async () => undefined,
});

const folder = mkdtempSync(join(tmpdir(), "specgate-key-value-"));
let files = 0;
let today = 1_000_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeKeyValueStore({
  name: "in a file of SQLite's",
  need: () => undefined,
  open: async (bounds) => {
    const store = await createSqliteStore({ ...bounds, file: join(folder, `${files++}.db`), nowMs: () => today });
    return [store, store];
  },
  wait: async (ms) => {
    today += ms;
  },
  clean: async () => undefined,
});

const prefix = `specgate-test-${randomBytes(6).toString("hex")}:`;

describeKeyValueStore({
  name: "in Redis",
  need: needRedis,
  open: async (bounds) => {
    const options = { ...bounds, url: new Secret(redisUrl), prefix, timeoutMs: 5_000 };
    return Promise.all([createRedisStore(options), createRedisStore(options)]);
  },
  wait: async (ms) => {
    await sleep(ms);
  },
  clean: () => deleteKeys(prefix),
});
