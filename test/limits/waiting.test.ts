import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "h3";
import OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { build } from "../../src/build.ts";
import { parseScript } from "../../src/emulators/script.ts";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { type CapturedLog, captureLog } from "../_log.ts";
import { chatOnWire, rawClient } from "../_raw.ts";
import { collect, says, secrets, startVertex, type Upstream } from "../_setup.ts";
import { configOf } from "../config/_load.ts";

/** What was asked of a store that takes its time, in order. */
interface Slow {
  readonly store: KeyValueStore;
  readonly calls: string[];
}

function slowStore(delayMs: number): Slow {
  const memory = createMemoryStore({ nowMs: () => performance.now() });
  const calls: string[] = [];
  const store: KeyValueStore = {
    ...memory,
    async acquire(checks) {
      calls.push(`acquire ${checks.map((one) => (one.kind === "slot" ? "slot" : one.take)).join(" ")}`);
      await sleep(delayMs);
      return memory.acquire(checks);
    },
    async release(lease) {
      await sleep(delayMs);
      await memory.release(lease);
      calls.push("released");
    },
  };
  return { store, calls };
}

/** A gateway over a store of the test's own. `limits` are members of its only key. */
async function startWith(
  store: KeyValueStore,
  limits: string,
): Promise<{ readonly url: string; readonly upstream: Upstream; readonly log: CapturedLog }> {
  const upstream = await startVertex(parseScript("answers: [{ text: Here. }]"));
  const routes = `
providers: { v: { type: vertex, project: p, location: l, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } } }
keys: [{ name: alice, key: "\${KEY}"${limits} }]
models: { test-model: v/gemini-2.5-flash }
`;
  const config = configOf(routes, { UPSTREAM: upstream.url, TOKEN: secrets.token, KEY: secrets.key });
  const log = captureLog(config.log);
  const built = await build(config, { log: log.logger, version: "1.2.3", store });
  const server = serve(built.app, { hostname: "127.0.0.1", port: 0, silent: true });
  await server.ready();
  onTestFinished(async () => {
    await server.close(true);
    await built.close();
  });
  return { url: (server.url ?? "").replace(/\/$/, ""), upstream, log };
}

const clientOf = (url: string): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: secrets.key, maxRetries: 0 });
const asked = { model: "test-model", ...says("hi") };

describe("a request", () => {
  test("whose client leaves while its limits are looked at reaches no upstream, and gives its slot back", async () => {
    const { store, calls } = slowStore(200);
    const { url, upstream, log } = await startWith(store, ", parallel: 1, tpm: 1000");
    const client = await rawClient(url);
    client.socket.write(chatOnWire(says("hi")));
    while (calls.length === 0) await sleep(5);
    client.socket.destroy();
    await log.until(({ error }) => error === "client_closed_request");
    expect(upstream.requests).toEqual([]);
    const [, taken] = /^acquire (\d+) slot$/.exec(calls[0] ?? "") ?? [];
    // All its tokens come back, and the slot.
    expect(calls.slice(1)).toEqual([`acquire -${taken}`, "released"]);
  });

  test.each([
    ["in one piece", false],
    ["streamed", true],
  ])("has its slot given back before its client has the end of an answer %s", async (_name, stream) => {
    const { store, calls } = slowStore(30);
    const { url } = await startWith(store, ", parallel: 1");
    const client = clientOf(url);
    if (stream) await collect(await client.chat.completions.create({ ...asked, stream: true }));
    else await client.chat.completions.create(asked);
    expect(calls).toEqual(["acquire slot", "released"]);
  });

  test("without limits asks the store for nothing", async () => {
    const { store, calls } = slowStore(0);
    const { url } = await startWith(store, "");
    await clientOf(url).chat.completions.create(asked);
    await collect(await clientOf(url).chat.completions.create({ ...asked, stream: true }));
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "healthy" });
    expect(calls).toEqual([]);
  });
});
