import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { GatewayError } from "../errors.ts";

/** Response headers by lower-case name. */
export type Headers = Readonly<Record<string, string | number>>;

/** Sends a whole JSON body. `body` is JSON text. */
export function sendJson(response: ServerResponse, status: number, body: string, headers: Headers): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Sends an error in OpenAI's envelope, with what tells the client when to come back. */
export function sendError(response: ServerResponse, error: GatewayError, headers: Headers): void {
  sendJson(response, error.status, JSON.stringify(error.toEnvelope()), { ...headers, ...errorHeaders(error) });
}

/** The longest wait that OpenAI's clients honour; beyond it they go their own way, unless told not to retry. */
const longestWaitMs = 60_000;

function errorHeaders(error: GatewayError): Headers {
  const headers: Record<string, string | number> = { ...error.headers };
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) {
    headers["retry-after"] = Math.max(1, Math.ceil(retryAfterMs / 1000));
    headers["retry-after-ms"] = retryAfterMs;
    if (retryAfterMs > longestWaitMs) headers["x-should-retry"] = "false";
  }
  // Their status says "try again", their cause says it is of no use.
  if (["upstream_auth_error", "insufficient_quota", "conflict"].includes(error.errorName))
    headers["x-should-retry"] = "false";
  return headers;
}

/** A server-sent event stream to the client. */
export interface EventStream {
  /** Writes events already framed; waits while the client is slow. */
  readonly write: (text: string) => Promise<void> | void;
  readonly end: (text: string) => void;
}

/** How often a silent stream says that it lives: below the patience of proxies, and Gemini 3 can think for a minute. */
const keepAliveMs = 15_000;

/** Opens a stream: status and headers leave at once, so that the client knows its request was accepted. */
export function openEventStream(response: ServerResponse, headers: Headers): EventStream {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
    ...headers,
  });
  response.flushHeaders();
  const keepAlive = setInterval(() => response.write(": keep-alive\n\n"), keepAliveMs);
  keepAlive.unref();
  response.once("close", () => clearInterval(keepAlive));
  return {
    write(text) {
      keepAlive.refresh();
      // `close` comes in place of `drain` when the client leaves.
      if (!response.write(text) && !response.destroyed) return drained(response);
      return undefined;
    },
    end(text) {
      clearInterval(keepAlive);
      response.end(text);
    },
  };
}

async function drained(response: ServerResponse): Promise<void> {
  const left = new AbortController();
  const onClose = (): void => left.abort();
  response.once("close", onClose);
  await once(response, "drain", { signal: left.signal }).catch(() => undefined);
  response.removeListener("close", onClose);
}
