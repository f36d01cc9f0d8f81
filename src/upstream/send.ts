import type { Dispatcher, Pool } from "undici";
import type { ProxyConfig, Timeouts } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import type { PreparedCall } from "../providers/provider.ts";
import { scrub } from "./auth/redact.ts";
import type { Credential, CredentialHeaders } from "./credential.ts";
import type { WireBody } from "./encode.ts";
import {
  clientClosed,
  coarseMs,
  Exchange,
  type Signal,
  totalTimeout,
  type UpstreamBody,
  type UpstreamHeaders,
} from "./exchange.ts";
import { toFailure } from "./failure.ts";
import { createPools, type Egress, type Pools } from "./pool.ts";

/** What an upstream answered, whatever its status: redirects and errors too. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: UpstreamHeaders;
  /** Iterate it or take its text, once. Fails by throwing or rejecting with a {@link GatewayError}. */
  readonly body: UpstreamBody;
  /** A text of the upstream's without the secrets that it was shown with this request, should it repeat them. */
  readonly hide: (text: string) => string;
}

/** What holds for one request. */
export interface SendOptions {
  /** The client's: when it fires, the upstream's socket is closed at once. */
  readonly signal: Signal;
  /** Milliseconds. `firstByteMs`, `idleMs` and `totalMs` of ten seconds and more are kept to within a second. */
  readonly timeouts: Timeouts;
  /** The provider's own way out; by default one without particulars. It is compared by identity. */
  readonly egress?: Egress | undefined;
}

/** How busy the connections to one origin are. */
export interface PoolSnapshot {
  /** Scheme, host and port, from the config. */
  readonly origin: string;
  /** Open connections. */
  readonly connected: number;
  /** Those of them without a request. */
  readonly free: number;
  /** Requests that no connection has taken yet: `queued` ones, and those whose connection is being opened. */
  readonly pending: number;
  /** Requests on a connection, answered or not. */
  readonly running: number;
  /** Requests that wait because all connections are busy. */
  readonly queued: number;
}

/** The only way out of the gateway to an upstream. */
export interface Transport {
  /**
   * Posts a JSON body and waits for the status and headers of the answer.
   *
   * A credential goes to its call's own origin and nowhere else: redirects are answers, not followed. One that signs
   * signs what is sent, at sending. After a 401, or what else refuses the credential, it is renewed and the request sent
   * once more; a second refusal is the answer.
   *
   * Fails: resolves to a {@link GatewayError}, never rejects. `upstream_unreachable`, `upstream_connect_timeout`,
   * `upstream_first_byte_timeout`, `upstream_timeout`, `upstream_invalid_response`, `upstream_auth_error`,
   * `client_closed_request`; from the body also `upstream_idle_timeout` and `upstream_stream_cut`.
   */
  readonly send: (
    call: PreparedCall,
    credential: Credential,
    body: WireBody,
    options: SendOptions,
  ) => Promise<UpstreamAnswer | GatewayError>;
  /** What the connections are doing now, an entry per origin. */
  readonly pools: () => readonly PoolSnapshot[];
  /** Waits for the requests in flight, then closes every connection. */
  readonly close: () => Promise<void>;
}

/** How a {@link Transport} is built. */
export interface TransportOptions {
  /** The most connections to one origin, where its provider does not say; requests beyond it wait. */
  readonly maxConnections?: number;
  /** The environment's proxies; by default none. */
  readonly proxy?: ProxyConfig | undefined;
}

/** Where a call goes and what it carries, as long as the call, the way out and the credential stay the same. */
interface Route {
  readonly pools: Pools;
  readonly egress: Egress;
  readonly connectMs: number;
  readonly credential: CredentialHeaders;
  /** Names and values in turn, the form undici reads fastest. */
  readonly headers: string[];
}

const plainEgress: Egress = {};

/** Opens the egress: one pool per origin, way out and connect timeout, made when first used. */
export function createTransport({ maxConnections = 1024, proxy }: TransportOptions = {}): Transport {
  const pools = new Map<string, Pools & { readonly origin: string }>();
  const routes = new WeakMap<PreparedCall, Route>();
  let closing: Promise<unknown> | undefined;

  const poolsOf = (origin: string, egress: Egress, connectMs: number): Pools => {
    if (closing !== undefined) throw new GatewayError("overloaded", "The gateway is shutting down.");
    const { caFile, certFile, keyFile, connections = maxConnections } = egress;
    const key = JSON.stringify([origin, connectMs, connections, caFile, certFile, keyFile]);
    const known = pools.get(key);
    if (known !== undefined) return known;
    const tls = { caFile, certFile, keyFile };
    const made = createPools(origin, { tls, proxy, connectMs, maxConnections: connections });
    pools.set(key, { ...made, origin });
    return made;
  };

  const routeOf = (call: PreparedCall, credential: CredentialHeaders, options: SendOptions): Route => {
    const { egress = plainEgress, timeouts } = options;
    const known = routes.get(call);
    const same = known?.credential === credential && known.egress === egress;
    if (same && known.connectMs === timeouts.connectMs) return known;
    const { connectMs } = timeouts;
    const headers = reveal(call.headers, credential);
    const route: Route = { pools: poolsOf(call.origin, egress, connectMs), egress, connectMs, credential, headers };
    routes.set(call, route);
    return route;
  };

  const post = async (
    call: PreparedCall,
    sealed: CredentialHeaders,
    body: WireBody,
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
    let exchange = dispatch(route.pools.kept, request, options, deadlineMs);
    let failure = await exchange.answered;
    if (exchange.stale) {
      exchange = dispatch(route.pools.single, request, options, deadlineMs);
      failure = await exchange.answered;
    }
    const hide = (text: string): string => scrub(text, shownSecrets(call.headers, sealed));
    return failure ?? { status: exchange.status, headers: exchange.headers, body: exchange, hide };
  };

  return {
    send: async (call, credential, body, options) => {
      if (options.signal.aborted) return clientClosed();
      const deadlineMs = performance.now() + options.timeouts.totalMs;
      const held = sealedHeaders(credential, call, body, options.signal, deadlineMs);
      const sealed = held instanceof Promise ? await held : held;
      if (sealed instanceof GatewayError) return sealed;
      const answer = await post(call, sealed, body, options, deadlineMs);
      if (answer instanceof GatewayError || !isRefused(answer, credential) || !credential.invalidate(sealed)) {
        return answer;
      }
      answer.body.discard();
      const renewed = await sealedHeaders(credential, call, body, options.signal, deadlineMs);
      return renewed instanceof GatewayError ? renewed : post(call, renewed, body, options, deadlineMs);
    },
    pools: () => snapshotOf(pools.values()),
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

function dispatch(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  { signal, timeouts }: SendOptions,
  deadlineMs: number,
): Exchange {
  const exchange = new Exchange(signal, performance.now(), deadlineMs, timeouts);
  if (signal.aborted) exchange.stop(clientClosed());
  else pool.dispatch(request, exchange);
  return exchange;
}

function msUntil(deadlineMs: number): number {
  return Math.max(1, Math.ceil(deadlineMs - performance.now()));
}

function toRequest(call: PreparedCall, route: Route, body: WireBody, timeouts: Timeouts): Dispatcher.DispatchOptions {
  return {
    method: "POST",
    path: call.path,
    headers: route.headers,
    body,
    headersTimeout: coarseMs(timeouts.firstByteMs),
    bodyTimeout: coarseMs(timeouts.idleMs),
  };
}

/** Where a credential is opened to be sent. It wins over a fixed header of the same name. */
function reveal(fixed: PreparedCall["headers"], credential: CredentialHeaders): string[] {
  const headers = new Map(Object.entries(fixed));
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  // Who says nothing takes any encoding, and answers are read as they come.
  if (!headers.has("accept-encoding")) headers.set("accept-encoding", "identity");
  for (const [name, value] of Object.entries(credential)) headers.set(name.toLowerCase(), value.reveal());
  return Array.from(headers).flat();
}

/** Headers of which everybody knows what they say. Any other may hold a secret of the operator's, whatever its name. */
const plainName = /^(?:accept|content-|user-agent$|anthropic-(?:beta|version)$|openai-beta$)/i;

/**
 * What may be a secret of all that a request shows: a whole value, the word after its scheme, what stands behind an equals
 * sign as a signature does, and all of them as JSON has them.
 */
function shownSecrets(fixed: PreparedCall["headers"], credential: CredentialHeaders): readonly string[] {
  const named = Object.entries(fixed).filter(([name]) => !plainName.test(name));
  const values = [...named.map(([, value]) => value), ...Object.values(credential).map((value) => value.reveal())];
  const words = values.flatMap((value) => [
    value,
    value.slice(value.lastIndexOf(" ") + 1),
    value.slice(value.lastIndexOf("=") + 1),
  ]);
  return words.flatMap((word) => [word, JSON.stringify(word).slice(1, -1)]);
}

function isRefused(answer: UpstreamAnswer, credential: Credential): boolean {
  return answer.status === 401 || credential.isRefused?.(answer) === true;
}

function sealedHeaders(
  credential: Credential,
  call: PreparedCall,
  body: WireBody,
  signal: Signal,
  deadlineMs: number,
): CredentialHeaders | GatewayError | Promise<CredentialHeaders | GatewayError> {
  try {
    const headers = credential.sign === undefined ? credential.headers() : credential.sign(call, body);
    return headers instanceof Promise ? inTime(headers, signal, deadlineMs) : headers;
  } catch (thrown) {
    return toAuthError(thrown);
  }
}

/** A client that leaves, or whose time is up, need not wait for a token; it is still fetched, for the next. */
function inTime(
  headers: Promise<CredentialHeaders>,
  signal: Signal,
  deadlineMs: number,
): Promise<CredentialHeaders | GatewayError> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(clientClosed());
    const timer = setTimeout(() => resolve(totalTimeout()), msUntil(deadlineMs));
    signal.addEventListener("abort", onAbort, { once: true });
    headers
      .then(resolve, (thrown: unknown) => resolve(toAuthError(thrown)))
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      });
  });
}

function toAuthError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError("upstream_auth_error", "The credential for the upstream could not be had.", {
    cause: thrown,
  });
}

type Counts = Omit<PoolSnapshot, "origin">;

function snapshotOf(pools: Iterable<Pools & { readonly origin: string }>): readonly PoolSnapshot[] {
  const byOrigin = new Map<string, Counts>();
  for (const { origin, kept, single } of pools) {
    byOrigin.set(origin, [kept.stats, single.stats].reduce(sum, byOrigin.get(origin) ?? nothing));
  }
  return Array.from(byOrigin, ([origin, counts]) => ({ origin, ...counts }));
}

const nothing: Counts = { connected: 0, free: 0, pending: 0, running: 0, queued: 0 };

function sum(a: Counts, b: Counts): Counts {
  return {
    connected: a.connected + b.connected,
    free: a.free + b.free,
    pending: a.pending + b.pending,
    running: a.running + b.running,
    queued: a.queued + b.queued,
  };
}
