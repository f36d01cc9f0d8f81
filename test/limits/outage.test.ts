import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { validateHealth } from "../../generated/validators/admin.exact.mjs";
import { parseScript } from "../../src/emulators/script.ts";
import { parseMetrics, valueAt } from "../_metrics.ts";
import { failureOf } from "../_promises.ts";
import { says, secrets, startVertex } from "../_setup.ts";
import { freePort, startForTest, untilHealthy } from "../_specgate.ts";
import { needRedisServer, type OwnRedis, startOwnRedis } from "./_redis.ts";
import { storeEnv } from "./_stores.ts";

beforeEach(needRedisServer);

interface Setting {
  readonly redis: OwnRedis;
  readonly url: string;
  readonly client: OpenAI;
  readonly health: () => Promise<unknown>;
  /** What it printed, once that holds a text: a log is written when there is time. */
  readonly printedUntil: (text: string) => Promise<string>;
  readonly outcomes: (outcome: string) => Promise<number | undefined>;
}

/** A gateway in a process of its own, and a Redis of its own. */
async function startWith(onStoreFailure: string): Promise<Setting> {
  const redis = await startOwnRedis();
  const upstream = await startVertex(parseScript("answers: []"));
  const folder = mkdtempSync(join(tmpdir(), "specgate-outage-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, "routes.yaml"),
    `
server: { secret: "\${SECRET}", drain: 1s }
redis: { url: "\${REDIS}" }
${onStoreFailure}
log: { level: info, format: json }
providers: { v: { type: vertex, project: p, location: l, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } } }
keys:
  - { name: alice, key: "\${KEY}", rpm: 4, tpm: 100000, parallel: 2 }
  - { name: free, key: "\${FREE}" }
models: { test-model: v/gemini-2.5-flash }
`,
  );
  const port = await freePort();
  const env = { ...storeEnv, REDIS: redis.url, TOKEN: secrets.token, KEY: secrets.key, FREE: `${secrets.key}-free` };
  const running = startForTest(["serve", "--port", String(port)], {
    cwd: folder,
    env: { ...env, UPSTREAM: upstream.url },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url);
  return {
    redis,
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: secrets.key, maxRetries: 0 }),
    health: async () => (await fetch(`${url}/health`)).json(),
    printedUntil: async (text) => {
      await running.until(text);
      return running.stdout();
    },
    outcomes: async (outcome) => {
      const samples = parseMetrics(await (await fetch(`${url}/metrics`)).text());
      return valueAt(samples, "specgate_limit_store_failures_total", { outcome });
    },
  };
}

const asked = { model: "test-model", ...says("hi") };
const ask = ({ client }: Setting) => client.chat.completions.create(asked).withResponse();

/** Waits until /health says so: it looks for itself, once a second. */
async function untilStatus({ health }: Setting, status: string): Promise<unknown> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await health();
    if (typeof found === "object" && found !== null && Reflect.get(found, "status") === status) return found;
    await sleep(100);
  }
  throw new Error(`/health never said ${status}`);
}

const times = (text: string, part: string): number => text.split(part).length - 1;

test.each([
  ["closed", "limits: { on_store_failure: closed }"],
  ["closed, which is the default", ""],
])("Redis stops and comes back under %s", async (_name, written) => {
  const setting = await startWith(written);
  expect((await ask(setting)).response.headers.get("x-ratelimit-remaining-requests")).toBe("3");
  await setting.redis.stop();

  const refused = await failureOf(ask(setting));
  if (!(refused instanceof OpenAI.InternalServerError)) throw refused;
  expect(refused).toMatchObject({ status: 503, code: "overloaded", type: "server_error" });
  expect(refused.headers?.get("retry-after-ms")).toBe("1000");
  await failureOf(ask(setting));
  const degraded = await untilStatus(setting, "degraded");
  expect(validateHealth(degraded)).toBe(true);
  expect(degraded).toMatchObject({
    reasons: ["limits cannot be counted: requests with limits are refused (limits.on_store_failure: closed)"],
  });
  // Who has no limits does not notice.
  const free = new OpenAI({ baseURL: `${setting.url}/v1`, apiKey: `${secrets.key}-free`, maxRetries: 0 });
  expect((await free.chat.completions.create(asked)).choices).toHaveLength(1);
  expect(await setting.outcomes("refused")).toBe(2);

  await setting.redis.start();
  expect(await untilStatus(setting, "healthy")).not.toHaveProperty("reasons");
  // The server is new, and so are the windows.
  const remaining: (string | null)[] = [];
  for (let at = 0; at < 4; at++) {
    remaining.push((await ask(setting)).response.headers.get("x-ratelimit-remaining-requests"));
  }
  expect(remaining).toEqual(["3", "2", "1", "0"]);
  expect(await failureOf(ask(setting))).toBeInstanceOf(OpenAI.RateLimitError);
  const printed = await setting.printedUntil('"limits are counted again"');
  expect(times(printed, '"limits cannot be counted: ')).toBe(1);
  expect(times(printed, '"limits are counted again"')).toBe(1);
});

test("Redis stops in the midst of an answer and comes back under open", async () => {
  const setting = await startWith("limits: { on_store_failure: open }");
  await ask(setting);
  await setting.redis.stop();
  for (let at = 0; at < 7; at++) {
    const { response } = await ask(setting);
    expect(response.headers.get("x-ratelimit-remaining-requests")).toBeNull();
  }
  expect(await untilStatus(setting, "degraded")).toMatchObject({
    reasons: ["limits cannot be counted: requests pass uncounted (limits.on_store_failure: open)"],
  });
  expect(await setting.outcomes("passed")).toBe(7);
  await setting.redis.start();
  await untilStatus(setting, "healthy");
  for (let at = 0; at < 4; at++) await ask(setting);
  expect(await failureOf(ask(setting))).toBeInstanceOf(OpenAI.RateLimitError);
  const printed = await setting.printedUntil('"limits are counted again"');
  expect(times(printed, '"limits cannot be counted: ')).toBe(1);
  expect(times(printed, '"limits are counted again"')).toBe(1);
});

test("a Redis that is silent is taken for one that is away, and goes on where it was", async () => {
  const setting = await startWith("");
  await ask(setting);
  setting.redis.freeze();
  const refused = await failureOf(ask(setting));
  if (!(refused instanceof OpenAI.InternalServerError)) throw refused;
  expect(refused.status).toBe(503);
  setting.redis.resume();
  await untilStatus(setting, "healthy");
  // What was asked while it was silent may have counted all the same; no slot is lost by it.
  const remaining = Number((await ask(setting)).response.headers.get("x-ratelimit-remaining-requests"));
  expect([1, 2]).toContain(remaining);
  expect((await Promise.allSettled([ask(setting), ask(setting)])).filter(isParallel)).toEqual([]);
});

const isParallel = (one: PromiseSettledResult<unknown>): boolean =>
  one.status === "rejected" && String(one.reason).includes("on parallel requests");
