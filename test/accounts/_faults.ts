import type { ServerResponse } from "node:http";
import { onTestFinished, type TestContext } from "vitest";
import { listen } from "../../src/cli/listen.ts";
import { parseRoutes } from "../../src/config/load.ts";
import { formatMistakes } from "../../src/config/mistakes.ts";
import type { LedgerRow } from "../../src/store/sql/ledger-row.ts";
import { openSqlStore, type SqlPlace } from "../../src/store/sql/open.ts";
import type { SqlStore } from "../../src/store/sql/port.ts";
import { secretForms } from "../_canary.ts";
import { captureLog, type Log } from "../_log.ts";
import { secrets } from "../_setup.ts";
import { until } from "../store/_key-value.ts";
import { type Relay, startRelay } from "../store/_relay.ts";
import type { TestDatabase } from "../store/sql/_databases.ts";
import { startUpstream } from "../upstream/_servers.ts";
import { urlOf } from "./_accounts.ts";

/** A gateway of which more may go wrong than a test plans: what it logs is looked through for secrets alone. */
export interface FaultyGateway {
  readonly url: string;
  readonly log: Log;
  /** Between the gateway and PostgreSQL; undefined before SQLite. The test's own connection does not go through it. */
  readonly relay: Relay | undefined;
  /** A second connection to the gateway's database. */
  readonly store: SqlStore;
  readonly place: SqlPlace;
  readonly post: (body: object, init?: RequestInit & { readonly path?: string }) => Promise<Response>;
  readonly health: () => Promise<string>;
  readonly rows: () => Promise<readonly LedgerRow[]>;
  /** Waits for so many rows, and until nothing is reserved any more. */
  readonly settled: (count: number) => Promise<readonly LedgerRow[]>;
  readonly spent: () => Promise<bigint>;
  readonly close: () => Promise<void>;
}

export async function startFaulty(
  database: TestDatabase,
  context: TestContext,
  routes: string,
  env: Readonly<Record<string, string>> = {},
): Promise<FaultyGateway> {
  await database.need(context);
  const place = await database.fresh();
  const store = await openSqlStore(place);
  onTestFinished(() => store.close());
  const { url: address, relay } = await relayed(urlOf(place));
  const all = {
    DATABASE: address,
    SECRET: "a secret that is long enough",
    KEY: secrets.key,
    TOKEN: secrets.token,
    ...env,
  };
  const text = `database: { url: "\${DATABASE}" }\nserver: { secret: "\${SECRET}", port: 0, drain: 100ms }\n${routes}`;
  const loaded = parseRoutes(text, { file: "/etc/specgate/routes.yaml", env: all });
  if (!("config" in loaded)) throw new Error(formatMistakes(loaded.mistakes, "routes.yaml"));
  const { config } = loaded;
  const log = captureLog(config.log);
  const listening = await listen({ ...config, server: { ...config.server, port: 0 } }, log.logger);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= listening.close();
    return closing;
  };
  onTestFinished(async () => {
    await close();
    const problems = log.problems([], secretForms).filter((one) => one.startsWith("a secret"));
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
  const { url } = listening;
  const rows = () => store.ledger.rows({}, { limit: 100 });
  return {
    ...{ url, log, relay, store, place, close, rows },
    post: (body, { path = "/v1/chat/completions", ...init } = {}) =>
      fetch(`${url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${secrets.key}`, "content-type": "application/json", connection: "close" },
        body: JSON.stringify({ model: "test-model", ...body }),
        ...init,
      }),
    health: async () => (await fetch(`${url}/health`, { headers: { connection: "close" } })).text(),
    async settled(count) {
      await until(async () => {
        const budgets = await store.accounting.budgets({});
        return (await rows()).length >= count && budgets.every(({ reservedNanoUsd }) => reservedNanoUsd === 0n);
      });
      return rows();
    },
    spent: async () =>
      (await store.accounting.budgets({ subject: { kind: "key", id: "alice" } }))[0]?.spentNanoUsd ?? 0n,
  };
}

async function relayed(text: string): Promise<{ readonly url: string; readonly relay: Relay | undefined }> {
  if (text.startsWith("sqlite:")) return { url: text, relay: undefined };
  const url = new URL(text);
  const relay = await startRelay(url.hostname, Number(url.port || 5432));
  onTestFinished(() => relay.close());
  return { url: Object.assign(url, { hostname: "127.0.0.1", port: String(relay.port) }).href, relay };
}

/** An upstream that speaks OpenAI's language, and whose answers a test lets go on by hand. */
export interface HeldUpstream {
  readonly origin: string;
  /** How many requests have come. */
  readonly asked: () => number;
  /** Answers that wait, in their order. */
  readonly waiting: readonly Held[];
}

export interface Held {
  readonly isStream: boolean;
  /** Ends it as it should: 1,000 tokens of prompt and 10 of answer. */
  readonly end: () => void;
  readonly fail: (status: number, message?: string) => void;
  /** Breaks the connection. */
  readonly cut: () => void;
}

const head = { id: "chatcmpl-1", created: 1, model: "m" };
const usage = { prompt_tokens: 1_000, completion_tokens: 10, total_tokens: 1_010 };

export async function startHeld(): Promise<HeldUpstream> {
  const waiting: Held[] = [];
  const { origin, seen } = await startUpstream((response, { body }) => {
    const isStream = body.includes('"stream":true');
    if (isStream) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chunk({ role: "assistant", content: "Hello there. " }, null));
    }
    waiting.push({ isStream, end: () => end(response, isStream, body), ...failures(response) });
  });
  return { origin, asked: () => seen.length, waiting };
}

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

function end(response: ServerResponse, isStream: boolean, body: string): void {
  if (body.includes('"requests":')) {
    endVectors(response, JSON.parse(body));
    return;
  }
  // Claude's language asks for it.
  if (body.includes('"max_tokens":4096')) {
    endMessage(response);
    return;
  }
  if (isStream) {
    const counts = JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [], usage });
    response.end(`${chunk({}, "stop")}data: ${counts}\n\ndata: [DONE]\n\n`);
    return;
  }
  const message = { role: "assistant", content: "Here.", refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ ...head, object: "chat.completion", choices, usage }));
}

function endMessage(response: ServerResponse): void {
  const content = [{ type: "text", text: "Here." }];
  const counts = { input_tokens: 1_000, output_tokens: 10 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "m", content, stop_reason: "end_turn" };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ ...message, stop_sequence: null, usage: counts }));
}

/** Google's, which says nothing of tokens. */
function endVectors(response: ServerResponse, { requests }: { readonly requests: readonly object[] }): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ embeddings: requests.map(() => ({ values: [0.5] })) }));
}

function failures(response: ServerResponse): Pick<Held, "fail" | "cut"> {
  return {
    fail(status, message = "no") {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message, type: "server_error", param: null, code: null } }));
    },
    cut: () => void response.destroy(),
  };
}
