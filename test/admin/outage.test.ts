import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { createHealthDetail, createProviderWatch } from "../../src/admin/health.ts";
import { createAdminRoutes } from "../../src/admin/routes.ts";
import { toGatewayError } from "../../src/errors.ts";
import { sendError } from "../../src/http/reply.ts";
import { anyone } from "../../src/policy/caller.ts";
import { openSqlStore } from "../../src/store/sql/open.ts";
import { configOf } from "../config/_load.ts";
import { databases } from "./_admin.ts";

describe.each(databases)("$name", (database) => {
  test("that is gone is told as such", async (context) => {
    await database.need(context);
    const place = await database.fresh();
    onTestFinished(() => database.drop());
    const store = await openSqlStore(place);
    const config = configOf(`
providers: { vllm: { type: openai, base_url: "http://127.0.0.1:1/v1" } }
models: { test-model: vllm/llama }`);
    const routes = createAdminRoutes({
      store,
      config,
      nowMs: Date.now,
      randomId: () => "0".repeat(24),
      randomKey: () => "sk-key-of-this-test",
      ratesOf: () => undefined,
      readContent: async () => undefined,
      models: () => [],
      startedSec: 0,
    });
    const server = createServer((request, response) => {
      const route = routes.find(({ method, path }) => method === request.method && path === request.url);
      const exchange = {
        id: "",
        request,
        response,
        caller: { ...anyone, role: "master" },
        headers: {},
        model: undefined,
      } as const;
      route?.handle(exchange, "")?.catch((thrown: unknown) => sendError(response, toGatewayError(thrown), {}));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const ask = async (method: string, path: string): Promise<number> => {
      const headers = { "content-type": "application/json", connection: "close" };
      return (await fetch(url + path, { method, headers, ...(method === "POST" && { body: "{}" }) })).status;
    };
    const health = createHealthDetail({ store, config }, createProviderWatch([], Date.now));
    expect((await health()).store?.reachable).toBe(true);
    expect(await ask("GET", "/key/list")).toBe(200);
    await store.close();
    for (const [method, path] of [
      ["GET", "/key/list"],
      ["POST", "/key/generate"],
      ["GET", "/spend/logs"],
    ] as const) {
      expect([path, await ask(method, path)]).toEqual([path, 503]);
    }
    expect((await health()).store?.reachable).toBe(false);
  });
});

test("a provider is well or not by its last call", () => {
  let now = 1_000;
  const watch = createProviderWatch([{ name: "a" }, { name: "b" }], () => now);
  watch.onFailure("a");
  watch.onSuccess("b");
  watch.onSuccess("nobody");
  expect(watch.states().map(({ healthy }) => healthy)).toEqual([false, true]);
  now = 2_000;
  watch.onSuccess("a");
  watch.onFailure("b");
  expect(watch.states()).toEqual([
    { name: "a", healthy: true, last_success: "1970-01-01T00:00:02.000Z", last_failure: "1970-01-01T00:00:01.000Z" },
    { name: "b", healthy: false, last_success: "1970-01-01T00:00:01.000Z", last_failure: "1970-01-01T00:00:02.000Z" },
  ]);
});
