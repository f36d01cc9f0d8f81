import type { Path } from "./mistakes.ts";

/** A stretch of the file, in characters from its beginning; `end` is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface EntryBase {
  /** Where the entry stands in the file as it was written. */
  readonly path: Path;
  /** The key before it; undefined for list items and the root. */
  readonly key: Span | undefined;
  readonly span: Span;
  /** A mistake was reported here and the value is out of the way, so that the rest can still be checked. */
  removed: boolean;
}

export interface ScalarEntry extends EntryBase {
  readonly kind: "scalar";
  value: string | number | boolean | null;
  /** As it stands in the file: safe to show, unless `secret`. */
  readonly raw: string;
  readonly quoted: boolean;
  /** Holds something from the environment. */
  interpolated: boolean;
  /** Stands where a secret belongs, or looks like one. */
  secret: boolean;
}

export interface MapEntry extends EntryBase {
  readonly kind: "map";
  readonly members: Map<string, Entry>;
}

export interface ListEntry extends EntryBase {
  readonly kind: "list";
  readonly items: readonly Entry[];
}

/** The file as data that remembers where each value came from. */
export type Entry = ScalarEntry | MapEntry | ListEntry;

/** Plain data without what was removed. */
export function toData(entry: Entry): unknown {
  if (entry.kind === "scalar") return entry.value;
  if (entry.kind === "list") return presentItems(entry).map(toData);
  return Object.fromEntries(presentMembers(entry).map(([name, member]) => [name, toData(member)]));
}

export function presentItems(entry: ListEntry): readonly Entry[] {
  return entry.items.filter((item) => !item.removed);
}

export function presentMembers(entry: MapEntry): readonly (readonly [string, Entry])[] {
  return [...entry.members].filter(([, member]) => !member.removed);
}

/** Direct children, keys or indexes as in {@link toData}. */
function child(entry: Entry, step: string | number): Entry | undefined {
  if (entry.kind === "list") return presentItems(entry)[Number(step)];
  if (entry.kind === "scalar") return undefined;
  const member = entry.members.get(String(step));
  return member?.removed === false ? member : undefined;
}

/** The entry that a path through {@link toData} leads to, or undefined. */
export function find(root: Entry, path: Path): Entry | undefined {
  return path.reduce<Entry | undefined>((entry, step) => entry && child(entry, step), root);
}

/** The same; where nothing stands there, the nearest entry around it. */
export function findNearest(root: Entry, path: Path): Entry {
  let entry = root;
  for (const step of path) {
    const next = child(entry, step);
    if (next === undefined) return entry;
    entry = next;
  }
  return entry;
}

/** The member of a map, removed or not. */
export function memberOf(entry: Entry | undefined, name: string): Entry | undefined {
  return entry?.kind === "map" ? entry.members.get(name) : undefined;
}

/** The entry and everything in it that is still present. */
export function* everyEntry(entry: Entry): Generator<Entry> {
  if (entry.removed) return;
  yield entry;
  const inner = entry.kind === "map" ? entry.members.values() : entry.kind === "list" ? entry.items : [];
  for (const one of inner) yield* everyEntry(one);
}
