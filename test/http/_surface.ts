import { expect } from "vitest";
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
  { section: "1", rule: "size", ask: { path, body: JSON.stringify(body) + " ".repeat(2_000_000) }, status: 200 },
];

const ours = { "x-request-id": /^req_[\da-f]{24}$/, "openai-processing-ms": /^\d+$/, "openai-version": "2020-10-01" };
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
      "x-stainless-lang": "js",
      "x-stainless-retry-count": "0",
      "x-stainless-timeout": "600",
      "x-stainless-helper-method": "stream",
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

const model = (id: string): object => ({ id, object: "model", created: expect.any(Number), owned_by: "vertex" });
const noModel = (id: string): object =>
  refusal(`The model '${id}' does not exist or you do not have access to it.`, "model_not_found", "model");

const models: readonly Row[] = [
  {
    section: "4",
    rule: "list",
    routes: named,
    ask: get("/v1/models"),
    status: 200,
    body: {
      object: "list",
      data: ["test-model", "google/gemini-2.5-pro", "vertex/claude@20250929", "llama3:8b", "gpt-4o"].map(model),
    },
  },
  ...[
    ["test-model", "test-model"],
    ["gpt-4o", "gpt-4o"],
    ["google/gemini-2.5-pro", "google/gemini-2.5-pro"],
    ["google%2Fgemini-2.5-pro", "google/gemini-2.5-pro"],
    ["vertex/claude@20250929", "vertex/claude@20250929"],
    ["vertex%2Fclaude%4020250929", "vertex/claude@20250929"],
    ["llama3:8b", "llama3:8b"],
    ["llama3%3A8b/", "llama3:8b"],
    ["open/any/thing", "open/any/thing"],
  ].map(
    ([sent = "", id = ""]): Row => ({
      section: "4",
      rule: "retrieve",
      routes: named,
      ask: get(`/v1/models/${sent}`),
      status: 200,
      body: model(id),
    }),
  ),
  { section: "4", rule: "retrieve", ask: get("/v1/models/nobody/x"), status: 404, body: noModel("nobody/x") },
  { section: "4", rule: "retrieve", ask: get("/v1/models/%252F"), status: 404, body: noModel("%2F") },
  { section: "4", rule: "with the user's key", routes: keys, ask: get("/models"), status: 200 },
  { section: "4", rule: "without a header", ask: get("/v1/models", { authorization: undefined }), status: 200 },
  {
    section: "4",
    rule: "without a header, where keys are asked for",
    routes: keys,
    ask: get("/v1/models", { authorization: undefined }),
    status: 401,
  },
  { section: "4", rule: "unknown query", ask: get("/v1/models?client_version=1&limit=5"), status: 200 },
  {
    section: "4",
    rule: "delete",
    ask: { method: "DELETE", path: "/v1/models/test-model" },
    status: 403,
    body: refusal("The model 'test-model' is set in routes.yaml, and cannot be deleted here."),
  },
  {
    section: "4",
    rule: "delete",
    ask: { method: "DELETE", path: "/v1/models/nobody" },
    status: 404,
    body: noModel("nobody"),
  },
  {
    section: "4",
    rule: "delete asks for a key",
    routes: keys,
    ask: { method: "DELETE", path: "/v1/models/test-model", headers: { authorization: undefined } },
    status: 401,
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

const misc: readonly Row[] = [
  {
    section: "9",
    rule: "health",
    ask: get("/health"),
    status: 200,
    body: { status: "healthy", version: expect.any(String), uptime_seconds: expect.any(Number) },
  },
  { section: "9", rule: "health", ask: get("/healthz"), status: 200, body: { status: "healthy" } },
  { section: "9", rule: "health", ask: get("/health/live"), status: 200, body: { status: "alive" } },
  { section: "9", rule: "health", ask: get("/health/ready"), status: 200, body: { status: "ready" } },
  { section: "9", rule: "root", ask: get("/"), status: 200, body: { name: "specgate" } },
  { section: "9", rule: "root", ask: get("/v1"), status: 200, body: { name: "specgate" } },
  ...[
    ["POST", "/v1/moderations"],
    ["POST", "/v1/audio/speech"],
    ["POST", "/v1/audio/transcriptions"],
    ["POST", "/v1/audio/translations"],
    ["POST", "/v1/images/generations"],
    ["POST", "/v1/images/edits"],
    ["GET", "/v1/files"],
    ["POST", "/v1/files"],
    ["GET", "/v1/files/file-1/content"],
    ["POST", "/v1/batches"],
    ["GET", "/v1/assistants"],
    ["POST", "/v1/threads/runs"],
    ["GET", "/v1/realtime"],
    ["POST", "/v1/conversations"],
    ["POST", "/v1/fine_tuning/jobs"],
    ["POST", "/v1/uploads"],
    ["GET", "/v1/vector_stores"],
    ["GET", "/v1/chat/completions/chatcmpl-1"],
    ["GET", "/v1/chat/completions/chatcmpl-1/messages"],
    ["POST", "/v1/chat/completions/chatcmpl-1"],
    ["DELETE", "/v1/chat/completions/chatcmpl-1"],
  ].map(
    ([method = "", where = ""]): Row => ({
      section: "9",
      rule: "official, and not served",
      ask: { method, path: where },
      status: 404,
      body: refusal(`Invalid URL (${method} ${where})`),
      headers: { "content-type": "application/json" },
    }),
  ),
];

export const surface: readonly Row[] = [...transport, ...headers, ...models, ...streams, ...misc];
