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

const anyNull = /"usage"\s*:\s*null/g;
/** With the comma that belongs to it: the one before, or of a first member the one after. */
const oneNull = /,\s?"usage":\s?null(?=\s*[,}])|(?<=^\{\s?)"usage":\s?null,\s?/;

/** A JSON text without the counts that are null, or undefined where they do not stand there exactly once. */
export function withoutNullUsage(json: string): string | undefined {
  return json.match(anyNull)?.length === 1 && oneNull.test(json) ? json.replace(oneNull, "") : undefined;
}
