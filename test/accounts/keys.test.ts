import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, type TestContext, test } from "vitest";
import { secret } from "../_canary.ts";
import { says } from "../_setup.ts";
import { bearer, digestOf, keyOf } from "../policy/_callers.ts";
import { until } from "../store/_key-value.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { newAccount } from "../store/sql/_records.ts";
import { type AccountsGateway, startOn } from "./_accounts.ts";

const key = secret("sk-virtual-key");
const next = secret("sk-key-after-rotation");
const hi = { model: "test-model", ...says("hi") };

const routes = `
server: { secret: "\${SECRET}", auth: keys }
models:
  test-model: { deployments: [vertex/gemini-2.5-flash], conformance: enforce }
  other-model: vertex/gemini-2.5-pro
aliases: { gpt-4o: test-model }
`;

describe.each([sqliteDatabase(), postgresDatabase()])("a key in $name", (database) => {
  afterAll(() => database.drop());
  const start = (context: TestContext, more = routes): Promise<AccountsGateway> =>
    startOn(database, context, { routes: more });

  test("lets its owner in by three headers, and is in no log", async (context) => {
    const gateway = await start(context);
    await gateway.accounts.keys.insert(keyOf(key, "k1", { alias: "ann's" }));
    for (const headers of [bearer(key), { "api-key": key }, { "x-api-key": key }]) {
      expect((await gateway.post(hi, headers)).status).toBe(200);
    }
    expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ key: "ann's" });
    expect(gateway.log.text()).not.toContain(digestOf(key));
  });

  test("that does not hold is refused, whatever is the matter, before an upstream hears of it", async (context) => {
    const gateway = await start(context);
    const { keys, accounts } = gateway.accounts;
    const now = Date.now();
    const expired = new Date(now - 1).toISOString();
    await accounts.insert(newAccount("team", "red"));
    await accounts.setBlocked("team", "red", true, now);
    const texts = ["blocked", "expired", "of-a-blocked-team", "deleted", "rotated"].map((name) => secret(`sk-${name}`));
    const [blocked = "", late = "", red = "", deleted = "", rotated = ""] = texts;
    await keys.insert(keyOf(blocked, "k1"));
    await keys.setBlocked("k1", true, now);
    await keys.insert(keyOf(late, "k2", { expiresAt: now - 1 }));
    await keys.insert(keyOf(red, "k3", { teamId: "red" }));
    await keys.insert(keyOf(deleted, "k4"));
    await keys.remove("k4", now);
    await keys.insert(keyOf(rotated, "k5"));
    await keys.rotate("k5", { digest: digestOf(next), hint: "h", previousUntil: now - 1 }, now);
    const isWrong = (text: string) => `Incorrect API key provided: sk-****${text.slice(-4)}.`;
    const rows: readonly (readonly [string, string])[] = [
      [key, isWrong(key)],
      [blocked, "This API key is blocked."],
      [late, `This API key expired at ${expired}.`],
      [red, "The team of this API key is blocked."],
      [deleted, isWrong(deleted)],
      [rotated, isWrong(rotated)],
    ];
    for (const [text, message] of rows) {
      const { status, body, headers } = await gateway.post(hi, bearer(text));
      expect(body).toEqual({ error: { message, type: "invalid_request_error", param: null, code: "invalid_api_key" } });
      expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    }
    expect((await gateway.post(hi, {})).body).toMatchObject({ error: { code: null } });
    expect(gateway.upstream.requests).toHaveLength(0);
    expect((await gateway.post(hi, bearer(next))).status).toBe(200);
  });

  test("that expires while it is used is let in no longer", async (context) => {
    const gateway = await start(context);
    const expiresAt = Date.now() + 600;
    await gateway.accounts.keys.insert(keyOf(key, "k1", { expiresAt }));
    expect((await gateway.post(hi, bearer(key))).status).toBe(200);
    await sleep(Math.max(0, expiresAt - Date.now()) + 5);
    const { status, body } = await gateway.post(hi, bearer(key));
    expect([status, body]).toMatchObject([401, { error: { code: "invalid_api_key" } }]);
  });

  test("that is revoked elsewhere is refused here within a second", async (context) => {
    const gateway = await start(context);
    await gateway.accounts.keys.insert(keyOf(key, "k1"));
    expect((await gateway.post(hi, bearer(key))).status).toBe(200);
    await gateway.accounts.keys.remove("k1", Date.now());
    const revokedMs = performance.now();
    await until(async () => (await gateway.get("/v1/models", bearer(key))).status === 401);
    expect(performance.now() - revokedMs).toBeLessThan(1_000);
  });

  test("sees the models that it may ask for, and no other is there for it", async (context) => {
    const gateway = await start(context);
    await gateway.accounts.accounts.insert(newAccount("team", "red", { models: ["test-*"] }));
    await gateway.accounts.keys.insert(keyOf(key, "k1", { teamId: "red" }));
    const headers = bearer(key);
    const { body } = await gateway.get("/v1/models", headers);
    expect(body).toMatchObject({ data: [{ id: "test-model" }, { id: "gpt-4o" }] });
    expect((await gateway.get("/v1/models/gpt-4o", headers)).status).toBe(200);
    expect((await gateway.post(hi, headers)).status).toBe(200);
    const remove = await gateway.fetch("/v1/models/other-model", { method: "DELETE", headers });
    const refused = [
      await gateway.get("/v1/models/other-model", headers),
      await gateway.post({ ...hi, model: "other-model" }, headers),
      { status: remove.status, body: await remove.json() },
    ];
    for (const { status, body } of refused) {
      expect([status, body]).toMatchObject([404, { error: { code: "model_not_found" } }]);
    }
    expect(JSON.stringify(refused.at(1)?.body)).not.toContain("other-model, ");
  });

  test("has the limits of its team, whoever of the team asks", async (context) => {
    const gateway = await start(context);
    await gateway.accounts.accounts.insert(newAccount("team", "red", { rpm: 1 }));
    for (const [text, id] of [[key, "k1"] as const, [next, "k2"] as const]) {
      await gateway.accounts.keys.insert(keyOf(text, id, { teamId: "red" }));
    }
    expect((await gateway.post(hi, bearer(key))).status).toBe(200);
    const { status, body } = await gateway.post(hi, bearer(next));
    expect([status, JSON.stringify(body)]).toEqual([429, expect.stringContaining("by the team `red`")]);
  });

  test("of routes.yaml may be what callers have who send none", async (context) => {
    const withDefault = `${routes.replace("auth: keys", "default_key: guest")}\nkeys: [{ name: guest, digest: ${digestOf(key)}, models: [test-model] }]`;
    const gateway = await start(context, withDefault);
    expect((await gateway.post(hi, {})).status).toBe(200);
    expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ key: "guest" });
    expect((await gateway.post({ ...hi, model: "other-model" }, {})).status).toBe(404);
    expect((await gateway.post(hi, bearer(next))).status).toBe(401);
    expect((await gateway.post(hi, { origin: "https://strange.example" })).status).toBe(403);
  });

  test("that is known is let in beside a flood of wrong ones", async (context) => {
    const gateway = await start(context);
    await gateway.accounts.keys.insert(keyOf(key, "k1"));
    expect((await gateway.get("/v1/models", bearer(key))).status).toBe(200);
    const flood = Array.from({ length: 200 }, (_, at) => gateway.get("/v1/models", bearer(`sk-guess-${at}-${at}`)));
    expect((await gateway.get("/v1/models", bearer(key))).status).toBe(200);
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]));
  });
});
