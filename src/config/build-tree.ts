import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Path } from "./mistakes.ts";
import type { Report } from "./report.ts";
import type { YamlDocument } from "./syntax.ts";
import type { Entry, MapEntry, ScalarEntry, Span } from "./tree.ts";

/** Anchors within anchors multiply: ten lines can unfold to billions of values. */
const maxEntries = 100_000;

interface Builder {
  readonly document: YamlDocument;
  readonly lines: LineCounter;
  readonly report: Report;
  /** The anchored values being unfolded: one that is met inside itself has no end. */
  readonly open: Set<Node>;
  /** What aliases stand for: the parser searches the whole document each time. */
  readonly targets: Map<Alias, Node | undefined>;
  entries: number;
}

/**
 * Unfolds a parsed document.
 *
 * Reports keys that appear twice (the first one counts), keys that are no text, `${…}` in keys, and aliases
 * without an anchor.
 */
export function buildTree(document: YamlDocument, lines: LineCounter, report: Report): Entry {
  const builder: Builder = { document, lines, report, open: new Set(), targets: new Map(), entries: 0 };
  return build(builder, document.contents, [], undefined);
}

function build(builder: Builder, node: unknown, path: Path, key: Span | undefined): Entry {
  const span = spanOf(node) ?? key ?? { start: 0, end: 0 };
  const base = { path, key, span, removed: false };
  if (++builder.entries > maxEntries) {
    return refuse(builder, path, key, span, "anchors (`&`, `*`) make this file too large");
  }
  if (isAlias(node)) return buildAlias(builder, targetOf(builder, node), path, key, span);
  if (isMap(node)) return { ...base, kind: "map", members: buildMembers(builder, node, path) };
  if (isSeq(node)) return { ...base, kind: "list", items: buildItems(builder, node, path) };
  return { ...base, ...(isScalar(node) ? readScalar(node) : scalarOf(null, "", false)) };
}

/** What an alias stands for. Its values keep the place where they are written; the alias itself lends the key. */
function buildAlias(builder: Builder, target: Node | undefined, path: Path, key: Span | undefined, span: Span): Entry {
  if (target === undefined) {
    return refuse(builder, path, key, span, "no anchor of this name above; text that begins with `*` needs quotes");
  }
  if (builder.open.has(target)) return refuse(builder, path, key, span, "this anchor contains itself");
  builder.open.add(target);
  const entry = build(builder, target, path, key);
  builder.open.delete(target);
  return entry;
}

function targetOf({ targets, document }: Builder, alias: Alias): Node | undefined {
  if (!targets.has(alias)) targets.set(alias, alias.resolve(document));
  return targets.get(alias);
}

function refuse({ report }: Builder, path: Path, key: Span | undefined, span: Span, message: string): Entry {
  report.mistakeAt(span, path, { message });
  return { path, key, span, ...scalarOf(null, "", false), removed: true };
}

function buildItems(builder: Builder, node: YAMLSeq, path: Path): readonly Entry[] {
  return node.items.map((item, index) => build(builder, item, [...path, index], undefined));
}

function buildMembers(builder: Builder, node: YAMLMap, path: Path): MapEntry["members"] {
  const members: MapEntry["members"] = new Map();
  for (const pair of node.items) {
    const key = spanOf(pair.key) ?? { start: 0, end: 0 };
    const name = nameOf(pair);
    const problem = name === undefined ? "a key must be plain text" : problemOf(builder, name, members.get(name));
    const place = name === undefined ? path : [...path, name];
    if (problem !== undefined) builder.report.mistakeAt(key, place, { message: problem });
    // A faulty member must not hide the good one of the same name.
    if (name === undefined || members.has(name)) continue;
    const member = build(builder, pair.value, place, key);
    member.removed ||= problem !== undefined;
    members.set(name, member);
  }
  return members;
}

function problemOf(builder: Builder, name: string, first: Entry | undefined): string | undefined {
  if (name.includes("${")) return "variables are not put into keys, only into values; write the name itself";
  if (first?.key === undefined) return undefined;
  const { line } = builder.lines.linePos(first.key.start);
  return `\`${name}\` is here twice; the first is on line ${line}`;
}

function nameOf({ key }: Pair): string | undefined {
  if (!isScalar(key)) return undefined;
  // `4.0` and `yes` are names too, as they stand there.
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function readScalar(node: Scalar): Omit<ScalarEntry, "path" | "key" | "span"> {
  const { value } = node;
  const quoted = node.type !== "PLAIN";
  if (typeof value === "string") return scalarOf(value, value, quoted);
  const raw = node.source ?? String(value);
  return typeof value === "number" || typeof value === "boolean"
    ? scalarOf(value, raw, quoted)
    : scalarOf(null, raw, quoted);
}

function scalarOf(
  value: ScalarEntry["value"],
  raw: string,
  quoted: boolean,
): Omit<ScalarEntry, "path" | "key" | "span"> {
  return { kind: "scalar", value, raw, quoted, interpolated: false, secret: false, removed: false };
}

function spanOf(node: unknown): Span | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return undefined;
  return node.range ? { start: node.range[0], end: node.range[1] } : undefined;
}
