import { Agent, Client, type Dispatcher, Pool } from "undici";
import type { ProviderConfig, ProxyConfig, ProxyServer } from "../config/config.ts";
import { createConnector } from "./connect.ts";
import { Exchange } from "./exchange.ts";
import { proxyFor } from "./proxy.ts";
import { type TlsFiles, toTlsOptions } from "./tls.ts";

/** How the hosts of a provider are reached. A `ProviderConfig` is one. */
export type Egress = TlsFiles & Partial<Pick<ProviderConfig, "connections">>;

/** Which sockets a pool opens: all that share these may share a connection. */
export interface PoolOptions {
  readonly tls: TlsFiles;
  readonly proxy: ProxyConfig | undefined;
  readonly connectMs: number;
  /** The most sockets to one origin; requests beyond it wait their turn. */
  readonly maxConnections: number;
}

/** Connections to one origin: those that are kept, and single ones for the retry that must not meet a stale one. */
export interface Pools {
  readonly kept: Pool;
  readonly single: Pool;
}

// Above undici's 4 s, so that a quiet gateway does not pay a TLS handshake per request. A peer that closes sooner
// is noticed when its FIN arrives, and the race that remains is what Exchange#stale is for.
const keepAliveMs = 30_000;

/**
 * HTTP/1.1 connections to one origin, through the environment's proxy where there is one.
 *
 * HTTP/2 stays off: to abort there is only to reset a stream, while here it ends the socket and the upstream's work;
 * and one lost packet must not hold up every stream at once.
 *
 * Fails: throws `upstream_unreachable` when the CA file or the client certificate cannot be read or parsed.
 */
export function createPools(origin: string, { tls, proxy, connectMs, maxConnections }: PoolOptions): Pools {
  const server = proxyFor(origin, proxy);
  const proxyTls = server === undefined ? {} : toTlsOptions({ caFile: tls.caFile });
  const connect = createConnector({ tls: toTlsOptions(tls), proxyTls, proxy: server, connectMs });
  const way: Way = { connect, forward: forwardThrough(origin, server), maxConnections };
  return { kept: openPool(origin, way, 1), single: openPool(origin, way, 0) };
}

const tokenConnectMs = 10_000;
const tokenConnections = 16;

/**
 * A dispatcher for any origin, with the same trust, the same proxy and the same failure: for token endpoints. The
 * client certificate is not for them: it is a credential, and goes to its provider alone.
 */
export function createTokenDispatcher(
  caFile: string | undefined,
  proxy: ProxyConfig | undefined,
  connectMs: number = tokenConnectMs,
): Dispatcher {
  const tls = toTlsOptions({ caFile });
  return new Agent({
    factory: (url) => {
      const origin = String(url);
      const server = proxyFor(origin, proxy);
      const connect = createConnector({ tls, proxyTls: tls, proxy: server, connectMs });
      const forward = forwardThrough(origin, server);
      return openPool(origin, { connect, forward, maxConnections: tokenConnections }, 1);
    },
  });
}

/** How a proxy is asked for an `http:` URL: by the whole of it, and with the proxy's own login. */
interface Forward {
  readonly origin: string;
  readonly proxy: ProxyServer;
}

interface Way {
  readonly connect: ReturnType<typeof createConnector>;
  readonly forward: Forward | undefined;
  readonly maxConnections: number;
}

function forwardThrough(origin: string, proxy: ProxyServer | undefined): Forward | undefined {
  return proxy === undefined || !origin.startsWith("http:") ? undefined : { origin: new URL(origin).origin, proxy };
}

/** `pipelining`: 1 keeps connections; undici's way to say `connection: close` is to allow no pipelining at all. */
function openPool(origin: string, { connect, forward, maxConnections }: Way, pipelining: 0 | 1): Pool {
  return new Pool(origin, {
    connections: maxConnections,
    pipelining,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    connect,
    factory: (url, clientOptions) => new Connection(url, clientOptions, forward),
  });
}

/** One socket of a pool. Tells each exchange whether the socket has served others before it. */
class Connection extends Client {
  readonly #forward: Forward | undefined;
  #served = 0;

  constructor(origin: URL, options: Client.Options, forward: Forward | undefined) {
    super(origin, options);
    this.#forward = forward;
    this.on("connect", () => {
      this.#served = 0;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Exchange) handler.connection = this;
    return super.dispatch(this.#forward === undefined ? options : toForwarded(options, this.#forward), handler);
  }

  /** Counts a request whose first byte is about to be written; true when the socket is not new. */
  isReused(): boolean {
    return this.#served++ > 0;
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 */
function toForwarded(options: Dispatcher.DispatchOptions, { origin, proxy }: Forward): Dispatcher.DispatchOptions {
  const { path, headers } = options;
  const forwarded = { ...options, path: `${origin}${path}` };
  if (proxy.authorization === undefined) return forwarded;
  const login = ["proxy-authorization", proxy.authorization.reveal()] as const;
  return {
    ...forwarded,
    headers: Array.isArray(headers) ? [...headers, ...login] : { ...headers, [login[0]]: login[1] },
  };
}
