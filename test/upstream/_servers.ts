import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Timeouts } from "../../src/config/config.ts";
import { GatewayError } from "../../src/errors.ts";
import type { PreparedCall } from "../../src/providers/provider.ts";
import type { Secret } from "../../src/secret.ts";
import { createStaticCredential } from "../../src/upstream/auth/static.ts";
import type { Credential } from "../../src/upstream/credential.ts";
import type { Egress } from "../../src/upstream/pool.ts";
import {
  createTransport,
  type Transport,
  type TransportOptions,
  type UpstreamAnswer,
} from "../../src/upstream/send.ts";

/** A request as a fake upstream saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Answers a request that has been read whole. */
export type Answer = (response: ServerResponse, seen: Seen) => void;

/** A fake upstream on loopback; gone when the test is. */
export interface FakeUpstream {
  readonly origin: string;
  readonly seen: readonly Seen[];
  readonly sockets: ReadonlySet<Socket>;
  /** Connections accepted so far. */
  readonly accepted: () => number;
}

/** An HTTP server that keeps what it is asked; an HTTPS server when it is given a certificate. */
export async function startUpstream(answer: Answer, tls?: ServerOptions): Promise<FakeUpstream> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
      seen.push(one);
      answer(response, one);
    });
  };
  if (tls === undefined) return { ...(await startServer(createServer(listener))), seen };
  const started = await startServer(createTlsServer(tls, listener));
  return { ...started, origin: started.origin.replace("http:", "https:"), seen };
}

/** A TCP server, for what no HTTP server would do. */
export function startTcp(onSocket: (socket: Socket) => void): Promise<Omit<FakeUpstream, "seen">> {
  return startServer(createTcpServer(onSocket));
}

/** A port nobody listens on. */
export async function closedOrigin(): Promise<string> {
  const server = createTcpServer();
  const origin = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return origin;
}

/** Starts a server of any kind; it and its sockets are gone when the test is. */
export async function startServer(server: Server): Promise<Omit<FakeUpstream, "seen">> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  const origin = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { origin, sockets, accepted: () => accepted };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
}

export const timeouts: Timeouts = { connectMs: 5_000, firstByteMs: 5_000, idleMs: 5_000, totalMs: 10_000 };
export const noCredential: Credential = createStaticCredential({});

/** A transport that is closed with the test. */
export function openTransport(options?: TransportOptions): Transport {
  const transport = createTransport(options);
  onTestFinished(() => void transport.close());
  return transport;
}

export function callTo(origin: string, headers: Readonly<Record<string, string>> = {}): PreparedCall {
  return { origin, path: "/v1/chat/completions?alt=sse", headers };
}

/** Sends with defaults for all that a test does not care about. */
export function post(
  target: string | PreparedCall,
  options: {
    readonly transport?: Transport;
    readonly credential?: Credential;
    readonly body?: string;
    readonly signal?: AbortSignal;
    readonly timeouts?: Partial<Timeouts>;
    readonly egress?: Egress;
  } = {},
): Promise<UpstreamAnswer | GatewayError> {
  const call = typeof target === "string" ? callTo(target) : target;
  const { transport = openTransport(), credential = noCredential, body = "{}", egress } = options;
  const signal = options.signal ?? new AbortController().signal;
  return transport.send(call, credential, body, { signal, timeouts: { ...timeouts, ...options.timeouts }, egress });
}

export function answered(outcome: UpstreamAnswer | GatewayError): UpstreamAnswer {
  if (outcome instanceof GatewayError) throw outcome;
  return outcome;
}

/** What went wrong, as `name: message`; the answer's status when nothing did. */
export function failureOf(outcome: unknown): string {
  return outcome instanceof GatewayError ? `${outcome.errorName}: ${outcome.message}` : `answered ${String(outcome)}`;
}

/** The bytes that came before the body failed, and how it failed. */
export async function readUntilFailure(answer: UpstreamAnswer): Promise<{ text: string; failure: string }> {
  let text = "";
  try {
    for await (const chunk of answer.body) text += chunk.toString("utf8");
    return { text, failure: "none" };
  } catch (thrown) {
    return { text, failure: failureOf(thrown) };
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const reveal = (headers: Readonly<Record<string, Secret>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));

/** The error a promise ends in. */
export async function rejectionOf(promise: unknown): Promise<GatewayError> {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
  throw new Error("it did not fail");
}
