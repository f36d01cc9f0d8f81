import type { Routes } from "./config.ts";
import { listOf, type Path } from "./mistakes.ts";
import type { Remark, Report } from "./report.ts";
import { suggest } from "./suggest.ts";
import { type Entry, find, findNearest, memberOf } from "./tree.ts";

/** What the checks of meaning are given: the data in its right shape, and where each part of it stands. */
export interface Inspection {
  readonly routes: Routes;
  readonly tree: Entry;
  readonly report: Report;
  /** Absolute paths. Not given when the text does not come from this machine. */
  readonly fileExists: ((path: string) => boolean) | undefined;
  /** The folder that relative paths start at. */
  readonly folder: string;
}

/** Reports at the entry a path leads to, or the nearest around it. */
export function mistakeAt({ tree, report }: Inspection, path: Path, remark: Remark): void {
  report.mistake(findNearest(tree, path), remark);
}

/** Whether a value holds something from the environment, and must not be shown. */
export function isInterpolated({ tree }: Inspection, path: Path): boolean {
  const entry = find(tree, path);
  return entry?.kind === "scalar" && entry.interpolated;
}

/** A value as it stands in the file, for messages. */
export function shownAt({ tree }: Inspection, path: Path): string {
  const entry = find(tree, path);
  return entry?.kind === "scalar" && !entry.secret ? `\`${entry.raw}\`` : "this value";
}

/** The keys of a section, those with mistakes too: a name is not unknown because its entry is faulty. */
export function namesIn({ tree }: Inspection, section: "providers" | "models" | "aliases"): readonly string[] {
  const entry = memberOf(tree, section);
  return entry?.kind === "map" ? [...entry.members.keys()] : [];
}

/** The names in a list of the file, those of entries with mistakes too. */
export function namesOfList({ tree }: Inspection, section: "keys" | "users" | "teams"): readonly string[] {
  const list = memberOf(tree, section);
  const names = list?.kind === "list" ? list.items.map((item) => memberOf(item, "name")) : [];
  return names.flatMap((name) => (name?.kind === "scalar" && name.value !== null ? [String(name.value)] : []));
}

/** Which members an entry has. One with a mistake of its own is not missing. */
export function membersAt({ tree }: Inspection, path: Path): (name: string) => boolean {
  const section = find(tree, path);
  return (name) => memberOf(section, name) !== undefined;
}

/** A member was there, and taken out for a mistake that is reported already. */
export function wasRemoved({ tree }: Inspection, path: Path, name: string): boolean {
  return memberOf(find(tree, path), name)?.removed === true;
}

/** A word that names nothing: with the nearest known one, or all of them where none is near and they are few. */
export function unknownName(inspection: Inspection, path: Path, word: string, known: readonly string[]): Remark {
  const meant = isInterpolated(inspection, path) ? undefined : suggest(word, known);
  const few = known.length > 0 && known.length <= 12;
  const list = meant === undefined && few ? `; there is ${listOf(known, "and")}` : "";
  return { message: list, suggestion: meant };
}
