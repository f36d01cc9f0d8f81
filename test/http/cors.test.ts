import { describe, expect, test } from "vitest";
import { says, startGateway } from "../_setup.ts";
import { type Ask, ask } from "./_ask.ts";

const page = "https://chat.example.com";
const app = "app://obsidian.md";
const routes = `server: { cors: { origins: [${page}, "${app}"] } }`;
const withKeys = `${routes}\nkeys: [{ name: alice, key: "\${KEY}" }]`;
const chat: Ask = { path: "/v1/chat/completions", body: { model: "test-model", ...says("hi") } };
const stream: Ask = { ...chat, body: { model: "test-model", stream: true, ...says("hi") } };

const preflight = (path: string, method: string, more: Ask["headers"] = {}): Ask => ({
  method: "OPTIONS",
  path,
  headers: {
    authorization: undefined,
    "content-type": undefined,
    origin: page,
    "access-control-request-method": method,
    ...more,
  },
});

/** The headers of an answer that a browser reads before its page may. */
function corsOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary"));
}

describe("a browser that asks first", () => {
  test.each([
    ["/v1/chat/completions", "POST", "POST, OPTIONS"],
    ["/chat/completions/", "POST", "POST, OPTIONS"],
    ["/openai/deployments/test-model/chat/completions?api-version=1", "POST", "POST, OPTIONS"],
    ["/v1/models", "GET", "GET, HEAD, OPTIONS"],
    ["/v1/models/google/gemini", "DELETE", "GET, HEAD, DELETE, OPTIONS"],
    ["/health", "GET", "GET, HEAD, OPTIONS"],
    ["/v1/nothing", "POST", "GET, HEAD, POST, DELETE, OPTIONS"],
  ])("about %s is let in without a key", async (path, method, allowed) => {
    const gateway = await startGateway(withKeys);
    const asked = "authorization,content-type,openai-beta,x-stainless-lang,http-referer";
    const answer = await ask(gateway, preflight(path, method, { "access-control-request-headers": asked }));
    expect(answer).toMatchObject({ status: 204, text: "" });
    expect(corsOf(answer.headers)).toEqual({
      "access-control-allow-origin": page,
      "access-control-allow-methods": allowed,
      "access-control-allow-headers": asked,
      "access-control-max-age": "7200",
      "access-control-expose-headers": expect.any(String),
      vary: "origin",
    });
    expect(answer.headers.get("allow")).toBe(allowed);
    expect(answer.headers.get("content-length")).toBeNull();
  });

  test("about a private address is told that it may", async () => {
    const gateway = await startGateway(routes);
    const more = { "access-control-request-private-network": "true" };
    const { headers } = await ask(gateway, preflight("/v1/models", "GET", more));
    expect(headers.get("access-control-allow-private-network")).toBe("true");
    expect(headers.get("access-control-allow-headers")).toBeNull();
  });

  test.each([
    ["from a strange page", "https://evil.example", routes],
    ["from a page whose address only begins alike", `${page}.evil.example`, routes],
    ["from the same host by another scheme", page.replace("https", "http"), routes],
    ["from the same host on another port", `${page}:8443`, routes],
    ["from a sandbox", "null", routes],
    ["where no page may call", page, ""],
  ])("%s is told nothing", async (_name, origin, text) => {
    const gateway = await startGateway(text);
    const answer = await ask(gateway, preflight("/v1/chat/completions", "POST", { origin }));
    expect(answer.status).toBe(204);
    expect(corsOf(answer.headers)).toEqual(text === "" ? {} : { vary: "origin" });
  });

  test.each(["/v1/models", "*"])("OPTIONS %s without a word of an origin says what there is", async (path) => {
    const gateway = await startGateway();
    const answer = await ask(gateway, { raw: `OPTIONS ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n` });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("allow")).toBe(path === "*" ? "GET, HEAD, POST, DELETE, OPTIONS" : "GET, HEAD, OPTIONS");
  });

  test("is no more than a debug line in the log", async () => {
    const gateway = await startGateway(routes);
    await ask(gateway, preflight("/v1/models", "GET"));
    expect(await gateway.log.until(({ status }) => status === 204)).toMatchObject({ level: 20 });
  });
});

describe("a page that may call can read", () => {
  test.each<[string, string, Ask, number]>([
    ["an answer", withKeys, chat, 200],
    ["a stream", withKeys, stream, 200],
    ["the models", withKeys, { method: "GET", path: "/v1/models" }, 200],
    ["the health", withKeys, { method: "GET", path: "/health" }, 200],
    ["a wrong key's refusal", withKeys, { ...chat, headers: { authorization: "Bearer x" } }, 401],
    ["a malformed body's refusal", withKeys, { ...chat, body: "{" }, 400],
    ["a wrong method's refusal", withKeys, { method: "PUT", path: "/v1/models" }, 405],
    ["a wrong path's refusal", withKeys, { path: "/v1/nothing" }, 404],
    ["an answer where there are no keys", routes, chat, 200],
  ])("%s", async (_name, text, request, status) => {
    const gateway = await startGateway(text);
    for (const origin of [page, app]) {
      const answer = await ask(gateway, { ...request, headers: { ...request.headers, origin } });
      expect(answer.status).toBe(status);
      expect(corsOf(answer.headers)).toMatchObject({ "access-control-allow-origin": origin, vary: "origin" });
    }
  });

  test("what an upstream failed of", async () => {
    const script = "answers: [{ error: { status: 503 } }]";
    const gateway = await startGateway({ routes, script, planned: ["overloaded"] });
    const answer = await ask(gateway, { ...chat, headers: { origin: page } });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("access-control-allow-origin")).toBe(page);
  });

  test("the headers that clients look at", async () => {
    const gateway = await startGateway(routes);
    const { headers } = await ask(gateway, { ...chat, headers: { origin: page } });
    const exposed = headers.get("access-control-expose-headers")?.split(", ") ?? [];
    const limits = ["requests", "tokens"].flatMap((unit) =>
      ["limit", "remaining", "reset"].map((what) => `x-ratelimit-${what}-${unit}`),
    );
    const asked = ["x-request-id", "retry-after", "retry-after-ms", "x-should-retry", "openai-processing-ms"];
    for (const name of [...asked, ...limits]) expect(exposed).toContain(name);
    for (const name of headers.keys())
      if (/^(x-specgate|x-ratelimit|openai)-/.test(name)) expect(exposed).toContain(name);
  });
});

describe("a page that may not call", () => {
  test("is answered where a key is asked for, and cannot read it", async () => {
    const gateway = await startGateway(withKeys);
    const answer = await ask(gateway, { ...chat, headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(200);
    expect(corsOf(answer.headers)).toEqual({ vary: "origin" });
  });

  test("is refused where none is, whatever it asks, and nothing goes upstream", async () => {
    const gateway = await startGateway(routes);
    const headers = { origin: "https://evil.example", "content-type": "text/plain", authorization: undefined };
    for (const request of [chat, stream, { method: "GET", path: "/v1/models" }]) {
      const answer = await ask(gateway, { ...request, headers });
      expect(answer).toMatchObject({ status: 403, body: { error: { code: "origin_not_allowed" } } });
      expect(corsOf(answer.headers)).toEqual({ vary: "origin" });
    }
    expect(gateway.upstream.requests).toHaveLength(0);
  });
});

describe("any page may call", () => {
  const any = 'server: { cors: { origins: ["*"] } }';

  test.each(["https://a.example", "null", "app://x"])("%s, and its origin is repeated", async (origin) => {
    const gateway = await startGateway(any);
    const answer = await ask(gateway, { ...chat, headers: { origin } });
    expect(answer.status).toBe(200);
    expect(corsOf(answer.headers)).toMatchObject({ "access-control-allow-origin": origin, vary: "origin" });
  });
});

test("without the section nothing is said of origins, and answers do not vary by them", async () => {
  const gateway = await startGateway('keys: [{ name: alice, key: "${KEY}" }]');
  const answer = await ask(gateway, { ...chat, headers: { origin: page } });
  expect(answer.status).toBe(200);
  expect(corsOf(answer.headers)).toEqual({});
});
