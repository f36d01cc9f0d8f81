import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { expectHidden } from "./_canary.ts";
import { secrets } from "./_setup.ts";

/** A client without a library: it says what it wants, when it wants, and leaves without a word. */
export interface RawClient {
  readonly socket: Socket;
  /** All that came so far. */
  readonly text: () => string;
  /** Resolves when what came holds the text. */
  readonly until: (part: string) => Promise<void>;
  /** Resolves when the gateway has closed the connection. */
  readonly closed: Promise<void>;
}

/** Connects to a gateway; gone when the test is, which fails when a secret was among what came. */
export async function rawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  const waiting = new Set<() => void>();
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    for (const look of waiting) look();
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  onTestFinished(() => {
    socket.destroy();
    expectHidden(text);
  });
  await once(socket, "connect");
  const until = (part: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!text.includes(part)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { socket, text: () => text, until, closed };
}

/** A request as bytes on the wire, of chat unless told. */
export function chatOnWire(body: object, path?: string): string {
  const text = JSON.stringify({ model: "test-model", ...body });
  return head({ "content-length": Buffer.byteLength(text) }, path) + text;
}

/** The head of one, with a right key. */
export function head(headers: Readonly<Record<string, string | number>>, path = "/v1/chat/completions"): string {
  const all = {
    host: "gateway",
    authorization: `Bearer ${secrets.key}`,
    "content-type": "application/json",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Where nobody listens. */
export async function closedUrl(): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
