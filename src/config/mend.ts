import type { ValidationError } from "../../generated/validators/validator.ts";
import type { Schemas } from "./annotations.ts";
import { nameOf, needs, sizeMessage, typeMessage, wordMessage } from "./messages.ts";
import { listOf } from "./mistakes.ts";
import type { Report } from "./report.ts";
import { keysOf, type Schema, wordsOf } from "./schema.ts";
import { suggest } from "./suggest.ts";
import { type Entry, type MapEntry, presentMembers, type ScalarEntry } from "./tree.ts";

/** One failed check of the validator and the entry it failed for. */
interface Failure {
  readonly tree: Entry;
  readonly entry: Entry;
  readonly error: ValidationError;
  readonly schemas: Schemas;
  readonly report: Report;
}

/** Reports a failed check and makes it pass. False when it has nothing to say, as for the `if` around another error. */
export function mend(failure: Failure): boolean {
  const { entry, error } = failure;
  if (entry.removed) return true;
  switch (error.keyword) {
    case "additionalProperties":
      return mendKey(failure, String(error.params["additionalProperty"]));
    case "required":
      return mendMissing(failure, String(error.params["missingProperty"]));
    case "tagged":
      return mendTag(failure, String(error.params["tag"]));
    case "enum":
      return entry.kind === "scalar" && mendWord(failure, entry, String(entry.path.at(-1)), schemaOf(failure, entry));
    case "type":
      return takeOut(failure, typeMessage(entry, error.params["type"]));
    case "minItems":
    case "minProperties":
    case "minLength":
    case "minimum":
    case "maximum":
      return takeOut(failure, { message: sizeMessage(entry, error, schemaOf(failure, entry)) });
    default:
      return false;
  }
}

function schemaOf({ schemas }: Failure, entry: Entry): Schema {
  return schemas.get(entry) ?? {};
}

/** Nothing is said where a mistake inside has been reported already: a list may be empty because of it. */
function takeOut({ entry, report }: Failure, remark: Parameters<Report["mistake"]>[1]): boolean {
  entry.removed = true;
  if (!hasRemoved(entry)) report.mistake(entry, remark);
  return true;
}

function hasRemoved(entry: Entry): boolean {
  if (entry.kind === "scalar") return false;
  return [...(entry.kind === "map" ? entry.members.values() : entry.items)].some((one) => one.removed);
}

/** A key the format does not know: renamed to the one that was meant, or taken out. */
function mendKey(failure: Failure, key: string): boolean {
  const { entry, report } = failure;
  const member = entry.kind === "map" ? entry.members.get(key) : undefined;
  if (entry.kind !== "map" || member === undefined || member.removed) return true;
  const known = keysOf(schemaOf(failure, entry));
  const meant = suggest(key, known);
  const remark = { suggestion: meant, at: "key" } as const;
  const list = meant === undefined ? `; ${nameOf(entry)} takes ${listOf(known, "and")}` : "";
  report.mistake(member, { ...remark, message: `unknown key \`${key}\`${list}` });
  if (meant === undefined || entry.members.has(meant)) member.removed = true;
  else rename(entry, key, meant, member);
  return true;
}

function rename(entry: MapEntry, from: string, to: string, member: Entry): void {
  entry.members.delete(from);
  entry.members.set(to, member);
}

/** A member that must be there. It may only look missing: taken out for a mistake of its own, or misspelled. */
function mendMissing(failure: Failure, name: string): boolean {
  const { tree, entry, report } = failure;
  if (entry.kind !== "map" || entry.members.get(name)?.removed === false) return true;
  const misspelled = unknownKeys(failure, entry).some((key) => suggest(key, keysOf(schemaOf(failure, entry))) === name);
  if (misspelled) return true;
  if (!entry.members.has(name)) report.mistake(entry, { message: needs(entry, name), at: "key" });
  if (entry !== tree) entry.removed = true;
  else entry.members.set(name, emptyMap(entry, name));
  return true;
}

/** Stands in for a missing section, so that the others can be checked. */
function emptyMap(entry: MapEntry, name: string): MapEntry {
  return { kind: "map", path: [name], key: undefined, span: entry.span, members: new Map(), removed: false };
}

function unknownKeys(failure: Failure, entry: MapEntry): readonly string[] {
  const { properties } = schemaOf(failure, entry);
  return presentMembers(entry)
    .map(([name]) => name)
    .filter((name) => properties?.[name] === undefined);
}

/** The word that says what kind of map this is: wrong, or missing, or its key is misspelled. */
function mendTag(failure: Failure, tag: string): boolean {
  const { entry, report } = failure;
  if (entry.kind !== "map") return true;
  const word = entry.members.get(tag);
  const union = schemaOf(failure, entry);
  if (word?.kind === "scalar" && !word.removed && word.value !== null) return mendWord(failure, word, tag, union);
  const misspelled = presentMembers(entry).find(([name]) => name !== tag && suggest(name, [tag]) === tag);
  if (word === undefined && misspelled !== undefined) {
    report.mistake(misspelled[1], { message: `unknown key \`${misspelled[0]}\``, suggestion: tag, at: "key" });
    rename(entry, misspelled[0], tag, misspelled[1]);
    return true;
  }
  const message = `${needs(entry, tag)}: ${listOf(wordsOf(union), "or")}`;
  if (word === undefined) report.mistake(entry, { message, at: "key" });
  else if (!word.removed) report.mistake(word, typeMessage(word, "string"));
  entry.removed = true;
  return true;
}

/** A word outside a closed list: replaced by the one that was meant, or taken out. */
function mendWord({ report, entry }: Failure, word: ScalarEntry, name: string, schema: Schema): boolean {
  const meant = word.interpolated || word.secret ? undefined : suggest(String(word.value), wordsOf(schema));
  report.mistake(word, { message: wordMessage(word, name, schema), suggestion: meant });
  if (meant !== undefined) word.value = meant;
  // A map without its tag cannot be looked into.
  else entry.removed = true;
  return true;
}
