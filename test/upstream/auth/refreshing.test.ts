import { expect, test } from "vitest";
import { GatewayError } from "../../../src/errors.ts";
import { Secret } from "../../../src/secret.ts";
import { createRefreshingCredential, type Grant } from "../../../src/upstream/auth/refreshing.ts";
import { rejectionOf, reveal } from "../_servers.ts";

/** A source of tokens t1, t2, … that live 100 s, over a clock that stands until told. */
function source(ttlMs = 100_000) {
  const state = { nowMs: 1_000_000, fetches: 0, failing: false, hold: Promise.resolve() };
  const fetch = async (): Promise<Grant> => {
    state.fetches += 1;
    const token = `t${state.fetches}`;
    await state.hold;
    if (state.failing) throw new GatewayError("upstream_auth_error", `no ${token}`);
    return { headers: { authorization: new Secret(token) }, expiresAtMs: state.nowMs + ttlMs };
  };
  const credential = createRefreshingCredential({ fetch, now: () => state.nowMs, refreshMarginMs: 20_000 });
  const token = async (): Promise<string | undefined> => reveal(await credential.headers())["authorization"];
  return { state, credential, token };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("callers before the first token share one fetch", async () => {
  const { state, token } = source();
  expect(await Promise.all([token(), token(), token()])).toEqual(["t1", "t1", "t1"]);
  expect(state.fetches).toBe(1);
});

test("while fresh, the same object at once", async () => {
  const { state, credential } = source();
  const first = await credential.headers();
  state.nowMs += 79_000;
  expect(credential.headers()).toBe(first);
  expect(state.fetches).toBe(1);
});

test("inside the margin the old token serves while one refresh runs behind it", async () => {
  const { state, credential, token } = source();
  const first = await credential.headers();
  state.nowMs += 81_000;
  expect(credential.headers()).toBe(first);
  expect(credential.headers()).toBe(first);
  await settled();
  expect(await token()).toBe("t2");
  expect(state.fetches).toBe(2);
});

test("close to the end callers wait for the new token", async () => {
  const { state, token } = source();
  await token();
  state.nowMs += 95_000;
  expect(await Promise.all([token(), token()])).toEqual(["t2", "t2"]);
});

test("a token shorter than the margin is not fetched at each use", async () => {
  const { state, token } = source(10_000);
  await token();
  state.nowMs += 4_000;
  expect(await token()).toBe("t1");
  expect(state.fetches).toBe(1);
});

test("a failed background refresh harms nobody and is tried again after a while", async () => {
  const { state, token } = source();
  await token();
  state.nowMs += 81_000;
  state.failing = true;
  expect(await token()).toBe("t1");
  await settled();
  expect(await token()).toBe("t1");
  await settled();
  expect(state.fetches).toBe(2);
  state.failing = false;
  state.nowMs += 2_000;
  await token();
  await settled();
  expect(await token()).toBe("t3");
});

test("a source that fails is not stampeded", async () => {
  const { state, credential, token } = source();
  state.failing = true;
  const errors = await Promise.all([1, 2, 3].map(() => rejectionOf(credential.headers())));
  expect(new Set(errors.map(({ message }) => message))).toEqual(new Set(["no t1"]));
  expect((await rejectionOf(credential.headers())).errorName).toBe("upstream_auth_error");
  expect(state.fetches).toBe(1);
  state.failing = false;
  state.nowMs += 2_000;
  expect(await token()).toBe("t2");
});

test("a refused token is forgotten, once for all who were refused", async () => {
  const { state, credential, token } = source();
  const first = await credential.headers();
  state.nowMs += 30_000;
  expect(credential.invalidate(first)).toBe(true);
  const next = token();
  expect(credential.invalidate(first)).toBe(true);
  expect(await next).toBe("t2");
  expect(credential.invalidate(first)).toBe(true);
  expect(await token()).toBe("t2");
  expect(state.fetches).toBe(2);
});

test("a token refused as soon as it came is kept: another would be refused too", async () => {
  const { state, credential } = source();
  const first = await credential.headers();
  state.nowMs += 1_000;
  expect(credential.invalidate(first)).toBe(false);
  expect(credential.headers()).toBe(first);
  state.nowMs += 5_000;
  expect(credential.invalidate(first)).toBe(true);
});

test("a short token refused near its end is replaced, however young it is", async () => {
  const { state, credential, token } = source(2_000);
  const first = await credential.headers();
  state.nowMs += 1_100;
  expect(credential.invalidate(first)).toBe(true);
  expect(await token()).toBe("t2");
});
