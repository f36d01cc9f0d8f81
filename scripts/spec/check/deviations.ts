import { type Format, formats } from "../readers/description.ts";
import { isRaw, listOf, type Raw, textsOf } from "../readers/json.ts";
import { partNames } from "../readers/operation.ts";
import { type Difference, type Kind, kinds } from "./compare.ts";
import type { Comparison } from "./compare-spec.ts";

/** An intended difference: one line of specs/deviations.yaml, or one place of a line that names several. */
export interface Deviation {
  readonly spec: string;
  readonly path: string;
  readonly kind: Kind;
  /** The one kind of description that differs, where another agrees with us. */
  readonly upstream: Format | undefined;
}

/** The deviations of a parsed file, and what is wrong with it. */
export interface Deviations {
  readonly deviations: readonly Deviation[];
  readonly mistakes: readonly string[];
}

const members = ["spec", "path", "kind", "upstream", "why", "evidence"] as const;

/** Reads specs/deviations.yaml, parsed. `specs` are the names there are. */
export function parseDeviations(parsed: unknown, specs: readonly string[]): Deviations {
  const mistakes: string[] = [];
  const deviations: Deviation[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of listOf(parsed ?? []).entries()) {
    const wrong = mistakeIn(entry, specs);
    if (wrong !== undefined) mistakes.push(`specs/deviations.yaml, entry ${index + 1}: ${wrong}`);
    if (wrong !== undefined || !isRaw(entry)) continue;
    for (const deviation of deviationsOf(entry)) {
      const key = `${deviation.spec} ${deviation.kind} ${deviation.path} ${deviation.upstream}`;
      if (seen.has(key)) mistakes.push(`specs/deviations.yaml: ${deviation.path} is there twice`);
      seen.add(key);
      deviations.push(deviation);
    }
  }
  if (parsed !== null && !Array.isArray(parsed)) mistakes.push("specs/deviations.yaml is no list");
  return { deviations, mistakes };
}

function mistakeIn(entry: unknown, specs: readonly string[]): string | undefined {
  if (!isRaw(entry)) return "is no object";
  const unknown = Object.keys(entry).find((key) => !members.some((member) => member === key));
  if (unknown !== undefined) return `${unknown} means nothing here`;
  for (const member of ["spec", "kind", "why", "evidence"] as const) {
    if (typeof entry[member] !== "string" || entry[member] === "") return `${member} is missing`;
  }
  if (!specs.includes(String(entry["spec"]))) return `there is no spec ${entry["spec"]}`;
  if (kindOf(entry["kind"]) === undefined) return `kind is one of ${kinds.join(", ")}, not ${entry["kind"]}`;
  if (entry["upstream"] !== undefined && formatOf(entry["upstream"]) === undefined) {
    return `upstream is one of ${formats.join(", ")}, not ${entry["upstream"]}`;
  }
  const paths = pathsOf(entry);
  if (paths.length === 0) return "path is missing";
  const wild = paths.find((path) => path.includes("*"));
  return wild === undefined ? undefined : `${wild} has a wildcard; name the places`;
}

function deviationsOf(entry: Raw): readonly Deviation[] {
  const kind = kindOf(entry["kind"]);
  const upstream = formatOf(entry["upstream"]);
  return kind === undefined
    ? []
    : pathsOf(entry).map((path) => ({ spec: String(entry["spec"]), path, kind, upstream }));
}

function formatOf(value: unknown): Format | undefined {
  return formats.find((format) => format === value);
}

function kindOf(value: unknown): Kind | undefined {
  return kinds.find((kind) => kind === value);
}

function pathsOf(entry: Raw): readonly string[] {
  const path = entry["path"];
  return (typeof path === "string" ? [path] : textsOf(path)).filter((one) => one !== "");
}

/** Differences nobody meant, and deviations that are none any more. */
export interface Remainder {
  readonly differences: readonly Difference[];
  readonly stale: readonly Deviation[];
}

/**
 * Subtracts the deviations of one spec from what a comparison found.
 *
 * `apart` has the comparisons with the descriptions of each kind alone. A deviation about one kind is looked for there:
 * where several kinds are given, one that agrees with us hides what the others say.
 */
export function subtract(
  comparison: Comparison,
  deviations: readonly Deviation[],
  apart: ReadonlyMap<Format, Comparison> = new Map(),
): Remainder {
  const given = deviations.filter(({ upstream }) => upstream === undefined || apart.has(upstream));
  const isMeant = (difference: Difference): boolean => given.some((deviation) => isSame(deviation, difference));
  const stale = given.filter((deviation) => {
    const source = deviation.upstream === undefined ? comparison : apart.get(deviation.upstream);
    if (source === undefined) return false;
    return !source.differences.some((difference) => isSame(deviation, difference)) && isAsked(source, deviation);
  });
  return { differences: comparison.differences.filter((difference) => !isMeant(difference)), stale };
}

function isSame(deviation: Deviation, { path, kind }: Difference): boolean {
  return path === deviation.path && kind === deviation.kind;
}

/** Whether upstream, as far as it was given this time, could have shown the difference. */
function isAsked({ asked }: Comparison, { path, kind }: Deviation): boolean {
  const label = [...asked.keys()].find((one) => path === one || isBelow(path, one));
  const descriptions = label === undefined ? [] : (asked.get(label) ?? []);
  const part = partNames.find((name) => path === `${label}/${name}`);
  if (part !== undefined) return descriptions.some(({ speaksOf }) => speaksOf.has(part));
  if (path.includes("=")) return descriptions.some(({ tells }) => tells.words);
  if (kind === "added" || kind === "removed" || kind === "types") return descriptions.length > 0;
  return descriptions.some(({ tells }) => tells[kind]);
}

function isBelow(path: string, label: string): boolean {
  return path.startsWith(label) && /^[.[<=/]/.test(path.slice(label.length));
}
