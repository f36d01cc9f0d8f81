/**
 * A JSON text with one member's text value replaced, or undefined where that cannot be done safely: the pair must stand
 * in the text exactly once. Inside of texts quotes are escaped, so a pair found is a pair; that it is the one at the
 * top, the caller has seen.
 */
export function withText(json: string, member: string, from: string, to: string): string | undefined {
  if (from === to) return json;
  const value = JSON.stringify(from);
  const at = json.indexOf(value);
  if (at < 0 || json.indexOf(value, at + 1) >= 0) return undefined;
  const before = json.slice(0, at);
  if (!before.endsWith(`"${member}":`) && !before.endsWith(`"${member}": `)) return undefined;
  return before + JSON.stringify(to) + json.slice(at + value.length);
}

const nulls: ReadonlyMap<string, RegExp> = new Map([["usage", /,\s?"usage":\s?null(?=[,}])/g]]);

/** A JSON text without one member that is null, or undefined where it does not stand there exactly once. */
export function withoutNull(json: string, member: "usage"): string | undefined {
  const pattern = nulls.get(member);
  if (pattern === undefined || json.match(pattern)?.length !== 1) return undefined;
  return json.replace(pattern, "");
}
