import { describe, expect, test } from "vitest";
import { startAdmin } from "./_admin.ts";

describe("what is refused leaves nothing behind", () => {
  test("a user whose key cannot be made is not made either", async () => {
    const { ask } = await startAdmin({ routes: `keys: [{ name: fixed, digest: "${"a".repeat(64)}" }]` });
    await ask("POST /key/generate", { key_alias: "taken" });
    const wishes: readonly (readonly [object, number])[] = [
      [{ key_alias: "taken" }, 409],
      [{ key_alias: "fixed" }, 409],
      [{ duration: "soon" }, 400],
      [{ budget_duration: "soon" }, 400],
    ];
    for (const [wish, status] of wishes) {
      expect((await ask("POST /user/new", { user_id: "alice", ...wish })).status).toBe(status);
    }
    expect((await ask("GET /user/info?user_id=alice")).status).toBe(404);
    expect((await ask("GET /audit/logs?target=alice")).body.audit_logs).toEqual([]);
    expect((await ask("POST /user/new", { user_id: "alice", key_alias: "free" })).status).toBe(200);
  });

  test("a rotation to a key that is taken changes nothing of the key", async () => {
    const { ask } = await startAdmin();
    const taken = "sk-a-key-that-is-somebodys";
    await ask("POST /key/generate", { key: taken });
    const { key_id: id, key } = (await ask("POST /key/generate", { max_budget: 1 })).body;
    const wish = { key: id, new_key: taken, max_budget: 100 };
    expect((await ask("POST /key/regenerate", wish)).status).toBe(409);
    expect((await ask("GET /key/info", undefined, { key })).body.info.max_budget).toBe(1);
  });

  test("a key is not made of a text that another one had, and that is still good", async () => {
    const { ask } = await startAdmin();
    const old = "sk-a-key-that-was-somebodys";
    const { key_id: id } = (await ask("POST /key/generate", { key: old })).body;
    await ask("POST /key/regenerate", { key: id, grace_period: "1h" });
    expect((await ask("POST /key/generate", { key: old })).status).toBe(409);
    expect((await ask("GET /key/info", undefined, { key: old })).body.info.key_id).toBe(id);
  });
});

test("what an end user has spent is told in the window that holds for all, where the account has no budget", async () => {
  const { ask } = await startAdmin({ routes: 'end_users: { budget: { max: "0.5", period: day } }' });
  const unblocked = (await ask("POST /customer/unblock", { user_ids: ["c"] })).body;
  const midnight = new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000).toISOString();
  expect(unblocked).toMatchObject([{ max_budget: null, budget_reset_at: midnight }]);
  const own = (await ask("POST /customer/update", { user_id: "c", max_budget: 1 })).body;
  expect(own).toMatchObject({ max_budget: 1, budget_reset_at: null });
});

test("a key is not made for somebody who was deleted: it would never be let in", async () => {
  const { ask } = await startAdmin({ routes: "users: [{ name: bob }]" });
  for (const id of ["alice", "bob"]) await ask("POST /key/generate", { user_id: id });
  await ask("POST /user/new", { user_id: "alice" });
  await ask("POST /team/new", { team_id: "red" });
  const { key } = (await ask("POST /key/generate", {})).body;
  await ask("POST /user/delete", { user_ids: ["alice"] });
  await ask("POST /team/delete", { team_ids: ["red"] });
  const refused: readonly (readonly [string, object, string])[] = [
    ["POST /key/generate", { user_id: "alice" }, "user_id"],
    ["POST /key/generate", { team_id: "red" }, "team_id"],
    ["POST /key/update", { key, team_id: "red" }, "team_id"],
    ["POST /user/new", { user_id: "carl", team_id: "red" }, "team_id"],
  ];
  for (const [line, body, param] of refused) {
    const answer = await ask(line, body);
    expect([line, answer.status, answer.body.error?.param]).toEqual([line, 409, param]);
  }
  expect((await ask("POST /key/generate", { user_id: "bob", team_id: "a label" })).status).toBe(200);
  expect((await ask("POST /key/update", { key, user_id: null, rpm_limit: 1 })).status).toBe(200);
});

test("a user may be blocked from the start", async () => {
  const { ask } = await startAdmin();
  const made = (await ask("POST /user/new", { user_id: "alice", blocked: true })).body;
  expect(made.blocked).toBe(true);
  expect((await ask("GET /key/info", undefined, { key: made.key })).body.error.message).toBe(
    "The user of this API key is blocked.",
  );
});

test("bounds that nothing acts on are refused", async () => {
  const { ask } = await startAdmin();
  const refused: readonly (readonly [string, object, string])[] = [
    ["POST /customer/new", { user_id: "c", models: ["m"] }, "models"],
    ["POST /end_user/update", { user_id: "c", models: ["m"] }, "models"],
    ["POST /customer/new", { user_id: "c", allowed_model_region: "eu" }, "allowed_model_region"],
    ["POST /key/generate", { key_type: "read_only" }, "key_type"],
    ["POST /team/new", { team_member_rpm_limit: 5 }, "team_member_rpm_limit"],
  ];
  for (const [line, body, param] of refused) {
    const answer = await ask(line, body);
    expect([line, answer.status, answer.body.error?.param]).toEqual([line, 400, param]);
  }
  for (const wish of [{ key_type: "default" }, { key_type: "llm_api" }, { key_type: null }]) {
    expect((await ask("POST /key/generate", wish)).status).toBe(200);
  }
  expect((await ask("POST /customer/new", { user_id: "d", models: [] })).status).toBe(200);
});
