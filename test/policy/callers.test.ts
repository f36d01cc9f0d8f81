import { describe, expect, test } from "vitest";
import { toGatewayError } from "../../src/errors.ts";
import type { Caller } from "../../src/policy/caller.ts";
import { expectHidden, secret } from "../_canary.ts";
import { bearer, callersOver, digestOf } from "./_callers.ts";

const keys = { alice: secret("sk-alice"), bob: secret("sk-bob"), carl: secret("sk-carl"), dora: secret("sk-dora") };
const masterKey = secret("sk-master-of-all");
const env = { MASTER: masterKey };

const routes = `
server: { secret: "\${SECRET}", master_key: "\${MASTER}" }
keys:
  - { name: alice, digest: ${digestOf(keys.alice)}, user: ann, team: red, models: [m, other], rpm: 5,
      budget: { max: "10.00", soft: "8", period: 30d } }
  - { name: bob, digest: ${digestOf(keys.bob)}, user: ann }
  - { name: carl, digest: ${digestOf(keys.carl)} }
users: [{ name: ann, rpm: 9, models: ["m*", "open/*"] }]
teams: [{ name: red, budget: { max: "100", period: month }, parallel: 3 }]
`;

const errorOf = (act: () => unknown): { name: string; message: string } => {
  try {
    act();
  } catch (thrown) {
    const { errorName, message } = toGatewayError(thrown);
    return { name: errorName, message };
  }
  throw new Error("nothing was thrown");
};

/** What needs no database needs no promise. */
function at(one: Caller | Promise<Caller>): Caller {
  if (one instanceof Promise) throw new Error("a promise");
  return one;
}

describe("keys of routes.yaml", () => {
  const open = () => callersOver(undefined, { routes, env });

  test("one with a user and a team has what holds for all three", () => {
    const caller = at(open().authenticate(bearer(keys.alice)));
    expect(caller).toMatchObject({
      role: "key",
      name: "alice",
      keyId: "alice",
      userId: "ann",
      teamId: "red",
      tenant: "team:red",
      keepsContent: false,
    });
    expect(caller.payers).toEqual([
      {
        kind: "key",
        id: "alice",
        name: "alice",
        maxNanoUsd: 10_000_000_000n,
        softNanoUsd: 8_000_000_000n,
        period: { kind: "span", spanMs: 2_592_000_000, anchorMs: 0 },
        revision: 0,
      },
      {
        kind: "user",
        id: "ann",
        name: "ann",
        maxNanoUsd: undefined,
        softNanoUsd: undefined,
        period: { kind: "forever" },
        revision: 0,
      },
      {
        kind: "team",
        id: "red",
        name: "red",
        maxNanoUsd: 100_000_000_000n,
        softNanoUsd: undefined,
        period: { kind: "month" },
        revision: 0,
      },
    ]);
    expect(
      caller.limited?.map(({ kind, id, limits }) => [kind, id, limits.map((one) => [one.kind, one.limit])]),
    ).toEqual([
      ["key", "alice", [["rpm", 5]]],
      ["user", "ann", [["rpm", 9]]],
      ["team", "red", [["parallel", 3]]],
    ]);
    expect(["m", "other", "open/x", "gpt-4o"].filter((model) => caller.mayAsk?.(model))).toEqual(["m", "gpt-4o"]);
  });

  test.each([
    ["a user and no team", keys.bob, { tenant: "user:ann", userId: "ann", teamId: undefined }],
    ["neither", keys.carl, { tenant: "key:carl", userId: undefined, teamId: undefined, limited: undefined }],
  ])("one with %s keeps things for it", (_name, key, want) => {
    expect(at(open().authenticate(bearer(key)))).toMatchObject(want);
  });

  test("one that limits nothing may ask for everything, and pays for itself", () => {
    const caller = at(open().authenticate({ "x-api-key": keys.carl }));
    expect(caller.mayAsk).toBeUndefined();
    expect(caller.payers.map(({ kind, id, maxNanoUsd }) => [kind, id, maxNanoUsd])).toEqual([
      ["key", "carl", undefined],
    ]);
  });

  test("the same caller is given every time: it is made once", () => {
    const { authenticate } = open();
    expect(authenticate(bearer(keys.alice))).toBe(authenticate({ "api-key": keys.alice }));
  });

  test("no key and a wrong one are refused", () => {
    const { authenticate } = open();
    expect(errorOf(() => authenticate({})).name).toBe("missing_api_key");
    expect(errorOf(() => authenticate(bearer(keys.dora)))).toEqual({
      name: "invalid_api_key",
      message: `Incorrect API key provided: sk-****${keys.dora.slice(-4)}.`,
    });
  });
});

describe("the master key", () => {
  const want = { role: "master", name: "master key", keyId: "master", tenant: "key:master", payers: [] };

  test("is known, and nothing limits it", () => {
    const caller = at(callersOver(undefined, { routes, env }).authenticate(bearer(masterKey)));
    expect(caller).toMatchObject({ ...want, limited: undefined, mayAsk: undefined, userId: undefined });
    expectHidden(caller);
  });

  test("is known where nobody is asked for a key; others are anyone, whatever they send", () => {
    const open = 'server: { secret: "${SECRET}", master_key: "${MASTER}", auth: none }';
    const { authenticate } = callersOver(undefined, { routes: open, env });
    expect(authenticate(bearer(masterKey))).toMatchObject(want);
    expect(authenticate(bearer(keys.alice))).toMatchObject({ role: "anyone", tenant: "public" });
    expect(authenticate({})).toMatchObject({ role: "anyone" });
  });

  test("without one nobody is master", () => {
    const { authenticate } = callersOver(undefined, { routes: routes.replace(/, master_key: "[^"]*"/, ""), env });
    expect(errorOf(() => authenticate(bearer(masterKey))).name).toBe("invalid_api_key");
    expect(errorOf(() => authenticate(bearer(""))).name).toBe("missing_api_key");
  });
});

describe("the default key", () => {
  const withDefault = routes.replace('"${MASTER}"', '"${MASTER}", default_key: carl');
  const open = () => callersOver(undefined, { routes: withDefault, env });

  test("is what those have who send none", () => {
    expect(at(open().authenticate({})).name).toBe("carl");
    expect(at(open().authenticate({ authorization: "Bearer " })).name).toBe("carl");
    expect(at(open().authenticate(bearer(keys.alice))).name).toBe("alice");
  });

  test("is not what those have who send a wrong one", () => {
    expect(errorOf(() => open().authenticate(bearer(keys.dora))).name).toBe("invalid_api_key");
  });

  test("is not for strange pages: a browser sends what any page wants", () => {
    const { authenticate } = open();
    const page = { origin: "https://strange.example", host: "127.0.0.1:4000" };
    expect(errorOf(() => authenticate(page)).name).toBe("origin_not_allowed");
    expect(at(authenticate({ ...page, ...bearer(keys.alice) })).name).toBe("alice");
  });
});

describe("end users of routes.yaml", () => {
  const open = () =>
    callersOver(undefined, { routes: `${routes}\nend_users: { rpm: 2, budget: { max: "1", period: day } }`, env });

  test("have each the same, and each their own", () => {
    const { endUser } = open();
    expect(endUser("erna")).toMatchObject({
      isBlocked: false,
      limited: [{ kind: "end_user", id: "erna" }],
      payer: { kind: "end_user", id: "erna", maxNanoUsd: 1_000_000_000n, period: { kind: "day" } },
    });
    expect(endUser("erna")).toBe(endUser("erna"));
    expect(endUser("emil")).toMatchObject({ payer: { id: "emil" } });
    expect(endUser("")).toBeUndefined();
  });

  test("a long name stands for itself, and no longer than a database takes", () => {
    const { endUser } = open();
    const idOf = (id: string) => Reflect.get(endUser(id) ?? {}, "payer").id;
    expect(idOf("e".repeat(200))).toBe("e".repeat(200));
    expect(idOf("e".repeat(201))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(idOf("e".repeat(202))).not.toBe(idOf("e".repeat(201)));
    expect(idOf("nul \0 half \ud800")).toBe("nul \ufffd half \ufffd");
  });

  test("are nobody where nothing is said of them", () => {
    expect(callersOver(undefined, { routes, env }).endUser("erna")).toBeUndefined();
  });
});
