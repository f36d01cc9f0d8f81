import { createHash } from "node:crypto";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { createCallers } from "../../src/policy/callers.ts";
import { secret } from "../_canary.ts";
import { failureOf, says, secrets, startGateway } from "../_setup.ts";
import { configOf } from "../config/_load.ts";

const alice = secrets.key;
const bob = secret("sk-bobs-key");
const wrong = secret("sk-wrong-key");
const request = { model: "test-model", ...says("hi") };
const digest = createHash("sha256").update(bob).digest("hex");
const keys = `keys: [{ name: alice, key: "\${KEY}" }, { name: bob, digest: ${digest} }]`;

const noKey = {
  error: {
    message:
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    type: "invalid_request_error",
    param: null,
    code: null,
  },
};
const wrongKey = (shown: string) => ({
  error: {
    message: `Incorrect API key provided: ${shown}.`,
    type: "invalid_request_error",
    param: null,
    code: "invalid_api_key",
  },
});

describe("with keys", () => {
  test.each<[string, Record<string, string>, string]>([
    ["a bearer token", { authorization: `Bearer ${alice}` }, "alice"],
    ["a bearer token in odd letters and spaces", { authorization: `bEARER   ${alice}  ` }, "alice"],
    ["api-key, as Azure's clients send it", { "api-key": alice }, "alice"],
    ["x-api-key, as Anthropic's clients send it", { "x-api-key": alice }, "alice"],
    ["a key of which only the digest is known", { authorization: `Bearer ${bob}` }, "bob"],
    ["an empty bearer token beside a key", { authorization: "Bearer ", "api-key": bob }, "bob"],
  ])("%s lets its owner in, by name", async (_name, headers, name) => {
    const gateway = await startGateway(keys);
    expect((await gateway.post(request, headers)).status).toBe(200);
    expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ key: name });
    expect(gateway.log.text()).not.toContain(bob);
  });

  test.each<[string, Record<string, string>]>([
    ["no header", {}],
    ["an empty bearer token", { authorization: "Bearer " }],
    ["an empty header", { "x-api-key": "" }],
    ["another scheme", { authorization: `Basic ${alice}` }],
  ])("%s is no key: 401", async (_name, headers) => {
    const gateway = await startGateway(keys);
    const { status, body, headers: sent } = await gateway.post(request, headers);
    expect(status).toBe(401);
    expect(body).toEqual(noKey);
    expect(sent.get("www-authenticate")).toBe("Bearer");
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test.each([
    ["a wrong key", wrong, `sk-****${wrong.slice(-4)}`],
    ["a short one, of which nothing is shown", "hunter2", "****"],
    ["the start of a right one", alice.slice(0, -1), `sk-****${alice.slice(-5, -1)}`],
    ["a right one in other letters", alice.toUpperCase(), `SK-****${alice.slice(-4).toUpperCase()}`],
    ["the digest of a right one", digest, `${digest.slice(0, 3)}****${digest.slice(-4)}`],
  ])("%s is refused, and not logged", async (_name, key, shown) => {
    const gateway = await startGateway(keys);
    const { status, body } = await gateway.post(request, { authorization: `Bearer ${key}` });
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { code: "invalid_api_key" } });
    if (key !== alice.slice(0, -1)) expect(body).toEqual(wrongKey(shown));
    expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ level: 30, status: 401 });
    expect(gateway.log.text()).not.toContain(key);
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test("the SDK throws its own class, and does not retry", async () => {
    const gateway = await startGateway(keys);
    const client = gateway.clientWith({ apiKey: wrong, maxRetries: 2 });
    const failure = await failureOf(client.chat.completions.create(request));
    expect(failure).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(failure).toMatchObject({ status: 401, code: "invalid_api_key" });
    expect(gateway.log.lines.filter(({ msg }) => msg === "request")).toHaveLength(1);
  });

  test.each(["/v1/models", "/v1/models/test-model"])("%s asks for one too", async (path) => {
    const gateway = await startGateway(keys);
    expect((await gateway.get(path, {})).body).toEqual(noKey);
    expect((await gateway.get(path)).status).toBe(200);
  });

  test.each(["/", "/health", "/healthz", "/health/live", "/health/ready"])("%s asks for none", async (path) => {
    const gateway = await startGateway(keys);
    expect((await gateway.get(path, {})).status).toBe(200);
  });

  test("a path that nobody serves asks for none: it tells nothing", async () => {
    const gateway = await startGateway(keys);
    expect((await gateway.get("/v1/nothing", {})).status).toBe(404);
  });
});

describe("without keys, on loopback", () => {
  test.each<[string, Record<string, string>]>([
    ["no key", {}],
    ["any key", { authorization: "Bearer dummy" }],
    ["an empty key", { authorization: "Bearer " }],
  ])("%s is fine", async (_name, headers) => {
    const gateway = await startGateway();
    expect((await gateway.post(request, headers)).status).toBe(200);
  });

  test("the client's key does not reach the upstream", async () => {
    const gateway = await startGateway();
    await gateway.post(request, { authorization: "Bearer dummy", "x-api-key": "dummy", cookie: "a=b" });
    const { headers = {} } = gateway.upstream.requests[0] ?? {};
    expect(JSON.stringify(headers)).not.toContain("dummy");
    expect(headers).not.toHaveProperty("x-api-key");
    expect(headers).not.toHaveProperty("cookie");
  });
});

test("keys are compared as a whole: a text that holds one is none", () => {
  const routes = "providers: { v: { type: vertex, project: p, location: l } }\nmodels: { m: v/x }\n";
  const config = configOf(`keys: [{ name: bob, digest: "${digest}" }]\n${routes}`);
  const { authenticate } = createCallers({ config, store: undefined, nowMs: Date.now });
  expect(authenticate({ authorization: `Bearer ${bob}` })).toMatchObject({ name: "bob", role: "key" });
  expect(() => authenticate({ authorization: `Bearer ${bob} ${bob}` })).toThrow("Incorrect API key");
  expect(() => authenticate({ authorization: `Bearer ${bob},` })).toThrow("Incorrect API key");
});
