import { describe, expect, test } from "vitest";
import {
  deleteKeys,
  generateKey,
  getGlobalSpend,
  getHealth,
  getKeyInfo,
  getModelInfo,
  getSpendReport,
  getTeamInfo,
  getUserInfo,
  listAuditLogs,
  listKeys,
  listSpendLogs,
  listUsers,
  newCustomer,
  newTeam,
  newUser,
  regenerateKeyByPath,
  updateKey,
} from "../../generated/admin-sdk/index.ts";
import { operations } from "../../generated/operations.ts";
import {
  validateAuditLogs,
  validateCustomer,
  validateDeletedAccounts,
  validateGeneratedKey,
  validateGlobalSpend,
  validateHealth,
  validateKeyInfo,
  validateKeyInfoAnswer,
  validateKeyList,
  validateModelInfoList,
  validateModelList,
  validateNewUser,
  validateSpendLog,
  validateSpendSum,
  validateTeamInfo,
  validateUserInfo,
  validateUserList,
} from "../../generated/validators/admin.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import { adminClient } from "../_admin-client.ts";
import { says } from "../_setup.ts";
import { masterKey, startAdmin } from "./_admin.ts";

/** What is wrong with an answer, by its spec. */
function faultOf(validate: Validator<unknown>, answer: unknown): string | undefined {
  return validate(answer) ? undefined : JSON.stringify(validate.errors);
}

const listOf =
  (validate: Validator<unknown>): Validator<unknown> =>
  (answer): answer is unknown =>
    Array.isArray(answer) && answer.length > 0 && answer.every((one) => validate(one));

/** Requests in the order in which each has what it needs, and what their answers are. */
const lines: readonly (readonly [line: string, body: object | undefined, validate: Validator<unknown>])[] = [
  ["POST /user/new", { user_id: "alice", metadata: { a: { b: [1] } } }, validateNewUser],
  ["POST /key/generate", { key_alias: "a", user_id: "alice", team_id: "red", duration: "1d" }, validateGeneratedKey],
  ["POST /key/update", { key: "KEY", max_budget: 1, budget_duration: "1mo" }, validateKeyInfo],
  ["POST /key/regenerate", { key: "KEY", grace_period: "1h" }, validateGeneratedKey],
  ["GET /key/info?key=KEY", undefined, validateKeyInfoAnswer],
  ["GET /key/list", undefined, validateKeyList],
  ["GET /key/list?return_full_object=true", undefined, validateKeyList],
  ["GET /user/info?user_id=alice", undefined, validateUserInfo],
  ["GET /user/list", undefined, validateUserList],
  ["GET /team/info?team_id=red", undefined, validateTeamInfo],
  ["POST /customer/new", { user_id: "visitor", soft_budget: 1 }, validateCustomer],
  ["POST /customer/delete", { user_ids: ["visitor"] }, validateDeletedAccounts],
  ["GET /spend/logs", undefined, listOf(validateSpendLog)],
  ["GET /global/spend/report", undefined, listOf(validateSpendSum)],
  ["GET /spend/keys", undefined, listOf(validateSpendSum)],
  ["GET /global/spend", undefined, validateGlobalSpend],
  ["GET /model/info", undefined, validateModelInfoList],
  ["GET /model/list", undefined, validateModelList],
  ["GET /audit/logs", undefined, validateAuditLogs],
  ["GET /health", undefined, validateHealth],
];

test("answers are as specs/admin.yaml says, member by member", async () => {
  const { ask, post } = await startAdmin();
  const { key, key_id: id } = (await ask("POST /key/generate", {})).body;
  await post({ model: "test-model", ...says("Hi") }, { authorization: `Bearer ${key}` });
  await post({ model: "nothing", ...says("Hi") }, { authorization: `Bearer ${key}` });
  for (const [line, body, validate] of lines) {
    const sent = body && JSON.parse(JSON.stringify(body).replaceAll("KEY", id));
    const { status, body: answer } = await ask(line.replace("KEY", id), sent);
    expect([line, status, faultOf(validate, answer)]).toEqual([line, 200, undefined]);
  }
});

describe("the spec and the gateway", () => {
  // What is served by other routes, and held beside the spec elsewhere.
  const elsewhere = new Set(["listModels", "retrieveModel", "getCompat"]);

  test("every operation of the spec is there, and wants a key where the spec says so", async () => {
    const { ask } = await startAdmin();
    for (const [id, { method, path }] of Object.entries(operations.admin)) {
      if (elsewhere.has(id) || path.startsWith("/health")) continue;
      const line = `${method} ${path.replace("{key}", "nothing")}`;
      expect([line, (await ask(line, method === "POST" ? {} : undefined, { key: null })).status]).toEqual([line, 401]);
    }
  });
});

test("the client that is made of the spec does a day's work", async () => {
  const { url, post } = await startAdmin();
  const client = adminClient(url, masterKey);
  const made = await generateKey({ client, body: { key_alias: "ci", max_budget: 1.25, metadata: { a: 1 } } });
  const key = made.data?.key ?? "";
  expect(made.data).toMatchObject({ key_alias: "ci", max_budget: 1.25 });
  await post({ model: "test-model", ...says("Hi") }, { authorization: `Bearer ${key}` });
  expect((await updateKey({ client, body: { key, max_budget: null } })).data?.max_budget).toBeNull();
  expect((await getKeyInfo({ client, query: { key } })).data?.info.key_alias).toBe("ci");
  expect((await getKeyInfo({ client: adminClient(url, key) })).data?.info.key_alias).toBe("ci");
  expect((await listKeys({ client, query: { return_full_object: true } })).data?.total_count).toBe(1);
  expect((await listSpendLogs({ client, query: { api_key: key } })).data).toHaveLength(1);
  expect((await getSpendReport({ client, query: { group_by: "model" } })).data?.[0]?.group).toBe("test-model");
  expect((await getGlobalSpend({ client })).data?.spend).toBeGreaterThan(0);
  expect((await getModelInfo({ client })).data?.data).toHaveLength(1);
  expect((await newUser({ client, body: { user_id: "bob" } })).data?.key).toMatch(/^sk-/);
  expect((await getUserInfo({ client, query: { user_id: "bob" } })).data?.keys).toHaveLength(1);
  expect((await listUsers({ client })).data?.total).toBe(1);
  expect((await newTeam({ client, body: { team_id: "red" } })).data?.team_id).toBe("red");
  expect((await getTeamInfo({ client, query: { team_id: "red" } })).data?.keys).toEqual([]);
  expect((await newCustomer({ client, body: { user_id: "visitor" } })).data?.blocked).toBe(false);
  const rotated = await regenerateKeyByPath({ client, path: { key }, body: { grace_period: "1h" } });
  expect(rotated.data?.key).not.toBe(key);
  expect((await deleteKeys({ client, body: { key_aliases: ["ci"] } })).data?.deleted_keys).toEqual(["ci"]);
  expect((await listAuditLogs({ client, query: { target_kind: "key", limit: 2 } })).data?.audit_logs).toHaveLength(2);
  expect((await getHealth({ client })).data?.healthy_count).toBe(1);
  expect((await getKeyInfo({ client, query: { key: "nobody" } })).error?.error.message).toBe("There is no such key.");
});
