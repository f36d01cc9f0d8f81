import { readFileSync } from "node:fs";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { Agent, Client, type Dispatcher, Pool } from "undici";
import { GatewayError } from "../errors.ts";
import { Exchange } from "./exchange.ts";

/** Which sockets a pool opens: all that share these may share a connection. */
export interface PoolOptions {
  /** PEM file of certificates to trust beside the usual ones. */
  readonly caFile: string | undefined;
  readonly connectMs: number;
  /** The most sockets to one origin; requests beyond it wait their turn. */
  readonly maxConnections: number;
  /** False: each request opens a connection of its own. */
  readonly keepAlive: boolean;
}

// Above undici's 4 s, so that a quiet gateway does not pay a TLS handshake per request. A peer that closes sooner
// is noticed when its FIN arrives, and the race that remains is what Exchange#stale is for.
const keepAliveMs = 30_000;

/**
 * HTTP/1.1 connections to one origin.
 *
 * HTTP/2 stays off: to abort there is only to reset a stream, while here it ends the socket and the upstream's work;
 * and one lost packet must not hold up every stream at once.
 *
 * Fails: throws `upstream_unreachable` when the CA file cannot be read or parsed.
 */
export function createPool(origin: string, options: PoolOptions): Pool {
  return new Pool(origin, {
    connections: options.maxConnections,
    // undici's way to say `connection: close` is to allow no pipelining at all.
    pipelining: options.keepAlive ? 1 : 0,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    connectTimeout: options.connectMs,
    connect: trust(options.caFile),
    factory: (url, clientOptions) => new Connection(url, clientOptions),
  });
}

/** A dispatcher for any origin, with the same trust and the same failure: for token endpoints. */
export function createTokenDispatcher(caFile: string | undefined): Dispatcher {
  return new Agent({ allowH2: false, connectTimeout: 10_000, connect: trust(caFile) });
}

/**
 * TLS options that trust a CA file beside Node's own certificates (`NODE_EXTRA_CA_CERTS` included).
 * One context for all sockets: parsing a few hundred certificates for each would cost milliseconds.
 */
function trust(caFile: string | undefined): { secureContext?: SecureContext } {
  if (caFile === undefined) return {};
  try {
    const ca = [...getCACertificates("default"), readFileSync(caFile, "utf8")];
    return { secureContext: createSecureContext({ ca }) };
  } catch (thrown) {
    throw new GatewayError("upstream_unreachable", "The CA file for the upstream cannot be read.", { cause: thrown });
  }
}

/** One socket of a pool. Tells each exchange whether the socket has served others before it. */
class Connection extends Client {
  #served = 0;

  constructor(origin: URL, options: Client.Options) {
    super(origin, options);
    this.on("connect", () => {
      this.#served = 0;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Exchange) handler.connection = this;
    return super.dispatch(options, handler);
  }

  /** Counts a request whose first byte is about to be written; true when the socket is not new. */
  isReused(): boolean {
    return this.#served++ > 0;
  }
}
