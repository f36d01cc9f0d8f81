import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { parseJson } from "./json.ts";
import { createJournal, type Journal, type JournalWriter, type OpenRecord } from "./record.ts";
import { type Reply, writeReply } from "./write.ts";

/** A request with its whole body. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Where an emulator listens. */
export interface ListenOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined;
  readonly host?: string | undefined;
}

/** A server that plays an upstream. */
export interface RunningServer extends Journal {
  readonly url: string;
  /** Breaks off what is in flight and stops listening. */
  close(): Promise<void>;
}

/** Starts a server that answers each request with what `answer` makes of it. */
export async function startServer(
  answer: (request: ReceivedRequest) => Reply,
  { port = 0, host = "127.0.0.1" }: ListenOptions = {},
): Promise<RunningServer> {
  const journal = createJournal();
  const server = createServer((request, response) => void serve(request, response, answer, journal));
  // Scripts may be silent for as long as they like.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 30_000;
  await listen(server, port, host);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { open: _open, arrived: _arrived, ended: _ended, ...readable } = journal;
  return { ...readable, url: urlOf(server, host), close };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: ReceivedRequest) => Reply,
  journal: JournalWriter,
): Promise<void> {
  const { method = "GET", url: target = "/", headers } = request;
  const record = journal.open(method, target, headers);
  const left = new AbortController();
  let cut = false;
  response.on("close", () => {
    journal.ended(record, !response.writableFinished && !cut);
    left.abort();
  });
  try {
    const { pathname: path, searchParams: query } = new URL(target, "http://localhost");
    const text = await readBody(request);
    journal.arrived(record, parseJson(text) ?? text);
    const reply = answer({ method, path, query, headers, text });
    record.status = reply.status;
    cut = (await writeReply(response, reply, left.signal)) === "cut";
    if (cut) response.socket?.destroy();
  } catch (error) {
    fail(response, record, left.signal, error);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

function fail(response: ServerResponse, record: OpenRecord, signal: AbortSignal, error: unknown): void {
  // The client left, perhaps in the middle of its body; the journal has it.
  if (signal.aborted || response.socket === null || response.socket.destroyed) return;
  record.status = 500;
  console.error(error);
  if (!response.headersSent) response.writeHead(500);
  response.end();
}
