import { describe, expect, test } from "vitest";
import { createAdminRoutes } from "../../src/admin/routes.ts";
import type { Access, Route } from "../../src/surface/route.ts";
import { createRoutes } from "../../src/surface/routes.ts";
import { secrets } from "../_setup.ts";
import { type AdminGateway, digestOf, masterKey, startAdmin } from "./_admin.ts";

/** What stands for everything a route needs, where only the table is of interest. */
const anything: object = new Proxy(() => undefined, {
  get: (_, name) =>
    name === Symbol.toPrimitive ? () => "" : name === "flatMap" || name === "map" ? () => [] : anything,
  apply: () => anything,
});

function depsOf<Deps>(make: (deps: Deps) => readonly Route[]): readonly Route[] {
  return Reflect.apply(make, undefined, [anything]);
}

type Role = "anonymous" | "stranger" | "key" | "blocked" | "expired" | "other" | "master";

/** What becomes of a request before the route itself has a say: undefined where it is let in. */
const outcomes: Readonly<Record<Access, Readonly<Record<Role, number | undefined>>>> = {
  public: {
    anonymous: undefined,
    stranger: undefined,
    key: undefined,
    blocked: undefined,
    expired: undefined,
    other: undefined,
    master: undefined,
  },
  key: {
    anonymous: 401,
    stranger: 401,
    key: undefined,
    blocked: 401,
    expired: 401,
    other: undefined,
    master: undefined,
  },
  own: {
    anonymous: 401,
    stranger: 401,
    key: undefined,
    blocked: 401,
    expired: 401,
    other: undefined,
    master: undefined,
  },
  master: { anonymous: 401, stranger: 401, key: 403, blocked: 401, expired: 401, other: 403, master: undefined },
};

/** Who may call each route, said once more by hand: a line that is changed by mistake shows here. */
const table: Readonly<Record<string, Access>> = {
  "GET /": "public",
  "GET /health": "public",
  "GET /healthz": "public",
  "GET /health/live": "public",
  "GET /health/ready": "public",
  "GET /health/readiness": "public",
  "GET /health/liveliness": "public",
  "GET /health/liveness": "public",
  "GET /metrics": "public",
  "POST /chat/completions": "key",
  "POST /deployments/**/chat/completions": "key",
  "POST /completions": "key",
  "POST /deployments/**/completions": "key",
  "POST /embeddings": "key",
  "POST /deployments/**/embeddings": "key",
  "GET /compat": "key",
  "GET /models": "key",
  "GET /models/**": "key",
  "DELETE /models/**": "key",
  "GET /key/info": "own",
  "POST /key/info": "own",
  "GET /user/info": "own",
  "GET /spend/logs": "own",
  "GET /global/spend/report": "own",
  "GET /model/info": "own",
  "GET /model/list": "own",
  "POST /key/generate": "master",
  "POST /key/update": "master",
  "POST /key/delete": "master",
  "GET /key/list": "master",
  "POST /key/block": "master",
  "POST /key/unblock": "master",
  "POST /key/regenerate": "master",
  "POST /key/**/regenerate": "master",
  "POST /user/new": "master",
  "POST /user/update": "master",
  "POST /user/delete": "master",
  "GET /user/list": "master",
  "POST /team/new": "master",
  "POST /team/update": "master",
  "POST /team/delete": "master",
  "POST /team/block": "master",
  "POST /team/unblock": "master",
  "GET /team/info": "master",
  "GET /team/list": "master",
  "POST /customer/new": "master",
  "POST /customer/update": "master",
  "POST /customer/delete": "master",
  "POST /customer/block": "master",
  "POST /customer/unblock": "master",
  "GET /customer/info": "master",
  "GET /customer/list": "master",
  "POST /end_user/new": "master",
  "POST /end_user/update": "master",
  "POST /end_user/delete": "master",
  "POST /end_user/block": "master",
  "POST /end_user/unblock": "master",
  "GET /end_user/info": "master",
  "GET /end_user/list": "master",
  "GET /spend/logs/content": "master",
  "GET /spend/keys": "master",
  "GET /spend/users": "master",
  "GET /global/spend": "master",
  "GET /audit/logs": "master",
};

const lineOf = ({ method, path }: Pick<Route, "method" | "path">): string => `${method} ${path}`;
const routes = [...depsOf(createRoutes), ...depsOf(createAdminRoutes)];

/** The status of a route to everybody who may call it, with an empty body and no query. */
async function ask({ ask: send }: AdminGateway, line: string, key: string | null) {
  return send(line.replace("**", "nothing"), line.startsWith("POST") ? {} : undefined, { key });
}

async function keysOf(gateway: AdminGateway): Promise<Readonly<Record<Role, string | null>>> {
  const make = async (wish: object): Promise<string> => (await gateway.ask("POST /key/generate", wish)).body.key;
  const blocked = await make({ blocked: true });
  const expired = await make({ duration: "1s" });
  const other = await make({ team_id: "other", user_id: "other" });
  const key = await make({ team_id: "own", user_id: "own" });
  await expect
    .poll(async () => (await gateway.ask("GET /models", undefined, { key: expired })).status, { timeout: 5_000 })
    .toBe(401);
  return { anonymous: null, stranger: "sk-nobody-has-made-this-one", key, blocked, expired, other, master: masterKey };
}

describe("role × route", () => {
  test("the table is that of the routes", () => {
    // /metrics is open where only this machine can ask.
    const declared = routes.map((route) => [lineOf(route), lineOf(route) === "GET /metrics" ? "public" : route.access]);
    expect(Object.fromEntries(declared)).toEqual(table);
  });

  test("on the wire", async () => {
    const gateway = await startAdmin();
    const keys = Object.entries(await keysOf(gateway));
    const seen: string[] = [];
    const wanted: string[] = [];
    for (const [line, access] of Object.entries(table)) {
      const expected: Readonly<Record<string, number | undefined>> = outcomes[access];
      for (const [role, key] of keys) {
        const { status, body } = await ask(gateway, line, key);
        const refusal = expected[role];
        const isRefused = status === 401 || (status === 403 && body.error.message.includes("needs the master key"));
        seen.push(`${line} as ${role}: ${isRefused ? status : "let in"}`);
        wanted.push(`${line} as ${role}: ${refusal ?? "let in"}`);
      }
    }
    expect(seen).toEqual(wanted);
  });
});

test("the words of refusals", async () => {
  const { ask: send } = await startAdmin();
  const { key } = (await send("POST /key/generate", {})).body;
  expect((await send("GET /key/list", undefined, { key })).body.error).toEqual({
    message: "This needs the master key; a virtual key may not do it.",
    type: "invalid_request_error",
    param: null,
    code: null,
  });
  expect((await send("GET /key/list", undefined, { key: "sk-wrong-one-altogether" })).body.error.code).toBe(
    "invalid_api_key",
  );
  const { status, headers } = await send("GET /key/list", undefined, { key: null });
  expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
});

test("a virtual key sees no other key, be it there or not", async () => {
  const { ask: send } = await startAdmin();
  const own = (await send("POST /key/generate", {})).body;
  const other = (await send("POST /key/generate", {})).body;
  const statusOf = async (line: string) => (await send(line, undefined, { key: own.key })).status;
  expect(await statusOf(`GET /key/info?key=${own.token}`)).toBe(200);
  for (const name of [other.key, other.token, other.key_id, "key_not_there"]) {
    expect(await statusOf(`GET /key/info?key=${name}`)).toBe(403);
    expect(await statusOf(`GET /spend/logs?api_key=${name}`)).toBe(403);
    expect(await statusOf(`GET /global/spend/report?api_key=${name}`)).toBe(403);
  }
});

test("with a standard key for those who send none, the admin API still wants one", async () => {
  const { ask: send } = await startAdmin({
    server: "default_key: guest",
    routes: `keys: [{ name: guest, digest: "${digestOf("sk-guest-key-of-a-test")}" }]`,
  });
  expect((await send("GET /models", undefined, { key: null })).status).toBe(200);
  // What the guests spent is nobody's own among them.
  for (const line of ["GET /key/info", "GET /user/info", "GET /spend/logs", "GET /key/list"]) {
    const { status, body } = await send(line, undefined, { key: null });
    expect([status, body.error.message]).toEqual([401, "You didn't provide an API key, and this needs one."]);
  }
  const key = "sk-guest-key-of-a-test";
  expect((await send("GET /key/info", undefined, { key })).body.info.key_alias).toBe("guest");
});

test("where no keys are asked for, the master key still opens the admin API alone", async () => {
  const { ask: send } = await startAdmin({ server: "auth: none" });
  expect((await send("GET /models", undefined, { key: null })).status).toBe(200);
  for (const [key, status] of [
    [null, 401],
    ["sk-any-key-at-all", 401],
    [masterKey, 200],
  ] as const) {
    expect((await send("GET /key/list", undefined, { key })).status).toBe(status);
  }
});

describe("without a master key", () => {
  test("there is no admin API", async () => {
    const { startGateway } = await import("../_setup.ts");
    const { get } = await startGateway('keys: [{ name: alice, key: "${KEY}" }]');
    for (const path of ["/key/list", "/key/info", "/global/spend"]) {
      expect((await get(path, { authorization: `Bearer ${secrets.key}` })).status).toBe(404);
    }
  });
});

describe("an address of its own", () => {
  test("has the admin API alone, and the gateway keeps what is a key's own", async () => {
    const { ask: send, adminUrl: url = "" } = await startAdmin({ server: "admin: { port: 0 }" });
    const { key } = (await send("POST /key/generate", { user_id: "alice" }, { url })).body;
    const statuses = async (line: string, who: string) => [
      (await send(line, undefined, { key: who })).status,
      (await send(line, undefined, { key: who, url })).status,
    ];
    expect(await statuses("GET /key/list", masterKey)).toEqual([404, 200]);
    expect(await statuses("GET /audit/logs", masterKey)).toEqual([404, 200]);
    expect(await statuses("GET /key/info", key)).toEqual([200, 200]);
    expect(await statuses("GET /user/info", key)).toEqual([200, 200]);
    expect(await statuses("GET /models", key)).toEqual([200, 404]);
    expect(await statuses("GET /health", key)).toEqual([200, 200]);
    expect((await send("POST /chat/completions", {}, { key, url })).status).toBe(404);
  });

  test("is where the master key sees what is others' own", async () => {
    const { ask: send, adminUrl: url = "" } = await startAdmin({ server: "admin: { port: 0 }" });
    for (const line of ["GET /spend/logs", "GET /user/info?user_id=a", "GET /key/info?key=a", "POST /v1/key/info/"]) {
      const { status, body } = await send(line, line.startsWith("POST") ? { key: "a" } : undefined);
      expect([line, status, body.error.message]).toEqual([
        line,
        403,
        "With the master key this is at the address of the admin API alone.",
      ]);
      expect((await send(line, line.startsWith("POST") ? { key: "a" } : undefined, { url })).status).not.toBe(403);
    }
    // Names of models are no secret to whoever may ask for them.
    expect((await send("GET /model/list")).status).toBe(200);
  });
});
