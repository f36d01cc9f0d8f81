import { isRaw, listOf, type Raw, rawOf, textsOf } from "../readers/json.ts";
import type { Roots } from "./compare-spec.ts";

/** What a spec is compared with: one entry of specs/sources.yaml. */
export interface Source {
  readonly spec: string;
  readonly name: string;
  /** As upstream counts. Of a package it is the version. */
  readonly revision: string;
  /** What describes the API in an npm package; undefined where the source is to be had elsewhere. */
  readonly content: PackageContent | undefined;
}

/** The files of an npm package that describe an API. */
export interface PackageContent {
  readonly name: string;
  /** Whether it is no dependency of ours but fetched when it is asked for. */
  readonly fetched: boolean;
  /** Declarations of types or JSON, from the package's folder. */
  readonly files: readonly string[];
  /** Their types → our components. Descriptions with operations need none. */
  readonly roots: Roots;
}

/** The sources of a parsed file, and what is wrong with it. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly mistakes: readonly string[];
}

const members = ["name", "url", "revision", "compared"] as const;

/** Reads specs/sources.yaml, parsed: per spec a list of what it was compared with. */
export function parseSources(parsed: unknown, specs: readonly string[]): Sources {
  if (!isRaw(parsed)) return { sources: [], mistakes: ["specs/sources.yaml is no mapping of specs"] };
  const read = Object.entries(parsed).map(([spec, entries]) => parseSpec(spec, listOf(entries), specs));
  return { sources: read.flatMap(({ sources }) => sources), mistakes: read.flatMap(({ mistakes }) => mistakes) };
}

function parseSpec(spec: string, entries: readonly unknown[], specs: readonly string[]): Sources {
  const place = `specs/sources.yaml, ${spec}`;
  if (!specs.includes(spec)) return { sources: [], mistakes: [`${place}: there is no such spec`] };
  if (entries.length === 0) return { sources: [], mistakes: [`${place}: names no source`] };
  const mistakes = entries.flatMap((entry) => mistakesIn(entry).map((mistake) => `${place}: ${mistake}`));
  return { sources: mistakes.length > 0 ? [] : entries.map((entry) => toSource(spec, rawOf(entry))), mistakes };
}

function mistakesIn(entry: unknown): readonly string[] {
  if (!isRaw(entry)) return ["a source is no object"];
  const missing = members.filter((member) => typeof entry[member] !== "string" || entry[member] === "");
  const date = /^\d{4}-\d\d-\d\d$/.test(String(entry["compared"])) ? [] : ["compared is a day, as 2026-11-21"];
  return [
    ...missing.map((member) => `${member} is missing`),
    ...strangers(entry, [...members, "package"]),
    ...(missing.includes("compared") ? [] : date),
    ...(entry["package"] === undefined ? [] : mistakesInPackage(entry["package"])),
  ];
}

function mistakesInPackage(content: unknown): readonly string[] {
  const raw = rawOf(content);
  const roots = Object.values(rawOf(raw["roots"] ?? {}));
  return [
    ...strangers(raw, ["name", "fetched", "files", "roots"]),
    ...(typeof raw["name"] === "string" ? [] : ["package.name is missing"]),
    ...(["undefined", "boolean"].includes(typeof raw["fetched"]) ? [] : ["package.fetched is true or false"]),
    ...(textsOf(raw["files"]).length > 0 ? [] : ["package.files names no file"]),
    ...(roots.every((one) => typeof one === "string") ? [] : ["package.roots names components"]),
  ];
}

function strangers(entry: Raw, known: readonly string[]): readonly string[] {
  const unknown = Object.keys(entry).filter((key) => !known.includes(key));
  return unknown.map((key) => `${key} means nothing here`);
}

function toSource(spec: string, entry: Raw): Source {
  const content = entry["package"] === undefined ? undefined : toContent(rawOf(entry["package"]));
  return { spec, name: String(entry["name"]), revision: String(entry["revision"]), content };
}

function toContent(raw: Raw): PackageContent {
  const roots = Object.entries(rawOf(raw["roots"])).map(([theirs, ours]) => [theirs, String(ours)] as const);
  return {
    name: String(raw["name"]),
    fetched: raw["fetched"] === true,
    files: textsOf(raw["files"]),
    roots: new Map(roots),
  };
}
