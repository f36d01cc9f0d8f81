import { listOf } from "./mistakes.ts";
import { meantPeriod, parsePeriod } from "./period.ts";
import type { Report } from "./report.ts";
import { rootSchema, type Schema, tagOf, walk, wordsOf } from "./schema.ts";
import { checkLiteral } from "./secrets.ts";
import { type Entry, memberOf, type ScalarEntry } from "./tree.ts";
import { type Parsed, parseDuration, parseSize } from "./units.ts";

/** Which schema holds for each entry, as far as the format knows it. */
export type Schemas = ReadonlyMap<Entry, Schema>;

/**
 * Does what the keywords of our own in specs/routes.yaml ask for.
 *
 * Numbers and booleans from the environment get their type; what is planned and durations, sizes and periods that
 * cannot be read are reported and taken out; keys in the file are warned of. It may run again after something was mended.
 */
export function applyAnnotations(tree: Entry, report: Report): Schemas {
  const schemas = new Map<Entry, Schema>();
  walk(tree, rootSchema, (entry, schema) => {
    schemas.set(entry, schema);
    checkPlanned(entry, schema, report);
    if (entry.kind !== "scalar") return;
    checkPlannedWord(entry, schema, report);
    readType(entry, schema);
    readUnit(entry, schema, report);
    checkLiteral(entry, schema["x-specgate-secret"] === true, report);
  });
  return schemas;
}

const notYet = "is part of the format, but this version does not act on it yet";

function checkPlanned(entry: Entry, schema: Schema, report: Report): void {
  if (schema["x-specgate-planned"] !== true) return;
  entry.removed = true;
  // Nothing is asked for, as by a variable that may be empty.
  if (entry.kind === "scalar" && entry.value === "") return;
  const tag = tagOf(schema);
  const word = memberOf(entry, "type");
  if (tag !== undefined && word !== undefined) {
    report.mistake(word, { message: `\`${tag}\` ${notYet}; remove this provider` });
  } else {
    report.mistake(entry, { message: `\`${entry.path.at(-1)}\` ${notYet}; remove it`, at: "key" });
  }
}

function checkPlannedWord(entry: ScalarEntry, schema: Schema, report: Report): void {
  const word = schema["x-specgate-planned-values"]?.find((planned) => planned === entry.value);
  if (word === undefined) return;
  entry.removed = true;
  const shown = entry.interpolated ? "this value" : `\`${word}\``;
  report.mistake(entry, { message: `${shown} ${notYet}; write ${listOf(wordsOf(schema), "or")}` });
}

/** The environment holds text only: what is to be a number or a boolean becomes one. */
function readType(entry: ScalarEntry, schema: Schema): void {
  if (!entry.interpolated || typeof entry.value !== "string") return;
  const text = entry.value.trim();
  if (schema.type === "boolean" && (text === "true" || text === "false")) entry.value = text === "true";
  if (schema.type === "integer" && /^-?\d{1,15}$/.test(text)) entry.value = Number(text);
}

/** What the words of `x-specgate-unit` ask for. */
const parsers: Readonly<Record<string, (text: string) => Parsed>> = {
  duration: parseDuration,
  size: parseSize,
  period: checkPeriod,
};

/** Only whether it is one: it begins with whatever it is a period of. */
function checkPeriod(text: string): Parsed {
  if (parsePeriod(text, 0) !== undefined) return { value: 0 };
  const problem = "is day, week, month, year, or a number and one of s, m, h, d, w, as in 30d";
  const suggestion = meantPeriod(text);
  return suggestion === undefined ? { problem } : { problem, suggestion };
}

function readUnit(entry: ScalarEntry, schema: Schema, report: Report): void {
  const unit = schema["x-specgate-unit"];
  if (entry.removed || unit === undefined || entry.value === null || typeof entry.value === "boolean") return;
  const parsed = parsers[unit]?.(String(entry.value));
  if (parsed === undefined || "value" in parsed) return;
  entry.removed = true;
  const suggestion = entry.interpolated ? undefined : parsed.suggestion;
  report.mistake(entry, { message: `\`${entry.path.at(-1)}\` ${parsed.problem}`, suggestion });
}
