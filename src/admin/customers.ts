import {
  validateNewCustomerRequest,
  validateUpdateCustomerRequest,
  validateUserIdsRequest,
} from "../../generated/validators/admin.received.mjs";
import type { Caller } from "../policy/caller.ts";
import { accountsOf } from "./account-list.ts";
import { type AccountRecord, findAccount, needAccount, toAccountView } from "./account-record.ts";
import { blockAccount, insertAccount, removeAccounts, updateAccount } from "./account-write.ts";
import { type AdminHandler, checked, reported, unkeptBound } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { neededIn } from "./query.ts";
import { settingsMembers } from "./settings.ts";
import { inTurns } from "./turns.ts";
import type { Customer, NewCustomerRequest } from "./types.ts";

const members: readonly string[] = [...settingsMembers, "user_id", "alias", "blocked"];

async function toCustomer(deps: AdminDeps, customer: AccountRecord): Promise<Customer> {
  return { user_id: customer.id, alias: customer.alias ?? null, ...(await toAccountView(deps, customer)) };
}

/** Which models may be asked for hangs on the key, its user and its team alone. Fails: throws `unsupported_parameter`. */
function refuseModels({ models }: Pick<NewCustomerRequest, "models">): void {
  if (models !== undefined && models !== null && models.length > 0) throw unkeptBound("models");
}

/** `POST /customer/new`. */
export function newCustomer(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request: NewCustomerRequest = checked(validateNewCustomerRequest, body);
    refuseModels(request);
    const { alias, blocked } = request;
    const customer = await insertAccount(deps, caller, "end_user", request.user_id, {
      settings: request,
      alias,
      blocked,
    });
    return { value: await toCustomer(deps, customer), changes: reported(body, members) };
  };
}

/** `POST /customer/update`. */
export function updateCustomer(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request = checked(validateUpdateCustomerRequest, body);
    refuseModels(request);
    const { alias, blocked } = request;
    const customer = await updateAccount(deps, caller, "end_user", request.user_id, {
      settings: request,
      alias,
      blocked,
    });
    return { value: await toCustomer(deps, customer), changes: reported(body, members) };
  };
}

/** `POST /customer/delete`. */
export function deleteCustomers(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const { user_ids: ids } = checked(validateUserIdsRequest, body);
    return { value: await removeAccounts(deps, caller, "end_user", ids), changes: reported(body, ["user_ids"]) };
  };
}

/** `POST /customer/block` and `/customer/unblock`. Clients name end users freely: one nobody knows is made. */
export function blockCustomers(deps: AdminDeps, isBlocked: boolean): AdminHandler {
  return async ({ body, caller }) => {
    const { user_ids: ids } = checked(validateUserIdsRequest, body);
    const customers: AccountRecord[] = [];
    for (const id of new Set(ids)) customers.push(await blockOne(deps, caller, id, isBlocked));
    const value = await inTurns(customers, (one) => toCustomer(deps, one));
    return { value, changes: reported(body, ["user_ids"]) };
  };
}

async function blockOne(deps: AdminDeps, caller: Caller, id: string, isBlocked: boolean): Promise<AccountRecord> {
  const known = await findAccount(deps, "end_user", id);
  if (known !== undefined) return blockAccount(deps, caller, known, isBlocked);
  return insertAccount(deps, caller, "end_user", id, { settings: {}, blocked: isBlocked });
}

/** `GET /customer/info`. LiteLLM calls its parameter `end_user_id`. */
export function getCustomerInfo(deps: AdminDeps): AdminHandler {
  return async ({ query }) => {
    const id = neededIn(query, "end_user_id");
    return { value: await toCustomer(deps, await needAccount(deps, "end_user", id, "end_user_id")) };
  };
}

/** `GET /customer/list`. */
export function listCustomers(deps: AdminDeps): AdminHandler {
  return async () => {
    const customers = await accountsOf(deps, "end_user");
    return { value: await inTurns(customers, (one) => toCustomer(deps, one)) };
  };
}
