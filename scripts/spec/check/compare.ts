import type { Field } from "../fields.ts";
import type { Tells } from "../readers/tells.ts";

/**
 * How a spec can differ from upstream at a path.
 *
 * `added` upstream has it and we do not, `removed` the other way round; the rest say what of the place is not the same.
 */
export const kinds = ["added", "removed", "types", "words", "required", "null", "default", "bounds"] as const;
export type Kind = (typeof kinds)[number];

/** One difference, by the path it is seen at. */
export interface Difference {
  readonly path: string;
  readonly kind: Kind;
  /** What upstream and we say, upstream first. */
  readonly detail: string;
}

/** A place as one upstream description has it. */
export interface Known {
  readonly field: Field;
  readonly tells: Tells;
}

/** A place of ours that some upstream description has too, and what of it any of them can judge. */
export interface Seen {
  readonly field: Field;
  readonly words: boolean;
  readonly required: boolean;
}

/**
 * Compares a place and all below it with what upstream says. Of several descriptions one that agrees is enough.
 *
 * A description is not asked what it never speaks of, see {@link Tells}. What is below a place that only one side has,
 * or that has other types, is not looked at. The places that were looked at are noted in `seen`.
 */
export function compareFields(
  label: string,
  ours: Field,
  theirs: readonly Known[],
  seen: Map<string, Seen> = new Map(),
): readonly Difference[] {
  const path = pathOf(label, ours);
  seen.set(path, {
    field: ours,
    words: theirs.some(({ field, tells }) => tells.words && field.types.includes("string")),
    required: theirs.some(({ tells }) => tells.required),
  });
  const types = compareTypes(path, ours, theirs);
  if (types !== undefined) return [types, ...compareRequired(path, ours, theirs)];
  const here = [
    ...compareWords(path, ours, theirs),
    ...compareRequired(path, ours, theirs),
    ...compareNull(path, ours, theirs),
    ...compareDefault(path, ours, theirs),
    ...compareBounds(path, ours, theirs),
  ];
  return [...here, ...compareBelow(label, ours, theirs, seen)];
}

/** How many places there are below a field, itself included. */
export function countPlaces(field: Field): number {
  return [...childrenOf(field).values()].reduce((sum, child) => sum + countPlaces(child), 1);
}

/** A field's path behind the name of what it is in. */
function pathOf(label: string, field: Field): string {
  return field.path === "" || /^[[<.]/.test(field.path) ? label + field.path : `${label}.${field.path}`;
}

function childrenOf(field: Field): ReadonlyMap<string, Field> {
  const children = new Map<string, Field>();
  for (const [name, child] of field.properties) children.set(`.${name}`, child);
  if (field.items) children.set("[]", field.items);
  if (field.entries) children.set(".{}", field.entries);
  for (const [word, child] of field.variants) children.set(`<${word}>`, child);
  return children;
}

function compareBelow(
  label: string,
  ours: Field,
  theirs: readonly Known[],
  seen: Map<string, Seen>,
): readonly Difference[] {
  const open = theirs.filter((known) => !known.field.again);
  if (ours.again || open.length === 0) return [];
  const own = childrenOf(ours);
  const upstream = open.map(({ field, tells }) => ({ children: childrenOf(field), tells }));
  const keys = new Set([...own.keys(), ...upstream.flatMap(({ children }) => [...children.keys()])]);
  return [...keys].flatMap((key): readonly Difference[] => {
    const child = own.get(key);
    const known = upstream.flatMap(({ children, tells }) => {
      const field = children.get(key);
      return field === undefined ? [] : [{ field, tells }];
    });
    const [first] = known;
    if (child !== undefined && first !== undefined) return compareFields(label, child, known, seen);
    if (child !== undefined) return [{ path: pathOf(label, child), kind: "removed", detail: typesIn(child) }];
    return first === undefined
      ? []
      : [{ path: pathOf(label, first.field), kind: "added", detail: typesIn(first.field) }];
  });
}

const typesIn = (field: Field): string => field.types.join("|") || "any";

function compareTypes(path: string, ours: Field, theirs: readonly Known[]): Difference | undefined {
  const same = theirs.some(
    ({ field, tells }) => typeText(field.types, tells.integers) === typeText(ours.types, tells.integers),
  );
  const [first] = theirs;
  if (same || first === undefined) return undefined;
  return { path, kind: "types", detail: `${typesIn(first.field)} upstream, ${typesIn(ours)} here` };
}

/** Types in one order; all numbers alike for who does not tell whole ones from fractions. */
function typeText(types: readonly string[], integers: boolean): string {
  const told = integers ? types : types.map((type) => (type === "integer" ? "number" : type));
  return [...new Set(told)].sort().join("|");
}

function compareWords(path: string, ours: Field, theirs: readonly Known[]): readonly Difference[] {
  const telling = theirs.filter(({ field, tells }) => tells.words && field.types.includes("string"));
  const closed = telling.flatMap(({ field }) => field.values ?? []);
  const words = new Set(closed);
  if (telling.length === 0 || !ours.types.includes("string")) return [];
  if (ours.values === undefined) {
    if (telling.some(({ field }) => field.values === undefined)) return [];
    return [{ path, kind: "words", detail: `${[...words].join(" ")} upstream, any here` }];
  }
  if (words.size === 0) return [{ path, kind: "words", detail: `any upstream, ${ours.values.join(" ")} here` }];
  const own = new Set(ours.values);
  return [
    ...[...words].filter((word) => !own.has(word)).map((word) => toWord(path, word, "added")),
    ...[...own].filter((word) => !words.has(word)).map((word) => toWord(path, word, "removed")),
  ];
}

function toWord(path: string, word: string, kind: "added" | "removed"): Difference {
  return { path: `${path}=${word}`, kind, detail: "word" };
}

function compareRequired(path: string, ours: Field, theirs: readonly Known[]): readonly Difference[] {
  const telling = theirs.filter(({ tells }) => tells.required);
  if (telling.length === 0 || telling.some(({ field }) => field.required === ours.required)) return [];
  const word = (required: boolean): string => (required ? "required" : "optional");
  const what = ours.kind === "variant" ? "its tag is " : "";
  return [{ path, kind: "required", detail: `${what}${word(!ours.required)} upstream, ${word(ours.required)} here` }];
}

function compareNull(path: string, ours: Field, theirs: readonly Known[]): readonly Difference[] {
  const telling = theirs.filter(({ tells }) => tells.null);
  // What may be anything may be null.
  if (telling.length === 0 || ours.types.length === 0) return [];
  if (telling.some(({ field }) => field.nullable === ours.nullable)) return [];
  const [yes, no] = ours.nullable ? ["here", "upstream"] : ["upstream", "here"];
  return [{ path, kind: "null", detail: `null allowed ${yes}, not ${no}` }];
}

function compareDefault(path: string, ours: Field, theirs: readonly Known[]): readonly Difference[] {
  const telling = theirs.filter(({ tells }) => tells.default);
  const own = JSON.stringify(ours.default) ?? "none";
  const upstream = telling.map(({ field }) => JSON.stringify(field.default) ?? "none");
  if (telling.length === 0 || upstream.includes(own)) return [];
  return [{ path, kind: "default", detail: `${upstream.join(" or ")} upstream, ${own} here` }];
}

function compareBounds(path: string, ours: Field, theirs: readonly Known[]): readonly Difference[] {
  const telling = theirs.filter(({ tells }) => tells.bounds);
  const own = boundText(ours);
  const upstream = telling.map(({ field }) => boundText(field));
  if (telling.length === 0 || upstream.includes(own)) return [];
  return [{ path, kind: "bounds", detail: `${upstream.join(" or ")} upstream, ${own} here` }];
}

function boundText({ bounds }: Field): string {
  const entries = Object.entries(bounds).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([keyword, bound]) => `${keyword} ${bound}`).join(", ") || "none";
}
