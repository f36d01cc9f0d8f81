import { isObject } from "../json.ts";

/** Members whose values are told apart by their type; error texts name the type behind them. */
const tagged = new Set([
  "content",
  "tools",
  "source",
  "thinking",
  "tool_choice",
  "citations",
  "edits",
  "cache_control",
]);

/**
 * A path as Anthropic's error texts write it: with dots, and the type of a value behind its place where the type told
 * what it has to look like: `messages.0.content.1.image.source.base64.media_type`.
 *
 * `open` leaves the type of the last value out, since nothing was told by it.
 */
export function placeName(root: unknown, path: readonly string[], open = false): string {
  const names: string[] = [];
  let at: unknown = root;
  let key = "";
  for (const [index, step] of path.entries()) {
    names.push(step);
    at = Array.isArray(at) ? at[Number(step)] : isObject(at) ? at[step] : undefined;
    if (!/^\d+$/.test(step)) key = step;
    if (open && index === path.length - 1) break;
    const type = isObject(at) && tagged.has(key) ? (at["type"] ?? (key === "tools" ? "custom" : undefined)) : undefined;
    if (typeof type === "string") names.push(type);
  }
  return names.join(".");
}

/** The steps of a path that a check failed at. */
export const stepsOf = (instancePath: string): readonly string[] =>
  instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

/** What is at a path. */
export const valueAt = (root: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, step) => (Array.isArray(at) ? at[Number(step)] : isObject(at) ? at[step] : undefined),
    root,
  );
