import type { PreparedCall } from "./provider.ts";

/**
 * A call's headers with those of one request. The latter are lists, as of features that are asked for: what the config
 * says of the same header stands before them, and nothing stands there twice.
 *
 * @see RFC 9110 §5.3
 */
export function withRequestHeaders(
  fixed: PreparedCall["headers"],
  said: Readonly<Record<string, string>> | undefined,
): PreparedCall["headers"] {
  if (said === undefined) return fixed;
  const lists = Object.entries(said).map(([name, list]) => [name, joined(fixed[name], list)] as const);
  return { ...fixed, ...Object.fromEntries(lists) };
}

function joined(first: string | undefined, second: string): string {
  return [...new Set([first ?? "", second].flatMap((list) => list.split(",")).map((one) => one.trim()))]
    .filter((one) => one !== "")
    .join(",");
}
