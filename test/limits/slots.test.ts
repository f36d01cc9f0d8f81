import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ErrorName } from "../../src/errors.ts";
import { chatOnWire, type RawClient, rawClient } from "../_raw.ts";
import { says, startGateway, type TestGateway } from "../_setup.ts";
import { forgetCounts, ownName, storeEnv, stores } from "./_stores.ts";

afterAll(forgetCounts);

const slow = `
answers:
  - { when: { stream: true }, text: One two three four five., chunks: 5, delay: { between: 9s } }
  - { text: Late., delay: { headers: 9s } }
`;
const prompt = { model: "test-model", ...says("hi") };

describe.each(stores)("slots that are counted $name", ({ routes, need }) => {
  beforeEach(need);

  const start = (parallel: number, script: string, more: { planned?: ErrorName[]; timeouts?: string } = {}) =>
    startGateway({
      routes: `
${routes}
keys: [{ name: ${ownName("alice")}, key: "\${KEY}", parallel: ${parallel}, tpm: 1000000 }]
models:
  test-model:
    deployments: [vertex/gemini-2.5-flash, vertex/gemini-2.5-pro]
    timeouts: { ${more.timeouts ?? ""} }
`,
      env: storeEnv,
      script,
      planned: more.planned ?? [],
    });

  /** How many are let in at the same moment, now: each is held for a while. */
  const free = async (gateway: TestGateway): Promise<number> => {
    gateway.upstream.use({ answers: [{ text: "Here.", delay: { headers: "300ms" } }] });
    const all = await Promise.all(Array.from({ length: 8 }, () => gateway.post(prompt)));
    return all.filter(({ status }) => status === 200).length;
  };

  /** A slot is free when its request is over, which is after its answer: soon, but not at once. */
  const untilFree = async (gateway: TestGateway, want: number): Promise<number> => {
    const until = performance.now() + 10_000;
    for (;;) {
      const found = await free(gateway);
      if (found === want || performance.now() > until) return found;
      await sleep(50);
    }
  };

  test("are free again when fifty clients hang up at once, in the midst of streams and before any answer", async () => {
    const gateway = await start(50, slow, { planned: ["client_closed_request"] });
    const fill = async (): Promise<readonly RawClient[]> => {
      const before = gateway.upstream.requests.length;
      const clients = await Promise.all(Array.from({ length: 50 }, () => rawClient(gateway.url)));
      for (const [at, { socket }] of clients.entries()) {
        socket.write(chatOnWire({ ...says("hi"), stream: at % 2 === 0 }));
      }
      while (gateway.upstream.requests.length < before + 50) await sleep(10);
      await Promise.all(clients.filter((_, at) => at % 2 === 0).map((one) => one.until('"content"')));
      return clients;
    };
    const clients = await fill();
    expect((await gateway.post(prompt)).status).toBe(429);
    for (const { socket } of clients) socket.destroy();
    // Its line is the last that is done about a request.
    const left = (): number => gateway.log.lines.filter(({ error }) => error === "client_closed_request").length;
    while (left() < 50) await sleep(10);
    // Fifty are let in again, and not one more.
    await fill();
    expect((await gateway.post(prompt)).status).toBe(429);
  });

  test.each<[name: string, script: string, request: object, planned: ErrorName]>([
    ["an upstream's error", "answers: [{ error: { status: 400 } }]", {}, "upstream_error"],
    ["errors of all targets", "answers: [{ error: { status: 500 } }]", {}, "upstream_error"],
    ["no answer", "answers: [{ cut: {} }]", {}, "upstream_unreachable"],
    [
      "an answer that makes no sense",
      "answers: [{ raw: { status: 200, body: '<html>' } }]",
      {},
      "upstream_invalid_response",
    ],
    [
      "a stream that is cut",
      "answers: [{ text: A b c d e f., chunks: 6, cut: { after_events: 3 } }]",
      { stream: true },
      "upstream_stream_cut",
    ],
    [
      "an error within a stream",
      "answers: [{ text: A b c d e f., chunks: 6, stream_error: { after_events: 2, status: 503 } }]",
      { stream: true },
      "overloaded",
    ],
    ["a part of several that failed", "answers: [{ error: { status: 500 }, times: 2 }]", { n: 3 }, "upstream_error"],
    [
      "a parameter that is refused on the way",
      "answers: []",
      { messages: [{ role: "tool", tool_call_id: "x", content: "y" }] },
      "upstream_error",
    ],
  ])("are free again after %s", async (_name, script, request, planned) => {
    const gateway = await start(2, script, { planned: [planned] });
    for (let at = 0; at < 4; at++) {
      const { status, text } = await gateway.post({ ...prompt, ...request });
      expect([status, text]).not.toContain(429);
    }
    expect(await untilFree(gateway, 2)).toBe(2);
  });

  test("are free again when an upstream is too slow", async () => {
    const gateway = await start(1, "answers: [{ delay: { headers: 5s } }]", {
      planned: ["upstream_first_byte_timeout"],
      timeouts: "first_byte: 900ms",
    });
    expect((await gateway.post(prompt)).status).toBe(504);
    expect(await untilFree(gateway, 1)).toBe(1);
  });

  test("are one for a request that falls back to another target", async () => {
    const gateway = await start(1, "answers: [{ when: { model: gemini-2.5-flash }, error: { status: 503 } }]");
    const { status, headers } = await gateway.post(prompt);
    expect([status, headers.get("x-specgate-attempts")]).toEqual([200, "2"]);
    expect(await untilFree(gateway, 1)).toBe(1);
  });

  test("are one for a request of several choices", async () => {
    const gateway = await start(1, "answers: []");
    expect((await gateway.post({ ...prompt, n: 4 })).status).toBe(200);
    expect((await gateway.stream({ ...says("hi"), n: 4 })).done).toBe(true);
    expect(await untilFree(gateway, 1)).toBe(1);
  });
});
