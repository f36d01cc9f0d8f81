import { keyShapes } from "./mask.ts";
import type { Report } from "./report.ts";
import type { ScalarEntry } from "./tree.ts";

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
