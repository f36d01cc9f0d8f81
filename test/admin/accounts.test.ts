import { describe, expect, test } from "vitest";
import { databases, startAdmin } from "./_admin.ts";

describe.each(databases)("users, teams and end users on $name", (database) => {
  test("a user is made with a key, changed, described and deleted with its keys", async (context) => {
    await database.need(context);
    const { ask } = await startAdmin({ database });
    const wish = { user_id: "alice", user_alias: "Alice", user_email: "alice@example.com", max_budget: 5 };
    const made = (await ask("POST /user/new", { ...wish, models: ["test-model"], key_alias: "alice-1" })).body;
    expect(made).toMatchObject({ ...wish, models: ["test-model"], key_alias: "alice-1", source: "database" });
    expect(made.key).toMatch(/^sk-/);
    // The key has no budget beside its user's.
    expect((await ask("GET /key/info", undefined, { key: made.key })).body.info).toMatchObject({
      user_id: "alice",
      max_budget: null,
    });
    expect((await ask("POST /user/update", { user_id: "alice", max_budget: 7, user_email: null })).body).toMatchObject({
      max_budget: 7,
      user_email: null,
      user_alias: "Alice",
    });
    await ask("POST /key/generate", { user_id: "alice", team_id: "red" });
    const info = (await ask("GET /user/info?user_id=alice")).body;
    expect(info).toMatchObject({ user_id: "alice", user_info: { max_budget: 7 }, teams: [{ team_id: "red" }] });
    expect(info.keys).toHaveLength(2);
    expect((await ask("GET /user/list")).body).toMatchObject({ total: 1, users: [{ user_id: "alice" }] });
    const deleted = (await ask("POST /user/delete", { user_ids: ["alice"] })).body;
    expect(deleted).toMatchObject({ deleted: ["alice"] });
    expect(deleted.deleted_keys).toHaveLength(2);
    await expect.poll(async () => (await ask("GET /key/info", undefined, { key: made.key })).status).toBe(401);
    expect((await ask("GET /user/info?user_id=alice")).status).toBe(404);
  });

  test("a team is made, blocked with its keys, and let in again", async (context) => {
    await database.need(context);
    const { ask } = await startAdmin({ database });
    const wish = { team_id: "red", team_alias: "Team Red", tpm_limit: 1000, metadata: { floor: 2 } };
    expect((await ask("POST /team/new", wish)).body).toMatchObject({ ...wish, blocked: false, spend: 0 });
    const { key } = (await ask("POST /key/generate", { team_id: "red" })).body;
    const own = async () => (await ask("GET /key/info", undefined, { key })).status;
    expect(await own()).toBe(200);
    expect((await ask("POST /team/block", { team_id: "red" })).body.blocked).toBe(true);
    await expect.poll(own).toBe(401);
    expect((await ask("POST /team/unblock", { team_id: "red" })).body.blocked).toBe(false);
    await expect.poll(own).toBe(200);
    expect((await ask("POST /team/update", { team_id: "red", tpm_limit: null })).body.tpm_limit).toBeNull();
    expect((await ask("GET /team/info?team_id=red")).body).toMatchObject({
      team_id: "red",
      keys: [{ team_id: "red" }],
    });
    expect((await ask("GET /team/list")).body).toHaveLength(1);
    expect((await ask("POST /team/delete", { team_ids: ["red"] })).body.deleted).toEqual(["red"]);
    await expect.poll(own).toBe(401);
  });

  test.each(["customer", "end_user"])("end users are kept under /%s", async (base) => {
    const { ask } = await startAdmin();
    const made = (await ask(`POST /${base}/new`, { user_id: "visitor", max_budget: 0.5, budget_duration: "1mo" })).body;
    expect(made).toMatchObject({ user_id: "visitor", max_budget: 0.5, budget_duration: "1mo", alias: null });
    expect((await ask(`POST /${base}/update`, { user_id: "visitor", alias: "V" })).body.alias).toBe("V");
    const blocked = (await ask(`POST /${base}/block`, { user_ids: ["visitor", "stranger"] })).body;
    expect(blocked).toMatchObject([
      { user_id: "visitor", blocked: true },
      { user_id: "stranger", blocked: true },
    ]);
    expect((await ask(`POST /${base}/unblock`, { user_ids: ["visitor"] })).body).toMatchObject([{ blocked: false }]);
    expect((await ask(`GET /${base}/info?end_user_id=visitor`)).body).toMatchObject({ alias: "V" });
    expect((await ask(`GET /${base}/list`)).body).toHaveLength(2);
    expect((await ask(`POST /${base}/delete`, { user_ids: ["stranger"] })).body.deleted).toEqual(["stranger"]);
    expect((await ask(`GET /${base}/info?end_user_id=stranger`)).status).toBe(404);
  });
});

test("those of routes.yaml are listed, and cannot be changed or made anew", async () => {
  const routes = `
users: [{ name: alice, budget: { max: "3.00" } }]
teams: [{ name: red, rpm: 5 }]`;
  const { ask } = await startAdmin({ routes });
  expect((await ask("GET /user/list")).body.users).toMatchObject([
    { user_id: "alice", source: "routes.yaml", max_budget: 3 },
  ]);
  expect((await ask("GET /team/list")).body).toMatchObject([{ team_id: "red", source: "routes.yaml", rpm_limit: 5 }]);
  expect((await ask("POST /user/new", { user_id: "alice" })).status).toBe(409);
  expect((await ask("POST /team/update", { team_id: "red" })).status).toBe(403);
  expect((await ask("POST /user/delete", { user_ids: ["alice"] })).status).toBe(403);
});

test("ids are given where none are asked for, and a user without a key where that is asked for", async () => {
  const { ask } = await startAdmin();
  const user = (await ask("POST /user/new", { auto_create_key: false, user_role: "internal_user" })).body;
  expect(user).toMatchObject({ user_id: expect.stringMatching(/^user_[\da-f]{24}$/), key: null, token: null });
  expect((await ask("POST /team/new", {})).body.team_id).toMatch(/^team_[\da-f]{24}$/);
  expect((await ask("POST /user/new", { user_id: user.user_id })).status).toBe(409);
});

test("a virtual key sees its own user, and nobody else's", async () => {
  const { ask } = await startAdmin();
  const { key } = (await ask("POST /key/generate", { user_id: "alice", key_alias: "a" })).body;
  await ask("POST /key/generate", { user_id: "bob" });
  // Nobody has made a user alice: the key alone names it.
  expect((await ask("GET /user/info", undefined, { key })).body).toMatchObject({
    user_id: "alice",
    user_info: { user_id: "alice", source: "keys", spend: 0, max_budget: null },
    keys: [{ key_alias: "a" }],
  });
  expect((await ask("GET /user/info?user_id=alice", undefined, { key })).status).toBe(200);
  for (const other of ["bob", "nobody"]) {
    expect((await ask(`GET /user/info?user_id=${other}`, undefined, { key })).status).toBe(403);
  }
  const alone = (await ask("POST /key/generate", {})).body;
  expect((await ask("GET /user/info", undefined, { key: alone.key })).body).toMatchObject({
    user_id: null,
    user_info: null,
    keys: [{ token: alone.token }],
  });
});
