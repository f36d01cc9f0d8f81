import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import type { SqlPlace } from "../../src/store/sql/open.ts";
import { secret } from "../_canary.ts";
import { onPostgres } from "../store/sql/_databases.ts";
import { startUpstream } from "../upstream/_servers.ts";

type Place =
  | "master"
  | "seal"
  | "database"
  | "redis"
  | "webhook"
  | "apiKey"
  | "bearer"
  | "header"
  | "command"
  | "environment"
  | "declared"
  | "declaredSecond"
  | "own"
  | "prompt";
type Planted = Readonly<Record<Place, string>>;

/** A secret for every place that may hold one. */
export const planted: Planted = {
  master: secret("sk-the-master-key"),
  seal: secret("the-server-secret"),
  database: secret("database-password"),
  redis: secret("redis-password"),
  webhook: secret("webhook-path"),
  apiKey: secret("upstream-api-key"),
  bearer: secret("upstream-bearer"),
  header: secret("upstream-header"),
  command: secret("upstream-command"),
  environment: secret("header-of-the-environment"),
  declared: secret("sk-declared-key"),
  declaredSecond: secret("sk-declared-second"),
  own: secret("sk-key-of-the-admins"),
  prompt: secret("what-the-user-says"),
};

export const routes: string = `
server: { secret: "\${SEAL}", master_key: "\${MASTER}", drain: 1s }
database: { url: "\${DATABASE}" }
redis: { url: "\${REDIS}" }
alerts: { webhook: "\${WEBHOOK}" }
limits: { on_store_failure: closed }
log: { level: trace, format: json }
timeouts: { first_byte: 2s, idle: 1s }
providers:
  by-key: { type: anthropic, base_url: "\${UPSTREAM}", auth: { api_key: "\${API_KEY}" } }
  by-bearer:
    { type: openai, base_url: "\${UPSTREAM}/v1", auth: { bearer: "\${BEARER}" }, headers: { x-team: "\${ENVIRONMENT}" } }
  by-header:
    { type: openai, base_url: "\${UPSTREAM}/v1", auth: { header: { name: x-access, value: "\${HEADER}" } } }
  by-command: { type: openai, base_url: "\${UPSTREAM}/v1", auth: { command: [cat, ./credential], ttl: 600s } }
models:
  by-key: { deployments: [by-key/claude-sonnet-4-5] }
  by-bearer: { deployments: [by-bearer/gpt-4o], price: { input: "1", output: "2" } }
  by-header: { deployments: [by-header/gpt-4o], price: { input: "1", output: "2" } }
  by-command: { deployments: [by-command/gpt-4o], price: { input: "1", output: "2" } }
keys:
  - { name: alice, key: "\${DECLARED}", user: ann, rpm: 10000, budget: { max: "100", soft: "0.000001" } }
  - { name: bob, key: "\${DECLARED_SECOND}" }
`;

export const models: readonly string[] = ["by-key", "by-bearer", "by-header", "by-command"];

/** What an upstream may do, and how its answer may show what it was sent. */
export const faults: readonly string[] = [
  ...["fine", "refuses", "forbids", "slows", "breaks", "redirects", "malformed", "page", "cut"],
];

/**
 * An upstream that repeats all it was sent in its headers, in whatever goes wrong. What the client said it repeats only
 * where nobody but the client hears of it: why an upstream failed is logged in its own words.
 */
export async function startEcho(): Promise<string> {
  const { origin } = await startUpstream((response, { headers, body }) => {
    const fault = /fault: (\w+)/.exec(body)?.[1] ?? "fine";
    const told = `You sent ${JSON.stringify(headers)} ${Object.values(headers).join(" ")}`;
    const json = { "content-type": "application/json", "x-echo": Object.values(headers).join(" ").slice(0, 2_000) };
    const fail = (status: number, more: object = {}, message = told): void => {
      response.writeHead(status, { ...json, ...more });
      response.end(JSON.stringify({ type: "error", error: { type: "x", message, code: told, param: null } }));
    };
    if (fault === "refuses") fail(401);
    else if (fault === "forbids") fail(403);
    else if (fault === "slows") fail(429, { "retry-after": "0" }, `${told} ${body}`);
    else if (fault === "breaks") response.writeHead(500, { "content-type": "text/plain" }).end(told);
    else if (fault === "redirects")
      response.writeHead(307, { location: `${origin}/?${encodeURIComponent(told)}` }).end();
    else if (fault === "malformed") response.writeHead(200, json).end(`{"id": "${told}`);
    else if (fault === "page") response.writeHead(200, { "content-type": "text/html" }).end(`<html>${told}</html>`);
    else if (fault === "cut") {
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .write(`data: {"choices":[{"index":0,"delta":{"content":"He"`);
      setTimeout(() => response.destroy(), 20);
    } else fine(response.writeHead(200, json), body);
  });
  return origin;
}

function fine(response: { readonly end: (text: string) => unknown }, body: string): void {
  const usage = {
    prompt_tokens: 1_000,
    completion_tokens: 10,
    total_tokens: 1_010,
    input_tokens: 1_000,
    output_tokens: 10,
  };
  const message = { role: "assistant", content: "Here.", refusal: null };
  const openai = {
    object: "chat.completion",
    created: 1,
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
  };
  const claude = {
    type: "message",
    role: "assistant",
    content: [{ type: "text", text: "Here." }],
    stop_reason: "end_turn",
  };
  const own = body.includes("claude") ? claude : openai;
  response.end(JSON.stringify({ id: "1", model: "m", ...own, stop_sequence: null, usage }));
}

/** A folder with routes.yaml and what it needs; gone when the test is. */
export function makeFolder(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "specgate-canary-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "routes.yaml"), text);
  writeFileSync(join(folder, "credential"), planted.command);
  return folder;
}

/** All that a database holds: each column of each row, and the files it is in. */
export async function everythingIn(place: SqlPlace): Promise<Readonly<Record<string, string>>> {
  if (place.kind === "postgres") {
    const url = place.url.reveal();
    const names = await onPostgres(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    const found: Record<string, string> = {};
    for (const { tablename } of names) {
      const rows = await onPostgres(url, `SELECT to_jsonb(t)::text AS row FROM "${String(tablename)}" t`);
      found[String(tablename)] = rows.map(({ row }) => String(row)).join("\n");
    }
    return found;
  }
  const database = new DatabaseSync(place.file, { timeout: 2_000 });
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const tables = names.map(({ name }) => {
    const statement = database.prepare(`SELECT * FROM "${String(name)}"`);
    statement.setReadBigInts(true);
    const big = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
    return [String(name), JSON.stringify(statement.all(), big)] as const;
  });
  database.close();
  const folder = join(place.file, "..");
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")] as const);
  return Object.fromEntries([...tables, ...files]);
}
