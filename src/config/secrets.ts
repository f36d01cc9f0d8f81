import type { Report } from "./report.ts";
import type { ScalarEntry } from "./tree.ts";

/** Keys of well-known hosts, tokens and private keys, wherever they stand. */
const keyShapes =
  /\bsk-[\w-]{8,}|\bAIza[\w-]{20,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bya29\.[\w.-]{10,}|\bBearer\s+[\w.~+/=-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY/g;

/** Members that hold a secret, for texts that do not parse. */
const secretMembers = /(?<=\b(?:api_key|bearer|key|value|master_key|secret)["']?:\s+["']?)[^\s"',}\]$[{][^\s"',}\]]*/g;

/** User and password in a URL. */
const userInfo = /(?<=:\/\/)[^\s/@${]+(?=@)/g;

/** The text with `*` where a key stands, of the same length. */
export function maskKeys(text: string): string {
  const blot = (found: string): string => found.replaceAll(/\S/g, "*");
  return [keyShapes, secretMembers, userInfo].reduce((masked, shape) => masked.replaceAll(shape, blot), text);
}

/**
 * Warns of a key that is written into the file, and hides it in excerpts.
 *
 * Only text of the file counts, also in the default of a `${NAME:-default}`: what the variable holds is in order.
 */
export function checkLiteral(entry: ScalarEntry, belongsHere: boolean, report: Report): void {
  const literal = entry.raw.replaceAll(/\$\{\w*(?::-)?|\}/g, "");
  const wholeIsReference = /^\$\{\w+(?::-)?\}$/.test(entry.raw);
  const isKey = literal.search(keyShapes) >= 0 || (belongsHere && !wholeIsReference && isLong(entry.raw));
  if (isKey || (belongsHere && !wholeIsReference)) {
    entry.secret = true;
    report.hide(entry.span);
  }
  if (isKey) report.warning(entry, { message: "this looks like a key; keep it out of the file, as in ${NAME}" });
}

/** Long, without spaces, in the letters that keys are made of. */
function isLong(raw: string): boolean {
  return /^[\w+/=.~-]{20,}$/.test(raw.replace(/^\$\{\w+:-/, "").replace(/\}$/, ""));
}
