import { IncomingMessage, ServerResponse } from "node:http";
import { H3, type H3Event } from "h3";
import type { ServerRequest } from "srvx";
import { GatewayError, toGatewayError } from "./errors.ts";
import { type Cors, createCors } from "./http/cors.ts";
import { canonicalPath } from "./http/path.ts";
import { sendEmpty } from "./http/reply.ts";
import { createIsAllowedOrigin } from "./policy/origins.ts";
import { type AnswerAll, createAnswerAll } from "./surface/answer-all.ts";
import type { Route } from "./surface/route.ts";
import { allMethods, createRouteTable, type RouteTable } from "./surface/route-table.ts";
import { createRoutes, type RouteDeps } from "./surface/routes.ts";
import { createServe, type Plan, type ServeDeps } from "./surface/serve.ts";
import { createUnreadable } from "./surface/unreadable.ts";

/** What the app is built from. */
export interface AppDeps extends RouteDeps, Omit<ServeDeps, "cors"> {
  /** Web pages that may call; `*` stands for any. Empty: none. */
  readonly corsOrigins: readonly string[];
  /** The admin API; undefined: there is none, and its paths are as if nobody had thought of them. */
  readonly admin:
    | { readonly routes: readonly Route[] /** At an address of its own. */; readonly isApart: boolean }
    | undefined;
}

/** The HTTP surface. */
export interface App {
  readonly h3: H3;
  /** Leads to the app what the server and its library would answer by themselves, without a word. */
  readonly answerAll: AnswerAll;
}

/** The gateway's own surface, and that of the admin API where it has an address of its own. */
export interface Apps {
  readonly main: App;
  readonly admin: App | undefined;
}

/**
 * Makes the surfaces of both addresses. What needs the master key is at the admin API's address alone where it has one;
 * what a virtual key may see of its own stays where its holder calls, too.
 */
export function createApps(deps: AppDeps): Apps {
  const { admin } = deps;
  const routes = createRoutes(deps);
  if (admin === undefined) return { main: createApp(deps, routes), admin: undefined };
  if (!admin.isApart) return { main: createApp(deps, [...routes, ...admin.routes]), admin: undefined };
  const own = admin.routes.filter(({ access }) => access !== "master").map(toHoldersOnly);
  const open = routes.filter(({ access }) => access === "public");
  return { main: createApp(deps, [...routes, ...own]), admin: createApp(deps, [...open, ...admin.routes]) };
}

/** The same route without the master key's wider view, which is at the address of the admin API. Models are no secret. */
function toHoldersOnly(route: Route): Route {
  if (route.path.startsWith("/model/")) return route;
  const message = "With the master key this is at the address of the admin API alone.";
  const handle: Route["handle"] = (exchange, rest) => {
    if (exchange.caller.role === "master") throw new GatewayError("permission_denied", message);
    return route.handle(exchange, rest);
  };
  return { ...route, handle };
}

/** Makes an HTTP surface: one handler per operation, OpenAI's envelope for every error, one log line per request. */
function createApp(deps: AppDeps, routes: readonly Route[]): App {
  const cors = createCors(deps.corsOrigins, createIsAllowedOrigin(deps.corsOrigins));
  const table = createRouteTable(routes);
  const serve = createServe({ ...deps, cors });
  const answer = async (from: FromNode, plan: Plan): Promise<symbol> => {
    const { request, response } = nodePair(from);
    await serve(request, response, plan);
    return handled;
  };
  const app = new H3({
    allowMalformedURL: true,
    onError: (thrown, event) => answer(event, refusal(toGatewayError(thrown))),
  });
  // What is written plainly, with `/v1` or without, has a short way.
  const plain = new Map<string, ReadonlyMap<string, Plan>>();
  for (const { method, path, ...route } of routes.filter((one) => !one.path.includes("**"))) {
    const plan: Plan = { ...route, rest: "" };
    for (const prefix of ["/v1", ""]) {
      plain.set(prefix + path, new Map([...(plain.get(prefix + path) ?? []), [method, plan]]));
      app.on(method, prefix + path, (event) => answer(event, plan));
    }
  }
  // Names, doubled prefixes and slashes, closing slashes, HEAD, OPTIONS, wrong methods, and what is not there.
  app.all("/**", (event) => answer(event, planFor(event, table, cors)));
  const { fetch } = app;
  app.fetch = (request) => {
    try {
      return fetch(request);
    } catch (thrown) {
      // No address can be made of this path and this host; h3 throws before it asks anybody.
      return answer(request, noAddress(thrown)).then(() => new Response(null));
    }
  };
  const refuseTarget = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    serve(request, response, noAddress());
  const serveAtOnce = (request: IncomingMessage, response: ServerResponse): boolean => {
    const plan = plain.get(request.url ?? "")?.get(request.method ?? "");
    if (plan === undefined) return false;
    void serve(request, response, plan);
    return true;
  };
  return { h3: app, answerAll: createAnswerAll({ unreadable: createUnreadable(deps), serveAtOnce, refuseTarget }) };
}

function noAddress(cause?: unknown): Plan {
  return refusal(new GatewayError("invalid_request", "The request's path or host could not be read.", { cause }));
}

/** Answered without a key: it tells nothing. */
function refusal(error: unknown): Plan {
  return { access: "public", handle: () => Promise.reject(error), rest: "" };
}

/** h3's word for "the answer has been sent". */
const handled: symbol = Symbol.for("h3.handled");

function planFor(event: H3Event, table: RouteTable, cors: Cors): Plan {
  const { method } = event.req;
  const { pathname } = event.url;
  const path = canonicalPath(pathname);
  try {
    if (path === undefined) {
      const message = `Invalid URL (${method} ${pathname}): a '%' in a path is followed by two hex digits of UTF-8.`;
      throw new GatewayError("invalid_request", message);
    }
    return method === "OPTIONS" ? planForOptions(path, table, cors) : table.find(method, path, pathname);
  } catch (error) {
    return refusal(error);
  }
}

/** Browsers ask without a key. A page shall be able to read the 404 of a wrong path, so all paths answer. */
function planForOptions(path: string, table: RouteTable, cors: Cors): Plan {
  const methods = table.methodsOf(path) ?? allMethods;
  return {
    access: "public",
    rest: "",
    handle({ request, response, headers }) {
      sendEmpty(response, 204, { ...headers, ...cors.preflightFor(request.headers, methods), allow: methods });
      return undefined;
    },
  };
}

/** A request as srvx hands it over, with Node's own pair in it. */
interface FromNode {
  readonly runtime?: ServerRequest["runtime"] | undefined;
}

function nodePair({ runtime }: FromNode): { readonly request: IncomingMessage; readonly response: ServerResponse } {
  const { req: request, res: response } = runtime?.node ?? {};
  if (request instanceof IncomingMessage && response instanceof ServerResponse) return { request, response };
  throw new Error("Specgate runs on Node's HTTP server only");
}
