import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";

/** What vLLM's fields hold an answer to. */
export type Guide =
  | { readonly kind: "json"; readonly schema: unknown }
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "choice"; readonly words: readonly string[] };

/**
 * The forms that vLLM's fields ask for, those at the top before those in the newer object. What the object asks for
 * besides, as a grammar, is reported.
 *
 * Fails: `invalid_value` where a schema is text and no JSON.
 */
export function guidesOf(
  request: ChatRequest,
  changes: Change[],
): readonly { readonly path: string; readonly guide: Guide }[] {
  const { guided_json: json, guided_choice: choice, guided_regex: regex, structured_outputs: newer } = request;
  const found: { path: string; guide: Guide }[] = [];
  const members = Object.entries(newer ?? {}).map(
    ([name, value]) => [`structured_outputs.${name}`, name, value] as const,
  );
  const said: readonly (readonly [path: string, name: string, value: unknown])[] = [
    ["guided_json", "json", json],
    ["guided_choice", "choice", choice],
    ["guided_regex", "regex", regex],
    ...members,
  ];
  for (const [path, name, value] of said) {
    if (saysNothing(value)) continue;
    const guide = toGuide(name, value, path);
    if (guide === undefined) changes.push({ verb: "reported", path });
    else found.push({ path, guide });
  }
  return found;
}

const saysNothing = (value: unknown): boolean =>
  value == null || value === "" || value === false || (Array.isArray(value) && value.length === 0);

function toGuide(name: string, value: unknown, path: string): Guide | undefined {
  switch (name) {
    case "json":
      return { kind: "json", schema: typeof value === "string" ? parse(value, path) : value };
    case "json_object":
      return value === true ? { kind: "json", schema: undefined } : undefined;
    case "choice":
      return isWords(value) ? { kind: "choice", words: value } : undefined;
    case "regex":
      return typeof value === "string" ? { kind: "pattern", pattern: value } : undefined;
    default:
      return undefined;
  }
}

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((word) => typeof word === "string");

function parse(json: string, param: string): unknown {
  try {
    const schema: unknown = JSON.parse(json);
    return schema;
  } catch {
    throw new GatewayError("invalid_value", `'${param}' is a text that is no JSON.`, { param });
  }
}
