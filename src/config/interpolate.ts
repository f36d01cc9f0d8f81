import type { Environment } from "./config.ts";
import type { Report } from "./report.ts";
import { suggest } from "./suggest.ts";
import { type Entry, everyEntry, type ScalarEntry, type Span } from "./tree.ts";

/** A `${…}` that could not be replaced. */
export interface Unresolved {
  /** The text of it, as it was written. */
  readonly reference: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** A text with its references replaced. */
export interface Expanded {
  readonly value: string;
  /** A variable was named, whether or not its default was taken. */
  readonly interpolated: boolean;
  readonly unresolved: readonly Unresolved[];
}

/**
 * Replaces `${NAME}` and `${NAME:-default}`; `$${` gives `${`.
 *
 * A default counts when the variable is missing or empty, as in a shell. Without one, an empty variable is a mistake
 * like a missing one: it is usually a variable that somebody forgot to fill. Replaced text is not looked at again.
 */
export function expand(text: string, env: Environment): Expanded {
  const unresolved: Unresolved[] = [];
  let interpolated = false;
  const value = text.replaceAll(/\$\$\{|\$\{([^}]*)(\}?)/g, (reference, body: string | undefined, end: string) => {
    if (body === undefined) return "${";
    interpolated = true;
    const found =
      end === "" ? { message: "this `${` is never closed; write `$${` for a plain `${`" } : lookUp(body, env);
    if ("value" in found) return found.value;
    unresolved.push({ reference, ...found });
    return reference;
  });
  return { value, interpolated, unresolved };
}

type Found = { readonly value: string } | Omit<Unresolved, "reference">;

function lookUp(body: string, env: Environment): Found {
  const match = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(body);
  const [, name = "", fallback] = match ?? [];
  if (match === null) return { message: "expected a variable as `${NAME}` or `${NAME:-default}`" };
  if (fallback?.includes("${")) return { message: "a default is plain text and cannot hold another `${`" };
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value !== undefined && value !== "") return { value };
  if (fallback !== undefined) return { value: fallback };
  const remedy = `set it, or write a default as \${${name}:-…}`;
  if (value === "") return { message: `the environment variable ${name} is empty; ${remedy}` };
  const near = suggest(name, Object.keys(env));
  return { message: `the environment variable ${name} is not set; ${remedy}`, suggestion: near };
}

/** Replaces references in every value. What cannot be replaced is reported at its place and taken out. */
export function interpolate(tree: Entry, text: string, env: Environment, report: Report): void {
  for (const entry of everyEntry(tree)) {
    if (entry.kind === "scalar" && typeof entry.value === "string") expandEntry(entry, entry.value, text, env, report);
  }
}

function expandEntry(entry: ScalarEntry, raw: string, text: string, env: Environment, report: Report): void {
  const { value, interpolated, unresolved } = expand(raw, env);
  entry.value = value;
  entry.interpolated = interpolated;
  entry.removed = unresolved.length > 0;
  let from = entry.span.start;
  for (const { reference, message, suggestion } of unresolved) {
    const span = locate(reference, from, entry.span, text);
    from = span.start + 1;
    report.mistakeAt(span, entry.path, { message, suggestion });
  }
}

/** Where a reference stands within its value; the whole value where escapes make it look different in the file. */
function locate(reference: string, from: number, within: Span, text: string): Span {
  const start = text.indexOf(reference, from);
  return start < 0 || start >= within.end ? within : { start, end: start + reference.length };
}
