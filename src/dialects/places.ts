import type { ChatRequest } from "../operations/types.ts";

/** A client's usual path for what an upstream speaks of → the path in this client's request; undefined where it has none. */
export type Places = (usual: string) => string | undefined;

/** Members of which the client may have said one or another, the one that counts most first. */
export type Alternatives = Readonly<Record<string, readonly string[]>>;

/** The place of what a usual path begins with, by whichever name the client has for it. */
export function firstOf(
  alternatives: Alternatives,
  first: string,
  rest: string,
  request: ChatRequest,
): string | undefined {
  for (const one of alternatives[first] ?? [first]) {
    if (longest(request, one) === one) return longest(request, one === first ? one + rest : one);
  }
  return undefined;
}

/** As much of a path as leads to something; undefined where not even its first step does. */
export function longest(request: ChatRequest, path: string): string | undefined {
  let at: unknown = request;
  let known = "";
  for (const [step, name = "", index] of path.matchAll(/\.?([^.[\]]+)|\[(\d+)\]/g)) {
    const key = index ?? name;
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) break;
    at = Reflect.get(at, key);
    if (at == null) break;
    known += step;
  }
  return known === "" ? undefined : known;
}
