import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenCallers } from "../../src/policy/callers.ts";
import { openSqlStore } from "../../src/store/sql/open.ts";
import type { SqlStore } from "../../src/store/sql/port.ts";
import { secret } from "../_canary.ts";
import { until } from "../store/_key-value.ts";
import { sqliteDatabase } from "../store/sql/_databases.ts";
import { newAccount, start } from "../store/sql/_records.ts";
import { bearer, callersOver, digestOf, keyOf, outcomeOf } from "./_callers.ts";
import { type FaultyAccounts, faultyAccounts } from "./_faulty-accounts.ts";

const key = secret("sk-key-in-an-outage");
const other = secret("sk-other-key-in-an-outage");
const declared = secret("sk-declared-key");
const masterKey = secret("sk-master-in-an-outage");
const away = "The gateway cannot look up API keys at the moment. Please try again in 1s.";

const database = sqliteDatabase();
let store: SqlStore;
beforeEach(async () => {
  if (store === undefined) store = await openSqlStore(await database.fresh());
  else await database.clear();
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

interface Setting extends FaultyAccounts {
  readonly callers: OpenCallers;
  readonly lines: readonly string[];
  /** Lets the clock jump, as for a process that was stopped. */
  readonly jump: (ms: number) => void;
}

/** Callers over a database that can go away; the key `key` is there, and known if `isKnown`. */
async function open(onStoreFailure: "open" | "closed" = "closed", isKnown = true): Promise<Setting> {
  await store.keys.insert(keyOf(key, "k1", { teamId: "red" }));
  const faulty = faultyAccounts(store);
  const lines: string[] = [];
  const say = (_fields: object, message: string): void => void lines.push(message);
  let jumped = 0;
  const callers = callersOver(faulty.store, {
    routes: `
server: { secret: "\${SECRET}", master_key: "\${MASTER}" }
limits: { on_store_failure: ${onStoreFailure} }
keys: [{ name: alice, digest: ${digestOf(declared)} }]
end_users: { rpm: 2 }
`,
    env: { MASTER: masterKey },
    monotonicMs: () => performance.now() + jumped,
    log: { info: say, warn: say },
  });
  if (isKnown) expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1" });
  const jump = (ms: number): void => {
    jumped += ms;
  };
  return { ...faulty, callers, lines, jump };
}

describe("while the database fails", () => {
  test("under `open` keys that are known go on, and others do not", async () => {
    const { callers, become, lines } = await open("open");
    become("fails");
    await until(() => callers.trouble() !== undefined);
    await sleep(1_100);
    expect(callers.authenticate(bearer(key))).toMatchObject({ keyId: "k1" });
    expect(await outcomeOf(callers, other)).toBe(away);
    expect(await callers.endUser("erna")).toMatchObject({ limited: [{ id: "erna" }] });
    const how = "keys that were seen before are let in as they were (limits.on_store_failure: open)";
    expect(callers.trouble()).toBe(`the database of keys is away: ${how}`);
    expect(lines).toEqual([`the database of keys is away: The connection is broken. Until it is back, ${how}.`]);
    // What is changed meanwhile holds as soon as it is back.
    await store.keys.setBlocked("k1", true, start);
    expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1" });
    become("none");
    await until(async () => (await outcomeOf(callers, key)) === "This API key is blocked.");
    expect(callers.trouble()).toBeUndefined();
    expect(lines.slice(1)).toEqual(["the database of keys is back"]);
  });

  test("under `closed` keys of the database are refused, others are not", async () => {
    const { callers, become } = await open("closed");
    become("fails");
    await until(async () => (await outcomeOf(callers, key)) === away);
    expect(await outcomeOf(callers, other)).toBe(away);
    expect(callers.authenticate(bearer(declared))).toMatchObject({ keyId: "alice" });
    expect(callers.authenticate(bearer(masterKey))).toMatchObject({ role: "master" });
    await expect(async () => callers.endUser("erna")).rejects.toThrow("at the moment");
    expect(callers.trouble()).toContain("keys of the database are refused");
    become("none");
    await until(async () => (await outcomeOf(callers, key)) !== away);
    expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1" });
  });

  test("a short failure is not noticed by those who are known", async () => {
    const { callers, become } = await open("closed");
    become("fails");
    await sleep(300);
    expect(callers.authenticate(bearer(key))).toMatchObject({ keyId: "k1" });
    become("none");
    await until(() => callers.trouble() === undefined);
  });

  test("at the start, nobody of the database is known, and all are when it is back", async () => {
    const { callers, become } = await open("open", false);
    become("fails");
    await until(() => callers.trouble() !== undefined);
    expect(await outcomeOf(callers, key)).toSatisfy((one) => one === away || typeof one === "object");
    become("none");
    await until(async () => typeof (await outcomeOf(callers, key)) === "object");
  });
});

test("a database that is silent is waited for once, a second at the most", async () => {
  const { callers, become, jump } = await open("open");
  become("silent");
  jump(2_000);
  const beganMs = performance.now();
  const waiting = callers.authenticate(bearer(key));
  expect(waiting).toBeInstanceOf(Promise);
  expect(await waiting).toMatchObject({ keyId: "k1" });
  expect(performance.now() - beganMs).toBeGreaterThan(900);
  expect(performance.now() - beganMs).toBeLessThan(2_500);
  expect(callers.authenticate(bearer(key))).toMatchObject({ keyId: "k1" });
  become("none");
  await until(() => callers.trouble() === undefined);
});

describe("what was revoked is refused within a second", () => {
  test("also where nobody tells of it", async () => {
    const { callers, deafen } = await open();
    deafen();
    await store.keys.setBlocked("k1", true, start);
    const blockedMs = performance.now();
    await until(async () => (await outcomeOf(callers, key)) === "This API key is blocked.");
    expect(performance.now() - blockedMs).toBeLessThan(1_000);
  });

  test("also by a process that was stopped meanwhile", async () => {
    const { callers, deafen, jump } = await open();
    deafen();
    await store.accounts.insert(newAccount("team", "red"));
    await store.accounts.remove("team", "red", start);
    jump(60_000);
    const found = callers.authenticate(bearer(key));
    expect(found).toBeInstanceOf(Promise);
    await expect(found).rejects.toThrow("The team of this API key was deleted.");
  });

  test("also where the look after it failed", async () => {
    const { callers, become } = await open();
    become("fails");
    await store.keys.setBlocked("k1", true, start);
    await until(() => callers.trouble() !== undefined);
    become("none");
    await until(async () => (await outcomeOf(callers, key)) === "This API key is blocked.");
  });

  test("also behind many other changes", async () => {
    const { callers } = await open();
    for (const id of ["a", "b", "c", "d", "e"]) await store.keys.insert(keyOf(id, id));
    await store.keys.remove("k1", start);
    for (const id of ["f", "g", "h"]) await store.keys.insert(keyOf(id, id));
    await until(async () => typeof (await outcomeOf(callers, key)) === "string");
  });

  test("also where it was being looked up while it was revoked", async () => {
    const { callers, holdKeys } = await open("closed", false);
    await callers.endUser("somebody");
    const release = holdKeys();
    const early = outcomeOf(callers, key);
    await sleep(20);
    await store.keys.setBlocked("k1", true, start);
    await sleep(50);
    // Who comes now does not get what was read before.
    const late = outcomeOf(callers, key);
    await sleep(20);
    release();
    expect(await early).toMatchObject({ keyId: "k1" });
    expect(await late).toBe("This API key is blocked.");
    expect(await outcomeOf(callers, key)).toBe("This API key is blocked.");
  });

  test("also where what was read before it arrives after it", async () => {
    const { callers, holdKeys } = await open("closed", false);
    await callers.endUser("somebody");
    const release = holdKeys();
    const early = outcomeOf(callers, key);
    await sleep(20);
    await store.keys.setBlocked("k1", true, start);
    await sleep(50);
    release();
    expect(await early).toMatchObject({ keyId: "k1" });
    expect(await outcomeOf(callers, key)).toBe("This API key is blocked.");
  });

  test("also where the database is an older one than before", async () => {
    const { callers } = await open();
    await database.clear();
    await until(async () => typeof (await outcomeOf(callers, key)) === "string");
  });
});

describe("a flood of wrong keys", () => {
  test("is a trickle for the database, and those who are known feel nothing", async () => {
    const { callers, asked } = await open();
    await store.keys.insert(keyOf(other, "k2"));
    const before = asked().keys;
    const flood = Array.from({ length: 5_000 }, (_, at) => outcomeOf(callers, `sk-guess-number-${at}`));
    expect(callers.authenticate(bearer(key))).toMatchObject({ keyId: "k1" });
    const answers = await Promise.all(flood);
    const refused = answers.filter((one) => typeof one === "string" && one.startsWith("Incorrect API key"));
    const turnedAway = answers.filter(
      (one) => one === "Too many callers are being looked up at the moment. Please try again in 1s.",
    );
    expect([refused.length, turnedAway.length]).toEqual([1_004, 3_996]);
    expect(asked().keys - before).toBe(1_004);
    expect(asked().atOnce).toBeLessThanOrEqual(4);
    expect(callers.authenticate(bearer(key))).toMatchObject({ keyId: "k1" });
    expect(await outcomeOf(callers, other)).toMatchObject({ keyId: "k2" });
  });

  test("of the same one is a read a second", async () => {
    const { callers, asked, jump } = await open();
    const before = asked().keys;
    for (let times = 0; times < 500; times++) await outcomeOf(callers, "sk-the-same-guess");
    expect(asked().keys - before).toBe(1);
    jump(1_000);
    await outcomeOf(callers, "sk-the-same-guess");
    expect(asked().keys - before).toBe(2);
  });
});

test("a gateway that nobody calls looks a few times a second", async () => {
  const { asked } = await open();
  const { looks } = asked();
  await sleep(1_000);
  expect(asked().looks - looks).toBeLessThanOrEqual(4);
});
