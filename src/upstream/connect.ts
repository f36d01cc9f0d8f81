import { request } from "node:http";
import type { Socket } from "node:net";
import { buildConnector, errors } from "undici";
import type { ProxyServer } from "../config/config.ts";
import { proxyFailure, proxyRefused } from "./failure.ts";
import type { TlsOptions } from "./tls.ts";

type Connector = ReturnType<typeof buildConnector>;
type Target = Parameters<Connector>[0];
type Callback = Parameters<Connector>[1];

/** How sockets to one origin are opened. */
export interface ConnectorOptions {
  /** Of the origin. */
  readonly tls: TlsOptions;
  /** Of a proxy that is itself reached by TLS: no client certificate of the origin's. */
  readonly proxyTls: TlsOptions;
  readonly proxy: ProxyServer | undefined;
  /** From the first packet until a request can be written: proxy, tunnel and TLS handshake together. */
  readonly connectMs: number;
}

/**
 * Opens sockets to one origin: straight to it, or through a proxy. `https:` goes through a tunnel, so that the proxy
 * sees no more than the host's name; for `http:` the socket ends at the proxy, and requests must name the whole URL.
 *
 * Fails: calls back with a socket's error, or with a GatewayError where the proxy is at fault.
 */
export function createConnector({ tls, proxyTls, proxy, connectMs }: ConnectorOptions): Connector {
  const toOrigin = connectorWith(tls, connectMs);
  if (proxy === undefined) return within(connectMs, toOrigin);
  const toProxy = connectorTo(proxy, connectorWith(proxyTls, connectMs));
  return within(connectMs, (target, callback) => {
    if (target.protocol === "http:") toProxy(target, callback);
    else openTunnel({ toProxy, toOrigin, proxy, connectMs }, target, callback);
  });
}

function connectorWith(tls: TlsOptions, connectMs: number): Connector {
  return buildConnector({ ...tls, allowH2: false, timeout: connectMs });
}

/**
 * undici's own timer may be a second late. When this one fires first the attempt goes on until undici ends it, and
 * what it brings is thrown away.
 */
function within(connectMs: number, connect: Connector): Connector {
  return (target, callback) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      callback(new errors.ConnectTimeoutError(), null);
    }, connectMs);
    connect(target, (error, socket) => {
      clearTimeout(timer);
      if (isLate) socket?.on("error", () => undefined).destroy();
      else if (error === null) callback(null, socket);
      else callback(error, null);
    });
  };
}

/** The same for whatever target: a socket to the proxy. */
function connectorTo({ origin }: ProxyServer, connect: Connector): Connector {
  const { protocol, host, hostname, port } = new URL(origin);
  const proxy = { protocol, host, hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port };
  return (_target, callback) => {
    connect(proxy, (error, socket) => {
      if (error === null) callback(null, socket);
      else callback(proxyFailure(error), null);
    });
  };
}

interface Tunnel {
  readonly toProxy: Connector;
  readonly toOrigin: Connector;
  readonly proxy: ProxyServer;
  readonly connectMs: number;
}

/** Asks the proxy for a tunnel and speaks TLS through it. */
function openTunnel({ toProxy, toOrigin, proxy, connectMs }: Tunnel, target: Target, callback: Callback): void {
  toProxy(target, (error, socket) => {
    if (error !== null) return callback(error, null);
    return askForTunnel(socket, target, proxy, connectMs, (refused, httpSocket) => {
      if (refused === null) toOrigin({ ...target, httpSocket }, callback);
      else callback(refused, null);
    });
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6 */
function askForTunnel(
  socket: Socket,
  { hostname, port }: Target,
  { authorization }: ProxyServer,
  connectMs: number,
  callback: Callback,
): void {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const authority = `${host}:${port === "" ? "443" : port}`;
  const login = authorization === undefined ? {} : { "proxy-authorization": authorization.reveal() };
  const asked = request({
    createConnection: () => socket,
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...login },
    // Only so that a silent proxy's socket is closed at last; by then the caller has been told.
    signal: AbortSignal.timeout(connectMs + 1_000),
  });
  asked.on("error", (error) => callback(proxyFailure(error), null));
  asked.on("connect", ({ statusCode = 0 }, tunnel, head) => {
    if (statusCode >= 200 && statusCode < 300) {
      if (head.length > 0) tunnel.unshift(head);
      callback(null, socket);
    } else {
      tunnel.destroy();
      callback(proxyRefused(statusCode), null);
    }
  });
  asked.end();
}
