import type { components } from "../../generated/types/routes.closed.ts";
import type { AccountConfig, BudgetConfig, Config, KeyConfig, KeyDefaults, LimitsConfig, Routes } from "./config.ts";
import { digestOf } from "./digest.ts";
import { parseUsd } from "./money.ts";
import { millisecondsOf } from "./normalise-values.ts";

type Schemas = components["schemas"];
type Account = Omit<Schemas["Account"], "name">;
type Accounts = Pick<Config, "keys" | "users" | "teams" | "endUsers" | "keyDefaults">;

/** Who may call, and what holds for them. All of it has been checked. */
export function toAccounts({ keys = [], users = [], teams = [], end_users, key_defaults = {} }: Routes): Accounts {
  const named = ({ name, ...account }: Schemas["Account"]) => ({ name, ...toAccount(account) });
  return {
    keys: keys.map(toKey),
    users: users.map(named),
    teams: teams.map(named),
    endUsers: end_users && toAccount(end_users),
    keyDefaults: toDefaults(key_defaults),
  };
}

function toKey(key: Schemas["Key"]): KeyConfig {
  return {
    name: key.name,
    digest: digestOf(key) ?? "",
    user: key.user,
    team: key.team,
    ...toAccount(key),
    keepsContent: key.content ?? false,
  };
}

function toDefaults({ expires, ...account }: Schemas["KeyDefaults"]): KeyDefaults {
  return { ...toAccount(account), expiresMs: expires === undefined ? undefined : millisecondsOf(expires) };
}

function toAccount(account: Account): AccountConfig {
  return { models: account.models, budget: account.budget && toBudget(account.budget), limits: toLimits(account) };
}

function toBudget({ max, soft, period }: Schemas["Budget"]): BudgetConfig {
  return { maxNanoUsd: amountOf(max), softNanoUsd: amountOf(soft), period };
}

function amountOf(text: string | undefined): bigint | undefined {
  const amount = text === undefined ? undefined : parseUsd(text);
  if (text !== undefined && amount === undefined) throw new Error("an amount of money was not checked");
  return amount;
}

export function toLimits({ rpm, tpm, parallel }: Partial<LimitsConfig>): LimitsConfig | undefined {
  return (rpm ?? tpm ?? parallel) === undefined ? undefined : { rpm, tpm, parallel };
}
