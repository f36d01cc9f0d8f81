/** A quantity, or why it is none. */
export type Parsed = { readonly value: number } | { readonly problem: string; readonly suggestion?: string };

const milliseconds: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

const bytes: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["KB", 1024],
  ["MB", 1024 ** 2],
  ["GB", 1024 ** 3],
]);

/** What people write instead, in lower case. */
const otherSpellings: ReadonlyMap<string, string> = new Map([
  ...["millis", "msec", "msecs", "millisecond", "milliseconds"].map((word) => [word, "ms"] as const),
  ...["sec", "secs", "second", "seconds"].map((word) => [word, "s"] as const),
  ...["min", "mins", "minute", "minutes"].map((word) => [word, "m"] as const),
  ...["hr", "hrs", "hour", "hours"].map((word) => [word, "h"] as const),
  ...["day", "days"].map((word) => [word, "d"] as const),
  ...["b", "byte", "bytes"].map((word) => [word, "B"] as const),
  ...["k", "kb", "kib"].map((word) => [word, "KB"] as const),
  ...["m", "mb", "mib"].map((word) => [word, "MB"] as const),
  ...["g", "gb", "gib"].map((word) => [word, "GB"] as const),
]);

/** `250ms`, `10s`, `20m`, `1h`, `30d` → milliseconds. A fraction may be written as long as whole milliseconds result. */
export function parseDuration(text: string): Parsed {
  return parseQuantity(text, { what: "a duration", units: milliseconds, example: "10s", least: "milliseconds" });
}

/** `512KB`, `100MB`, `1GB` → bytes. A KB is 1024 bytes. */
export function parseSize(text: string): Parsed {
  return parseQuantity(text, { what: "a size", units: bytes, example: "100MB", least: "bytes" });
}

interface Kind {
  readonly what: string;
  readonly units: ReadonlyMap<string, number>;
  readonly example: string;
  readonly least: string;
}

function parseQuantity(text: string, kind: Kind): Parsed {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unitList = [...kind.units.keys()].join(", ");
  const problem = `is ${kind.what}: a number and one of ${unitList}, as in ${kind.example}`;
  if (match === null) return { problem };
  const [, number = "", unit = ""] = match;
  const factor = kind.units.get(unit);
  if (unit === "") return { problem: `needs a unit, one of ${unitList}, as in ${kind.example}` };
  if (factor === undefined || text !== number + unit) {
    const meant = factor === undefined ? meantUnit(unit, kind) : unit;
    return meant === undefined ? { problem } : { problem, suggestion: number + meant };
  }
  const value = Number(number) * factor;
  return Number.isSafeInteger(value) ? { value } : { problem: `must come to whole ${kind.least}, and not too many` };
}

function meantUnit(unit: string, kind: Kind): string | undefined {
  const lower = unit.toLowerCase();
  const spelled = kind.units.has(lower) ? lower : kind.units.has(unit.toUpperCase()) ? unit.toUpperCase() : undefined;
  const meant = spelled ?? otherSpellings.get(lower);
  return meant !== undefined && kind.units.has(meant) ? meant : undefined;
}
