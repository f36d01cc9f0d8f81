import { expect, test } from "vitest";
import { answered, failureOf, post, readUntilFailure, startUpstream } from "./_servers.ts";

/** From ten seconds on undici itself waits; without being told it would for five minutes. */
const waitMs = 10_000;
const timeouts = { firstByteMs: waitMs, idleMs: waitMs, totalMs: 60_000 };

/** How long something takes, in milliseconds. */
async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

test("long waits are those of the config, for the first byte and for the next piece", { timeout: 30_000 }, async () => {
  const silent = await startUpstream(() => undefined);
  const halting = await startUpstream((response) => response.write("data: 1\n\n"));
  const tookMs = await Promise.all([
    timed(async () => {
      expect(failureOf(await post(silent.origin, { timeouts }))).toMatch(/^upstream_first_byte_timeout: /);
    }),
    timed(async () => {
      const answer = answered(await post(halting.origin, { timeouts }));
      expect((await readUntilFailure(answer)).failure).toMatch(/^upstream_idle_timeout: /);
    }),
  ]);
  for (const one of tookMs) expect(one).toBeGreaterThan(waitMs - 1_000);
});
