import { LineCounter } from "yaml";
import { buildTree } from "../../config/build-tree.ts";
import type { Mistake } from "../../config/mistakes.ts";
import { createReport } from "../../config/report.ts";
import { parseYaml } from "../../config/syntax.ts";
import { type Entry, find, type ListEntry, type MapEntry, memberOf } from "../../config/tree.ts";

/** A YAML text as data that remembers its lines. */
export interface Source {
  readonly root: MapEntry;
  /** The line an entry begins on, its key's where it has one. */
  readonly lineOf: (entry: Entry) => number;
}

/** Reads YAML. What is wrong comes without excerpts: a line of the source may hold a secret under any name. */
export function readSource(text: string): Source | { readonly mistakes: readonly Mistake[] } {
  const lines = new LineCounter();
  const report = createReport(text, lines);
  const document = parseYaml(text, lines, report);
  const tree = document && buildTree(document, lines, report);
  const root = tree && merged(tree);
  const mistakes = report.mistakes().map(({ excerpt: _, ...mistake }): Mistake => mistake);
  if (root === undefined || mistakes.length > 0) return { mistakes };
  if (root.kind !== "map") return { mistakes: [problem(1, "this is no config of LiteLLM's: it has no `model_list`")] };
  return { root, lineOf: (entry) => lines.linePos((entry.key ?? entry.span).start).line };
}

/**
 * Brings in what merge keys (`<<`) lead to: LiteLLM's parser knows them, and YAML 1.2 does not. What a map says itself
 * counts first, then the first of several maps.
 */
function merged(entry: Entry): Entry {
  if (entry.kind === "list") return { ...entry, items: entry.items.map(merged) };
  if (entry.kind !== "map") return entry;
  const members = new Map([...entry.members].map(([name, member]) => [name, merged(member)]));
  const from = members.get("<<");
  const maps = from?.kind === "list" ? from.items : [from];
  if (!maps.every((map) => map?.kind === "map")) return { ...entry, members };
  members.delete("<<");
  for (const [name, member] of maps.flatMap(membersOf)) if (!members.has(name)) members.set(name, member);
  return { ...entry, members };
}

/** A mistake of a whole line. */
export function problem(line: number, message: string): Mistake {
  return { line, column: 1, path: "", message };
}

/** The line on which a path of a YAML text stands; the nearest around it where nothing stands there. */
export function lineFinder(text: string): (path: readonly (string | number)[]) => number {
  const source = readSource(text);
  return (path) => {
    if (!("root" in source)) return 0;
    for (let length = path.length; length > 0; length--) {
      const entry = find(source.root, path.slice(0, length));
      if (entry !== undefined) return source.lineOf(entry);
    }
    return 1;
  };
}

/** The text of a scalar as it was written; undefined for anything else and for nothing. */
export function textOf(entry: Entry | undefined): string | undefined {
  if (entry?.kind !== "scalar" || entry.value === null) return undefined;
  return typeof entry.value === "string" ? entry.value : entry.raw;
}

/** The text of a member. */
export function textAt(map: Entry | undefined, name: string): string | undefined {
  return textOf(memberOf(map, name));
}

/** Nothing is said, or an empty text: LiteLLM takes both for a member that is not there. */
export function isEmpty(entry: Entry | undefined): boolean {
  return entry === undefined || (entry.kind === "scalar" && (entry.value === null || entry.value === ""));
}

/** A yes or no as YAML 1.1 has it, which LiteLLM reads. */
export function flagOf(entry: Entry | undefined): boolean | undefined {
  const word = textOf(entry)?.toLowerCase() ?? "";
  if (/^(?:true|yes|on)$/.test(word)) return true;
  return /^(?:false|no|off)$/.test(word) ? false : undefined;
}

export function membersOf(entry: Entry | undefined): readonly (readonly [string, Entry])[] {
  return entry?.kind === "map" ? [...entry.members] : [];
}

/** The items of a list; one value alone is a list of one. */
export function itemsOf(entry: Entry | undefined): readonly Entry[] {
  if (entry === undefined || isEmpty(entry)) return [];
  return isList(entry) ? entry.items : [entry];
}

function isList(entry: Entry): entry is ListEntry {
  return entry.kind === "list";
}
