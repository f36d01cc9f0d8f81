import type { Access, Method, Route } from "../surface/route.ts";
import { listAuditLogs } from "./audit-read.ts";
import { type AdminHandler, type BodyKind, toHandle } from "./call.ts";
import { getSpendLogContent } from "./content.ts";
import {
  blockCustomers,
  deleteCustomers,
  getCustomerInfo,
  listCustomers,
  newCustomer,
  updateCustomer,
} from "./customers.ts";
import type { AdminDeps } from "./deps.ts";
import { getKeyInfo, listKeys, postKeyInfo } from "./key-read.ts";
import { regenerateKey } from "./key-rotate.ts";
import { blockKey, deleteKeys, generateKey, updateKey } from "./keys.ts";
import { getModelInfo, listModelNames } from "./models.ts";
import { getGlobalSpend, getSpendReport, listSpendBy, listSpendLogs } from "./spend.ts";
import { blockTeam, deleteTeams, getTeamInfo, listTeams, newTeam, updateTeam } from "./teams.ts";
import { deleteUsers, getUserInfo, listUsers, newUser, updateUser } from "./users.ts";

type Line = readonly [method: Method, path: string, access: Access, handler: AdminHandler, body?: BodyKind];

/** The admin API as a table: LiteLLM's paths, and who may call them. */
export function createAdminRoutes(deps: AdminDeps): readonly Route[] {
  const lines: readonly Line[] = [...keyLines(deps), ...accountLines(deps), ...otherLines(deps)];
  const { maxBodyBytes } = deps.config.server;
  return lines.map(([method, path, access, handler, body = method === "POST" ? "json" : "none"]) => ({
    method,
    path,
    access,
    handle: toHandle(handler, body, maxBodyBytes),
  }));
}

function keyLines(deps: AdminDeps): readonly Line[] {
  return [
    ["POST", "/key/generate", "master", generateKey(deps)],
    ["POST", "/key/update", "master", updateKey(deps)],
    ["POST", "/key/delete", "master", deleteKeys(deps)],
    ["GET", "/key/info", "own", getKeyInfo(deps)],
    ["POST", "/key/info", "own", postKeyInfo(deps), "form"],
    ["GET", "/key/list", "master", listKeys(deps)],
    ["POST", "/key/block", "master", blockKey(deps, true)],
    ["POST", "/key/unblock", "master", blockKey(deps, false)],
    ["POST", "/key/regenerate", "master", regenerateKey(deps)],
    ["POST", "/key/**/regenerate", "master", regenerateKey(deps), "form"],
  ];
}

function accountLines(deps: AdminDeps): readonly Line[] {
  return [
    ["POST", "/user/new", "master", newUser(deps)],
    ["POST", "/user/update", "master", updateUser(deps)],
    ["POST", "/user/delete", "master", deleteUsers(deps)],
    ["GET", "/user/info", "own", getUserInfo(deps)],
    ["GET", "/user/list", "master", listUsers(deps)],
    ["POST", "/team/new", "master", newTeam(deps)],
    ["POST", "/team/update", "master", updateTeam(deps)],
    ["POST", "/team/delete", "master", deleteTeams(deps)],
    ["POST", "/team/block", "master", blockTeam(deps, true)],
    ["POST", "/team/unblock", "master", blockTeam(deps, false)],
    ["GET", "/team/info", "master", getTeamInfo(deps)],
    ["GET", "/team/list", "master", listTeams(deps)],
    ...["/customer", "/end_user"].flatMap((base) => customerLines(deps, base)),
  ];
}

function customerLines(deps: AdminDeps, base: string): readonly Line[] {
  return [
    ["POST", `${base}/new`, "master", newCustomer(deps)],
    ["POST", `${base}/update`, "master", updateCustomer(deps)],
    ["POST", `${base}/delete`, "master", deleteCustomers(deps)],
    ["POST", `${base}/block`, "master", blockCustomers(deps, true)],
    ["POST", `${base}/unblock`, "master", blockCustomers(deps, false)],
    ["GET", `${base}/info`, "master", getCustomerInfo(deps)],
    ["GET", `${base}/list`, "master", listCustomers(deps)],
  ];
}

function otherLines(deps: AdminDeps): readonly Line[] {
  return [
    ["GET", "/spend/logs", "own", listSpendLogs(deps)],
    ["GET", "/spend/logs/content", "master", getSpendLogContent(deps)],
    ["GET", "/spend/keys", "master", listSpendBy(deps, "key")],
    ["GET", "/spend/users", "master", listSpendBy(deps, "user")],
    ["GET", "/global/spend", "master", getGlobalSpend(deps)],
    ["GET", "/global/spend/report", "own", getSpendReport(deps)],
    ["GET", "/model/info", "own", getModelInfo(deps)],
    ["GET", "/model/list", "own", listModelNames(deps)],
    ["GET", "/audit/logs", "master", listAuditLogs(deps)],
  ];
}
