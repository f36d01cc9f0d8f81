import { describe, expect, test } from "vitest";
import { toCsv } from "../../src/admin/csv.ts";
import { says } from "../_setup.ts";
import { type AdminGateway, databases, startAdmin } from "./_admin.ts";

const routes = `
models:
  test-model: { deployments: [{ use: vertex/gemini-2.5-flash, price: { input: "1.00", output: "2.00" } }] }
  other-model: vertex/gemini-2.5-pro`;

/** Three requests of two keys: two of one model, one of another. */
async function spendSome(gateway: AdminGateway) {
  const alice = (await gateway.ask("POST /key/generate", { user_id: "alice", key_alias: "a", team_id: "red" })).body;
  const bob = (await gateway.ask("POST /key/generate", { user_id: "bob" })).body;
  for (const [key, model] of [
    [alice.key, "test-model"],
    [alice.key, "other-model"],
    [bob.key, "test-model"],
  ]) {
    const { status } = await gateway.post(
      { model, ...says("Hello there"), user: "visitor" },
      { authorization: `Bearer ${key}` },
    );
    expect(status).toBe(200);
  }
  return { alice, bob };
}

describe.each(databases)("spend on $name", (database) => {
  test("is told row by row and in sums, to a key its own alone", async (context) => {
    await database.need(context);
    const gateway = await startAdmin({ database, routes });
    const { ask } = gateway;
    const { alice, bob } = await spendSome(gateway);
    const rows = (await ask("GET /spend/logs")).body;
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      call_type: "chat",
      api_key: bob.token,
      key_id: bob.key_id,
      user: "bob",
      end_user: "visitor",
      model_group: "test-model",
      custom_llm_provider: "vertex",
      status: "succeeded",
      metadata: { provenance: "reported" },
    });
    const [row] = rows;
    expect(row.total_tokens).toBe(row.prompt_tokens + row.completion_tokens);
    expect(row.spend).toBe((row.prompt_tokens + 2 * row.completion_tokens) / 1e6);
    expect(String(Math.round(row.spend * 1e9))).toBe(row.cost_nano_usd);
    expect((await ask(`GET /spend/logs?request_id=${row.request_id}`)).body).toEqual([row]);
    expect((await ask(`GET /spend/logs?api_key=${alice.key}`)).body).toHaveLength(2);
    expect((await ask("GET /spend/logs", undefined, { key: alice.key })).body).toHaveLength(2);
    expect((await ask("GET /spend/logs?user_id=bob", undefined, { key: alice.key })).body).toEqual([]);

    const first = await ask("GET /spend/logs?limit=2");
    const next = await ask(`GET /spend/logs?limit=2&after=${first.headers.get("x-specgate-next")}`);
    expect([...first.body, ...next.body]).toEqual(rows);
    expect(next.headers.get("x-specgate-next")).toBeNull();

    const groups = async (by: string, options = {}) =>
      (await ask(`GET /global/spend/report?group_by=${by}`, undefined, options)).body.map(
        ({ group, requests }: { group: string; requests: number }) => [group, requests],
      );
    expect(Object.fromEntries(await groups("key"))).toEqual({ [alice.key_id]: 2, [bob.key_id]: 1 });
    expect(Object.fromEntries(await groups("api_key", { key: alice.key }))).toEqual({ [alice.key_id]: 2 });
    expect(Object.fromEntries(await groups("model"))).toEqual({ "test-model": 2, "other-model": 1 });
    expect(await groups("day")).toEqual([[new Date().toISOString().slice(0, 10), 3]]);
    expect((await ask("GET /spend/logs?summarize=true")).body[0].requests).toBe(3);
    expect((await ask("GET /spend/keys")).body.map(({ name }: { name: string }) => name)).toContain("a");
    expect((await ask("GET /spend/users")).body).toHaveLength(2);

    const total = (await ask("GET /global/spend")).body;
    const sum = rows.reduce((all: bigint, one: { cost_nano_usd: string }) => all + BigInt(one.cost_nano_usd), 0n);
    expect(total).toMatchObject({ spend_nano_usd: String(sum), max_budget: null });
    const infos = await Promise.all(
      [alice, bob].map(async ({ key }) => (await ask(`GET /key/info?key=${key}`)).body.info),
    );
    expect(infos.reduce((all, { spend_nano_usd }) => all + BigInt(spend_nano_usd), 0n)).toBe(sum);
    expect((await ask("GET /user/info?user_id=alice")).body.user_info.spend_nano_usd).toBe(infos[0].spend_nano_usd);
    expect((await ask("GET /team/info?team_id=red")).body.team_info.spend_nano_usd).toBe(infos[0].spend_nano_usd);
  });
});

test("days count to their end, moments do not, and what is no time is refused", async () => {
  const gateway = await startAdmin({ routes });
  await spendSome(gateway);
  const count = async (query: string) => (await gateway.ask(`GET /spend/logs?${query}`)).body.length;
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  expect(await count(`start_date=${today}&end_date=${today}`)).toBe(3);
  expect(await count(`start_date=${tomorrow}`)).toBe(0);
  expect(await count(`end_date=${today}T00:00:00Z`)).toBe(0);
  for (const query of [
    "start_date=yesterday",
    "limit=0",
    "limit=x",
    "after=x",
    "format=xml",
    "group_by=colour",
    "status=odd",
  ]) {
    const { status, body } = await gateway.ask(`GET /spend/logs?${query}`);
    expect([status, body.error.param]).toEqual([400, query.split("=")[0]]);
  }
});

test("comes as CSV", async () => {
  const gateway = await startAdmin({ routes });
  await spendSome(gateway);
  const { text, headers } = await gateway.ask("GET /spend/logs?format=csv");
  expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const lines = text.trimEnd().split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^request_id,call_type,api_key,key_id,spend,cost_nano_usd,/);
  const report = await gateway.ask("GET /global/spend/report?group_by=model&format=csv");
  expect(report.text).toMatch(/^group,name,requests,/);
});

test("CSV quotes what it must, and starts no formula", () => {
  expect(toCsv([{ a: 'say "x"', b: "1,2", c: "=1+1", d: -5, e: null, f: ["x", "y"], g: { h: "-x" } }])).toBe(
    `a,b,c,d,e,f,h\r\n"say ""x""","1,2",'=1+1,-5,,"x; y",'-x\r\n`,
  );
});

test("CSV starts no formula that looks like a number, in lists of any kind of spreadsheet", () => {
  expect(toCsv([{ a: "-2+3+cmd|'!A0", b: "-0.5", c: "x;=1+1", d: "\n=1", e: "-.5" }])).toBe(
    `a,b,c,d,e\r\n'-2+3+cmd|'!A0,-0.5,"x;=1+1","'\n=1",'-.5\r\n`,
  );
});

test("models are told with prices, and to a key those that it may ask for", async () => {
  const { ask } = await startAdmin({ routes });
  const { data } = (await ask("GET /v1/model/info")).body;
  expect(data).toMatchObject([
    {
      model_name: "test-model",
      litellm_params: { model: "vertex/gemini-2.5-flash" },
      model_info: { input_cost_per_token: 0.000001, output_cost_per_token: 0.000002, litellm_provider: "vertex" },
    },
    { model_name: "other-model", model_info: { input_cost_per_token: 0.00000125 } },
  ]);
  const { key } = (await ask("POST /key/generate", { models: ["test-*"] })).body;
  expect((await ask("GET /model/info", undefined, { key })).body.data).toHaveLength(1);
  expect((await ask("GET /model/list", undefined, { key })).body.data).toMatchObject([{ id: "test-model" }]);
});

test("health tells the master key more", async () => {
  const gateway = await startAdmin({ routes });
  const { ask } = gateway;
  expect((await ask("GET /health")).body).toMatchObject({
    providers: [{ name: "vertex", healthy: null, last_success: null, last_failure: null }],
    healthy_count: 0,
    store: { database: "sqlite", reachable: true },
    config: { models: 2, providers: 1 },
  });
  await spendSome(gateway);
  expect((await ask("GET /health")).body).toMatchObject({ providers: [{ healthy: true }], healthy_count: 1 });
  for (const key of [null, "sk-wrong-altogether"]) {
    const { status, body } = await ask("GET /health", undefined, { key });
    expect([status, Object.keys(body).sort()]).toEqual([200, ["status", "uptime_seconds", "version"]]);
  }
});
