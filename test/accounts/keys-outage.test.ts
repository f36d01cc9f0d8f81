import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { openSqlStore } from "../../src/store/sql/open.ts";
import { secret } from "../_canary.ts";
import { freePort, startForTest, untilHealthy } from "../_specgate.ts";
import { bearer, digestOf, keyOf } from "../policy/_callers.ts";
import { until } from "../store/_key-value.ts";
import { startRelay } from "../store/_relay.ts";
import { postgresDatabase } from "../store/sql/_databases.ts";
import { urlOf } from "./_accounts.ts";

const database = postgresDatabase();
afterAll(() => database.drop());

const key = secret("sk-key-of-a-database");
const declared = secret("sk-key-of-a-file");

test("PostgreSQL stopping and coming back is survived as configured, and said in /health", async (context) => {
  await database.need(context);
  const place = await database.fresh();
  const accounts = await openSqlStore(place);
  onTestFinished(() => accounts.close());
  await accounts.keys.insert(keyOf(key, "k1"));
  const url = new URL(urlOf(place));
  const relay = await startRelay(url.hostname, Number(url.port || 5432));
  onTestFinished(() => relay.close());
  const folder = mkdtempSync(join(tmpdir(), "specgate-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, "routes.yaml"),
    `
server: { secret: "\${SECRET}", auth: keys, drain: 1s }
database: { url: "\${DATABASE}" }
limits: { on_store_failure: open }
log: { level: info, format: json }
providers: { v: { type: openai, base_url: "http://127.0.0.1:1/v1" } }
keys: [{ name: alice, digest: ${digestOf(declared)} }]
models: { test-model: v/some-model }
`,
  );
  const port = await freePort();
  const DATABASE = Object.assign(new URL(url), { hostname: "127.0.0.1", port: String(relay.port) }).href;
  const running = startForTest(["serve", "--port", String(port)], {
    cwd: folder,
    env: { DATABASE, SECRET: secret("server-secret") },
  });
  const at = `http://127.0.0.1:${port}`;
  await untilHealthy(at);
  const statusOf = async (text: string) => (await fetch(`${at}/v1/models`, { headers: bearer(text) })).status;
  const health = async () => (await fetch(`${at}/health`)).text();
  expect([await statusOf(key), await statusOf(declared), await statusOf("sk-wrong")]).toEqual([200, 200, 401]);

  await relay.cut();
  const reason = "the database of keys is away: keys that were seen before are let in as they were";
  await until(async () => (await health()).includes(reason));
  expect([await statusOf(key), await statusOf(declared), await statusOf("sk-wrong-too")]).toEqual([200, 200, 503]);
  await accounts.keys.setBlocked("k1", true, Date.now());

  await relay.mend();
  await until(async () => !(await health()).includes(reason));
  await until(async () => (await statusOf(key)) === 401);
  expect(await statusOf("sk-wrong-too")).toBe(401);
  await running.until("the database of keys is back");
  expect(running.stdout()).not.toContain(digestOf(key));
});
