import { expect } from "vitest";
import { get, keys, named, type Row, refusal } from "./_row.ts";

const model = (id: string): object => ({ id, object: "model", created: expect.any(Number), owned_by: "vertex" });
const noModel = (id: string): object =>
  refusal(`The model '${id}' does not exist or you do not have access to it.`, "model_not_found", "model");

/** §4: the models, as a list and one by one. */
export const models: readonly Row[] = [
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

/** §9: what else is served, and what is not. */
export const misc: readonly Row[] = [
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
