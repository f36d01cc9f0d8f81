import { describe, expect, test } from "vitest";
import { parseMetrics } from "./_metrics.ts";
import { says, secrets, type TestGateway } from "./_setup.ts";
import { event, openStream, sendWhole, startBefore, streamText } from "./upstream/_openai-raw.ts";

const refusal = JSON.stringify({ error: { message: "No.", type: "invalid_request_error" } });

async function tokensOf(gateway: TestGateway): Promise<number> {
  const { text } = await gateway.get("/metrics", { authorization: `Bearer ${secrets.key}` });
  const samples = parseMetrics(text).filter(({ name }) => name === "specgate_tokens_total");
  return samples.reduce((sum, { value }) => sum + value, 0);
}

/** What two choices out of three cost. */
const spent = { attempts: 3, tokens_in: 20, tokens_out: 10, deployment: "up/x" };

describe("tokens that an upstream has counted are counted, although the request fails", () => {
  test("one of several choices is refused after the others are there", async () => {
    let asked = 0;
    const gateway = await startBefore((response) => {
      if (++asked < 3) sendWhole(response);
      else setTimeout(() => sendWhole(response, refusal, 400), 200);
    });
    const { status } = await gateway.post({ model: "test-model", ...says("hi"), n: 3 });
    expect(status).toBe(400);
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 400, error: "invalid_request", ...spent });
    expect(await tokensOf(gateway)).toBe(30);
  });

  test("one of several streams is refused after the counts of the others are there", async () => {
    let asked = 0;
    const counts = streamText.split("\n\n").at(-3) ?? "";
    const gateway = await startBefore((response) => {
      if (++asked < 3) openStream(response).write(`${counts}\n\n${event({ content: "Hi." })}`);
      else setTimeout(() => sendWhole(response, refusal, 400), 200);
    });
    const { status } = await gateway.post({ model: "test-model", stream: true, ...says("hi"), n: 3 });
    expect(status).toBe(400);
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 400, error: "invalid_request", ...spent });
  });

  test("the client leaves while the last choice is being made", async () => {
    let asked = 0;
    const gateway = await startBefore((response) => {
      if (++asked < 3) sendWhole(response);
    });
    const leaving = new AbortController();
    const body = JSON.stringify({ model: "test-model", ...says("hi"), n: 3 });
    const headers = { "content-type": "application/json" };
    const asking = gateway.fetch("/v1/chat/completions", { method: "POST", headers, body, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 300);
    await expect(asking).rejects.toThrow();
    const line = await gateway.log.until(({ msg }) => msg === "request");
    // The last one's prompt was read, and nobody heard what it took.
    expect(line).toMatchObject({ ...spent, status: 499, tokens_in: 30, usage: "partial" });
  });
});
