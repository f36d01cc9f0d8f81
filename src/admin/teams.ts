import {
  validateNewTeamRequest,
  validateTeamIdsRequest,
  validateTeamRequest,
  validateUpdateTeamRequest,
} from "../../generated/validators/admin.received.mjs";
import { accountsOf } from "./account-list.ts";
import {
  type AccountRecord,
  accountFromKeys,
  accountNotFound,
  findAccount,
  needOwnAccount,
  toAccountView,
} from "./account-record.ts";
import { blockAccount, insertAccount, removeAccounts, updateAccount } from "./account-write.ts";
import { type AdminHandler, checked, reported } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { keysOf } from "./key-read.ts";
import { neededIn } from "./query.ts";
import { settingsMembers } from "./settings.ts";
import { inTurns } from "./turns.ts";
import type { NewTeamRequest, Team } from "./types.ts";
import { toKeyInfo } from "./views.ts";

const members: readonly string[] = [...settingsMembers, "team_id", "team_alias", "blocked"];

export async function toTeam(deps: AdminDeps, team: AccountRecord): Promise<Team> {
  return { team_id: team.id, team_alias: team.alias ?? null, ...(await toAccountView(deps, team)) };
}

/** `POST /team/new`. */
export function newTeam(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request: NewTeamRequest = checked(validateNewTeamRequest, body);
    const { team_alias: alias, blocked } = request;
    const id = request.team_id ?? `team_${deps.randomId()}`;
    const team = await insertAccount(deps, caller, "team", id, { settings: request, alias, blocked });
    return { value: await toTeam(deps, team), changes: reported(body, members) };
  };
}

/** `POST /team/update`. */
export function updateTeam(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request = checked(validateUpdateTeamRequest, body);
    const { team_alias: alias, blocked } = request;
    const team = await updateAccount(deps, caller, "team", request.team_id, { settings: request, alias, blocked });
    return { value: await toTeam(deps, team), changes: reported(body, members) };
  };
}

/** `POST /team/delete`: teams and their keys. */
export function deleteTeams(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const { team_ids: ids } = checked(validateTeamIdsRequest, body);
    return { value: await removeAccounts(deps, caller, "team", ids), changes: reported(body, ["team_ids"]) };
  };
}

/** `POST /team/block` and `/team/unblock`. */
export function blockTeam(deps: AdminDeps, isBlocked: boolean): AdminHandler {
  return async ({ body, caller }) => {
    const { team_id: id } = checked(validateTeamRequest, body);
    const team = await blockAccount(deps, caller, await needOwnAccount(deps, "team", id, "team_id"), isBlocked);
    return { value: await toTeam(deps, team), changes: reported(body, ["team_id"]) };
  };
}

/** `GET /team/info`. */
export function getTeamInfo(deps: AdminDeps): AdminHandler {
  return async ({ query }) => {
    const id = neededIn(query, "team_id");
    const keys = await keysOf(deps, { teamId: id });
    const account = await findAccount(deps, "team", id);
    if (account === undefined && keys.length === 0) throw accountNotFound("team", id, "team_id");
    const value = {
      team_id: id,
      team_info: await toTeam(deps, account ?? accountFromKeys("team", id)),
      keys: await inTurns(keys, (key) => toKeyInfo(deps, key)),
    };
    return { value };
  };
}

/** `GET /team/list`. */
export function listTeams(deps: AdminDeps): AdminHandler {
  return async () => {
    const teams = await accountsOf(deps, "team");
    return { value: await inTurns(teams, (team) => toTeam(deps, team)) };
  };
}
