import type { Dispatcher, Pool } from "undici";
import type { Timeouts } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import type { PreparedCall } from "../providers/provider.ts";
import type { Credential, CredentialHeaders } from "./credential.ts";
import { clientClosed, Exchange, type UpstreamBody, type UpstreamHeaders } from "./exchange.ts";
import { toFailure } from "./failure.ts";
import { createPool } from "./pool.ts";

/** What an upstream answered, whatever its status: redirects and errors too. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: UpstreamHeaders;
  /** Iterate it or take its text, once. Fails by throwing or rejecting with a {@link GatewayError}. */
  readonly body: UpstreamBody;
}

/** What holds for one request. */
export interface SendOptions {
  /** The client's: when it fires, the upstream's socket is closed at once. */
  readonly signal: AbortSignal;
  /** Milliseconds. `firstByteMs` and `idleMs` are kept to within a second. */
  readonly timeouts: Timeouts;
  readonly caFile?: string | undefined;
}

/** The only way out of the gateway to an upstream. */
export interface Transport {
  /**
   * Posts a JSON body and waits for the status and headers of the answer.
   *
   * A credential goes to its call's own origin and nowhere else: redirects are answers, not followed. After a 401 the
   * credential is renewed and the request sent once more; a second 401 is the answer.
   *
   * Fails: resolves to a {@link GatewayError}, never rejects. `upstream_unreachable`, `upstream_connect_timeout`,
   * `upstream_first_byte_timeout`, `upstream_timeout`, `upstream_invalid_response`, `upstream_auth_error`,
   * `client_closed_request`; from the body also `upstream_idle_timeout` and `upstream_stream_cut`.
   */
  readonly send: (
    call: PreparedCall,
    credential: Credential,
    body: string,
    options: SendOptions,
  ) => Promise<UpstreamAnswer | GatewayError>;
  /** Waits for the requests in flight, then closes every connection. */
  readonly close: () => Promise<void>;
}

/** How a {@link Transport} is built. */
export interface TransportOptions {
  /** The most connections to one origin; requests beyond it wait, within their total timeout. */
  readonly maxConnections?: number;
}

/** Connections to one origin: those that are kept, and single ones for the retry that must not meet a stale one. */
interface Pools {
  readonly kept: Pool;
  readonly single: Pool;
}

/** Where a call goes and what it carries, as long as the call, the CA file and the credential stay the same. */
interface Route {
  readonly pools: Pools;
  readonly caFile: string | undefined;
  readonly connectMs: number;
  readonly credential: CredentialHeaders;
  /** Names and values in turn, the form undici reads fastest. */
  readonly headers: string[];
}

/** Opens the egress: one pool per origin, CA file and connect timeout, made when first used. */
export function createTransport({ maxConnections = 1024 }: TransportOptions = {}): Transport {
  const pools = new Map<string, Pools>();
  const routes = new WeakMap<PreparedCall, Route>();
  let closing: Promise<unknown> | undefined;

  const poolsOf = (origin: string, caFile: string | undefined, connectMs: number): Pools => {
    if (closing !== undefined) throw new GatewayError("overloaded", "The gateway is shutting down.");
    const key = `${origin} ${connectMs} ${caFile ?? ""}`;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const options = { caFile, connectMs, maxConnections };
    const kept = createPool(origin, { ...options, keepAlive: true });
    const made: Pools = { kept, single: createPool(origin, { ...options, keepAlive: false }) };
    pools.set(key, made);
    return made;
  };

  const routeOf = (call: PreparedCall, credential: CredentialHeaders, options: SendOptions): Route => {
    const { caFile, timeouts } = options;
    const known = routes.get(call);
    const same = known?.credential === credential && known.caFile === caFile;
    if (same && known.connectMs === timeouts.connectMs) return known;
    const { connectMs } = timeouts;
    const headers = reveal(call.headers, credential);
    const route: Route = { pools: poolsOf(call.origin, caFile, connectMs), caFile, connectMs, credential, headers };
    routes.set(call, route);
    return route;
  };

  const post = async (
    call: PreparedCall,
    sealed: CredentialHeaders,
    body: string,
    options: SendOptions,
    deadlineMs: number,
  ): Promise<UpstreamAnswer | GatewayError> => {
    let route: Route;
    try {
      route = routeOf(call, sealed, options);
    } catch (thrown) {
      return toFailure(thrown, false);
    }
    const request = toRequest(call, route, body, options.timeouts);
    let exchange = dispatch(route.pools.kept, request, options.signal, deadlineMs);
    let failure = await exchange.answered;
    if (exchange.stale) {
      exchange = dispatch(route.pools.single, request, options.signal, deadlineMs);
      failure = await exchange.answered;
    }
    return failure ?? { status: exchange.status, headers: exchange.headers, body: exchange };
  };

  return {
    send: async (call, credential, body, options) => {
      if (options.signal.aborted) return clientClosed();
      const deadlineMs = performance.now() + options.timeouts.totalMs;
      const sealed = await sealedHeaders(credential, options.signal);
      if (sealed instanceof GatewayError) return sealed;
      const answer = await post(call, sealed, body, options, deadlineMs);
      if (answer instanceof GatewayError || answer.status !== 401 || !credential.invalidate()) return answer;
      answer.body.discard();
      const renewed = await sealedHeaders(credential, options.signal);
      return renewed instanceof GatewayError ? renewed : post(call, renewed, body, options, deadlineMs);
    },
    close: async () => {
      closing ??= Promise.all(Array.from(pools.values(), ({ kept, single }) => [kept.close(), single.close()]).flat());
      await closing;
    },
  };
}

/**
 * The whole body as text, for answers that are not streamed.
 *
 * Units: bytes, 64 MB unless told. Fails: resolves to a {@link GatewayError}: `upstream_invalid_response` when it is
 * larger, else what the connection met.
 */
export async function readText(answer: UpstreamAnswer, maxBytes?: number): Promise<string | GatewayError> {
  try {
    return await answer.body.text(maxBytes);
  } catch (thrown) {
    return toFailure(thrown, true);
  }
}

function dispatch(pool: Pool, request: Dispatcher.DispatchOptions, signal: AbortSignal, deadlineMs: number): Exchange {
  const exchange = new Exchange(signal, Math.max(1, Math.ceil(deadlineMs - performance.now())));
  if (signal.aborted) exchange.stop(clientClosed());
  else pool.dispatch(request, exchange);
  return exchange;
}

function toRequest(call: PreparedCall, route: Route, body: string, timeouts: Timeouts): Dispatcher.DispatchOptions {
  return {
    method: "POST",
    path: call.path,
    headers: route.headers,
    body,
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.idleMs,
  };
}

/** The one place where a credential is opened. It wins over a fixed header of the same name. */
function reveal(fixed: PreparedCall["headers"], credential: CredentialHeaders): string[] {
  const headers = new Map(Object.entries(fixed));
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(credential)) headers.set(name.toLowerCase(), value.reveal());
  return Array.from(headers).flat();
}

function sealedHeaders(
  credential: Credential,
  signal: AbortSignal,
): CredentialHeaders | GatewayError | Promise<CredentialHeaders | GatewayError> {
  try {
    const headers = credential.headers();
    return headers instanceof Promise ? orAborted(headers, signal) : headers;
  } catch (thrown) {
    return toAuthError(thrown);
  }
}

/** A client that leaves need not wait for a token; the token is still fetched, for the next. */
function orAborted(
  headers: Promise<CredentialHeaders>,
  signal: AbortSignal,
): Promise<CredentialHeaders | GatewayError> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(clientClosed());
    signal.addEventListener("abort", onAbort, { once: true });
    headers
      .then(resolve, (thrown: unknown) => resolve(toAuthError(thrown)))
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function toAuthError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError("upstream_auth_error", "The credential for the upstream could not be had.", {
    cause: thrown,
  });
}
