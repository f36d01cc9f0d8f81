import {
  validateNewUserRequest,
  validateUpdateUserRequest,
  validateUserIdsRequest,
} from "../../generated/validators/admin.received.mjs";
import { accountsOf } from "./account-list.ts";
import { type AccountRecord, accountFromKeys, accountNotFound, findAccount, toAccountView } from "./account-record.ts";
import { insertAccount, removeAccounts, updateAccount } from "./account-write.ts";
import { type AdminHandler, checked, reported } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { findKey, notYours, ownKeyId } from "./find-key.ts";
import { keysOf } from "./key-read.ts";
import type { KeyRecord } from "./key-record.ts";
import { insertKey, prepareKey } from "./key-write.ts";
import { pageIn, toPage } from "./page.ts";
import { neededIn, textIn } from "./query.ts";
import { settingsMembers } from "./settings.ts";
import { toTeam } from "./teams.ts";
import { inTurns } from "./turns.ts";
import type { GenerateKeyRequest, NewUser, NewUserRequest, User, UserInfo } from "./types.ts";
import { toKeyInfo } from "./views.ts";

const members: readonly string[] = [...settingsMembers, "user_id", "user_alias", "user_email"];

async function toUser(deps: AdminDeps, user: AccountRecord): Promise<User> {
  const view = await toAccountView(deps, user);
  return { user_id: user.id, user_alias: user.alias ?? null, user_email: user.email ?? null, ...view };
}

/** `POST /user/new`: a user, and a key unless told otherwise. The key is bounded by what bounds its user. */
export function newUser(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request: NewUserRequest = checked(validateNewUserRequest, body);
    const { user_alias: alias, user_email: email, blocked } = request;
    const id = request.user_id ?? `user_${deps.randomId()}`;
    // Before the user is written: where the key cannot be made, there shall be neither.
    const fresh = request.auto_create_key === false ? undefined : await prepareKey(deps, toKeyRequest(id, request));
    const user = await insertAccount(deps, caller, "user", id, { settings: request, alias, email, blocked });
    const made = fresh && (await insertKey(deps, caller, fresh));
    const value: NewUser = {
      ...(await toUser(deps, user)),
      key: made?.key ?? null,
      token: made?.token ?? null,
      key_alias: made?.key_alias ?? null,
      expires: made?.expires ?? null,
    };
    const known = [...members, "blocked", "auto_create_key", "key_alias", "team_id", "duration"];
    return { value, changes: reported(body, known) };
  };
}

function toKeyRequest(id: string, { key_alias, team_id, duration }: NewUserRequest): GenerateKeyRequest {
  return {
    user_id: id,
    ...(key_alias !== undefined && { key_alias }),
    ...(team_id !== undefined && { team_id }),
    ...(duration !== undefined && { duration }),
  };
}

/** `POST /user/update`. */
export function updateUser(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request = checked(validateUpdateUserRequest, body);
    const { user_alias: alias, user_email: email, blocked } = request;
    const user = await updateAccount(deps, caller, "user", request.user_id, {
      settings: request,
      alias,
      email,
      blocked,
    });
    return { value: await toUser(deps, user), changes: reported(body, [...members, "blocked"]) };
  };
}

/** `POST /user/delete`: users and their keys. */
export function deleteUsers(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const { user_ids: ids } = checked(validateUserIdsRequest, body);
    return { value: await removeAccounts(deps, caller, "user", ids), changes: reported(body, ["user_ids"]) };
  };
}

/** `GET /user/info`. A virtual key sees its own user, or itself where it is nobody's. */
export function getUserInfo(deps: AdminDeps): AdminHandler {
  return async ({ query, caller }) => {
    const own = ownKeyId(caller);
    if (own === undefined) return { value: await infoOf(deps, neededIn(query, "user_id")) };
    const asked = textIn(query, "user_id");
    if (asked !== undefined && asked !== caller.userId) throw notYours("user_id");
    if (caller.userId !== undefined) return { value: await infoOf(deps, caller.userId) };
    const key = await findKey(deps, own);
    const keys = key === undefined ? [] : [await toKeyInfo(deps, key)];
    const value: UserInfo = { user_id: null, user_info: null, keys, teams: [] };
    return { value };
  };
}

async function infoOf(deps: AdminDeps, id: string): Promise<UserInfo> {
  const keys = await keysOf(deps, { userId: id });
  const account = await findAccount(deps, "user", id);
  if (account === undefined && keys.length === 0) throw accountNotFound("user", id, "user_id");
  return {
    user_id: id,
    user_info: await toUser(deps, account ?? accountFromKeys("user", id)),
    keys: await inTurns(keys, (key) => toKeyInfo(deps, key)),
    teams: await inTurns(await teamsOf(deps, keys), (team) => toTeam(deps, team)),
  };
}

async function teamsOf(deps: AdminDeps, keys: readonly KeyRecord[]): Promise<readonly AccountRecord[]> {
  const ids = new Set(keys.flatMap(({ teamId }) => (teamId === undefined ? [] : [teamId])));
  const find = async (id: string) => (await findAccount(deps, "team", id)) ?? accountFromKeys("team", id);
  return inTurns([...ids], find);
}

/** `GET /user/list`. */
export function listUsers(deps: AdminDeps): AdminHandler {
  return async ({ query }) => {
    const page = pageIn(query, "page_size", 25);
    const { items, total, totalPages } = toPage(await accountsOf(deps, "user"), page);
    const users = await inTurns(items, (user) => toUser(deps, user));
    return { value: { users, total, page: page.number, page_size: page.size, total_pages: totalPages } };
  };
}
