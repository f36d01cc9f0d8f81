import { describe, expect, test } from "vitest";
import { canonicalPath, matchPath, toPattern } from "../../src/http/path.ts";
import { rawClient } from "../_raw.ts";
import { says, secrets, startGateway } from "../_setup.ts";

describe("a path", () => {
  test.each([
    ["/v1/chat/completions", "/chat/completions"],
    ["/chat/completions", "/chat/completions"],
    ["/v1/v1/chat/completions", "/chat/completions"],
    ["//v1//chat//completions//", "/chat/completions"],
    ["/v1/models/", "/models"],
    ["/v1/models/google/gemini-2.5%2Fx", "/models/google/gemini-2.5/x"],
    ["/v1/models/claude%40001", "/models/claude@001"],
    ["/v1", "/"],
    ["/v1/", "/"],
    ["/", "/"],
    ["", "/"],
    ["/v1x/models", "/v1x/models"],
    ["/models/v1", "/models/v1"],
    ["/openai/v1/chat/completions", "/chat/completions"],
    ["/openai/models", "/models"],
    ["/v1/openai/deployments/m/chat/completions", "/deployments/m/chat/completions"],
    ["/openai", "/"],
    ["/openaix/models", "/openaix/models"],
    ["/models/openai/v1", "/models/openai/v1"],
    ["/models/a%252Fb", "/models/a%2Fb"],
    ["/models/%F0%9F%91%8B", "/models/👋"],
    ["/models/%zz", undefined],
    ["/models/%", undefined],
    ["/models/%ff", undefined],
  ])("%s is known as %s", (sent, known) => {
    expect(canonicalPath(sent)).toBe(known);
  });

  test.each([
    ["/models", "/models", ""],
    ["/models", "/models/x", undefined],
    ["/models/**", "/models/a/b", "a/b"],
    ["/models/**", "/models", undefined],
    ["/models/**", "/models/", undefined],
    ["/d/**/chat", "/d/a/b/chat", "a/b"],
    ["/d/**/chat", "/d/chat/chat", "chat"],
    ["/d/**/chat", "/d/chat", undefined],
    ["/d/**/chat", "/d//chat", undefined],
    ["/d/**/chat", "/d/a/chats", undefined],
  ])("of a route, %s, fits %s: %s", (route, path, rest) => {
    expect(matchPath(toPattern(route), path)).toBe(rest);
  });

  test.each([
    "/v1/chat/completions",
    "/chat/completions",
    "/v1/v1/chat/completions",
    "/v1/chat/completions/",
    "//v1//chat/completions",
    "/v1/chat/completions?api-version=2026-01-01&beta=true",
  ])("%s is answered, without a redirect", async (path) => {
    const gateway = await startGateway();
    const init = { method: "POST", body: JSON.stringify({ model: "test-model", ...says("hi") }) };
    const response = await gateway.fetch(path, { ...init, redirect: "error" });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ object: "chat.completion" });
  });

  test.each([
    ["POST", "/v1/foo"],
    ["GET", "/v1/assistants"],
    ["POST", "/v1/audio/speech"],
    ["DELETE", "/v1/files/file-1"],
    ["GET", "/favicon.ico"],
    ["GET", "/v1/chat"],
    ["POST", "/v1/chat/completions/x"],
    ["GET", "/.env"],
  ])("nobody serves %s %s: 404 in OpenAI's words", async (method, path) => {
    const gateway = await startGateway();
    const response = await gateway.fetch(path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: { message: `Invalid URL (${method} ${path})`, type: "invalid_request_error", param: null, code: null },
    });
  });

  test.each([
    ["GET", "/v1/chat/completions", "POST, OPTIONS"],
    ["PUT", "/chat/completions/", "POST, OPTIONS"],
    ["POST", "/v1/models", "GET, HEAD, OPTIONS"],
    ["PATCH", "/v1/models/test-model", "GET, HEAD, DELETE, OPTIONS"],
    ["POST", "/health", "GET, HEAD, OPTIONS"],
  ])("%s %s is served by another method: 405, with the one that is", async (method, path, allow) => {
    const gateway = await startGateway();
    const response = await gateway.fetch(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect(await response.json()).toEqual({
      error: {
        message: `Not allowed to ${method} on ${path}.`,
        type: "invalid_request_error",
        param: null,
        code: "method_not_supported",
      },
    });
  });

  test.each(["/", "/v1", "/v1/models", "/models/", "/v1/models/test-model", "/health", "/health/ready"])(
    "HEAD %s is GET without the body",
    async (path) => {
      const gateway = await startGateway();
      const full = await gateway.fetch(path);
      const text = await full.text();
      const bare = await gateway.fetch(path, { method: "HEAD" });
      expect(bare.status).toBe(full.status);
      expect(await bare.text()).toBe("");
      expect(bare.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
      expect(bare.headers.get("content-type")).toBe("application/json");
    },
  );

  test("HEAD leaves the connection fit for the next request", async () => {
    const gateway = await startGateway();
    const client = await rawClient(gateway.url);
    client.socket.write("HEAD /v1/models HTTP/1.1\r\nhost: gateway\r\n\r\n");
    await client.until("\r\n\r\n");
    client.socket.write("GET /health/live HTTP/1.1\r\nhost: gateway\r\n\r\n");
    await client.until('{"status":"alive"}');
    expect(client.text().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  test("that cannot be decoded is a 400, and stands in the log", async () => {
    const gateway = await startGateway();
    const { status, body } = await gateway.get("/v1/models/%zz?key=x");
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { type: "invalid_request_error", code: null } });
    const line = await gateway.log.until(({ path }) => path === "/v1/models/%zz");
    expect(line).toMatchObject({ level: 30, status: 400, error: "invalid_request" });
  });

  test.each([
    "/v1/models/../chat/completions",
    "/v1/models/%2e%2e/%2e%2e/etc/passwd",
    "/v1/models/..%2f..%2fetc%2fpasswd",
  ])("that climbs leads nowhere: %s", async (path) => {
    const gateway = await startGateway();
    const client = await rawClient(gateway.url);
    const lines = ["host: gateway", `authorization: Bearer ${secrets.key}`, "connection: close"];
    client.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 40[45] /);
    expect(client.text()).toContain('"type":"invalid_request_error"');
  });
});
