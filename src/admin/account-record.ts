import type { NamedAccountConfig } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import type { Account, AccountKind, Settings } from "../store/sql/accounts.ts";
import { type AuditState, hidden } from "./audit.ts";
import type { AdminDeps } from "./deps.ts";
import type { Source } from "./key-record.ts";
import { fromConfig } from "./settings.ts";
import { spendNow } from "./spend-now.ts";
import { type SettingsView, type StateView, toSettingsView, toStateView } from "./views.ts";

/** A user, a team or an end user, wherever it is declared. */
export interface AccountRecord extends Settings {
  readonly source: Source;
  readonly kind: AccountKind;
  readonly id: string;
  readonly email: string | undefined;
  readonly blockedAt: number | undefined;
  /** Undefined for those of routes.yaml. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
}

export function accountFromStore(account: Account): AccountRecord {
  return { ...account, source: "database" };
}

const unknownLife = { email: undefined, blockedAt: undefined, createdAt: undefined, updatedAt: undefined };

/** One of routes.yaml; its name is its id and its alias. */
export function accountFromFile(kind: AccountKind, account: NamedAccountConfig): AccountRecord {
  const { name } = account;
  return { ...fromConfig(account), ...unknownLife, source: "routes.yaml", kind, id: name, alias: name };
}

/** One that keys name, and nothing more is said of. */
export function accountFromKeys(kind: AccountKind, id: string): AccountRecord {
  return { ...fromConfig(undefined), ...unknownLife, source: "keys", kind, id, alias: undefined };
}

/** Those of a kind that routes.yaml declares. */
export function declared({ config }: Pick<AdminDeps, "config">, kind: AccountKind): readonly NamedAccountConfig[] {
  if (kind === "end_user") return [];
  return kind === "user" ? config.users : config.teams;
}

const longestId = 200;

/** An account by its id; undefined where there is none. */
export async function findAccount(deps: AdminDeps, kind: AccountKind, id: string): Promise<AccountRecord | undefined> {
  const named = declared(deps, kind).find(({ name }) => name === id);
  if (named !== undefined) return accountFromFile(kind, named);
  const known = id.length > longestId ? undefined : await deps.store.accounts.byId(kind, id);
  return known === undefined || known.deletedAt !== undefined ? undefined : accountFromStore(known);
}

/** The same. Fails: throws `not_found`. */
export async function needAccount(
  deps: AdminDeps,
  kind: AccountKind,
  id: string,
  param: string,
): Promise<AccountRecord> {
  const account = await findAccount(deps, kind, id);
  if (account === undefined) throw accountNotFound(kind, id, param);
  return account;
}

/** One that can be changed. Fails: as {@link needAccount}; throws `permission_denied` for one of routes.yaml. */
export async function needOwnAccount(
  deps: AdminDeps,
  kind: AccountKind,
  id: string,
  param: string,
): Promise<AccountRecord> {
  const account = await needAccount(deps, kind, id, param);
  if (account.source === "database") return account;
  const message = `The ${words[kind]} '${id}' is set in routes.yaml, and cannot be changed here.`;
  throw new GatewayError("permission_denied", message, { param });
}

const words: Readonly<Record<AccountKind, string>> = { user: "user", team: "team", end_user: "customer" };

export function accountNotFound(kind: AccountKind, id: string, param: string): GatewayError {
  return new GatewayError("not_found", `There is no ${words[kind]} '${id.slice(0, 100)}'.`, { param });
}

/** What answers say of each account. */
export type AccountView = SettingsView & StateView & { readonly source: Source };

export async function toAccountView(deps: AdminDeps, account: AccountRecord): Promise<AccountView> {
  const subject = { kind: account.kind, id: account.id };
  const spend = await spendNow(deps, subject, ...countedIn(deps, account));
  return { source: account.source, ...toSettingsView(account), ...toStateView(account, spend) };
}

/** The period of the budget that holds for an account, and when its first span began: src/policy/terms.ts says the same. */
function countedIn({ config }: AdminDeps, account: AccountRecord): readonly [Pick<Settings, "budgetPeriod">, number] {
  const { kind, maxBudgetNanoUsd, softBudgetNanoUsd, createdAt = 0 } = account;
  const standard = kind === "end_user" ? config.endUsers?.budget : undefined;
  const isOwn = (maxBudgetNanoUsd ?? softBudgetNanoUsd) !== undefined;
  return isOwn || standard === undefined ? [account, createdAt] : [{ budgetPeriod: standard.period }, 0];
}

/** An account for the audit log. */
export function accountState(account: AccountRecord): AuditState {
  const { metadata, ...settings } = toSettingsView(account);
  return {
    alias: account.alias ?? null,
    email: account.email ?? null,
    ...settings,
    metadata: hidden(metadata),
    blocked: account.blockedAt !== undefined,
  };
}
