import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import { afterAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { parseScript } from "../../src/emulators/script.ts";
import { needRedis } from "../_services.ts";
import { says, secrets, startVertex } from "../_setup.ts";
import { freePort, startForTest, untilHealthy } from "../_specgate.ts";
import { forgetCounts, ownName, storeEnv } from "./_stores.ts";

beforeEach(needRedis);
afterAll(forgetCounts);

const limit = 1_777;

/** Starts gateways in processes of their own that share Redis, and gives connections to each. */
async function startReplicas(count: number, keys: string, provider: string): Promise<readonly Pool[]> {
  const folder = mkdtempSync(join(tmpdir(), "specgate-replicas-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const routes = `
server: { secret: "\${SECRET}" }
redis: { url: "\${REDIS}" }
log: { level: error, format: json }
providers: { v: { ${provider} } }
${keys}
models: { test-model: v/gemini-2.5-flash }
`;
  writeFileSync(join(folder, "routes.yaml"), routes);
  const env = { ...storeEnv, TOKEN: secrets.token, KEY: secrets.key };
  return Promise.all(
    Array.from({ length: count }, async () => {
      const port = await freePort();
      startForTest(["serve", "--port", String(port)], { cwd: folder, env });
      const url = `http://127.0.0.1:${port}`;
      await untilHealthy(url);
      const pool = new Pool(url, { connections: 32 });
      onTestFinished(() => pool.destroy());
      return pool;
    }),
  );
}

const body = JSON.stringify({ model: "test-model", ...says("hi") });

async function ask(pool: Pool): Promise<number> {
  const headers = { authorization: `Bearer ${secrets.key}`, "content-type": "application/json" };
  const answer = await pool.request({ path: "/v1/chat/completions", method: "POST", headers, body });
  await answer.body.dump();
  return answer.statusCode;
}

/** So many requests, so many of them at a time, to one replica after the other: how often each status came. */
async function flood(pools: readonly Pool[], requests: number, atOnce: number): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  let left = requests;
  const work = async (): Promise<void> => {
    while (left > 0) {
      const pool = pools[left-- % pools.length];
      if (pool === undefined) throw new Error("no replica");
      const status = await ask(pool);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return counts;
}

test("of 10,000 requests at three gateways that share Redis, exactly as many are let in as the limit says", async () => {
  const upstream = await startVertex(parseScript("answers: [{ text: Here. }]"));
  const provider = `type: vertex, project: p, location: l, base_url: "${upstream.url}", auth: { bearer: "\${TOKEN}" }`;
  const keys = `keys: [{ name: ${ownName("alice")}, key: "\${KEY}", rpm: ${limit} }]`;
  const pools = await startReplicas(3, keys, provider);
  const startedMs = performance.now();
  const counts = await flood(pools, 10_000, 64);
  // Beyond a minute there would be another window, and the test would say nothing.
  expect(performance.now() - startedMs).toBeLessThan(55_000);
  expect(counts).toEqual({ 200: limit, 429: 10_000 - limit });
}, 90_000);

test("three gateways that share Redis never answer more at a time than the limit says, and lose no slot", async () => {
  const upstream = await startCounter();
  const keys = `keys: [{ name: ${ownName("bob")}, key: "\${KEY}", parallel: 7 }]`;
  const pools = await startReplicas(3, keys, upstream.provider);
  const counts = await flood(pools, 900, 40);
  expect((counts[200] ?? 0) + (counts[429] ?? 0)).toBe(900);
  expect(upstream.most()).toBe(7);
  // Seven at a time all are let in, wherever they come: every slot is free.
  expect(await flood(pools, 60, 7)).toEqual({ 200: 60 });
}, 60_000);

/** An upstream that takes its time, and knows how many it ever had at once. */
async function startCounter(): Promise<{ readonly provider: string; readonly most: () => number }> {
  let [now, most] = [0, 0];
  const message = { role: "assistant", content: "Here.", refusal: null };
  const answer = { id: "c", object: "chat.completion", created: 1, model: "m" };
  const text = JSON.stringify({ ...answer, choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }] });
  const server = createServer((request, response) => {
    most = Math.max(most, ++now);
    request.resume();
    setTimeout(() => {
      now--;
      response.setHeader("content-type", "application/json").end(text);
    }, 20);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : "";
  return { provider: `type: openai, base_url: "http://127.0.0.1:${port}/v1", auth: none`, most: () => most };
}
