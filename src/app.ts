import { IncomingMessage, ServerResponse } from "node:http";
import { H3, type H3Event } from "h3";
import type { Logger } from "pino";
import { toAccessLine } from "./access-log.ts";
import { GatewayError, toGatewayError } from "./errors.ts";
import type { Exchange, Gateway, Served } from "./gateway.ts";
import { toJourneyHeaders } from "./http/journey.ts";
import { canonicalPath } from "./http/path.ts";
import { sendError, sendJson } from "./http/reply.ts";
import { requestIdOf } from "./http/request-id.ts";
import { toModel, toModelList } from "./operations/models.ts";
import type { Authenticate, VirtualKey } from "./policy/keys.ts";

/** What the app is built from. */
export interface AppDeps {
  readonly gateway: Gateway;
  readonly authenticate: Authenticate;
  /** Names clients can use, and who serves them. */
  readonly models: () => readonly { readonly id: string; readonly ownedBy: string }[];
  /** Who serves a name, wildcards included; undefined when nobody does. */
  readonly ownerOf: (name: string) => string | undefined;
  readonly log: Logger;
  readonly version: string;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  /** Unix seconds at start. */
  readonly startedSec: number;
  readonly randomId: () => string;
  /** True from the moment the process is asked to stop. */
  readonly isDraining: () => boolean;
}

/** Who may call a route. There is no default: a route that does not say so does not compile. */
type Access = "public" | "key";

interface Route {
  readonly method: "GET" | "POST";
  /** Without `/v1`; a closing `/**` stands for a name that may hold slashes. */
  readonly path: string;
  readonly access: Access;
  readonly handle: (exchange: Exchange, rest: string) => Promise<Served | undefined> | undefined;
}

/** The HTTP surface: one handler per operation, OpenAI's envelope for every error, one log line per request. */
export function createApp(deps: AppDeps): H3 {
  const routes = createRoutes(deps);
  const app = new H3({ onError: (error, event) => answerStray(error, event, deps) });
  const serve = createServe(deps);
  for (const route of routes) {
    const named = route.path.endsWith("/**");
    const onRoute = (event: H3Event) =>
      serve(event, route, named ? restOf(route, canonicalPath(event.url.pathname)) : "");
    for (const prefix of ["/v1", ""]) app.on(route.method, prefix + route.path, onRoute);
  }
  // Doubled prefixes and slashes, closing slashes, HEAD, wrong methods: all that is not on the plain path.
  app.all("/**", (event) => {
    const path = canonicalPath(event.url.pathname);
    const method = event.req.method === "HEAD" ? "GET" : event.req.method;
    const here = routes.filter((route) => fits(route, path));
    const route = here.find((one) => one.method === method) ?? strayRoute(event, path, here);
    return serve(event, route, restOf(route, path));
  });
  return app;
}

function createRoutes(deps: AppDeps): readonly Route[] {
  const { gateway, startedSec } = deps;
  const health = (status: string) => ({ status, version: deps.version, uptime_seconds: uptime(deps) });
  const say = (exchange: Exchange, status: number, value: object): undefined => {
    sendJson(exchange.response, status, JSON.stringify(value), exchange.headers);
  };
  return [
    { method: "POST", path: "/chat/completions", access: "key", handle: (exchange) => gateway.chat(exchange) },
    {
      method: "GET",
      path: "/models",
      access: "key",
      handle: (exchange) => say(exchange, 200, toModelList(deps.models(), startedSec)),
    },
    {
      method: "GET",
      path: "/models/**",
      access: "key",
      handle: (exchange, name) => say(exchange, 200, toModel(name, deps.ownerOf(name), startedSec)),
    },
    {
      method: "GET",
      path: "/",
      access: "public",
      handle: (exchange) => say(exchange, 200, { name: "specgate", version: deps.version }),
    },
    { method: "GET", path: "/health", access: "public", handle: (exchange) => say(exchange, 200, health("healthy")) },
    { method: "GET", path: "/healthz", access: "public", handle: (exchange) => say(exchange, 200, health("healthy")) },
    {
      method: "GET",
      path: "/health/live",
      access: "public",
      handle: (exchange) => say(exchange, 200, { status: "alive" }),
    },
    {
      method: "GET",
      path: "/health/ready",
      access: "public",
      handle: (exchange) =>
        deps.isDraining() ? say(exchange, 503, { status: "draining" }) : say(exchange, 200, { status: "ready" }),
    },
  ];
}

function uptime(deps: AppDeps): number {
  return Math.floor(deps.monotonicMs() / 1000);
}

function fits(route: Route, path: string): boolean {
  return route.path.endsWith("/**") ? path.startsWith(route.path.slice(0, -2)) : route.path === path;
}

function restOf(route: Route, path: string): string {
  return route.path.endsWith("/**") ? path.slice(route.path.length - 2) : "";
}

/** A path nobody serves, or serves by another method. Answered without a key: it tells nothing. */
function strayRoute(event: H3Event, path: string, here: readonly Route[]): Route {
  const { method } = event.req;
  const allow = here.map((route) => route.method).join(", ");
  const error =
    here.length === 0
      ? new GatewayError("not_found", `Invalid URL (${method} ${event.url.pathname})`)
      : new GatewayError("method_not_supported", `Not allowed to ${method} on ${event.url.pathname}.`, {
          headers: { allow },
        });
  const handle = () => Promise.reject(error);
  return { method: "GET", path, access: "public", handle };
}

type Serve = (event: H3Event, route: Route, rest: string) => Promise<symbol>;

/** h3's word for "the answer has been sent". */
const handled: symbol = Symbol.for("h3.handled");

/** Runs a route: id, key, handler, error, log line. Fails: never. */
function createServe(deps: AppDeps): Serve {
  const { log, authenticate, monotonicMs, randomId } = deps;
  const callers: Readonly<Record<Access, Authenticate>> = { key: authenticate, public: () => nobody };
  return async (event, route, rest) => {
    const started = monotonicMs();
    const { request, response } = nodePair(event);
    const requestId = requestIdOf(request, randomId);
    const headers = { "x-request-id": requestId, "openai-version": "2020-10-01" };
    let served: Served | undefined;
    let error: GatewayError | undefined;
    try {
      const key = callers[route.access](request.headers);
      served = await route.handle({ request, response, key, headers }, rest);
      error = served?.error;
    } catch (thrown) {
      error = toGatewayError(thrown);
    }
    const journey = served?.journey === undefined ? {} : toJourneyHeaders(served.journey);
    if (error !== undefined) sendError(response, error, { ...headers, ...journey });
    const line = toAccessLine({ request, response, requestId, served, error, tookMs: monotonicMs() - started });
    if (route.access === "public" && error === undefined) log.debug(line, "request");
    else if (error !== undefined && error.status >= 500) log.error({ ...line, err: error }, "request");
    else log.info(line, "request");
    return handled;
  };
}

const nobody: VirtualKey = { name: undefined };

function nodePair(event: H3Event): { readonly request: IncomingMessage; readonly response: ServerResponse } {
  const { req: request, res: response } = event.runtime?.node ?? {};
  if (request instanceof IncomingMessage && response instanceof ServerResponse) return { request, response };
  throw new Error("Specgate runs on Node's HTTP server only");
}

/** What fails before a route is found, as a path that cannot be decoded. */
function answerStray(thrown: { status: number; cause?: unknown }, event: H3Event, deps: AppDeps): symbol {
  const { request, response } = nodePair(event);
  const refused = thrown.status >= 400 && thrown.status < 500;
  const error = refused
    ? new GatewayError("invalid_request", "The request's path or headers could not be read.")
    : toGatewayError(thrown);
  if (!refused) deps.log.error({ err: thrown }, "unexpected");
  sendError(response, error, { "x-request-id": requestIdOf(request, deps.randomId) });
  return handled;
}
