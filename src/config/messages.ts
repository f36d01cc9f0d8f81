import type { ValidationError } from "../../generated/validators/validator.ts";
import { formatPath, listOf } from "./mistakes.ts";
import type { Remark } from "./report.ts";
import { keysOf, resolve, type Schema, wordsOf } from "./schema.ts";
import type { Entry, ScalarEntry } from "./tree.ts";

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "a map",
  array: "a list",
};

/** What to call an entry in a sentence: its key, `` `command[1]` `` for a list item, `the file` for all of it. */
export function nameOf(entry: Entry): string {
  const { path } = entry;
  const start = path.findLastIndex((step) => typeof step === "string");
  return path.length === 0 ? "the file" : `\`${formatPath(path.slice(start))}\``;
}

/** As it stands in the file: what the environment put there is not shown, and neither is a secret. */
export function shownValue(entry: ScalarEntry): string {
  return entry.secret ? "this value" : `\`${entry.raw}\``;
}

/** `x` needs `y`. */
export function needs(entry: Entry, name: string): string {
  return `${nameOf(entry)} needs \`${name}\``;
}

/** The value is of another kind than the format takes. */
export function typeMessage(entry: Entry, expected: unknown): Remark {
  const types = (Array.isArray(expected) ? expected : [expected]).map(String);
  if (entry.kind === "scalar" && entry.value === null) {
    return { message: `${nameOf(entry)} has no value; write one or remove the line` };
  }
  const takes = `${nameOf(entry)} takes ${listOf(
    types.map((type) => kinds[type] ?? type),
    "or",
  )}`;
  const shape = entry.kind === "map" ? "a map" : "a list";
  if (entry.kind !== "scalar") return { message: `${takes}, not ${shape}`, at: "key" };
  const [only, ...others] = types;
  const isText = only === "string" && others.length === 0;
  if (isText) return { message: `${takes}; write it in quotes`, suggestion: inQuotes(entry) };
  if (types.includes("array")) return { message: `${takes}, not ${shownValue(entry)}`, suggestion: asList(entry) };
  const unquote = entry.quoted && !entry.interpolated && entry.raw.trim() !== "" && !Number.isNaN(Number(entry.raw));
  return { message: `${takes}, not ${unquote ? "text; remove the quotes" : shownValue(entry)}` };
}

function inQuotes(entry: ScalarEntry): string | undefined {
  return entry.secret ? undefined : `"${entry.raw}"`;
}

/** A single value, or the words of a command line. Quotes would have to be understood as a shell does. */
function asList(entry: ScalarEntry): string | undefined {
  if (entry.secret || !/^[\w./@:= -]+$/.test(entry.raw)) return undefined;
  return `[${entry.raw.trim().split(/\s+/).join(", ")}]`;
}

/** The word is not in the list. Only words this version acts on are offered. */
export function wordMessage(word: ScalarEntry, name: string, schema: Schema): string {
  const words = listOf(wordsOf(schema), "or");
  const map = schema.union?.some((member) => resolve(member).type === "object") === true ? ", or a map" : "";
  return `\`${name}\` is ${words}${map}, not ${shownValue(word)}`;
}

/** Too small, too large or empty. */
export function sizeMessage(entry: Entry, error: ValidationError, schema: Schema): string {
  const name = nameOf(entry);
  const limit = String(error.params["limit"]);
  if (error.keyword === "minimum") return `${name} is at least ${limit}`;
  if (error.keyword === "maximum") return `${name} is at most ${limit}`;
  const keys = keysOf(schema);
  return `${name} must not be empty${keys.length > 0 ? `; it takes ${listOf(keys, "and")}` : ""}`;
}
