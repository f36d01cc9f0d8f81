import { describe, expect, test } from "vitest";
import { says } from "../_setup.ts";
import { databases, digestOf, masterKey, startAdmin } from "./_admin.ts";

describe.each(databases)("keys on $name", (database) => {
  test("are made, shown once, used, changed, blocked and deleted", async (context) => {
    await database.need(context);
    const { ask, post } = await startAdmin({ database });
    const wish = {
      key_alias: "alice-laptop",
      user_id: "alice",
      max_budget: 12.5,
      soft_budget: 10,
      budget_duration: "30d",
      rpm_limit: 60,
      tpm_limit: 100_000,
      max_parallel_requests: 4,
      metadata: { cost_center: "42" },
      duration: "1h",
    };
    const made = (await ask("POST /key/generate", wish)).body;
    const { duration: _, ...kept } = wish;
    expect(made).toMatchObject({ ...kept, models: [], spend: 0, blocked: false, team_id: null, source: "database" });
    expect(made.key).toMatch(/^sk-[\w-]{43}$/);
    expect(made).toMatchObject({ token: digestOf(made.key), token_id: digestOf(made.key), created_by: "master key" });
    expect(made.key_name).toBe(`sk-...${made.key.slice(-4)}`);
    expect(Date.parse(made.expires) - Date.parse(made.created_at)).toBe(3_600_000);
    expect(Date.parse(made.budget_reset_at) - Date.parse(made.created_at)).toBe(30 * 86_400_000);

    const authorized = { authorization: `Bearer ${made.key}` };
    expect((await post({ model: "test-model", ...says("Hi") }, authorized)).status).toBe(200);

    for (const name of [made.key, made.token, made.key_id]) {
      const { body } = await ask(`GET /key/info?key=${name}`);
      expect(body.info).toMatchObject({ ...kept, key_id: made.key_id });
      expect(JSON.stringify(body)).not.toContain(made.key);
    }

    const updated = await ask("POST /key/update", {
      key: made.token,
      max_budget: null,
      rpm_limit: 7,
      models: ["test-*"],
    });
    expect(updated.body).toMatchObject({ max_budget: null, rpm_limit: 7, models: ["test-*"], soft_budget: 10 });

    expect((await ask("POST /key/block", { key: made.key })).body.blocked).toBe(true);
    const own = async () => (await ask("GET /key/info", undefined, { key: made.key })).status;
    await expect.poll(own).toBe(401);
    expect((await ask("POST /key/unblock", { key: made.key })).body.blocked).toBe(false);

    expect((await ask("POST /key/delete", { keys: [made.key] })).body).toEqual({ deleted_keys: [made.token] });
    expect((await ask(`GET /key/info?key=${made.key}`)).status).toBe(404);
    await expect.poll(own).toBe(401);
  });

  test("rotate with an overlap", async (context) => {
    await database.need(context);
    const { ask } = await startAdmin({ database });
    const first = (await ask("POST /key/generate", { key_alias: "ci", metadata: { a: 1 } })).body;
    const second = (await ask("POST /key/regenerate", { key: first.key, grace_period: "24h" })).body;
    expect(second).toMatchObject({ key_id: first.key_id, key_alias: "ci", metadata: { a: 1 } });
    expect(second.key).not.toBe(first.key);
    expect(Date.parse(second.previous_key_expires)).toBeGreaterThan(Date.now() + 86_000_000);
    const own = async (key: string) => (await ask("GET /key/info", undefined, { key })).status;
    expect(await Promise.all([own(first.key), own(second.key)])).toEqual([200, 200]);
    const third = (await ask(`POST /key/${second.token}/regenerate`, { max_budget: 3 })).body;
    expect(third).toMatchObject({ key_id: first.key_id, max_budget: 3, previous_key_expires: null });
    const all = () => Promise.all([own(first.key), own(second.key), own(third.key)]);
    await expect.poll(all).toEqual([401, 401, 200]);
    // As curl sends it: without a body.
    expect((await ask(`POST /key/${third.key_id}/regenerate`)).status).toBe(200);
  });

  test("are listed with those of routes.yaml, page by page", async (context) => {
    await database.need(context);
    const routes = `keys: [{ name: build, digest: "${digestOf("sk-of-the-file")}", user: alice }]`;
    const { ask } = await startAdmin({ database, routes });
    const made = [];
    for (const user_id of ["alice", "bob", "alice"]) made.push((await ask("POST /key/generate", { user_id })).body);
    const first = (await ask("GET /key/list?size=3")).body;
    const second = (await ask("GET /key/list?size=3&page=2")).body;
    expect(first).toMatchObject({ total_count: 4, current_page: 1, total_pages: 2 });
    expect([...first.keys, ...second.keys].sort()).toEqual(
      [digestOf("sk-of-the-file"), ...made.map(({ token }) => token)].sort(),
    );
    const full = (await ask("GET /key/list?user_id=alice&return_full_object=true")).body;
    expect(full.keys.map(({ source }: { source: string }) => source)).toEqual(["routes.yaml", "database", "database"]);
    for (const line of ["POST /key/update", "POST /key/block"]) {
      expect((await ask(line, { key: "build" })).body.error).toMatchObject({
        message: "The key 'build' is set in routes.yaml, and cannot be changed here.",
        param: "key",
      });
    }
  });
});

test("defaults of routes.yaml hold where a request says nothing, and null takes them away", async () => {
  const routes = `key_defaults: { budget: { max: "10.00", period: month }, rpm: 60, expires: 90d, models: ["test-*"] }`;
  const { ask } = await startAdmin({ routes });
  const plain = (await ask("POST /key/generate", {})).body;
  expect(plain).toMatchObject({ max_budget: 10, budget_duration: "month", rpm_limit: 60, models: ["test-*"] });
  expect(Date.parse(plain.expires) - Date.parse(plain.created_at)).toBe(90 * 86_400_000);
  const nothing = { max_budget: null, budget_duration: null, rpm_limit: null, duration: null, models: [] };
  const free = (await ask("POST /key/generate", nothing)).body;
  expect(free).toMatchObject({ max_budget: null, budget_duration: null, rpm_limit: null, expires: null, models: [] });
});

describe("what cannot be", () => {
  test.each<[string, object, string, string | null]>([
    ["a period", { budget_duration: "soon" }, "invalid_value", "budget_duration"],
    ["a time to live", { duration: "2 weeks" }, "invalid_value", "duration"],
    ["a type", { max_budget: "much" }, "invalid_type", "max_budget"],
    ["a negative", { rpm_limit: -1 }, "integer_below_min_value", "rpm_limit"],
    ["a short key", { key: "sk-1" }, "string_below_min_length", "key"],
    ["a key of another kind", { key: "pk-0123456789abcdef" }, "invalid_value", "key"],
    ["the master key", { key: masterKey }, "conflict", "key"],
    ["a taken alias", { key_alias: "taken" }, "conflict", "key_alias"],
    ["an alias of routes.yaml", { key_alias: "build" }, "conflict", "key_alias"],
    ["a bound that nobody acts on", { allowed_routes: ["/v1/chat"] }, "unsupported_parameter", "allowed_routes"],
    ["a budget of one model", { model_max_budget: { m: 1 } }, "unsupported_parameter", "model_max_budget"],
  ])("%s is refused", async (_, wish, code, param) => {
    const { ask } = await startAdmin({ routes: `keys: [{ name: build, digest: "${digestOf("sk-other")}" }]` });
    await ask("POST /key/generate", { key_alias: "taken" });
    const { status, body } = await ask("POST /key/generate", wish);
    expect(body.error).toMatchObject({ code, param });
    expect(status).toBe(code === "conflict" ? 409 : 400);
  });

  test("what nothing acts on is reported", async () => {
    const { ask } = await startAdmin();
    const wish = { tags: ["a"], guardrails: [], aliases: {}, permissions: null, frobnicate: 1, rpm_limit: 1 };
    const { status, headers } = await ask("POST /key/generate", wish);
    expect([status, headers.get("x-specgate-changes")]).toEqual([200, "reported:tags, reported:frobnicate"]);
  });

  test.each([
    ["", "reported:content"],
    ["ledger: { content: { retention: 7d } }", null],
  ])("content is kept where the config says how long, and else reported: %s", async (routes, want) => {
    const { ask } = await startAdmin({ routes });
    const { key } = (await ask("POST /key/generate", {})).body;
    expect((await ask("POST /key/generate", { content: true })).headers.get("x-specgate-changes")).toBe(want);
    expect((await ask("POST /key/update", { key, content: true })).headers.get("x-specgate-changes")).toBe(want);
  });

  test("a list with a key that is not there deletes none", async () => {
    const { ask } = await startAdmin();
    const { key } = (await ask("POST /key/generate", {})).body;
    expect((await ask("POST /key/delete", { keys: [key, "sk-not-there-at-all"] })).status).toBe(404);
    expect((await ask(`GET /key/info?key=${key}`)).status).toBe(200);
    expect((await ask("POST /key/delete", {})).body.error).toMatchObject({ param: "keys" });
  });
});

test("a key may say its own text and that content is kept", async () => {
  const { ask } = await startAdmin();
  const key = `sk-own-${"x".repeat(20)}`;
  const made = (await ask("POST /key/generate", { key, content: true, blocked: true, metadata: { team: "a" } })).body;
  expect(made).toMatchObject({ key, content: true, blocked: true, metadata: { team: "a" } });
  const changed = (await ask("POST /key/update", { key, metadata: { team: "b" } })).body;
  expect(changed).toMatchObject({ content: true, metadata: { team: "b" } });
  expect((await ask("POST /key/update", { key, content: null, blocked: false })).body).toMatchObject({
    content: false,
    blocked: false,
    metadata: { team: "b" },
  });
});

test.each<[string, string | object, Readonly<Record<string, string>>]>([
  ["a form", "key=KEY", { "content-type": "application/x-www-form-urlencoded" }],
  ["JSON that calls itself a form", '{"key":"KEY"}', { "content-type": "application/x-www-form-urlencoded" }],
  ["JSON", { key: "KEY" }, {}],
])("POST /key/info takes %s", async (_, body, headers) => {
  const { ask } = await startAdmin();
  const { key, token } = (await ask("POST /key/generate", {})).body;
  const sent = typeof body === "string" ? body.replace("KEY", key) : { key };
  expect((await ask("POST /key/info", sent, { headers })).body).toMatchObject({ key: token, info: { token } });
  expect((await ask("POST /key/info", { keys: [key, token] })).body).toMatchObject({ key: [token, token] });
  expect((await ask("POST /key/info", undefined, { key })).body).toMatchObject({ key: token });
});
