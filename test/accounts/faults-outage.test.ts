import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, type TestContext, test } from "vitest";
import { until } from "../store/_key-value.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { startFaulty, startHeld } from "./_faults.ts";

const database = postgresDatabase();
afterAll(() => database.drop(), 60_000);

const messages = [{ role: "user", content: "Hi" }];
const whole = 1_000n * 1_000n + 10n * 2_000n;
const reason = "requests cannot be accounted for";

/** A file has none. */
const none = async (): Promise<void> => undefined;
const noRelay = { cut: none, mend: none, hold: (): void => undefined, resume: (): void => undefined };

async function startBefore(context: TestContext, onStoreFailure: string, more = "", on = database) {
  const upstream = await startHeld();
  const gateway = await startFaulty(
    on,
    context,
    `
limits: { on_store_failure: ${onStoreFailure} }
providers: { up: { type: openai, base_url: "${upstream.origin}/v1", auth: none } }
models: { test-model: { deployments: [up/gpt-4o], price: { input: "1", output: "2" } } }
keys: [{ name: alice, key: "\${KEY}", user: ann, budget: { max: "10" } }]
${more}`,
  );
  return { upstream, gateway, relay: gateway.relay ?? noRelay };
}

test("PostgreSQL stops in the midst of streams and comes back, under `open`: clients notice nothing, and all is counted", async (context) => {
  const { upstream, gateway, relay } = await startBefore(context, "open");
  const asking = Array.from({ length: 8 }, () => gateway.post({ messages, stream: true }));
  await until(() => upstream.waiting.length === 8);
  await relay.cut();
  for (const one of upstream.waiting.slice(0, 4)) one.end();
  for (const one of asking.slice(0, 4)) expect(await (await one).text()).toMatch(/data: \[DONE\]\n\n$/);
  expect(await gateway.rows()).toEqual([]);
  expect(await gateway.health()).toMatch(/"degraded".*requests cannot be accounted for: requests pass/);
  // Who comes now passes, too.
  const late = gateway.post({ messages });
  await until(() => upstream.waiting.length === 9);
  upstream.waiting[8]?.end();
  expect((await late).status).toBe(200);

  await relay.mend();
  for (const one of upstream.waiting.slice(4, 8)) one.end();
  for (const one of asking.slice(4)) expect(await (await one).text()).toMatch(/data: \[DONE\]\n\n$/);
  const rows = await gateway.settled(9);
  expect(rows.map(({ status, costNanoUsd }) => [status, costNanoUsd])).toEqual(Array(9).fill(["succeeded", whole]));
  // What passed without a reservation is on the ledger alone.
  expect(await gateway.spent()).toBe(8n * whole);
  await until(async () => (await gateway.health()).includes('"healthy"'));
  expect(gateway.log.lines.filter(({ msg }) => msg.startsWith(reason))).toHaveLength(1);
});

test("PostgreSQL stops in the midst of answers and comes back, under `closed`: no answer ends without its row", async (context) => {
  const { upstream, gateway, relay } = await startBefore(context, "closed");
  const whole1 = gateway.post({ messages });
  const stream = gateway.post({ messages, stream: true });
  await until(() => upstream.waiting.length === 2);
  await relay.cut();
  for (const one of upstream.waiting) one.end();
  expect(await (await whole1).text()).toContain("could not record this request");
  expect((await whole1).status).toBe(503);
  const text = await (await stream).text();
  expect(text).toContain('"overloaded"');
  expect(text).not.toContain("[DONE]");
  // Nobody upstream is asked any more.
  const refused = await gateway.post({ messages });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(upstream.waiting).toHaveLength(2);
  expect(await gateway.health()).toMatch(/"degraded".*requests are refused/);

  await relay.mend();
  const rows = await gateway.settled(2);
  expect(rows.map(({ status, costNanoUsd }) => [status, costNanoUsd])).toEqual(Array(2).fill(["succeeded", whole]));
  expect(await gateway.spent()).toBe(2n * whole);
  await until(async () => (await gateway.health()).includes('"healthy"'));
});

test("PostgreSQL is silent when a client leaves: nothing is thrown, and its row comes", async (context) => {
  const { upstream, gateway, relay } = await startBefore(context, "open");
  const leaving = new AbortController();
  const response = await gateway.post({ messages, stream: true }, { signal: leaving.signal });
  await response.body?.getReader().read();
  await until(() => upstream.waiting.length === 1);
  relay.hold();
  leaving.abort();
  await sleep(50);
  relay.resume();
  expect(await gateway.settled(1)).toMatchObject([{ status: "aborted" }]);
});

test("rows that wait are told of to an operator", async (context) => {
  const { upstream, gateway, relay } = await startBefore(context, "open");
  const asking = gateway.post({ messages });
  await until(() => upstream.waiting.length === 1);
  await relay.cut();
  upstream.waiting[0]?.end();
  expect((await asking).status).toBe(200);
  expect(await gateway.health()).toContain("; 1 rows of the ledger wait");
  const metrics = await (await fetch(`${gateway.url}/metrics`, { headers: { connection: "close" } })).text();
  expect(metrics).toMatch(/specgate_accounting_failures_total\{outcome="unsettled"\} [1-9]/);
  await relay.mend();
  await gateway.settled(1);
});

test("a gateway that ends while PostgreSQL is away ends all the same, and says what is not written", async (context) => {
  const { upstream, gateway, relay } = await startBefore(context, "open");
  const asking = gateway.post({ messages });
  await until(() => upstream.waiting.length === 1);
  await relay.cut();
  upstream.waiting[0]?.end();
  await (await asking).text();
  await gateway.close();
  expect(gateway.log.text()).toContain("rows of the ledger were given up");
});

test.for(["open", "closed"])(
  "a file that somebody else has locked is survived under `%s`, as PostgreSQL is",
  { timeout: 60_000 },
  async (onStoreFailure, context) => {
    const files = sqliteDatabase();
    const { upstream, gateway } = await startBefore(context, onStoreFailure, "", files);
    const asking = gateway.post({ messages });
    await until(() => upstream.waiting.length === 1);
    const { place } = gateway;
    const other = new DatabaseSync(place.kind === "sqlite" ? place.file : "");
    other.exec("BEGIN IMMEDIATE");
    upstream.waiting[0]?.end();
    expect((await asking).status).toBe(onStoreFailure === "open" ? 200 : 503);
    expect(await gateway.health()).toContain(reason);
    other.exec("ROLLBACK");
    other.close();
    expect(await gateway.settled(1)).toMatchObject([{ status: "succeeded", costNanoUsd: whole }]);
    await until(async () => (await gateway.health()).includes('"healthy"'));
    await gateway.close();
    await files.drop();
  },
);
