import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ProxyConfig } from "../../src/config/config.ts";
import { readProxy } from "../../src/config/proxy.ts";
import { type FakeUpstream, startServer } from "./_servers.ts";

/** A real HTTP proxy on loopback: tunnels by CONNECT, and whole URLs. */
export interface FakeProxy extends Omit<FakeUpstream, "seen"> {
  /** `CONNECT host:port`, or the method and whole URL of a request, as they came. */
  readonly seen: readonly string[];
  /** Every `proxy-authorization` that came. */
  readonly logins: readonly (string | undefined)[];
}

/** How a {@link FakeProxy} behaves. */
export interface ProxyOptions {
  /** The only `user:password` that is let in. */
  readonly login?: string;
  /** Where a host and port of the outer world lead to here. Any other is reached as it is named. */
  readonly leads?: Readonly<Record<string, string>>;
  /** For a proxy that is itself reached by TLS. */
  readonly tls?: ServerOptions;
  /** The status that every tunnel is refused with. */
  readonly refuse?: number;
  /** Takes tunnels and never answers. */
  readonly silent?: boolean;
}

/** Starts a proxy; gone when the test is. */
export async function startProxy(options: ProxyOptions = {}): Promise<FakeProxy> {
  const { login, leads = {}, tls, refuse, silent = false } = options;
  const seen: string[] = [];
  const logins: (string | undefined)[] = [];
  const isLetIn = ({ headers }: IncomingMessage): boolean => {
    logins.push(headers["proxy-authorization"]);
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
    return wanted === undefined || headers["proxy-authorization"] === wanted;
  };
  const forward = (asked: IncomingMessage, answer: ServerResponse): void => {
    seen.push(`${asked.method} ${asked.url}`);
    if (!isLetIn(asked)) {
      answer.writeHead(407).end("<html>who are you?</html>");
      return;
    }
    const { "proxy-authorization": _mine, ...headers } = asked.headers;
    const onward = request(asked.url ?? "", { method: asked.method ?? "GET", headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on("error", () => answer.writeHead(502).end("<html>no such host</html>"));
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  };
  const tunnel = (asked: IncomingMessage, socket: Duplex): void => {
    seen.push(`CONNECT ${asked.url}`);
    const status = isLetIn(asked) ? refuse : 407;
    socket.on("end", () => socket.destroy());
    if (silent) {
      socket.resume();
      return;
    }
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 4\r\n\r\nno!\n`);
      return;
    }
    const { hostname, port } = new URL(leads[asked.url ?? ""] ?? `http://${asked.url}`);
    const onward: Socket = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    onward.on("close", () => socket.destroy());
    socket.on("error", () => onward.destroy());
    socket.on("close", () => onward.destroy());
  };
  const server = tls === undefined ? createServer(forward) : createTlsServer(tls, forward);
  server.on("connect", tunnel);
  const started = await startServer(server);
  const origin = tls === undefined ? started.origin : started.origin.replace("http:", "https:");
  return { ...started, origin, seen, logins };
}

/** The proxies of an environment. Fails where the environment is wrong. */
export function proxyIn(env: Readonly<Record<string, string>>): ProxyConfig | undefined {
  return readProxy(env, {
    mistake: refuseAny,
    warning: refuseAny,
    mistakeAt: refuseAny,
    hide: () => undefined,
    mistakes: () => [],
    warnings: () => [],
  });
}

function refuseAny(...remarks: readonly unknown[]): never {
  throw new Error(JSON.stringify(remarks));
}
