import { leadsSomewhere } from "../../config/check-allowed-models.ts";
import { type Entry, type MapEntry, memberOf } from "../../config/tree.ts";
import { parseDuration } from "../../config/units.ts";
import type { Settings } from "./draft.ts";
import { keyDefaultNames, noUsd, readKeyDefaults, toUsd } from "./key-defaults.ts";
import type { Notes } from "./notes.ts";
import { isEmpty, textOf } from "./source.ts";
import { referenceIn, type Variables } from "./variables.ts";

interface Context {
  readonly settings: Settings;
  readonly notes: Notes;
  readonly variables: Variables;
}

/** Members of `general_settings` that are read here, behind the others: what they say belongs together. */
export const accountNames: readonly string[] = ["master_key", "database_url", "maximum_spend_logs_retention_period"];

/** Members of `litellm_settings` that are. */
export const budgetNames: readonly string[] = ["max_end_user_budget", ...keyDefaultNames];

/** The master key, the database, and budgets. What a database is needed for gets one, where the config names none. */
export function readAccounts(root: MapEntry, context: Context): void {
  const general = memberOf(root, "general_settings");
  const litellm = memberOf(root, "litellm_settings");
  const hasDatabase = readDatabase(memberOf(general, "database_url"), context);
  const master = memberOf(general, "master_key");
  const needs = [
    readEndUsers(memberOf(litellm, "max_end_user_budget"), context),
    readRetention(memberOf(general, "maximum_spend_logs_retention_period"), context),
  ];
  readKeyDefaults(litellm, context);
  const keyBudget = Object(context.settings.sections["key_defaults"]).budget;
  const isNeeded = needs.includes(true) || keyBudget !== undefined || isThere(master);
  const file = isNeeded && !hasDatabase ? addFile(context) : undefined;
  readMaster(master, file, context);
}

function isThere(entry: Entry | undefined): entry is Entry {
  return entry?.kind === "scalar" && !isEmpty(entry);
}

/** Puts a member into a section of the new file. */
function put({ settings: { sections } }: Context, section: string, member: string, value: unknown): void {
  sections[section] = { ...sections[section], [member]: value };
}

function readDatabase(entry: Entry | undefined, context: Context): boolean {
  const { notes, variables } = context;
  if (!isThere(entry)) return false;
  if (referenceIn(entry) === undefined && !/^postgres(?:ql)?:\/\//.test(textOf(entry) ?? "")) {
    notes.left(entry, 'a database is PostgreSQL\'s, or a file: write `database: { url: "sqlite:specgate.db" }`');
    return false;
  }
  const url = variables.hidden(entry, "DATABASE_URL", "postgres");
  context.settings.sections["database"] = { url, auto_migrate: true };
  const where = referenceIn(entry) === undefined ? `; put the address into ${url.slice(2, -1)}` : "";
  notes.changed(entry, `tables of its own are made there; LiteLLM's stay as they are${where}`, () => [
    "database",
    "url",
  ]);
  return true;
}

/** A file for what must be kept. It also keeps what clients said, which is encrypted. */
function addFile(context: Context): string {
  const secret = context.variables.fresh("SPECGATE_SECRET", "secret");
  context.settings.sections["database"] = { url: "sqlite:specgate.db" };
  put(context, "server", "secret", secret);
  return secret.slice(2, -1);
}

function readMaster(entry: Entry | undefined, secret: string | undefined, context: Context): void {
  const { notes, variables } = context;
  if (!isThere(entry)) return;
  const key = variables.hidden(entry, "LITELLM_MASTER_KEY");
  put(context, "server", "master_key", key);
  const value = referenceIn(entry) === undefined ? `; put the value into ${key.slice(2, -1)}` : "";
  const file =
    secret === undefined
      ? ""
      : `; its keys are kept in a file, and what conversations need beside it, encrypted: put a long random text into ${secret}`;
  const text = `it opens the admin API, and every model${value}${file}`;
  const to = () => ["server", "master_key"];
  if (value === "" && file === "") notes.carried(entry, to, text);
  else notes.changed(entry, text, to);
}

function readEndUsers(entry: Entry | undefined, context: Context): boolean {
  const max = toUsd(entry);
  if (entry === undefined || entry.kind !== "scalar" || isEmpty(entry)) return false;
  if (max === undefined) {
    context.notes.left(entry, noUsd);
    return false;
  }
  context.settings.sections["end_users"] = { budget: { max } };
  context.notes.carried(entry, () => ["end_users", "budget", "max"]);
  return true;
}

function readRetention(entry: Entry | undefined, context: Context): boolean {
  if (!isThere(entry)) return false;
  const text = textOf(entry) ?? "";
  const parsed = parseDuration(text);
  if (!("value" in parsed) || parsed.value === 0) {
    context.notes.left(entry, "write it as `ledger.retention`, in days, as 30d");
    return false;
  }
  put(context, "ledger", "retention", text);
  context.notes.carried(entry, () => ["ledger", "retention"]);
  return true;
}

/** The models of new keys, as far as there are such models; with what else new keys have. */
export function withNewKeyModels(settings: Settings, known: readonly string[], notes: Notes): unknown {
  const served: string[] = [];
  for (const { entry, name } of settings.newKeyModels) {
    if (name === "all-proxy-models") notes.carried(entry, undefined, "it is the default");
    else if (/\*./.test(name) || !leadsSomewhere(name, known)) {
      notes.left(entry, "no model that is carried over has this name");
    } else {
      const at = served.push(name) - 1;
      notes.carried(entry, () => ["key_defaults", "models", at]);
    }
  }
  const others = settings.sections["key_defaults"];
  return served.length === 0 ? others : { ...others, models: served };
}
