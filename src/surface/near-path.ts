import { suggest } from "../config/suggest.ts";
import type { Route } from "./route.ts";

/** How much longer or shorter a mistyped path may be than the one that was meant. */
const mostLetters = 3;

/**
 * The route that a wrong path was meant for, as `POST /v1/chat/completions`: one that it ends in, as where a client's
 * base URL holds too much, or one that it is a slip away from. Undefined where none is near.
 */
export function createNearPath(routes: readonly Route[]): (path: string) => string | undefined {
  const plain = routes.filter(({ path }) => path !== "/" && !path.includes("**"));
  const longestFirst = plain.toSorted((a, b) => b.path.length - a.path.length);
  return (path) => {
    const small = path.toLowerCase();
    const meant = longestFirst.find((route) => small.endsWith(route.path)) ?? slip(small, plain);
    return meant === undefined ? undefined : `${meant.method} ${shown(meant)}`;
  };
}

function slip(path: string, routes: readonly Route[]): Route | undefined {
  const near = routes.filter((route) => {
    // What goes on below a route is another resource, and no slip.
    return Math.abs(route.path.length - path.length) <= mostLetters && !path.startsWith(`${route.path}/`);
  });
  const found = suggest(
    path,
    near.map((route) => route.path),
  );
  return near.find((route) => route.path === found);
}

function shown({ path, operation }: Route): string {
  return operation === undefined ? path : `/v1${path}`;
}
