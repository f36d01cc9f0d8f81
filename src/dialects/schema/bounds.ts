import { isCount, isFiniteNumber, own } from "./json.ts";
import { allows, type Rewriting, type Site } from "./site.ts";

interface Side {
  readonly bound: "minimum" | "maximum";
  readonly exclusive: "exclusiveMinimum" | "exclusiveMaximum";
  /** The words for the bound itself, and for what is beyond it. */
  readonly words: readonly [closed: string, open: string];
  /** The first integer beyond a number. */
  readonly next: (n: number) => number;
  readonly tighter: (a: number, b: number) => number;
}

const sides: readonly Side[] = [
  {
    bound: "minimum",
    exclusive: "exclusiveMinimum",
    words: ["at least", "greater than"],
    next: (n) => Math.floor(n) + 1,
    tighter: Math.max,
  },
  {
    bound: "maximum",
    exclusive: "exclusiveMaximum",
    words: ["at most", "less than"],
    next: (n) => Math.ceil(n) - 1,
    tighter: Math.min,
  },
];

/** The bounds of numbers. Those that leave the bound out become the next integer, or the bound itself and a hint. */
export function rewriteNumbers(site: Site, rewriting: Rewriting): void {
  if (!allows(site, "number", "integer")) return;
  rewriteMultiple(site, rewriting);
  const whole = site.types !== undefined && !site.types.includes("number");
  for (const side of sides) {
    const bound = numberAt(site, side.bound, rewriting);
    const hasWord = rewriting.form.words.has(side.bound);
    if (bound !== undefined && hasWord) site.out[side.bound] = bound;
    const open = openBound(site, side, bound, rewriting);
    if (!hasWord) tellBounds(site, side, bound, open, rewriting);
    if (open === undefined || !hasWord) continue;
    const next = side.next(open);
    if (whole && Number.isSafeInteger(next)) {
      site.out[side.bound] = bound === undefined ? next : side.tighter(bound, next);
    } else if (bound === undefined || side.tighter(bound, open) === open) {
      site.out[side.bound] = open;
      rewriting.lost(site.at(side.exclusive));
      site.hints.push(`${side.words[1]} ${open}`);
    }
  }
}

/** Bounds that the form has no word for. */
function tellBounds(
  site: Site,
  { bound, exclusive, words }: Side,
  closed: number | undefined,
  open: number | undefined,
  { lost }: Rewriting,
): void {
  if (closed !== undefined) lost(site.at(bound));
  if (closed !== undefined && closed !== open) site.hints.push(`${words[0]} ${closed}`);
  if (open === undefined) return;
  lost(site.at(exclusive));
  site.hints.push(`${words[1]} ${open}`);
}

function numberAt(site: Site, keyword: string, rewriting: Rewriting): number | undefined {
  const value = own(site.schema, keyword);
  if (value === undefined || isFiniteNumber(value)) return value;
  rewriting.lost(site.at(keyword));
  return undefined;
}

/** The number that is left out. In draft 4 the keyword is a flag beside the bound. */
function openBound(site: Site, side: Side, bound: number | undefined, rewriting: Rewriting): number | undefined {
  const value = own(site.schema, side.exclusive);
  if (value === true) return bound;
  return value === false ? undefined : numberAt(site, side.exclusive, rewriting);
}

/** Multiples of one are integers. */
function rewriteMultiple(site: Site, rewriting: Rewriting): void {
  const factor = own(site.schema, "multipleOf");
  if (factor === undefined) return;
  if (factor === 1 && site.types !== undefined) {
    if (!site.types.includes("number")) return;
    const types = [...new Set(site.types.map((type) => (type === "number" ? "integer" : type)))];
    site.types = types;
    site.out["type"] = types.length === 1 ? types[0] : types;
    return;
  }
  rewriting.lost(site.at("multipleOf"));
  if (isFiniteNumber(factor)) site.hints.push(`a multiple of ${factor}`);
}

/** The bounds of texts, which few forms have. */
export function rewriteStrings(site: Site, rewriting: Rewriting): void {
  if (!allows(site, "string")) return;
  const { schema, out, hints } = site;
  const pattern = schema["pattern"];
  if (rewriting.form.words.has("pattern") && typeof pattern === "string") out["pattern"] = pattern;
  else if (pattern !== undefined) {
    rewriting.lost(site.at("pattern"));
    if (typeof pattern === "string") hints.push(`pattern: ${pattern}`);
  }
  rewriteCount(site, "minLength", rewriting, (n) => `at least ${n} characters`);
  rewriteCount(site, "maxLength", rewriting, (n) => `at most ${n} characters`);
}

/** A count that not every form has: elsewhere a loss, and a hint. At least zero says nothing. */
export function rewriteCount(
  site: Site,
  keyword: "minLength" | "maxLength" | "minProperties" | "maxProperties",
  rewriting: Rewriting,
  hint: (n: number) => string,
): void {
  const count = own(site.schema, keyword);
  if (count === undefined || (count === 0 && keyword.startsWith("min"))) return;
  if (rewriting.form.words.has(keyword) && isCount(count)) site.out[keyword] = count;
  else {
    rewriting.lost(site.at(keyword));
    if (isCount(count)) site.hints.push(hint(count));
  }
}
