import { GatewayError } from "../errors.ts";
import { matchPath, type PathPattern, toPattern } from "../http/path.ts";
import { createNearPath } from "./near-path.ts";
import type { Route } from "./route.ts";

/** A route, and what `**` stands for in this path. */
export interface Found extends Route {
  readonly rest: string;
}

/** Finds routes by canonical paths. */
export interface RouteTable {
  /** Fails: throws `not_found`, with a route that is near, and `method_not_supported`. `shownPath` is what the client wrote. */
  readonly find: (method: string, path: string, shownPath: string) => Found;
  /** The methods a path takes, as `allow` lists them; undefined for a path that nobody serves. */
  readonly methodsOf: (path: string) => string | undefined;
}

/** What a server of this kind knows at all: the answer to `OPTIONS *`, and to a browser that asks about a wrong path. */
export const allMethods = "GET, HEAD, POST, DELETE, OPTIONS";

/** Makes the table that paths are looked up in which are not written plainly, or hold a name. */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const patterns = routes.map((route): readonly [Route, PathPattern] => [route, toPattern(route.path)]);
  const nearPath = createNearPath(routes);
  const at = (path: string): readonly Route[] =>
    patterns.flatMap(([route, pattern]) => (matchPath(pattern, path) === undefined ? [] : [route]));
  const methodsOf = (path: string): string | undefined => toAllow(at(path).map(({ method }) => method));
  return {
    methodsOf,
    find(method, path, shownPath) {
      const wanted = method === "HEAD" ? "GET" : method;
      for (const [route, pattern] of patterns) {
        const rest = route.method === wanted ? matchPath(pattern, path) : undefined;
        if (rest !== undefined) return { ...route, rest };
      }
      const allow = methodsOf(path);
      if (allow === undefined) throw notFound(`Invalid URL (${method} ${shownPath})`, nearPath(path));
      const message = `Not allowed to ${method} on ${shownPath}.`;
      throw new GatewayError("method_not_supported", message, { headers: { allow } });
    },
  };
}

function notFound(message: string, meant: string | undefined): GatewayError {
  return new GatewayError("not_found", meant === undefined ? message : `${message}. Did you mean ${meant}?`);
}

/** Methods as a header lists them, with those that come with them. */
function toAllow(methods: readonly string[]): string | undefined {
  if (methods.length === 0) return undefined;
  const all = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return [...new Set(all), "OPTIONS"].join(", ");
}
