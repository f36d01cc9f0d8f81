import type { GenerateKeyRequest, UpdateKeyRequest } from "../../generated/admin-sdk/index.ts";
import { parseUsd } from "../config/money.ts";
import { meantPeriod, parsePeriod } from "../config/period.ts";
import { CommandFailure } from "./failure.ts";

/** What can be said of a key. */
export const settingArgs = {
  alias: { type: "string", description: "A name of its own for logs and lists." },
  user: { type: "string", description: "Whose it is: the id of a user." },
  team: { type: "string", description: "The team it belongs to." },
  models: { type: "string", description: "The models that may be asked for, as a,b; a name may end in *." },
  budget: { type: "string", description: "The most that may be spent, in US dollars: 10.00." },
  period: { type: "string", description: "How long the budget lasts: 30d, 12h, day, week, month, year." },
  soft: { type: "string", description: "Warnings from here on, in US dollars." },
  rpm: { type: "string", description: "Requests per minute." },
  tpm: { type: "string", description: "Tokens per minute." },
  parallel: { type: "string", description: "Requests at a time." },
  expires: { type: "string", description: "When it expires, counted from now: 90d." },
  metadata: { type: "string", description: "Whatever is to be remembered, as a JSON object." },
} as const;

/** Those options as they were written. */
export type SettingOptions = { readonly [Name in keyof typeof settingArgs]?: string | undefined };

/** What stands for no value where a key is changed. */
const none = "none";

/** A request in which null takes a value away: the specs's types say so in words alone. */
export type KeyChange = { -readonly [Name in keyof Omit<UpdateKeyRequest, "key">]?: UpdateKeyRequest[Name] | null };

/** Whether anything is said of a key. */
export function saysAnything(options: SettingOptions): boolean {
  return Object.keys(settingArgs).some(
    (name) => Object.hasOwn(options, name) && Reflect.get(options, name) !== undefined,
  );
}

/** A request for a new key. Fails: throws a `CommandFailure` that names the option. */
export function toNewKey(options: SettingOptions): GenerateKeyRequest {
  const { alias, user, team, period, expires } = options;
  const limits = {
    rpm_limit: count(options, "rpm"),
    tpm_limit: count(options, "tpm"),
    max_parallel_requests: count(options, "parallel"),
  };
  return withoutGaps({
    key_alias: alias,
    user_id: user,
    team_id: team,
    models: mapped(options.models, namesOf),
    max_budget: mapped(options.budget, (text) => dollars("budget", text)),
    soft_budget: mapped(options.soft, (text) => dollars("soft", text)),
    budget_duration: mapped(period, (text) => duration("period", text)),
    duration: mapped(expires, (text) => duration("expires", text)),
    metadata: mapped(options.metadata, objectOf),
    ...limits,
  });
}

/** What is to be changed of a key: `none` takes a value away. Fails: as {@link toNewKey}. */
export function toKeyChange(options: SettingOptions): KeyChange {
  const given: Record<string, string> = {};
  const gone: KeyChange = {};
  for (const [name, text] of Object.entries(options)) {
    if (typeof text !== "string" || !isSetting(name)) continue;
    if (text === none) gone[members[name]] = null;
    else given[name] = text;
  }
  return { ...toNewKey(given), ...gone };
}

/** Options, and what the admin API calls them. */
const members = {
  alias: "key_alias",
  user: "user_id",
  team: "team_id",
  models: "models",
  budget: "max_budget",
  period: "budget_duration",
  soft: "soft_budget",
  rpm: "rpm_limit",
  tpm: "tpm_limit",
  parallel: "max_parallel_requests",
  expires: "duration",
  metadata: "metadata",
} as const satisfies Record<keyof typeof settingArgs, keyof KeyChange>;

function isSetting(name: string): name is keyof typeof members {
  return Object.hasOwn(members, name);
}

function mapped<Value>(text: string | undefined, map: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : map(text);
}

/** Without the members that are undefined, which would be sent as nothing and typed as something. */
function withoutGaps<Members extends object>(
  all: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  const kept: { [Name in keyof Members]?: Exclude<Members[Name], undefined> } = {};
  for (const name of Object.keys(all)) {
    const value: unknown = Reflect.get(all, name);
    if (value !== undefined) Reflect.set(kept, name, value);
  }
  return kept;
}

function namesOf(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw wrong("models", text, "names as gpt-4o,claude-*");
  return names;
}

function dollars(option: string, text: string): number {
  if (parseUsd(text) === undefined) throw wrong(option, text, "US dollars as 10.00");
  return Number(text);
}

function count(options: SettingOptions, option: "rpm" | "tpm" | "parallel"): number | undefined {
  const text = options[option];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw wrong(option, text, "a whole number");
  return Number(text);
}

/** A stretch of time, as the gateway reads it. */
export function duration(option: string, text: string): string {
  if (parsePeriod(text, 0) !== undefined) return text;
  const meant = meantPeriod(text);
  throw wrong(option, text, `a duration as 30d or 12h${meant === undefined ? "" : `; did you mean '${meant}'?`}`);
}

function objectOf(text: string): Record<string, unknown> {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("metadata", text, 'JSON as {"team": "a"}');
  return { ...value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(option: string, text: string, expected: string): CommandFailure {
  return new CommandFailure(`--${option} ${text}: expected ${expected}`, 2);
}
