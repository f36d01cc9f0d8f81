import { GatewayError } from "../errors.ts";
import type { Caller } from "../policy/caller.ts";
import type { AccountKind, AccountPatch } from "../store/sql/accounts.ts";
import {
  type AccountRecord,
  accountFromKeys,
  accountFromStore,
  accountNotFound,
  accountState,
  declared,
  needOwnAccount,
} from "./account-record.ts";
import { toAuditEntry } from "./audit.ts";
import type { AdminDeps } from "./deps.ts";
import { keysOf } from "./key-read.ts";
import { removeKey } from "./keys.ts";
import { applySettings, patched, toSettingsPatch } from "./settings.ts";
import { inTurns } from "./turns.ts";
import type { SettingsRequest } from "./types.ts";

/** What a request says of an account, whatever the names of its members. */
export interface AccountRequest {
  readonly settings: SettingsRequest;
  readonly alias?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly blocked?: boolean | null | undefined;
}

const actions: Readonly<Record<AccountKind, string>> = { user: "user", team: "team", end_user: "customer" };

function toPatch({ settings, alias, email }: AccountRequest): AccountPatch {
  return { ...toSettingsPatch(settings), alias, email };
}

function applied(account: AccountRecord, patch: AccountPatch): AccountRecord {
  return {
    ...account,
    ...applySettings(account, patch),
    alias: patched(account.alias, patch.alias),
    email: patched(account.email, patch.email),
  };
}

/** Makes an account. Fails: throws `conflict` where the id is taken, by one of routes.yaml too. */
export async function insertAccount(
  deps: AdminDeps,
  caller: Caller,
  kind: AccountKind,
  id: string,
  request: AccountRequest,
): Promise<AccountRecord> {
  if (declared(deps, kind).some(({ name }) => name === id)) {
    throw new GatewayError("conflict", `'${id}' is set in routes.yaml already.`);
  }
  const createdAt = deps.nowMs();
  const fresh = applied({ ...accountFromKeys(kind, id), source: "database" }, toPatch(request));
  const blockedAt = request.blocked === true ? createdAt : undefined;
  const state = accountState({ ...fresh, blockedAt });
  const entry = toAuditEntry(deps, caller, `${actions[kind]}.new`, { kind, id }, undefined, state);
  const inserted = await deps.store.accounts.insert({ ...fresh, createdAt }, entry);
  const blocked = blockedAt === undefined ? undefined : await deps.store.accounts.setBlocked(kind, id, true, createdAt);
  return accountFromStore(blocked ?? inserted);
}

/** Changes an account. Fails: as {@link needOwnAccount}. */
export async function updateAccount(
  deps: AdminDeps,
  caller: Caller,
  kind: AccountKind,
  id: string,
  request: AccountRequest,
): Promise<AccountRecord> {
  const param = idNames[kind];
  const account = await needOwnAccount(deps, kind, id, param);
  const patch = toPatch(request);
  const states = [accountState(account), accountState(applied(account, patch))] as const;
  const entry = toAuditEntry(deps, caller, `${actions[kind]}.update`, { kind, id }, ...states);
  const written = await deps.store.accounts.update(kind, id, patch, deps.nowMs(), entry);
  if (written === undefined) throw accountNotFound(kind, id, param);
  const { blocked } = request;
  const isDone = typeof blocked !== "boolean" || blocked === (account.blockedAt !== undefined);
  return isDone ? accountFromStore(written) : blockAccount(deps, caller, account, blocked);
}

/** What requests call the id of an account. */
const idNames: Readonly<Record<AccountKind, string>> = {
  user: "user_id",
  team: "team_id",
  end_user: "user_id",
};

/** Blocks an account, or ends its block. Fails: throws `not_found` where it was deleted meanwhile. */
export async function blockAccount(
  deps: AdminDeps,
  caller: Caller,
  { kind, id, blockedAt }: AccountRecord,
  isBlocked: boolean,
): Promise<AccountRecord> {
  const action = `${actions[kind]}.${isBlocked ? "block" : "unblock"}`;
  const before = { blocked: blockedAt !== undefined };
  const entry = toAuditEntry(deps, caller, action, { kind, id }, before, { blocked: isBlocked });
  const written = await deps.store.accounts.setBlocked(kind, id, isBlocked, deps.nowMs(), entry);
  if (written === undefined) throw accountNotFound(kind, id, idNames[kind]);
  return accountFromStore(written);
}

/**
 * Deletes accounts, all that are named or none where one of them is not there, and with users and teams their keys of
 * the database: who is gone shall not go on calling.
 */
export async function removeAccounts(
  deps: AdminDeps,
  caller: Caller,
  kind: AccountKind,
  ids: readonly string[],
): Promise<{ readonly deleted: readonly string[]; readonly deleted_keys: readonly string[] }> {
  const unique = [...new Set(ids)];
  const accounts = await inTurns(unique, (id) => needOwnAccount(deps, kind, id, `${idNames[kind]}s`));
  const deletedKeys: string[] = [];
  for (const account of accounts) {
    for (const key of await keysWith(deps, account)) {
      await removeKey(deps, caller, key);
      deletedKeys.push(key.digest);
    }
    const { id } = account;
    const entry = toAuditEntry(deps, caller, `${actions[kind]}.delete`, { kind, id }, accountState(account), undefined);
    await deps.store.accounts.remove(kind, id, deps.nowMs(), entry);
  }
  return { deleted: unique, deleted_keys: deletedKeys };
}

async function keysWith(deps: AdminDeps, { kind, id }: AccountRecord) {
  if (kind === "end_user") return [];
  const keys = await keysOf(deps, kind === "user" ? { userId: id } : { teamId: id });
  return keys.filter(({ source }) => source === "database");
}
