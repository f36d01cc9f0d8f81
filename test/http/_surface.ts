import { secrets } from "../_setup.ts";
import { body, completion, get, head, keys, named, path, post, type Row, refusal, streamed } from "./_row.ts";

/** §1, base path: with /v1, without, doubled; slashes doubled and at the end; Azure's forms; queries. */
const paths: readonly Row[] = [
  "/v1/chat/completions",
  "/chat/completions",
  "/v1/v1/chat/completions",
  "/v1/v1/v1/chat/completions/",
  "//v1//chat///completions",
  "/v1/chat/completions/",
  "/chat/completions//",
  "/v1/%63hat/completions",
  "/v1/chat%2Fcompletions",
  "/v1/chat/completions?beta=true&api-version=2026-01-01&client_version=1",
  "/v1/chat/completions?bad=%zz",
  "/openai/v1/chat/completions",
  "/openai/chat/completions?api-version=preview",
  "/openai/deployments/test-model/chat/completions?api-version=2024-10-21",
  "/openai/deployments/test-model/chat/completions/",
  "/v1/openai/deployments/test-model/chat/completions",
  "/deployments/test-model/chat/completions",
].map((where) => ({ section: "1", rule: "base path", ask: post(where), status: 200, body: completion }));

const transport: readonly Row[] = [
  ...paths,
  ...[
    "google/gemini-2.5-pro",
    "google%2Fgemini-2.5-pro",
    "vertex/claude@20250929",
    "vertex%2Fclaude%4020250929",
    "llama3:8b",
    "open/any/thing",
  ].map(
    (name): Row => ({
      section: "1",
      rule: "Azure-shaped",
      routes: named,
      ask: post(`/openai/deployments/${name}/chat/completions`, { "api-key": secrets.key, authorization: undefined }),
      status: 200,
      body: { object: "chat.completion" },
    }),
  ),
  ...[
    [
      "a whole address, as a proxy is asked",
      "GET http://elsewhere.example/v1/models HTTP/1.1\r\nhost: elsewhere.example",
    ],
    ["no host, as before HTTP/1.1", "GET /v1/models HTTP/1.0"],
    ["a host without a name", "GET /v1/models HTTP/1.1\r\nhost:"],
    ["a host by its number", "GET /v1/models HTTP/1.1\r\nhost: [::1]:4000"],
  ].map(([rule = "", lines = ""]): Row => {
    const ask = { raw: `${lines}\r\nconnection: close\r\n\r\n` };
    return { section: "1", rule, ask, status: 200, body: { object: "list" } };
  }),
  { section: "1", rule: "methods", ask: get(path), status: 405, headers: { allow: "POST, OPTIONS" } },
  {
    section: "1",
    rule: "methods",
    ask: { method: "PATCH", path: "/v1/models" },
    status: 405,
    headers: { allow: "GET, HEAD, OPTIONS" },
  },
  {
    section: "1",
    rule: "methods",
    ask: { method: "DELETE", path: "/health" },
    status: 405,
    body: refusal("Not allowed to DELETE on /health.", "method_not_supported"),
  },
  {
    section: "1",
    rule: "unknown path",
    ask: post("/v1/foo"),
    status: 404,
    body: refusal("Invalid URL (POST /v1/foo)"),
  },
  { section: "1", rule: "unknown path", ask: get("/foo?key=1"), status: 404, body: refusal("Invalid URL (GET /foo)") },
  ...[
    ["POST", "/v1/chat/completion", "POST /v1/chat/completions"],
    ["POST", "/v1/chat/compeltions?beta=true", "POST /v1/chat/completions"],
    ["POST", "/v1/chat/complete", "POST /v1/chat/completions"],
    ["POST", "/v1/chat-completions", "POST /v1/chat/completions"],
    ["POST", "/v1/chat/completions/chat/completions", "POST /v1/chat/completions"],
    ["POST", "/api/v1/Chat/Completions/", "POST /v1/chat/completions"],
    ["GET", "/v1/chat/completion", "POST /v1/chat/completions"],
    ["POST", "/v1/completion", "POST /v1/completions"],
    ["POST", "/v1/engines/davinci/completions", "POST /v1/completions"],
    ["GET", "/v1/model", "GET /v1/models"],
    ["GET", "/v1beta/models", "GET /v1/models"],
    ["GET", "/helth", "GET /health"],
    ["GET", "/health/redy", "GET /health/ready"],
    ["GET", "/metric", "GET /metrics"],
  ].map(([method = "", where = "", meant = ""]): Row => {
    const message = `Invalid URL (${method} ${where.replace(/\?.*/, "")}). Did you mean ${meant}?`;
    return { section: "1", rule: "a path near one", ask: { method, path: where }, status: 404, body: refusal(message) };
  }),
  ...[
    "/",
    "/v1",
    "/v1/",
    "/v1/models",
    "/models/",
    "/v1/models/test-model",
    "/health",
    "/healthz",
    "/health/live",
    "/health/ready",
  ].map(
    (where): Row => ({
      section: "1",
      rule: "HEAD",
      ask: head(where),
      status: 200,
      text: "",
      headers: { "content-type": "application/json", "content-length": /^[1-9]/ },
    }),
  ),
  { section: "1", rule: "HEAD", ask: head(path), status: 405, text: "", headers: { allow: "POST, OPTIONS" } },
  { section: "1", rule: "HEAD", ask: head("/nothing"), status: 404, text: "" },
  {
    section: "1",
    rule: "OPTIONS",
    ask: { method: "OPTIONS", path },
    status: 204,
    text: "",
    headers: { allow: "POST, OPTIONS" },
  },
  ...[
    { authorization: `Bearer ${secrets.key}` },
    { authorization: `bearer ${secrets.key}` },
    { authorization: `BEARER   ${secrets.key}` },
    { authorization: undefined, "api-key": secrets.key },
    { authorization: undefined, "x-api-key": secrets.key },
    { authorization: "Bearer ", "x-api-key": secrets.key },
  ].map((headers): Row => ({ section: "1", rule: "auth", routes: keys, ask: post(path, headers), status: 200 })),
  ...[{ authorization: "Bearer dummy" }, { authorization: "Bearer " }, { authorization: undefined }].map(
    (headers): Row => ({ section: "1", rule: "auth is optional", ask: post(path, headers), status: 200 }),
  ),
  ...["application/json; charset=utf-8", "text/plain", undefined].map(
    (type): Row => ({ section: "1", rule: "content-type", ask: post(path, { "content-type": type }), status: 200 }),
  ),
  { section: "1", rule: "byte order mark", ask: { path, body: `\ufeff${JSON.stringify(body)}` }, status: 200 },
  {
    section: "1",
    rule: "response encoding",
    routes: named,
    ask: get("/v1/models", { "accept-encoding": "gzip" }),
    status: 200,
    headers: { "content-encoding": null },
  },
  {
    section: "1",
    rule: "response encoding",
    ask: post(path, { "accept-encoding": "gzip" }),
    script: "answers: [{ words: 1000 }]",
    status: 200,
    headers: { "content-encoding": "gzip", "content-type": "application/json" },
    body: completion,
  },
  {
    section: "1",
    rule: "timeouts: a connection is kept longer than load balancers keep theirs",
    ask: post(path),
    status: 200,
    headers: { "keep-alive": "timeout=75" },
  },
  { section: "1", rule: "size", ask: { path, body: JSON.stringify(body) + " ".repeat(2_000_000) }, status: 200 },
];

const ours = { "x-request-id": /^req_[\da-f]{24}$/, "openai-processing-ms": /^\d+$/, "openai-version": "2020-10-01" };
const stainless = [
  ...["lang", "package-version", "os", "arch", "runtime", "runtime-version", "retry-count", "timeout", "helper-method"],
];
const failing = (status: number, more = ""): string => `answers: [{ error: { status: ${status}${more} } }]`;

const headers: readonly Row[] = [
  {
    section: "2",
    rule: "on an answer",
    ask: post(path),
    status: 200,
    headers: { ...ours, "content-type": "application/json" },
  },
  {
    section: "2",
    rule: "on a stream",
    ask: { path, body: streamed },
    status: 200,
    headers: { ...ours, "content-type": "text/event-stream; charset=utf-8" },
  },
  {
    section: "2",
    rule: "on a refusal",
    ask: { path, body: "{" },
    status: 400,
    headers: { ...ours, "content-type": "application/json" },
  },
  {
    section: "2",
    rule: "on a wrong key",
    routes: keys,
    ask: post(path, { authorization: "Bearer x" }),
    status: 401,
    headers: ours,
  },
  { section: "2", rule: "on a wrong path", ask: post("/v1/foo"), status: 404, headers: ours },
  { section: "2", rule: "on a path that cannot be decoded", ask: post("/v1/%zz"), status: 400, headers: ours },
  { section: "2", rule: "on a list", ask: get("/v1/models"), status: 200, headers: ours },
  { section: "2", rule: "on health", ask: get("/health"), status: 200, headers: ours },
  { section: "2", rule: "on OPTIONS", ask: { method: "OPTIONS", path }, status: 204, headers: ours },
  { section: "2", rule: "on HEAD", ask: head("/v1/models"), status: 200, headers: ours },
  {
    section: "2",
    rule: "x-request-id is kept",
    ask: post(path, { "x-request-id": "trace-1:a.b" }),
    status: 200,
    headers: { "x-request-id": "trace-1:a.b" },
  },
  {
    section: "2",
    rule: "x-request-id is made anew",
    ask: post(path, { "x-request-id": "not plain" }),
    status: 200,
    headers: ours,
  },
  {
    section: "2",
    rule: "x-request-id is made anew",
    ask: post(path, { "x-request-id": "x".repeat(200) }),
    status: 200,
    headers: ours,
  },
  {
    section: "2",
    rule: "x-should-retry",
    ask: post(path),
    script: failing(409),
    status: 409,
    headers: { "x-should-retry": "false" },
  },
  {
    section: "2",
    rule: "retry-after",
    ask: post(path),
    script: failing(429, ', retry_after: "1.5s"'),
    status: 429,
    headers: { "retry-after": "2", "retry-after-ms": "1500", "x-should-retry": null },
    body: { error: { type: "requests", param: null, code: "rate_limit_exceeded" } },
  },
  {
    section: "2",
    rule: "retry-after, of more than a minute",
    ask: post(path),
    script: failing(429, ', retry_after: "61s"'),
    status: 429,
    headers: { "retry-after": "61", "retry-after-ms": "61000", "x-should-retry": "false" },
  },
  {
    section: "2",
    rule: "request headers to tolerate",
    ask: post(path, {
      ...Object.fromEntries(stainless.map((name) => [`x-stainless-${name}`, "1"])),
      "user-agent": "OpenAI/JS 7.55.0",
      "openai-organization": "org-1",
      "openai-project": "proj_1",
      "openai-beta": "assistants=v2",
      "http-referer": "https://app.example",
      "x-title": "App",
      "idempotency-key": "stainless-node-retry-1",
    }),
    status: 200,
    headers: { "x-specgate-changes": null },
  },
];

const sse = {
  "content-type": "text/event-stream; charset=utf-8",
  "content-length": null,
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
};

const streams: readonly Row[] = [
  { section: "7", rule: "SSE headers", ask: { path, body: streamed }, status: 200, headers: sse },
  {
    section: "7",
    rule: "SSE is never compressed",
    ask: { path, body: streamed, headers: { "accept-encoding": "gzip, br" } },
    status: 200,
    headers: { ...sse, "content-encoding": null },
  },
  {
    section: "7",
    rule: "an error before the first byte has its status",
    ask: { path, body: streamed },
    script: failing(400, ", message: Wrong."),
    status: 400,
    headers: { "content-type": "application/json" },
  },
];

export const surface: readonly Row[] = [...transport, ...headers, ...streams];
