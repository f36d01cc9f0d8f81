import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { AuditEntry } from "../../../src/store/sql/audit.ts";
import type { LedgerFilter, LedgerGroup } from "../../../src/store/sql/ledger-row.ts";
import type { SqlStore } from "../../../src/store/sql/port.ts";
import { toTokens } from "../../../src/store/sql/tokens.ts";
import { codeOf, until } from "../_key-value.ts";
import { openPair, type TestDatabase } from "./_databases.ts";
import { day, ledgerRow, newAccount, newKey, start } from "./_records.ts";

function entry(action: string, members: Partial<AuditEntry> = {}): AuditEntry {
  const target = { targetKind: "key", targetId: "k" };
  return { time: start, actor: "master key", action, ...target, before: undefined, after: undefined, ...members };
}

/** What keys, accounts, ledger and audit must do, on every database. */
export function describeRecords(database: TestDatabase): void {
  describe(database.name, () => {
    let stores: readonly [SqlStore, SqlStore] | undefined;
    let own: SqlStore;
    let other: SqlStore;
    beforeEach(async (context) => {
      await database.need(context);
      if (stores === undefined) stores = await openPair(await database.fresh());
      else await database.clear();
      [own, other] = stores;
    });
    afterAll(async () => {
      await Promise.all((stores ?? []).map((store) => store.close()));
      await database.drop();
    });

    describe("keys", () => {
      const full = newKey("k", {
        alias: "ann's",
        userId: "ann",
        teamId: "red",
        metadata: { project: "ü", nested: { list: [1, null] } },
        models: ["gpt-*", "claude"],
        rpm: 10,
        tpm: 100_000,
        parallel: 3,
        maxBudgetNanoUsd: 10n ** 18n,
        budgetPeriod: "30d",
        softBudgetNanoUsd: 9_007_199_254_740_993n,
        expiresAt: start + day,
      });
      const unset = { blockedAt: undefined, deletedAt: undefined, previousDigest: undefined, previousUntil: undefined };

      test.each([
        ["all", full],
        ["the least", newKey("k")],
      ])("a key of %s comes back as it was inserted", async (_, key) => {
        const stored = { ...key, ...unset, updatedAt: start, revision: 1 };
        expect(await own.keys.insert(key)).toEqual(stored);
        expect(await other.keys.byId("k")).toEqual(stored);
        expect(await other.keys.byDigest(key.digest, start)).toEqual(stored);
        expect(await other.keys.byAlias(key.alias ?? "none")).toEqual(key.alias === undefined ? undefined : stored);
      });

      test.each([
        ["id", newKey("k", { digest: "other", alias: "other" })],
        ["digest", newKey("other", { digest: full.digest })],
        ["alias", newKey("other", { alias: full.alias })],
      ])("a second key of the same %s conflicts, and nothing is written", async (_, second) => {
        await own.keys.insert(full);
        expect(await codeOf(other.keys.insert(second, entry("key.generate")))).toBe("conflict");
        expect(await own.accounts.revision()).toBe(1);
        expect(await own.audit.list({}, { limit: 10 })).toEqual([]);
      });

      test("an update changes what it names; null takes away", async () => {
        const before = await own.keys.insert(full);
        const patch = { rpm: 20, tpm: null, models: null, alias: undefined, metadata: { a: 1 }, expiresAt: null };
        const after = await other.keys.update("k", patch, start + 5);
        expect(after).toEqual({
          ...before,
          rpm: 20,
          tpm: undefined,
          models: undefined,
          metadata: { a: 1 },
          expiresAt: undefined,
          updatedAt: start + 5,
          revision: 2,
        });
        expect(await own.keys.byId("k")).toEqual(after);
        expect(await own.keys.update("none", { rpm: 1 }, start)).toBeUndefined();
      });

      test("an alias that is taken conflicts, that of a deleted key is free", async () => {
        await own.keys.insert(full);
        await own.keys.insert(newKey("l"));
        expect(await codeOf(own.keys.update("l", { alias: full.alias ?? null }, start))).toBe("conflict");
        expect(await own.keys.remove("k", start + 1)).toBe(true);
        expect((await own.keys.update("l", { alias: full.alias ?? null }, start))?.alias).toBe(full.alias);
      });

      test("a deleted key is found by its id alone, and cannot be changed", async () => {
        await own.keys.insert(full);
        expect(await own.keys.remove("k", start + 1)).toBe(true);
        expect((await other.keys.byId("k"))?.deletedAt).toBe(start + 1);
        expect(await other.keys.byDigest(full.digest, start)).toBeUndefined();
        expect(await other.keys.byAlias("ann's")).toBeUndefined();
        expect(await own.keys.remove("k", start + 2)).toBe(false);
        expect(await own.keys.setBlocked("k", true, start)).toBeUndefined();
        expect(await own.keys.update("k", {}, start)).toBeUndefined();
        expect(await own.keys.rotate("k", { digest: "d", hint: "h", previousUntil: 0 }, start)).toBeUndefined();
      });

      test("a blocked key is found, and can be let in again", async () => {
        await own.keys.insert(full);
        expect((await own.keys.setBlocked("k", true, start + 1))?.blockedAt).toBe(start + 1);
        expect((await other.keys.byDigest(full.digest, start))?.blockedAt).toBe(start + 1);
        expect((await own.keys.setBlocked("k", false, start + 2))?.blockedAt).toBeUndefined();
      });

      test("after a rotation the old digest is good until its time, the one before not at all", async () => {
        await own.keys.insert(newKey("k", { digest: "one" }));
        await own.keys.rotate("k", { digest: "two", hint: "sk-…2222", previousUntil: start + 100 }, start + 1);
        const key = await other.keys.byDigest("two", start + 1);
        expect(key).toMatchObject({ id: "k", hint: "sk-…2222", previousDigest: "one", previousUntil: start + 100 });
        expect((await other.keys.byDigest("one", start + 99))?.id).toBe("k");
        expect(await other.keys.byDigest("one", start + 100)).toBeUndefined();
        await own.keys.rotate("k", { digest: "three", hint: "h", previousUntil: start + 100 }, start + 2);
        expect(await own.keys.byDigest("one", start + 3)).toBeUndefined();
        expect((await own.keys.byDigest("two", start + 3))?.id).toBe("k");
      });

      test("are listed by filter and in pages", async () => {
        await own.keys.insert(newKey("a", { userId: "ann", teamId: "red", alias: "first" }));
        await own.keys.insert(newKey("b", { userId: "ann" }));
        await own.keys.insert(newKey("c", { userId: "bob", teamId: "red" }));
        await own.keys.insert(newKey("d", { userId: "bob" }));
        await own.keys.remove("d", start);
        const ids = async (...asked: Parameters<SqlStore["keys"]["list"]>) =>
          (await other.keys.list(...asked)).map(({ id }) => id);
        expect(await ids({}, { limit: 2 })).toEqual(["a", "b"]);
        expect(await ids({}, { limit: 2, after: "b" })).toEqual(["c"]);
        expect(await ids({ deleted: true }, { limit: 9 })).toEqual(["a", "b", "c", "d"]);
        expect(await ids({ userId: "ann" }, { limit: 9 })).toEqual(["a", "b"]);
        expect(await ids({ teamId: "red" }, { limit: 9 })).toEqual(["a", "c"]);
        expect(await ids({ teamId: "red", userId: "bob" }, { limit: 9 })).toEqual(["c"]);
        expect(await ids({ alias: "first" }, { limit: 9 })).toEqual(["a"]);
        await expect(own.keys.list({}, { limit: 1_001 })).rejects.toThrow(RangeError);
      });
    });

    describe("accounts", () => {
      test("a user, a team and an end user of one id are three", async () => {
        for (const kind of ["user", "team", "end_user"] as const) {
          const account = newAccount(kind, "x", { email: kind, maxBudgetNanoUsd: 5n });
          const stored = await own.accounts.insert(account);
          expect(stored).toMatchObject(account);
          expect(await other.accounts.byId(kind, "x")).toEqual(stored);
        }
        expect(await codeOf(own.accounts.insert(newAccount("user", "x")))).toBe("conflict");
        expect((await own.accounts.list({}, { limit: 9 })).length).toBe(3);
        expect((await own.accounts.list({ kind: "team" }, { limit: 9 })).map(({ kind }) => kind)).toEqual(["team"]);
      });

      test("are updated, blocked and deleted", async () => {
        await own.accounts.insert(newAccount("team", "t", { alias: "Red", rpm: 5 }));
        const after = await other.accounts.update("team", "t", { rpm: null, email: "red@example" }, start + 1);
        expect(after).toMatchObject({ alias: "Red", rpm: undefined, email: "red@example", updatedAt: start + 1 });
        expect((await own.accounts.setBlocked("team", "t", true, start + 2))?.blockedAt).toBe(start + 2);
        expect(await own.accounts.remove("team", "t", start + 3)).toBe(true);
        expect(await own.accounts.remove("team", "t", start + 3)).toBe(false);
        expect((await other.accounts.byId("team", "t"))?.deletedAt).toBe(start + 3);
        expect(await own.accounts.update("user", "t", {}, start)).toBeUndefined();
        expect(await own.accounts.list({}, { limit: 9 })).toEqual([]);
      });
    });

    describe("changes", () => {
      test("are told in the order of their revisions, in slices, deleted ones too", async () => {
        expect(await own.accounts.changedSince(0, 10)).toEqual({ revision: 0, keys: [], accounts: [], more: false });
        for (const id of ["a", "b", "c"]) await own.keys.insert(newKey(id));
        await own.accounts.insert(newAccount("user", "u"));
        await own.keys.setBlocked("a", true, start);
        await own.keys.remove("b", start);
        const seen: string[] = [];
        let since = 0;
        for (;;) {
          const { revision, keys, accounts, more } = await other.accounts.changedSince(since, 1);
          seen.push(...[...keys, ...accounts].filter((one) => one.revision <= revision).map(({ id }) => id));
          since = revision;
          if (!more) break;
        }
        expect(seen).toEqual(["c", "u", "a", "b"]);
        expect(since).toBe(await own.accounts.revision());
        expect(await other.accounts.changedSince(since, 10)).toMatchObject({ keys: [], accounts: [], more: false });
      });

      test("many at once have revisions of their own, and none is missed by who follows them", async () => {
        const seen = new Set<string>();
        let isOver = false;
        const follow = (async () => {
          for (let since = 0; ; ) {
            const last = isOver;
            const { revision, keys } = await other.accounts.changedSince(since, 7);
            for (const { id } of keys) seen.add(id);
            if (last && revision === since) break;
            since = revision;
          }
        })();
        const ids = Array.from({ length: 40 }, (_, at) => `k${at}`);
        const written = await Promise.all(ids.map((id, at) => (at % 2 === 0 ? own : other).keys.insert(newKey(id))));
        isOver = true;
        await follow;
        expect(new Set(written.map(({ revision }) => revision)).size).toBe(40);
        expect([...seen].sort()).toEqual([...ids].sort());
      });

      test("are heard within a second, by whoever listens and wherever they are made", async () => {
        let heard = 0;
        const end = own.accounts.onChange(() => heard++);
        await sleep(100);
        const before = heard;
        const began = performance.now();
        await other.keys.insert(newKey("k"));
        await until(() => heard > before);
        expect(performance.now() - began).toBeLessThan(1_000);
        end();
        const after = heard;
        await other.keys.setBlocked("k", true, start);
        await sleep(100);
        expect(heard).toBe(after);
      });
    });

    describe("ledger", () => {
      const rows = [
        ledgerRow("1", { time: start, keyId: "a", userId: "u", costNanoUsd: 5n, requestedModel: "m" }),
        ledgerRow("2", { time: start, keyId: "b", userId: "u", teamId: "t", costNanoUsd: 7n, status: "failed" }),
        ledgerRow("3", { time: start + day - 1, keyId: "a", endUser: "e", costNanoUsd: undefined, provider: "azure" }),
        ledgerRow("4", { time: start + day, keyId: undefined, costNanoUsd: 9_007_199_254_740_993n, status: "lost" }),
      ];

      test("a row of all comes back as it was committed", async () => {
        let count = 0;
        const row = ledgerRow("1", {
          time: start + 1,
          keyId: "k",
          userId: "u",
          teamId: "t",
          endUser: "e",
          upstreamModel: "up",
          responseModel: "re",
          deployment: "d",
          attempts: 3,
          status: "aborted",
          httpStatus: 499,
          errorCode: "client_closed_request",
          tokens: toTokens(() => ++count),
          provenance: "partial",
          costNanoUsd: 10n ** 18n,
          latencyMs: 1_234,
          firstByteMs: 56,
          changes: ["reported:logit_bias", "clamped:temperature"],
          client: "OpenAI/JS 7",
          cache: "miss",
        });
        await own.accounting.commit([row, ledgerRow("2")]);
        expect(await other.ledger.rows({ id: "1" }, { limit: 9 })).toEqual([row]);
        expect(await other.ledger.rows({ id: "2" }, { limit: 9 })).toEqual([ledgerRow("2")]);
      });

      test("texts that a database does not take are mended, long ones are cut", async () => {
        const wild = { endUser: "nul \0 half \ud800", client: "c".repeat(2_000), changes: ["\0"], latencyMs: 1.6 };
        await own.accounting.commit([ledgerRow("1", wild), ledgerRow("2")]);
        const [row] = await own.ledger.rows({ id: "1" }, { limit: 1 });
        expect(row).toMatchObject({ endUser: "nul \ufffd half \ufffd", client: "c".repeat(1_000), latencyMs: 2 });
      });

      test.each<readonly [string, LedgerFilter, readonly string[]]>([
        ["all, the newest first", {}, ["4", "3", "2", "1"]],
        ["from a time on", { from: start + day - 1 }, ["4", "3"]],
        ["before a time", { to: start + day }, ["3", "2", "1"]],
        ["of a key", { keyId: "a" }, ["3", "1"]],
        ["without a key", { keyId: null }, ["4"]],
        ["of a user and a key", { userId: "u", keyId: "b" }, ["2"]],
        ["of a team", { teamId: "t" }, ["2"]],
        ["of an end user", { endUser: "e" }, ["3"]],
        ["of a model", { model: "m" }, ["1"]],
        ["of a provider", { provider: "azure" }, ["3"]],
        ["of a status", { status: "lost" }, ["4"]],
        ["of nobody", { keyId: "x' OR '1'='1" }, []],
      ])("rows: %s", async (_, filter, ids) => {
        await own.accounting.commit(rows);
        expect((await other.ledger.rows(filter, { limit: 10 })).map(({ id }) => id)).toEqual(ids);
      });

      test("rows come in pages that neither skip nor repeat, whatever comes in between", async () => {
        await own.accounting.commit(
          Array.from({ length: 7 }, (_, at) => ledgerRow(`r${at}`, { time: start + (at >> 1) })),
        );
        const seen: string[] = [];
        let after: { readonly time: number; readonly id: string } | undefined;
        for (;;) {
          const page = await own.ledger.rows({}, { after, limit: 3 });
          seen.push(...page.map(({ id }) => id));
          after = page.at(-1);
          if (page.length < 3) break;
          await own.accounting.commit([ledgerRow(`new ${seen.length}`, { time: start + day })]);
        }
        expect(seen).toEqual(["r6", "r5", "r4", "r3", "r2", "r1", "r0"]);
      });

      test.each<readonly [LedgerGroup, readonly unknown[]]>([
        [
          "key",
          [
            [undefined, 1, 9_007_199_254_740_993n],
            ["b", 1, 7n],
            ["a", 2, 5n],
          ],
        ],
        [
          "user",
          [
            [undefined, 2, 9_007_199_254_740_993n],
            ["u", 2, 12n],
          ],
        ],
        [
          "team",
          [
            [undefined, 3, 9_007_199_254_740_998n],
            ["t", 1, 7n],
          ],
        ],
        [
          "end_user",
          [
            [undefined, 3, 9_007_199_254_741_005n],
            ["e", 1, 0n],
          ],
        ],
        [
          "model",
          [
            ["model", 3, 9_007_199_254_741_000n],
            ["m", 1, 5n],
          ],
        ],
        [
          "provider",
          [
            ["vertex", 3, 9_007_199_254_741_005n],
            ["azure", 1, 0n],
          ],
        ],
        [
          "day",
          [
            ["2026-01-01", 3, 12n],
            ["2026-01-02", 1, 9_007_199_254_740_993n],
          ],
        ],
      ])("sums by %s", async (by, wanted) => {
        await own.accounting.commit(rows);
        const sums = await other.ledger.sums(by, {});
        expect(sums.map(({ group, requests, costNanoUsd }) => [group, requests, costNanoUsd])).toEqual(wanted);
      });

      test("sums have tokens, failures and what has no price, of the rows that are asked for", async () => {
        const tokens = { ...toTokens(() => 1), output: 10 };
        await own.accounting.commit(rows.map((row) => ({ ...row, tokens })));
        expect(await own.ledger.sums("user", { to: start + day })).toEqual([
          {
            group: "u",
            requests: 2,
            failures: 1,
            unpriced: 0,
            costNanoUsd: 12n,
            tokens: { ...toTokens(() => 2), output: 20 },
          },
          {
            group: undefined,
            requests: 1,
            failures: 0,
            unpriced: 1,
            costNanoUsd: 0n,
            tokens,
          },
        ]);
        expect(await own.ledger.sums("user", { keyId: "none" })).toEqual([]);
      });

      test("old rows are deleted in slices, the oldest first", async () => {
        await own.accounting.commit(rows);
        expect(await own.ledger.trim(start + day, 2)).toBe(2);
        expect((await own.ledger.rows({}, { limit: 9 })).map(({ id }) => id)).toEqual(["4", "3"]);
        expect(await own.ledger.trim(start + day, 2)).toBe(1);
        expect(await own.ledger.trim(start + day, 2)).toBe(0);
      });
    });

    describe("audit", () => {
      test("is in the transaction of what it is about, and not there where nothing was changed", async () => {
        await own.keys.insert(newKey("k"), entry("key.generate", { after: { id: "k" } }));
        await own.keys.update("none", { rpm: 1 }, start, entry("key.update"));
        await own.accounts.insert(newAccount("user", "u"), entry("user.new", { before: null, time: start + 1 }));
        await own.keys.remove("k", start, entry("key.delete", { before: { id: "ü\0" }, actor: "k2" }));
        const list = await other.audit.list({}, { limit: 9 });
        expect(list.map(({ action }) => action)).toEqual(["key.delete", "user.new", "key.generate"]);
        expect(list[0]).toEqual({
          ...entry("key.delete", { before: { id: "ü\0" }, actor: "k2" }),
          id: list[0]?.id,
        });
        expect(list[2]).toMatchObject({ before: undefined, after: { id: "k" } });
      });

      test("is listed by filter and in pages", async () => {
        for (const [at, action] of ["a", "b", "a", "c"].entries()) {
          await own.audit.append(entry(action, { time: start + at, actor: `actor ${at % 2}`, targetId: `t${at}` }));
        }
        const times = async (...asked: Parameters<SqlStore["audit"]["list"]>) =>
          (await other.audit.list(...asked)).map(({ time }) => time - start);
        expect(await times({}, { limit: 2 })).toEqual([3, 2]);
        const [, second] = await own.audit.list({}, { limit: 2 });
        expect(await times({}, { limit: 9, after: second?.id })).toEqual([1, 0]);
        expect(await times({ action: "a" }, { limit: 9 })).toEqual([2, 0]);
        expect(await times({ actor: "actor 1" }, { limit: 9 })).toEqual([3, 1]);
        expect(await times({ targetKind: "key", targetId: "t2" }, { limit: 9 })).toEqual([2]);
        expect(await times({ from: start + 1, to: start + 3 }, { limit: 9 })).toEqual([2, 1]);
      });
    });
  });
}
