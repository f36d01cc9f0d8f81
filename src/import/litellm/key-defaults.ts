import { parseUsd } from "../../config/money.ts";
import { parsePeriod } from "../../config/period.ts";
import { type Entry, memberOf } from "../../config/tree.ts";
import { parseDuration } from "../../config/units.ts";
import { shiftPoint } from "./cost.ts";
import type { Settings } from "./draft.ts";
import { leftUnknown } from "./entry.ts";
import type { Notes } from "./notes.ts";
import { isEmpty, itemsOf, membersOf, textOf } from "./source.ts";

interface Context {
  readonly settings: Settings;
  readonly notes: Notes;
}

/** Where LiteLLM says what new keys have. What stands in the first counts before what stands in the second. */
export const keyDefaultNames: readonly string[] = ["default_key_generate_params", "upperbound_key_generate_params"];

/** Members that have a counterpart under `key_defaults`, and where it is. */
const places: ReadonlyMap<string, readonly string[]> = new Map([
  ["max_budget", ["budget", "max"]],
  ["budget_duration", ["budget", "period"]],
  ["duration", ["expires"]],
  ["rpm_limit", ["rpm"]],
  ["tpm_limit", ["tpm"]],
  ["max_parallel_requests", ["parallel"]],
  ["models", ["models"]],
]);

const ofNewKeys = "say it when a key is made";

/** Members that have none. */
const words: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...["user_id", "team_id", "metadata", "aliases", "config", "permissions", "model_max_budget", "key_alias", "tags"],
    ...["guardrails", "blocked", "user_role", "send_invite_email", "allowed_cache_controls", "budget_id", "spend"],
  ].map((name) => [name, ofNewKeys]),
);

/** US dollars as routes.yaml writes them; undefined for what is none. */
export function toUsd(entry: Entry | undefined): string | undefined {
  const text = shiftPoint(textOf(entry) ?? "", 0);
  return text === undefined || parseUsd(text) === undefined ? undefined : text;
}

/** What becomes of an amount that cannot be read. */
export const noUsd = "a budget is a number of dollars below a billion, written in the file";

/** Puts together `key_defaults`, without the models: not all are carried over. */
export function readKeyDefaults(section: Entry | undefined, context: Context): void {
  const seen = new Set<string>();
  const maps = keyDefaultNames.map((name) => memberOf(section, name));
  const found: Record<string, unknown> = {};
  const hasMax = maps.some((map) => toUsd(memberOf(map, "max_budget")) !== undefined);
  for (const [name, entry] of maps.flatMap(membersOf)) {
    const place = places.get(name);
    if (isEmpty(entry)) continue;
    if (place === undefined) leftMember(name, entry, context.notes);
    else if (seen.has(name)) context.notes.left(entry, "`default_key_generate_params` says it");
    else if (name === "budget_duration" && !hasMax) context.notes.left(entry, "without `max_budget` it limits nothing");
    else if (name === "models") context.settings.newKeyModels.push(...namesIn(entry));
    else if (!readMember(name, entry, place, found, context.notes)) continue;
    seen.add(name);
  }
  if (Object.keys(found).length > 0) context.settings.sections["key_defaults"] = found;
}

function leftMember(name: string, entry: Entry, notes: Notes): void {
  if (Object.hasOwn(words, name)) notes.left(entry, words[name] ?? "");
  else leftUnknown(notes, entry, name, [...places.keys(), ...Object.keys(words)]);
}

function namesIn(entry: Entry): Settings["newKeyModels"] {
  return itemsOf(entry).flatMap((item) => {
    const name = textOf(item);
    return name === undefined ? [] : [{ entry: item, name }];
  });
}

function readMember(
  name: string,
  entry: Entry,
  place: readonly string[],
  found: Record<string, unknown>,
  notes: Notes,
): boolean {
  const value = toValue(name, entry);
  const [first = "", second] = place;
  if (value === undefined) {
    notes.left(entry, name === "max_budget" ? noUsd : "it cannot be read; write it under `key_defaults`");
    return false;
  }
  found[first] = second === undefined ? value : { ...Object(found[first]), [second]: value };
  const isBound = entry.path.includes("upperbound_key_generate_params");
  const to = () => ["key_defaults", ...place];
  if (isBound) notes.changed(entry, "it is what new keys have; one that asks for more gets it", to);
  else notes.carried(entry, to);
  return true;
}

/** Limits that are bounded below a billion. */
const mostOf: ReadonlyMap<string, number> = new Map([["max_parallel_requests", 1_000_000]]);

/** A value as routes.yaml writes it. */
function toValue(name: string, entry: Entry): string | number | undefined {
  const text = textOf(entry) ?? "";
  if (name === "max_budget") return toUsd(entry);
  if (name === "budget_duration") return parsePeriod(text, 0) && text;
  if (name === "duration") {
    const parsed = parseDuration(text);
    return "value" in parsed && parsed.value > 0 ? text : undefined;
  }
  const isLimit = /^[1-9]\d{0,8}$/.test(text) && Number(text) <= (mostOf.get(name) ?? Number.POSITIVE_INFINITY);
  return isLimit ? Number(text) : undefined;
}
