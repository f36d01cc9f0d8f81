import { serve } from "h3";
import { describe, expect, onTestFinished, test } from "vitest";
import { build } from "../src/build.ts";
import { captureLog } from "./_log.ts";
import { parseMetrics, type Sample, valueAt } from "./_metrics.ts";
import { chatOnWire, rawClient } from "./_raw.ts";
import { says, secrets, startGateway, type TestGateway } from "./_setup.ts";
import { configOf } from "./config/_load.ts";

const at = { operation: "chat", provider: "vertex", model: "test-model" };
const keys = 'keys: [{ name: alice, key: "${KEY}" }]';

/** What is counted, once this many requests are: a request is counted after its answer has left. */
async function countedBy(gateway: TestGateway, requests: number): Promise<readonly Sample[]> {
  for (;;) {
    const samples = parseMetrics((await gateway.get("/metrics")).text);
    const chats = samples.filter(
      ({ name, labels }) => name === "specgate_requests_total" && labels["operation"] === "chat",
    );
    if (chats.reduce((sum, { value }) => sum + value, 0) >= requests) return samples;
  }
}

describe("GET /metrics", () => {
  test.each(["/metrics", "/v1/metrics", "/metrics/"])("%s answers in Prometheus' text format", async (path) => {
    const gateway = await startGateway();
    const { status, headers, text } = await gateway.get(path);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(valueAt(parseMetrics(text), "specgate_in_flight_requests")).toBe(1);
  });

  test("HEAD gives the headers alone", async () => {
    const gateway = await startGateway();
    const response = await gateway.fetch("/metrics", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(await response.text()).toBe("");
  });

  test("asks for no key on loopback", async () => {
    const gateway = await startGateway(keys);
    expect((await gateway.get("/metrics", {})).status).toBe(200);
  });

  test("asks for a key where the config lets others reach it", async () => {
    const provider = "{ type: vertex, project: p, location: l, auth: none }";
    const routes = `server: { host: 0.0.0.0 }\nproviders: { v: ${provider} }\nmodels: { m: v/m }\n${keys}`;
    const config = configOf(routes, { KEY: secrets.key });
    const built = await build(config, { log: captureLog(config.log).logger, version: "1.2.3" });
    // What the config says of the host is for the rule; this test itself stays on this machine.
    const server = serve(built.app, { hostname: "127.0.0.1", port: 0, silent: true });
    await server.ready();
    onTestFinished(() => server.close(true));
    const url = `${server.url ?? ""}metrics`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: `Bearer ${secrets.key}` } })).status).toBe(200);
  });

  test("does not say another method than its own", async () => {
    const gateway = await startGateway();
    expect((await gateway.fetch("/metrics", { method: "POST" })).status).toBe(405);
  });
});

describe("what the gateway counts", () => {
  test("an answer in one piece: status, duration, first byte, tokens, attempts", async () => {
    const gateway = await startGateway();
    const { body } = await gateway.chat(says("hi"));
    const samples = await countedBy(gateway, 1);
    const labels = { ...at, status: "200" };
    expect(valueAt(samples, "specgate_requests_total", labels)).toBe(1);
    expect(valueAt(samples, "specgate_request_duration_seconds_count", labels)).toBe(1);
    expect(valueAt(samples, "specgate_time_to_first_byte_seconds_count", { ...labels, stream: "false" })).toBe(1);
    expect(valueAt(samples, "specgate_upstream_attempts_total", labels)).toBe(1);
    const tokens = (type: string) => valueAt(samples, "specgate_tokens_total", { ...labels, type }) ?? 0;
    expect(tokens("input") + tokens("cache_read")).toBe(body.usage?.prompt_tokens);
    expect(tokens("output") + tokens("reasoning")).toBe(body.usage?.completion_tokens);
  });

  test("a stream: its first byte comes before its end", async () => {
    const gateway = await startGateway({
      script: "answers: [{ words: 30, delay: { between: 20ms }, chunks: 10 }]",
    });
    await gateway.stream(says("hi"));
    const samples = await countedBy(gateway, 1);
    const labels = { ...at, status: "200" };
    const firstByte = valueAt(samples, "specgate_time_to_first_byte_seconds_sum", { ...labels, stream: "true" }) ?? 0;
    const duration = valueAt(samples, "specgate_request_duration_seconds_sum", labels) ?? 0;
    expect(firstByte).toBeGreaterThan(0);
    expect(duration - firstByte).toBeGreaterThan(0.1);
  });

  test("refusals, by status and by the error's name", async () => {
    const gateway = await startGateway();
    await gateway.post({ model: "test-model", messages: [] });
    await gateway.post({ model: "nobodys-model", ...says("hi") });
    const samples = await countedBy(gateway, 2);
    const refused = { operation: "chat", provider: "other", model: "test-model" };
    const unknown = { ...refused, model: "other" };
    expect(valueAt(samples, "specgate_requests_total", { ...refused, status: "400" })).toBe(1);
    expect(valueAt(samples, "specgate_requests_total", { ...unknown, status: "404" })).toBe(1);
    expect(valueAt(samples, "specgate_request_errors_total", { ...unknown, code: "model_not_found" })).toBe(1);
  });

  test("an upstream's failure that a fallback made good", async () => {
    const gateway = await startGateway({
      routes: "models: { test-model: { deployments: [vertex/gemini-2.5-flash, vertex/gemini-2.5-pro] } }",
      script: "answers: [{ error: { status: 503 }, times: 1 }, {}]",
    });
    await gateway.chat(says("hi"));
    const samples = await countedBy(gateway, 1);
    expect(valueAt(samples, "specgate_requests_total", { ...at, status: "200" })).toBe(1);
    expect(valueAt(samples, "specgate_upstream_attempts_total", { ...at, status: "200" })).toBe(2);
    const failed = samples.filter(({ name }) => name === "specgate_upstream_errors_total");
    expect(failed).toMatchObject([{ labels: { ...at, status: "503" }, value: 1 }]);
  });

  test("a client that leaves is no failure of an upstream, not even where it waited for several", async () => {
    const gateway = await startGateway({ script: "answers: [{ words: 3, delay: { headers: 10s } }]" });
    const client = await rawClient(gateway.url);
    client.socket.write(chatOnWire({ ...says("hi"), n: 3 }));
    await expect.poll(() => gateway.upstream.requests.length).toBe(3);
    client.socket.destroy();
    const samples = await countedBy(gateway, 1);
    expect(valueAt(samples, "specgate_requests_total", { ...at, status: "499" })).toBe(1);
    expect(samples.filter(({ name }) => name === "specgate_upstream_errors_total")).toEqual([]);
  });

  test("changes, as the header tells them", async () => {
    const gateway = await startGateway();
    const { headers } = await gateway.chat({ ...says("hi"), logit_bias: { 50256: -100 }, mood: "good" });
    expect(headers.get("x-specgate-changes")).toBe("reported:logit_bias, reported:mood");
    const samples = await countedBy(gateway, 1);
    const count = (field: string) => valueAt(samples, "specgate_changes_total", { ...at, verb: "reported", field });
    expect(count("logit_bias")).toBe(1);
    expect(count("other")).toBe(1);
  });

  test("the list of models and every other path", async () => {
    const gateway = await startGateway();
    await gateway.get("/v1/models");
    await gateway.get("/v1/nothing/of/the/kind");
    const samples = parseMetrics((await gateway.get("/metrics")).text);
    const nowhere = { provider: "other", model: "other" };
    expect(valueAt(samples, "specgate_requests_total", { ...nowhere, operation: "models", status: "200" })).toBe(1);
    expect(valueAt(samples, "specgate_requests_total", { ...nowhere, operation: "other", status: "404" })).toBe(1);
  });

  test("connections to the upstream, by its provider", async () => {
    const gateway = await startGateway();
    await gateway.chat(says("hi"));
    const samples = await countedBy(gateway, 1);
    expect(valueAt(samples, "specgate_pool_connections", { provider: "vertex" })).toBe(1);
    expect(valueAt(samples, "specgate_pool_free_connections", { provider: "vertex" })).toBe(1);
  });
});

test("what clients make up is nowhere in it", async () => {
  const gateway = await startGateway();
  const made = "made-up-by-a-client";
  await gateway.post({ model: made, ...says(made) });
  await gateway.chat({ ...says(made), [made]: made, user: made });
  await gateway.get(`/v1/${made}`, { authorization: `Bearer ${made}`, "user-agent": made, "x-request-id": made });
  await gateway.get(`/v1/models/${made}`);
  await countedBy(gateway, 2);
  expect((await gateway.get("/metrics")).text).not.toContain(made);
});
