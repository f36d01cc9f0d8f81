import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { readText } from "../../src/upstream/send.ts";
import {
  answered,
  failureOf,
  openTransport,
  post,
  readUntilFailure,
  sleep,
  startTcp,
  startUpstream,
} from "./_servers.ts";

/** How long something takes, in milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

describe("short waits are kept exactly", () => {
  // A busy machine is late by itself; undici's own timers would be later still.
  const late = 200;

  test("for the connection", async () => {
    const tcp = await startTcp(() => undefined);
    const origin = tcp.origin.replace("http:", "https:");
    const tookMs = await timed(async () => {
      const outcome = await post(origin, { timeouts: { connectMs: 150 } });
      expect(failureOf(outcome)).toMatch(/^upstream_connect_timeout: /);
    });
    expect(tookMs).toBeGreaterThan(140);
    expect(tookMs).toBeLessThan(150 + late);
  });

  test("for the first byte", async () => {
    const upstream = await startUpstream(() => undefined);
    const tookMs = await timed(async () => {
      const outcome = await post(upstream.origin, { timeouts: { firstByteMs: 150 } });
      expect(failureOf(outcome)).toMatch(/^upstream_first_byte_timeout: /);
    });
    expect(tookMs).toBeGreaterThan(140);
    expect(tookMs).toBeLessThan(150 + late);
  });

  test("for the next piece", async () => {
    const upstream = await startUpstream((response) => response.write("data: 1\n\n"));
    const answer = answered(await post(upstream.origin, { timeouts: { idleMs: 150 } }));
    const tookMs = await timed(async () => {
      expect((await readUntilFailure(answer)).failure).toMatch(/^upstream_idle_timeout: /);
    });
    expect(tookMs).toBeGreaterThan(100);
    expect(tookMs).toBeLessThan(150 + late);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test("the wait for the next piece begins anew with each", async () => {
    const upstream = await startUpstream(async (response) => {
      for (let i = 0; i < 6; i++) {
        response.write(".");
        await sleep(100);
      }
      response.end();
    });
    const answer = answered(await post(upstream.origin, { timeouts: { firstByteMs: 300, idleMs: 300 } }));
    expect(await readUntilFailure(answer)).toEqual({ text: "......", failure: "none" });
  });

  test("a slow reader's wait for the next piece begins when it is ready for one", async () => {
    // As much as is taken in advance, and no more ever.
    const upstream = await startUpstream((response) => response.write("x".repeat(66_000)));
    const answer = answered(await post(upstream.origin, { timeouts: { idleMs: 150 } }));
    await sleep(500);
    const tookMs = await timed(async () => {
      const { text, failure } = await readUntilFailure(answer);
      expect(text).toHaveLength(66_000);
      expect(failure).toMatch(/^upstream_idle_timeout: /);
    });
    expect(tookMs).toBeGreaterThan(100);
    expect(tookMs).toBeLessThan(150 + late);
  });

  test("the wait for the first byte ends with it", async () => {
    const upstream = await startUpstream(async (response) => {
      response.write("first");
      await sleep(300);
      response.end(" last");
    });
    const answer = answered(await post(upstream.origin, { timeouts: { firstByteMs: 150 } }));
    expect(await readText(answer)).toBe("first last");
  });
});

describe("connections to one origin", () => {
  async function startHolding() {
    const held: ServerResponse[] = [];
    const upstream = await startUpstream((response) => {
      held.push(response);
    });
    const release = (): void => {
      for (const response of held.splice(0)) response.end("done");
    };
    return { upstream, held, release };
  }

  test("are no more than the provider says; the rest waits, and the snapshot shows it", async () => {
    const { upstream, held, release } = await startHolding();
    const transport = openTransport();
    const egress = { connections: 2 };
    const send = async () => readText(answered(await post(upstream.origin, { transport, egress })));
    const all = Promise.all([send(), send(), send(), send(), send()]);
    await expect.poll(() => held.length).toBe(2);
    const [snapshot, ...others] = transport.pools();
    expect(others).toEqual([]);
    expect(snapshot).toEqual({
      origin: upstream.origin,
      connected: 2,
      free: 0,
      pending: 3,
      running: 2,
      queued: 3,
    });
    const releasing = setInterval(release, 5);
    expect(await all).toEqual(Array(5).fill("done"));
    clearInterval(releasing);
    expect(upstream.accepted()).toBe(2);
    await expect.poll(() => transport.pools()[0]).toMatchObject({ connected: 2, running: 0, queued: 0, free: 2 });
  });

  test("one that waits for a connection ends with its total timeout", async () => {
    const { upstream, held } = await startHolding();
    const transport = openTransport({ maxConnections: 1 });
    const first = post(upstream.origin, { transport });
    await expect.poll(() => held.length).toBe(1);
    const second = await post(upstream.origin, { transport, timeouts: { totalMs: 100 } });
    expect(failureOf(second)).toMatch(/^upstream_timeout: /);
    held[0]?.end("done");
    expect(await readText(answered(await first))).toBe("done");
    expect(upstream.seen).toHaveLength(1);
  });

  test("are counted once per origin, whatever way leads there", async () => {
    const upstream = await startUpstream((response) => response.end("ok"));
    const transport = openTransport();
    for (const connections of [1, 2, 3]) {
      await readText(answered(await post(upstream.origin, { transport, egress: { connections } })));
    }
    expect(transport.pools()).toMatchObject([{ origin: upstream.origin, connected: 3 }]);
  });
});

test("a credential that does not come in time ends with the request's total timeout", async () => {
  const upstream = await startUpstream((response) => response.end());
  const credential = { headers: () => new Promise<never>(() => undefined), invalidate: () => false };
  const tookMs = await timed(async () => {
    const outcome = await post(upstream.origin, { credential, timeouts: { totalMs: 100 } });
    expect(failureOf(outcome)).toMatch(/^upstream_timeout: /);
  });
  expect(tookMs).toBeLessThan(400);
  expect(upstream.accepted()).toBe(0);
});
