import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createWebhook } from "../../src/upstream/webhook.ts";
import { expectHidden, secret } from "../_canary.ts";
import { closedOrigin, startUpstream } from "./_servers.ts";

const path = `/services/${secret("webhook-path")}`;

function sendingTo(origin: string, pausesMs: readonly number[] = [5, 5]) {
  const lines: object[] = [];
  const log = { warn: (fields: object, message: string) => void lines.push({ ...fields, message }) };
  return { send: createWebhook({ url: `${origin}${path}`, log, pausesMs }), lines };
}

describe("a webhook", () => {
  test("has its message as JSON", async () => {
    const hook = await startUpstream((response) => response.writeHead(204).end());
    const { send, lines } = sendingTo(hook.origin);
    await send({ event: "soft_budget_reached" });
    expect(hook.seen).toMatchObject([
      {
        method: "POST",
        url: path,
        headers: { "content-type": "application/json" },
        body: '{"event":"soft_budget_reached"}',
      },
    ]);
    expect(lines).toEqual([]);
  });

  test("is asked again where it fails, until it takes the message", async () => {
    const hook = await startUpstream((response) => response.writeHead(hook.seen.length < 3 ? 500 : 200).end());
    const { send, lines } = sendingTo(hook.origin);
    await send({});
    expect([hook.seen.length, lines]).toEqual([3, []]);
  });

  test.each([
    ["answers with an error", 500, "it answered 500"],
    ["leads elsewhere", 307, "it answered 307"],
    ["leads elsewhere for ever", 308, "it answered 308"],
  ])("that %s is given up, without its address", async (_name, status, trouble) => {
    const elsewhere = await startUpstream((response) => response.end());
    const hook = await startUpstream((response) =>
      response.writeHead(status, { location: elsewhere.origin }).end(path),
    );
    const { send, lines } = sendingTo(hook.origin);
    await send({});
    expect(hook.seen).toHaveLength(3);
    expect(elsewhere.accepted()).toBe(0);
    expect(lines).toEqual([{ trouble, message: "the webhook of `alerts` did not take a message" }]);
    expectHidden(lines);
  });

  test("that nobody serves is given up, without its address", async () => {
    const { send, lines } = sendingTo(await closedOrigin());
    await send({});
    expect(lines).toMatchObject([{ trouble: "it could not be reached" }]);
    expectHidden(lines);
  });

  test("may answer as long as it likes: no more of it is read than is worth", async () => {
    const hook = await startUpstream((response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write("x".repeat(64 * 1024)), 1);
      response.on("close", () => clearInterval(more));
    });
    const { send } = sendingTo(hook.origin, []);
    const outcome = await Promise.race([send({}).then(() => "done"), sleep(5_000, "still reading")]);
    expect(outcome).toBe("done");
  });
});
