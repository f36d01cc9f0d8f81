import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import type { GatewayError } from "../errors.ts";
import { acceptsGzip } from "./accept-encoding.ts";
import { elapsedMs, type Timing, timing } from "./timing.ts";

/** Response headers by lower-case name. */
export type Headers = Readonly<Record<string, string | number>> & { readonly [timing]?: Timing };

/** Smaller bodies fit into a packet as they are. */
const minGzipLength = 1024;

/** Up to here compressing takes less than handing it to another thread would. Level 1 has most of the gain. */
const maxSyncLength = 64 * 1024;
const gzipOptions = { level: 1 };

/** A client that has taken nothing of what is ready for so long is gone, although it never said so. */
const stalledMs = 60_000;

/** Sends a whole JSON body, compressed if it is worth it and the client takes it. `body` is JSON text. */
export function sendJson(response: ServerResponse, status: number, body: string, headers: Headers): void {
  sendText(response, status, body, headers, "application/json");
}

/** Sends a whole body of any type. */
export function sendText(response: ServerResponse, status: number, body: string, headers: Headers, type: string): void {
  if (response.headersSent || response.destroyed) return;
  if (body.length < minGzipLength) {
    sendWhole(response, status, body, headers, type);
    return;
  }
  response.setTimeout(stalledMs);
  const varied = {
    ...headers,
    vary: headers["vary"] === undefined ? "accept-encoding" : `${headers["vary"]}, accept-encoding`,
  };
  if (!acceptsGzip(response.req.headers["accept-encoding"])) {
    sendWhole(response, status, body, varied, type);
    return;
  }
  const packed = { ...varied, "content-encoding": "gzip" };
  if (body.length <= maxSyncLength) sendWhole(response, status, gzipSync(body, gzipOptions), packed, type);
  else sendGzip(response, status, body, packed, type);
}

/** Sends an answer that has no body, as 204. */
export function sendEmpty(response: ServerResponse, status: number, headers: Headers): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, toLines(headers));
  response.end();
}

function sendWhole(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Headers,
  type: string,
): void {
  response.writeHead(status, toLines(headers, ["content-length", Buffer.byteLength(body), "content-type", type]));
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Status and headers leave at once, the body as it is compressed. */
function sendGzip(response: ServerResponse, status: number, body: string, headers: Headers, type: string): void {
  response.writeHead(status, toLines(headers, ["content-type", type]));
  if (response.req.method === "HEAD") {
    response.end();
    return;
  }
  const gzip = createGzip(gzipOptions);
  // A client that leaves meanwhile ends both; there is nobody to tell.
  pipeline(gzip, response, () => undefined);
  gzip.end(body);
}

/** Headers as they leave, names and values in turn, behind those in `lines`; with the time it took until now. */
function toLines(headers: Headers, lines: (string | number)[] = []): (string | number)[] {
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) lines.push(name, value);
  }
  const times = headers[timing];
  if (times === undefined) return lines;
  times.firstByteMs = elapsedMs(times);
  lines.push("openai-processing-ms", Math.round(times.firstByteMs));
  return lines;
}

/** Sends an error in OpenAI's envelope, with what tells the client when to come back. */
export function sendError(response: ServerResponse, error: GatewayError, headers: Headers): void {
  sendJson(response, error.status, JSON.stringify(error.toEnvelope()), { ...headers, ...errorHeaders(error) });
}

/** The longest wait that OpenAI's clients honour; beyond it they go their own way, unless told not to retry. */
const longestWaitMs = 60_000;

/** A week. An upstream may say any number, and one that is too large cannot be written in digits. */
const mostWaitMs = 7 * 24 * 3_600_000;

function errorHeaders(error: GatewayError): Headers {
  const headers: Record<string, string | number> = { ...error.headers };
  if (error.retryAfterMs !== undefined) {
    const retryAfterMs = Math.min(error.retryAfterMs, mostWaitMs);
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

/** Events that wait for the others of their turn, in UTF-16 units. */
const mostGathered = 64 * 1024;

/**
 * Opens a stream. What is said at once, from the status to the last event, leaves in one write; status and headers leave
 * at once in any case, so that the client knows its request was accepted.
 */
export function openEventStream(response: ServerResponse, headers: Headers): EventStream {
  const type = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
  response.writeHead(200, toLines({ ...type, "x-accel-buffering": "no", ...headers }));
  response.setTimeout(stalledMs);
  // Nothing is said to a client that does not read: it would count as movement.
  const keepAlive = setInterval(() => response.writableNeedDrain || response.write(": keep-alive\n\n"), keepAliveMs);
  keepAlive.unref();
  response.once("close", () => clearInterval(keepAlive));
  let gathered = "";
  let isFlushing = false;
  let hasBegun = false;
  const flush = (): void => {
    isFlushing = false;
    const text = gathered;
    gathered = "";
    if (response.writableEnded || response.destroyed) return;
    if (text !== "") response.write(text, encodingOf(text));
    else if (!hasBegun) response.flushHeaders();
    hasBegun = true;
  };
  // Called among promises, it runs when none of them has anything left to do.
  const flushSoon = (): void => {
    if (!isFlushing) process.nextTick(flush);
    isFlushing = true;
  };
  flushSoon();
  return {
    write(text) {
      keepAlive.refresh();
      gathered += text;
      if (gathered.length >= mostGathered) flush();
      else flushSoon();
      // `close` comes in place of `drain` when the client leaves.
      return response.writableNeedDrain && !response.destroyed ? drained(response) : undefined;
    },
    end(text) {
      clearInterval(keepAlive);
      const last = gathered + text;
      gathered = "";
      response.end(last, encodingOf(last));
    },
  };
}

/** A byte per character, where that is the same: it is written in half the time. */
function encodingOf(text: string): "latin1" | "utf8" {
  return Buffer.byteLength(text) === text.length ? "latin1" : "utf8";
}

async function drained(response: ServerResponse): Promise<void> {
  const left = new AbortController();
  const onClose = (): void => left.abort();
  response.once("close", onClose);
  await once(response, "drain", { signal: left.signal }).catch(() => undefined);
  response.removeListener("close", onClose);
}
