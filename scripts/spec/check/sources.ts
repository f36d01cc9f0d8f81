import { isRaw, listOf } from "../readers/json.ts";

const members = ["name", "url", "revision", "compared"] as const;

/** What is wrong with specs/sources.yaml, parsed: per spec a list of what it was compared with. */
export function checkSources(parsed: unknown, specs: readonly string[]): readonly string[] {
  if (!isRaw(parsed)) return ["specs/sources.yaml is no mapping of specs"];
  return Object.entries(parsed).flatMap(([spec, sources]) => {
    const place = `specs/sources.yaml, ${spec}`;
    if (!specs.includes(spec)) return [`${place}: there is no such spec`];
    if (listOf(sources).length === 0) return [`${place}: names no source`];
    return listOf(sources).flatMap((source) => mistakesIn(source).map((mistake) => `${place}: ${mistake}`));
  });
}

function mistakesIn(source: unknown): readonly string[] {
  if (!isRaw(source)) return ["a source is no object"];
  const missing = members.filter((member) => typeof source[member] !== "string" || source[member] === "");
  const unknown = Object.keys(source).filter((key) => !members.some((member) => member === key));
  const date = /^\d{4}-\d\d-\d\d$/.test(String(source["compared"])) ? [] : ["compared is a day, as 2026-11-21"];
  return [
    ...missing.map((member) => `${member} is missing`),
    ...unknown.map((key) => `${key} means nothing here`),
    ...(missing.includes("compared") ? [] : date),
  ];
}
