import { once } from "node:events";
import { createServer } from "node:http";
import { toNodeHandler } from "h3/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { getHealth, getLiveness, getReadiness, listModels, retrieveModel } from "../generated/admin-sdk/index.ts";
import { validateHealth, validateModel, validateModelList } from "../generated/validators/admin.exact.mjs";
import { build } from "../src/build.ts";
import { version } from "../src/version.ts";
import { adminClient } from "./_admin-client.ts";
import { captureLog } from "./_log.ts";
import { rawClient } from "./_raw.ts";
import { says, secrets, startGateway } from "./_setup.ts";

const keys = 'keys: [{ name: alice, key: "${KEY}" }]';

describe("the admin client", () => {
  test("is told without a key that the gateway is well", async () => {
    const { url } = await startGateway(keys);
    const { data, response } = await getHealth({ client: adminClient(url) });
    expect(response?.status).toBe(200);
    expect(validateHealth(data)).toBe(true);
    expect(data).toEqual({ status: "healthy", version, uptime_seconds: 0 });
  });

  test("is told under the other name too", async () => {
    const { get } = await startGateway(keys);
    expect(validateHealth((await get("/healthz", {})).body)).toBe(true);
  });

  test("is told without a key that the process lives and takes requests", async () => {
    const client = adminClient((await startGateway(keys)).url);
    expect((await getLiveness({ client })).data).toEqual({ status: "alive" });
    expect((await getReadiness({ client })).data).toEqual({ status: "ready" });
  });

  test("is told that a gateway which drains takes no more requests, though it lives", async () => {
    const { config } = await startGateway();
    const built = await build(config, { log: captureLog(config.log).logger, version });
    const server = createServer(toNodeHandler(built.app)).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(async () => {
      server.close();
      await built.close();
    });
    const address = server.address();
    const client = adminClient(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
    built.drain();
    const { error, response } = await getReadiness({ client });
    expect(response?.status).toBe(503);
    expect(error).toEqual({ status: "draining" });
    expect((await getLiveness({ client })).data).toEqual({ status: "alive" });
    expect((await getHealth({ client })).data).toMatchObject({ status: "healthy" });
  });

  test("lists models and aliases, with a key", async () => {
    const { url } = await startGateway(`${keys}
models:
  test-model: { deployments: [vertex/gemini-2.5-flash] }
  "google/*": { deployments: ["vertex/*"] }
aliases: { gpt-4o: test-model, "house/best:1@2": test-model }
`);
    const { data } = await listModels({ client: adminClient(url, secrets.key) });
    expect(validateModelList(data)).toBe(true);
    expect(data?.object).toBe("list");
    expect(data?.data.map(({ id, owned_by }) => [id, owned_by])).toEqual([
      ["test-model", "vertex"],
      ["gpt-4o", "vertex"],
      ["house/best:1@2", "vertex"],
    ]);
    expect(data?.data.every(({ created }) => Math.abs(created - Date.now() / 1000) < 60)).toBe(true);
  });

  test.each(["test-model", "house/best:1@2"])("describes %s, whatever its name is made of", async (model) => {
    const { url } = await startGateway(`${keys}
models: { test-model: { deployments: [vertex/gemini-2.5-flash] } }
aliases: { "house/best:1@2": test-model }
`);
    const { data } = await retrieveModel({ client: adminClient(url, secrets.key), path: { model } });
    expect(validateModel(data)).toBe(true);
    expect(data).toMatchObject({ id: model, object: "model", owned_by: "vertex" });
    const raw = await fetch(`${url}/models/${model}`, { headers: { "x-api-key": secrets.key } });
    expect(await raw.json()).toEqual(data);
  });

  test("hears of models that are not there, and of keys that are wrong, in OpenAI's words", async () => {
    const { url } = await startGateway(keys);
    const missing = await retrieveModel({ client: adminClient(url, secrets.key), path: { model: "no/body" } });
    expect(missing.response?.status).toBe(404);
    expect(missing.error).toEqual({
      error: {
        message: "The model 'no/body' does not exist or you do not have access to it.",
        type: "invalid_request_error",
        param: "model",
        code: "model_not_found",
      },
    });
    const refused = await listModels({ client: adminClient(url, "sk-wrong-key-1234567890") });
    expect(refused.response?.status).toBe(401);
    expect(refused.error).toMatchObject({ error: { code: "invalid_api_key" } });
  });
});

describe("a gateway that stops", () => {
  const slow = "answers: [{ words: 40, chunks: 4, delay: { between: 60ms } }]";

  test("finishes what it has begun, takes nothing new, and then is gone", async () => {
    const gateway = await startGateway({ routes: "server: { drain: 5s }", script: slow });
    const streaming = gateway.stream(says("hi"));
    await gateway.upstream.untilRequested();
    const began = performance.now();
    const closed = gateway.close();
    await expect(fetch(`${gateway.url}/health`)).rejects.toThrow("fetch failed");
    const { done } = await streaming;
    expect(done).toBe(true);
    await closed;
    // The client would keep its connection for a minute.
    expect(performance.now() - began).toBeLessThan(1500);
  });

  test("breaks off what takes longer than its patience, and the upstream's work with it", async () => {
    const script = "answers: [{ words: 40, chunks: 4, delay: { between: 60s } }]";
    const gateway = await startGateway({ routes: "server: { drain: 100ms }", script });
    const client = await rawClient(gateway.url);
    const body = JSON.stringify({ model: "test-model", stream: true, ...says("hi") });
    client.socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await client.until('"content":"The');
    const began = performance.now();
    await gateway.close();
    expect(performance.now() - began).toBeLessThan(1000);
    await client.closed;
    await gateway.upstream.untilAborted();
    expect(client.text()).not.toContain("[DONE]");
  });

  test("is gone at once when nothing runs, though clients keep their connections", async () => {
    const gateway = await startGateway({ routes: "server: { drain: 5s }" });
    const client = await rawClient(gateway.url);
    client.socket.write("GET /health/live HTTP/1.1\r\nhost: gateway\r\n\r\n");
    await client.until("alive");
    const began = performance.now();
    await gateway.close();
    expect(performance.now() - began).toBeLessThan(500);
  });
});
