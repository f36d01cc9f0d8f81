import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../src/policy/caller.ts";
import type { SqlStore } from "../../src/store/sql/port.ts";
import { secret } from "../_canary.ts";
import { until } from "../store/_key-value.ts";
import { openPair, postgresDatabase, sqliteDatabase, type TestDatabase } from "../store/sql/_databases.ts";
import { day, newAccount, start } from "../store/sql/_records.ts";
import { bearer, callersOver, counting, digestOf, keyOf, outcomeOf } from "./_callers.ts";

const key = secret("sk-key-of-a-database");
const other = secret("sk-other-key-of-a-database");
const incorrect = `Incorrect API key provided: sk-****${key.slice(-4)}.`;

/** Keys of the database; `own` is where callers are known, `elsewhere` is another replica's store. */
function describeCallers(database: TestDatabase): void {
  describe(database.name, () => {
    let stores: readonly [SqlStore, SqlStore] | undefined;
    let own: SqlStore;
    let elsewhere: SqlStore;
    beforeEach(async (context) => {
      await database.need(context);
      if (stores === undefined) stores = await openPair(await database.fresh());
      else await database.clear();
      [own, elsewhere] = stores;
    });
    afterAll(async () => {
      await Promise.all((stores ?? []).map((store) => store.close()));
      await database.drop();
    });

    describe("a key", () => {
      test("has what holds for it, its user and its team", async () => {
        const limits = { rpm: 5, tpm: 1_000, parallel: 2 };
        const budget = { maxBudgetNanoUsd: 5n, softBudgetNanoUsd: 4n, budgetPeriod: "30d" };
        const names = { alias: "ann's", userId: "ann", teamId: "red" };
        const inserted = await own.keys.insert(keyOf(key, "k1", { ...names, ...limits, ...budget, models: ["m"] }));
        const user = await own.accounts.insert(newAccount("user", "ann", { alias: "Ann", rpm: 7 }));
        await own.accounts.insert(newAccount("team", "red", { maxBudgetNanoUsd: 9n, budgetPeriod: "garbled" }));
        const caller = await callersOver(own).authenticate(bearer(key));
        expect(caller).toMatchObject({
          role: "key",
          name: "ann's",
          keyId: "k1",
          userId: "ann",
          teamId: "red",
          tenant: "team:red",
          keepsContent: false,
          payers: [
            {
              kind: "key",
              id: "k1",
              name: "ann's",
              maxNanoUsd: 5n,
              softNanoUsd: 4n,
              period: { kind: "span", spanMs: 30 * day, anchorMs: start },
              revision: inserted.revision,
            },
            { kind: "user", id: "ann", name: "Ann", maxNanoUsd: undefined, revision: user.revision },
            { kind: "team", id: "red", name: "red", maxNanoUsd: 9n, period: { kind: "forever" } },
          ],
        });
        expect(caller.limited?.map(({ kind, limits: all }) => [kind, all.map(({ limit }) => limit)])).toEqual([
          ["key", [5, 1_000, 2]],
          ["user", [7]],
        ]);
        expect(["m", "gpt-4o", "other"].filter((model) => caller.mayAsk?.(model))).toEqual(["m", "gpt-4o"]);
      });

      test("with nothing said of it may all, and its user is a label", async () => {
        await own.keys.insert(keyOf(key, "k1", { userId: "nobody" }));
        const caller = await callersOver(own).authenticate(bearer(key));
        expect(caller).toMatchObject({ name: "k1", tenant: "user:nobody", limited: undefined, mayAsk: undefined });
        expect(caller.payers).toMatchObject([{ id: "k1" }, { kind: "user", id: "nobody", revision: 0 }]);
      });

      test("may have a user of routes.yaml, who comes before one of the database", async () => {
        await own.accounts.insert(newAccount("user", "ann", { rpm: 1 }));
        await own.accounts.setBlocked("user", "ann", true, start);
        await own.keys.insert(keyOf(key, "k1", { userId: "ann" }));
        const routes = 'server: { secret: "${SECRET}", auth: keys }\nusers: [{ name: ann, rpm: 9 }]';
        const caller = await callersOver(own, { routes }).authenticate(bearer(key));
        expect(caller.limited?.[0]?.limits[0]?.limit).toBe(9);
      });

      test("that is known costs no read and no promise", async () => {
        await own.keys.insert(keyOf(key, "k1", { userId: "ann", teamId: "red" }));
        const { store, reads } = counting(own);
        const callers = callersOver(store);
        const caller = await callers.authenticate(bearer(key));
        expect(reads()).toBe(3);
        for (let times = 0; times < 100; times++) expect(callers.authenticate({ "x-api-key": key })).toBe(caller);
        expect(reads()).toBe(3);
      });

      test("is looked up once, however many wait for it", async () => {
        await own.keys.insert(keyOf(key, "k1"));
        const { store, reads } = counting(own);
        const callers = callersOver(store);
        const found = await Promise.all(Array.from({ length: 50 }, () => callers.authenticate(bearer(key))));
        expect(new Set(found).size).toBe(1);
        expect(reads()).toBe(1);
      });
    });

    describe("is not let in", () => {
      test.each<[string, (store: SqlStore) => Promise<unknown>, string]>([
        ["a wrong key", async () => undefined, incorrect],
        ["a key that is blocked", (store) => store.keys.setBlocked("k1", true, start), "This API key is blocked."],
        ["a key that was deleted", (store) => store.keys.remove("k1", start), incorrect],
        [
          "a key whose user is blocked",
          (store) => store.accounts.setBlocked("user", "ann", true, start),
          "The user of this API key is blocked.",
        ],
        [
          "a key whose team is blocked",
          (store) => store.accounts.setBlocked("team", "red", true, start),
          "The team of this API key is blocked.",
        ],
        [
          "a key whose user was deleted",
          (store) => store.accounts.remove("user", "ann", start),
          "The user of this API key was deleted.",
        ],
        [
          "a key whose team was deleted",
          (store) => store.accounts.remove("team", "red", start),
          "The team of this API key was deleted.",
        ],
      ])("%s, and it costs one look", async (_name, spoil, message) => {
        await own.accounts.insert(newAccount("user", "ann"));
        await own.accounts.insert(newAccount("team", "red"));
        if (spoil.length > 0) await own.keys.insert(keyOf(key, "k1", { userId: "ann", teamId: "red" }));
        await spoil(own);
        const { store, reads } = counting(own);
        const callers = callersOver(store);
        expect(await outcomeOf(callers, key)).toBe(message);
        const once = reads();
        for (let times = 0; times < 20; times++) expect(await outcomeOf(callers, key)).toBe(message);
        expect(reads()).toBe(once);
      });

      test("a key that expired, to the millisecond", async () => {
        await own.keys.insert(keyOf(key, "k1", { expiresAt: start + 50 }));
        let now = start + 49;
        const { store, reads } = counting(own);
        const callers = callersOver(store, { nowMs: () => now });
        expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1" });
        now = start + 50;
        expect(await outcomeOf(callers, key)).toBe("This API key expired at 2026-01-01T00:00:00.050Z.");
        now = start + 49;
        expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1" });
        expect(reads()).toBe(1);
      });
    });

    test("after a rotation both are let in as the same, until the old one's time is over", async () => {
      await own.keys.insert(keyOf(key, "k1"));
      let now = start;
      const { store, reads } = counting(own);
      const callers = callersOver(store, { nowMs: () => now });
      expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1" });
      await elsewhere.keys.rotate("k1", { digest: digestOf(other), hint: "h", previousUntil: start + 50 }, start);
      const revisionOf = ({ payers }: Caller) => payers[0]?.revision;
      await until(async () => revisionOf(await callers.authenticate(bearer(key))) === 2);
      expect(await outcomeOf(callers, other)).toMatchObject({ keyId: "k1" });
      now = start + 49;
      expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1", tenant: "key:k1" });
      now = start + 50;
      const before = reads();
      expect(await outcomeOf(callers, key)).toBe(incorrect);
      expect(await outcomeOf(callers, other)).toMatchObject({ keyId: "k1", tenant: "key:k1" });
      expect(reads()).toBe(before);
      // Whoever has not seen the old one before does not let it in either.
      expect(await outcomeOf(callersOver(own, { nowMs: () => now }), key)).toBe(incorrect);
    });

    describe("what is changed on another replica holds here within a second", () => {
      test.each<[string, (store: SqlStore) => Promise<unknown>, unknown]>([
        ["a key is blocked", (store) => store.keys.setBlocked("k1", true, start), "This API key is blocked."],
        ["a key is deleted", (store) => store.keys.remove("k1", start), incorrect],
        [
          "a key is rotated, without an overlap",
          (store) => store.keys.rotate("k1", { digest: "d", hint: "h", previousUntil: start }, start),
          incorrect,
        ],
        [
          "a team is blocked",
          (store) => store.accounts.setBlocked("team", "red", true, start),
          "The team of this API key is blocked.",
        ],
        [
          "a user is made of what was a label, and deleted",
          async (store) => {
            await store.accounts.insert(newAccount("user", "ann"));
            await store.accounts.remove("user", "ann", start);
          },
          "The user of this API key was deleted.",
        ],
        ["a limit is set", (store) => store.keys.update("k1", { rpm: 3 }, start), { limited: [{ id: "k1" }] }],
        [
          "a key goes to another team",
          (store) => store.keys.update("k1", { teamId: "blue" }, start),
          { teamId: "blue" },
        ],
        [
          "a team has another budget",
          (store) => store.accounts.update("team", "red", { maxBudgetNanoUsd: 3n }, start),
          { payers: [{}, {}, { id: "red", maxNanoUsd: 3n }] },
        ],
      ])("%s", async (_name, change, want) => {
        await own.accounts.insert(newAccount("team", "red"));
        await own.keys.insert(keyOf(key, "k1", { userId: "ann", teamId: "red" }));
        const callers = callersOver(own);
        expect(await outcomeOf(callers, key)).toMatchObject({ keyId: "k1", limited: undefined });
        await change(elsewhere);
        const changedMs = performance.now();
        const holds = async () => {
          const found = await outcomeOf(callers, key);
          if (typeof want === "string" || typeof found === "string") return found === want;
          expect(found).toMatchObject(want ?? {});
          return true;
        };
        await until(() => holds().catch(() => false));
        expect(performance.now() - changedMs).toBeLessThan(1_000);
      });

      test("a key that was unknown a moment ago is let in", async () => {
        const callers = callersOver(own);
        expect(await outcomeOf(callers, key)).toBe(incorrect);
        await elsewhere.keys.insert(keyOf(key, "k1"));
        const madeMs = performance.now();
        await until(async () => typeof (await outcomeOf(callers, key)) !== "string");
        expect(performance.now() - madeMs).toBeLessThan(1_000);
      });

      test("a change costs no read of keys that stay known", async () => {
        await own.keys.insert(keyOf(key, "k1"));
        const { store, reads } = counting(own);
        const callers = callersOver(store);
        await callers.authenticate(bearer(key));
        await elsewhere.keys.update("k1", { rpm: 3 }, start);
        const limitOf = ({ limited }: Caller) => limited?.[0]?.limits[0]?.limit;
        await until(async () => limitOf(await callers.authenticate(bearer(key))) === 3);
        expect(reads()).toBe(1);
      });

      test("the last of many changes is heard too", async () => {
        await own.keys.insert(keyOf(key, "k1"));
        const callers = callersOver(own);
        await callers.authenticate(bearer(key));
        const ids = Array.from({ length: 60 }, (_, at) => `n${at}`);
        await Promise.all(ids.map((id) => elsewhere.keys.insert(keyOf(id, id))));
        await elsewhere.keys.setBlocked("k1", true, start);
        await until(async () => (await outcomeOf(callers, key)) === "This API key is blocked.");
      });
    });

    describe("a key of routes.yaml", () => {
      const routes = `
server: { secret: "\${SECRET}", default_key: alice }
keys: [{ name: alice, digest: ${digestOf(other)}, user: ann, team: red, models: [m] }]
teams: [{ name: red, rpm: 9 }]
`;

      test("may have a user of the database, whose changes reach it", async () => {
        await own.accounts.insert(newAccount("user", "ann", { alias: "Ann", models: ["other", "m"] }));
        const { store, reads } = counting(own);
        const callers = callersOver(store, { routes });
        const caller = await callers.authenticate({});
        expect(caller).toMatchObject({ name: "alice", keyId: "alice", tenant: "team:red", userId: "ann" });
        expect(caller.payers).toMatchObject([{ id: "alice" }, { id: "ann", name: "Ann" }, { id: "red" }]);
        expect(["m", "other"].filter((model) => caller.mayAsk?.(model))).toEqual(["m"]);
        expect(callers.authenticate(bearer(other))).toBe(caller);
        expect(reads()).toBe(1);
        await elsewhere.accounts.setBlocked("user", "ann", true, start);
        await until(async () => (await outcomeOf(callers, other)) === "The user of this API key is blocked.");
      });

      test("comes before one of the database", async () => {
        await own.keys.insert(keyOf(other, "k1"));
        expect(await outcomeOf(callersOver(own, { routes }), other)).toMatchObject({ keyId: "alice" });
      });
    });

    describe("an end user", () => {
      const routes = 'server: { secret: "${SECRET}", auth: keys }\nend_users: { rpm: 2 }';

      test("has an account of their own, or what holds for each", async () => {
        const budget = { maxBudgetNanoUsd: 5n, budgetPeriod: "day" };
        await own.accounts.insert(newAccount("end_user", "erna", { ...budget, rpm: 7 }));
        await own.accounts.insert(newAccount("end_user", "emil"));
        await own.accounts.setBlocked("end_user", "emil", true, start);
        const { store, reads } = counting(own);
        const { endUser } = callersOver(store, { routes });
        expect(await endUser("erna")).toMatchObject({
          isBlocked: false,
          limited: [{ kind: "end_user", id: "erna", limits: [{ limit: 7 }] }],
          payer: { kind: "end_user", id: "erna", maxNanoUsd: 5n, period: { kind: "day" } },
        });
        expect(await endUser("emil")).toMatchObject({ isBlocked: true, payer: undefined });
        expect(await endUser("egon")).toMatchObject({ isBlocked: false, limited: [{ limits: [{ limit: 2 }] }] });
        for (const id of ["erna", "emil", "egon"]) expect(endUser(id)).not.toBeInstanceOf(Promise);
        expect(reads()).toBe(3);
      });

      test("of an account that sets no bound has what holds for each: a block that ends takes none away", async () => {
        const bounds = 'end_users: { rpm: 2, tpm: 9, budget: { max: "0.5", period: 30d } }';
        const { endUser } = callersOver(own, { routes: `server: { secret: "\${SECRET}", auth: keys }\n${bounds}` });
        const standard = { maxNanoUsd: 500_000_000n, period: { kind: "span", spanMs: 30 * 86_400_000, anchorMs: 0 } };
        await own.accounts.insert(newAccount("end_user", "erna", { rpm: 7 }));
        await own.accounts.setBlocked("end_user", "erna", true, start);
        const unblocked = await own.accounts.setBlocked("end_user", "erna", false, start);
        await until(async () => (await endUser("erna"))?.payer?.revision === unblocked?.revision);
        expect(await endUser("erna")).toMatchObject({
          isBlocked: false,
          payer: standard,
          limited: [{ limits: [{ limit: 7 }, { limit: 9 }] }],
        });
        await own.accounts.update("end_user", "erna", { maxBudgetNanoUsd: 9n }, start);
        await until(async () => (await endUser("erna"))?.payer?.maxNanoUsd === 9n);
        expect((await endUser("erna"))?.payer?.period).toEqual({ kind: "forever" });
        await own.accounts.remove("end_user", "erna", start);
        await until(async () => (await endUser("erna"))?.payer?.maxNanoUsd === 500_000_000n);
        // No older than what the account said: the reserve would not believe it.
        expect(await endUser("erna")).toMatchObject({ isBlocked: false, payer: standard });
        expect((await endUser("erna"))?.payer?.revision).toBe(await own.accounts.revision());
      });

      test("is nobody where nothing is said, until something is", async () => {
        const { endUser } = callersOver(own);
        expect(await endUser("erna")).toBeUndefined();
        await elsewhere.accounts.insert(newAccount("end_user", "erna"));
        await elsewhere.accounts.setBlocked("end_user", "erna", true, start);
        await until(async () => (await endUser("erna"))?.isBlocked === true);
        await elsewhere.accounts.remove("end_user", "erna", start);
        await until(async () => (await endUser("erna")) === undefined);
      });

      test("may be called anything", async () => {
        const { endUser } = callersOver(own, { routes });
        for (const id of ["e".repeat(10_000), "nul \0", "half \ud800", " "]) {
          expect(await endUser(id)).toMatchObject({ isBlocked: false });
        }
      });
    });

    test("nothing is asked of the database any more once it is closed", async () => {
      let looks = 0;
      const revision = () => {
        looks++;
        return own.accounts.revision();
      };
      const callers = callersOver({ keys: own.keys, accounts: { ...own.accounts, revision } });
      await until(() => looks > 1);
      callers.close();
      await sleep(20);
      const before = looks;
      await sleep(500);
      expect(looks).toBe(before);
    });
  });
}

describeCallers(sqliteDatabase());
describeCallers(postgresDatabase());
