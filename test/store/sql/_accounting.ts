import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Accounting, SqlStore } from "../../../src/store/sql/port.ts";
import { codeOf, until } from "../_key-value.ts";
import { openPair, type TestDatabase } from "./_databases.ts";
import { ask, day, figures, ledgerRow, request, start } from "./_records.ts";

/** What reserving and settling must do, on every database. */
export function describeAccounting(database: TestDatabase): void {
  describe(database.name, () => {
    let stores: readonly [SqlStore, SqlStore] | undefined;
    let own: Accounting;
    let other: Accounting;
    beforeEach(async (context) => {
      await database.need(context);
      if (stores === undefined) stores = await openPair(await database.fresh());
      else await database.clear();
      [own, other] = [stores[0].accounting, stores[1].accounting];
    });
    afterAll(async () => {
      await Promise.all((stores ?? []).map((store) => store.close()));
      await database.drop();
    });

    const budgetOf = async (id: string, kind: "key" | "user" | "team" | "end_user" = "key") =>
      figures((await other.budgets({ subject: { kind, id } }))[0]);
    const kinds = (outcomes: readonly { readonly kind: string }[]) => outcomes.map(({ kind }) => kind);
    const ledgerOf = async (id: string) => (await stores?.[1].ledger.rows({ id }, { limit: 1 }))?.[0];

    describe("reserve", () => {
      test("takes from every subject and says what each has then", async () => {
        const asks = [ask("k", 100n), ask("u", 50n, { subject: { kind: "user", id: "u" } })];
        const [outcome] = await own.reserve([request("1", 30n, asks)]);
        expect(outcome).toEqual({
          kind: "reserved",
          id: "1",
          amountNanoUsd: 30n,
          budgets: [
            { ...asks[0], limitNanoUsd: 100n, spentNanoUsd: 0n, reservedNanoUsd: 30n },
            { ...asks[1], limitNanoUsd: 50n, spentNanoUsd: 0n, reservedNanoUsd: 30n },
          ],
        });
        expect(await budgetOf("k")).toEqual([100n, 0n, 30n]);
        expect(await budgetOf("u", "user")).toEqual([50n, 0n, 30n]);
      });

      test.each([
        ["exactly what is free", 100n, 100n, "reserved"],
        ["one more than what is free", 101n, 100n, "refused"],
        ["nothing of an empty budget", 0n, 0n, "reserved"],
        ["one of an empty budget", 1n, 0n, "refused"],
        ["any amount without a limit", 10n ** 18n, undefined, "reserved"],
        ["beyond what a float holds", 9_007_199_254_740_993n, 9_007_199_254_740_993n, "reserved"],
        ["one more than a float can tell", 9_007_199_254_740_993n, 9_007_199_254_740_992n, "refused"],
      ] as const)("%s: %s of %s is %s", async (_, amount, limit, kind) => {
        const outcomes = await own.reserve([request("1", amount, [ask("k", limit)])]);
        expect(kinds(outcomes)).toEqual([kind]);
        expect((await budgetOf("k"))[2] ?? 0n).toBe(kind === "reserved" ? amount : 0n);
      });

      test("takes of all or of none, and names the scarcest, what is free there and when it resets", async () => {
        const asks = [ask("a", 100n), ask("b", 10n, { windowEnd: start + 2 * day }), ask("c", 20n)];
        expect(await own.reserve([request("1", 21n, asks)])).toEqual([
          {
            kind: "refused",
            id: "1",
            freeNanoUsd: 10n,
            budget: { ...asks[1], limitNanoUsd: 10n, spentNanoUsd: 0n, reservedNanoUsd: 0n },
          },
        ]);
        expect([await budgetOf("a"), await budgetOf("b"), await budgetOf("c")].map((one) => one[2] ?? 0n)).toEqual([
          0n,
          0n,
          0n,
        ]);
        // A refused id is not taken: a smaller ask may follow.
        expect(kinds(await own.reserve([request("1", 10n, asks)]))).toEqual(["reserved"]);
      });

      test.each([
        [100n, 1n, "reserved", 40n],
        [40n, 40n, "reserved", 40n],
        [30n, 1n, "reserved", 30n],
        [100n, 40n, "reserved", 40n],
        [100n, 41n, "refused", 0n],
      ] as const)("of 40, %s or at least %s is %s with %s", async (amount, atLeastNanoUsd, kind, reserved) => {
        const asks = [ask("k", 40n), ask("t", 1_000n, { subject: { kind: "team", id: "t" } })];
        const [outcome] = await own.reserve([request("1", amount, asks, { atLeastNanoUsd })]);
        expect(outcome?.kind).toBe(kind);
        if (outcome?.kind === "reserved") expect(outcome.amountNanoUsd).toBe(reserved);
        expect((await budgetOf("t", "team"))[2] ?? 0n).toBe(reserved);
      });

      test("decides in order, each by what those before it left", async () => {
        const outcomes = await own.reserve([
          request("1", 60n, [ask("a", 100n), ask("b", 100n)]),
          request("2", 50n, [ask("b", 100n), ask("a", 100n)]),
          request("3", 40n, [ask("a", 100n)]),
          request("4", 41n, [ask("b", 100n)]),
          request("5", 40n, [ask("b", 100n)]),
        ]);
        expect(kinds(outcomes)).toEqual(["reserved", "refused", "reserved", "refused", "reserved"]);
        expect([await budgetOf("a"), await budgetOf("b")]).toEqual([
          [100n, 0n, 100n],
          [100n, 0n, 100n],
        ]);
      });

      test("an id is reserved for once, and never again when it is on the ledger", async () => {
        const asks = [ask("k", 100n)];
        expect(kinds(await own.reserve([request("1", 1n, asks), request("1", 1n, asks)]))).toEqual([
          "reserved",
          "known",
        ]);
        expect(kinds(await other.reserve([request("1", 1n, asks)]))).toEqual(["known"]);
        await own.commit([ledgerRow("1")]);
        expect(kinds(await other.reserve([request("1", 1n, asks)]))).toEqual(["known"]);
        expect(await budgetOf("k")).toEqual([100n, 0n, 0n]);
      });

      test("two at once for one id: one is reserved", async () => {
        const both = await Promise.all([own, other].map((one) => one.reserve([request("1", 1n, [ask("k", 9n)])])));
        expect(kinds(both.flat()).sort()).toEqual(["known", "reserved"]);
        expect(await budgetOf("k")).toEqual([9n, 0n, 1n]);
      });

      test("a call of which one request fails leaves none of the others reserved", async () => {
        const huge = (id: string) => request(id, 10n ** 18n, [ask("huge", undefined)]);
        for (let at = 0; at < 9; at++) await own.reserve([huge(`big ${at}`)]);
        // Ten times a billion dollars are more than 64 bits hold.
        expect(await codeOf(own.reserve([request("1", 1n, [ask("k", 5n)]), huge("over")]))).toBe("refused");
        await until(async () => (await budgetOf("k"))[2] === 0n);
        expect(await budgetOf("huge")).toEqual([undefined, 0n, 9n * 10n ** 18n]);
      });

      test("of nobody reserves nothing, and is on the ledger when it is lost", async () => {
        expect(await own.reserve([request("1", 5n, [])])).toEqual([
          { kind: "reserved", id: "1", amountNanoUsd: 5n, budgets: [] },
        ]);
        expect(await own.expire(start + 60_000, 10)).toEqual(["1"]);
        expect(await ledgerOf("1")).toMatchObject({ status: "lost", costNanoUsd: 5n });
      });

      test("of no requests gives no outcomes", async () => {
        expect(await own.reserve([])).toEqual([]);
      });

      test.each([
        ["a negative amount", request("1", -1n, [])],
        ["an amount above a billion dollars", request("1", 10n ** 18n + 1n, [])],
        ["at least more than the amount", request("1", 1n, [], { atLeastNanoUsd: 2n })],
        ["a window twice", request("1", 1n, [ask("k", 1n), ask("k", 2n)])],
        ["a window that ends when it starts", request("1", 1n, [ask("k", 1n, { windowEnd: start })])],
        ["half a millisecond", request("1", 1n, [ask("k", 1n, { windowStart: 0.5 })])],
        ["no id", request("", 1n, [])],
        ["the estimate of another request", request("1", 1n, [], { estimate: ledgerRow("2") })],
      ])("%s is a bug of the caller's, and nothing is reserved", async (_, wrong) => {
        await expect(own.reserve([request("fine", 1n, [ask("k", 5n)]), wrong])).rejects.toThrow(RangeError);
        expect(await own.budgets({})).toEqual([]);
      });

      test("an id that is too long is refused", async () => {
        expect(await codeOf(own.reserve([request("x".repeat(201), 1n, [])]))).toBe("too_large");
        expect(await codeOf(own.reserve([request("1", 1n, [ask("x".repeat(201), 1n)])]))).toBe("too_large");
      });

      test.each(["", "ünïcødé 🜂", "a'b\"c;--", "nul \0 in it", "half \ud800", "{1,2}", "\\"])(
        "a subject may be called %j",
        async (id) => {
          const name = `x${id}`;
          await own.reserve([request(`id ${id}`, 1n, [ask(name, 5n)])]);
          expect(await budgetOf(name)).toEqual([5n, 0n, 1n]);
        },
      );
    });

    describe("a limit", () => {
      const at = (limit: bigint | undefined, limitRevision?: number) => [ask("k", limit, { limitRevision })];

      test("is the one that was read last, whoever asks", async () => {
        await own.reserve([request("1", 50n, at(100n, 5))]);
        // A replica that has not heard of the change.
        expect(kinds(await other.reserve([request("2", 60n, at(1_000n, 4))]))).toEqual(["refused"]);
        expect(kinds(await other.reserve([request("3", 60n, at(200n, 6))]))).toEqual(["reserved"]);
        expect(await budgetOf("k")).toEqual([200n, 0n, 110n]);
        expect(kinds(await own.reserve([request("4", 50n, at(100n, 5))]))).toEqual(["reserved"]);
        expect(await budgetOf("k")).toEqual([200n, 0n, 160n]);
      });

      test("that is declared without a revision holds over one that was read, and none does not", async () => {
        await own.reserve([request("1", 50n, at(100n, 5))]);
        await other.reserve([request("2", 10n, at(undefined))]);
        expect(await budgetOf("k")).toEqual([100n, 0n, 60n]);
        expect(kinds(await other.reserve([request("3", 60n, at(90n))]))).toEqual(["refused"]);
        expect(kinds(await other.reserve([request("4", 60n, at(200n))]))).toEqual(["reserved"]);
        expect(await budgetOf("k")).toEqual([200n, 0n, 120n]);
      });

      test("of the same revision is the one asked with", async () => {
        await own.reserve([request("1", 50n, at(100n))]);
        await own.reserve([request("2", 60n, at(120n))]);
        expect(await budgetOf("k")).toEqual([120n, 0n, 110n]);
      });

      test("below what is spent refuses, and what is free is never less than nothing", async () => {
        await own.reserve([request("1", 50n, at(100n, 1))]);
        expect(await own.reserve([request("2", 0n, at(20n, 2))])).toMatchObject([{ kind: "refused", freeNanoUsd: 0n }]);
        await own.release(["1"]);
        expect(kinds(await own.reserve([request("3", 20n, at(20n, 2))]))).toEqual(["reserved"]);
      });

      test("that another one wrote holds at once, for who asks for nothing and knows of none too", async () => {
        await own.reserve([request("1", 0n, at(undefined, 1))]);
        await own.commit([ledgerRow("1", { costNanoUsd: 50n })]);
        expect(kinds(await own.reserve([request("2", 0n, at(undefined, 1))]))).toEqual(["reserved"]);
        expect(kinds(await other.reserve([request("3", 0n, at(20n, 2))]))).toEqual(["refused"]);
        expect(await own.reserve([request("4", 0n, at(undefined, 1))])).toMatchObject([
          { kind: "refused", freeNanoUsd: 0n, budget: { limitNanoUsd: 20n, spentNanoUsd: 50n } },
        ]);
        expect(kinds(await other.reserve([request("5", 0n, at(60n, 3))]))).toEqual(["reserved"]);
        expect(kinds(await own.reserve([request("6", 10n, at(undefined, 1))]))).toEqual(["reserved"]);
        expect(kinds(await own.reserve([request("7", 1n, at(undefined, 1))]))).toEqual(["refused"]);
        expect(kinds(await own.reserve([request("8", 1n, at(undefined, 4))]))).toEqual(["reserved"]);
        expect(await budgetOf("k")).toEqual([undefined, 50n, 11n]);
      });

      test("that is new holds at once, though there is room in the one before", async () => {
        await own.reserve([request("1", 50n, at(100n, 1))]);
        expect(kinds(await own.reserve([request("2", 20n, at(60n, 2))]))).toEqual(["refused"]);
        expect(kinds(await own.reserve([request("3", 10n, at(60n, 2))]))).toEqual(["reserved"]);
        expect(kinds(await own.reserve([request("4", 0n, at(59n, 3))]))).toEqual(["refused"]);
        expect(await budgetOf("k")).toEqual([59n, 0n, 60n]);
      });

      test("asked with in two ways at once is the newer one for both", async () => {
        await own.reserve([request("1", 0n, at(10n, 1))]);
        const calls = [at(10n, 1), at(30n, 2), at(10n, 1)].map((asks, one) =>
          own.reserve([request(`both ${one}`, 10n, asks)]),
        );
        expect(kinds((await Promise.all(calls)).flat())).toEqual(["reserved", "reserved", "reserved"]);
        expect(await budgetOf("k")).toEqual([30n, 0n, 30n]);
      });

      test("is kept by many at once who have asked before, to the last nano-dollar", async () => {
        const asks = [ask("k", 305n), ask("t", undefined, { subject: { kind: "team", id: "t" } })];
        await Promise.all([own, other].map((one, at) => one.reserve([request(`first ${at}`, 0n, asks)])));
        const calls = Array.from({ length: 80 }, (_, at) =>
          (at % 2 === 0 ? own : other).reserve([request(`r${at}`, 10n, asks), request(`free ${at}`, 0n, [])]),
        );
        const outcomes = (await Promise.all(calls)).flat();
        expect(kinds(outcomes).filter((kind) => kind === "reserved").length).toBe(30 + 80);
        expect(await budgetOf("k")).toEqual([305n, 0n, 300n]);
        expect(await budgetOf("t", "team")).toEqual([undefined, 0n, 300n]);
      });

      test("can be taken away", async () => {
        await own.reserve([request("1", 50n, at(50n, 1))]);
        expect(kinds(await own.reserve([request("2", 50n, at(undefined, 2))]))).toEqual(["reserved"]);
        expect(await budgetOf("k")).toEqual([undefined, 0n, 100n]);
      });
    });

    describe("windows", () => {
      test("each has its own money, and a subject may have several at once", async () => {
        const inDay = ask("k", 10n);
        const inMonth = ask("k", 15n, { windowEnd: start + 31 * day });
        const nextDay = ask("k", 10n, { windowStart: start + day, windowEnd: start + 2 * day });
        expect(kinds(await own.reserve([request("1", 10n, [inDay, inMonth])]))).toEqual(["reserved"]);
        expect(kinds(await own.reserve([request("2", 6n, [nextDay, inMonth])]))).toEqual(["refused"]);
        expect(kinds(await own.reserve([request("3", 5n, [nextDay, inMonth])]))).toEqual(["reserved"]);
        const subject = { kind: "key", id: "k" } as const;
        expect((await own.budgets({ subject })).map(figures)).toEqual([
          [10n, 0n, 10n],
          [15n, 0n, 15n],
          [10n, 0n, 5n],
        ]);
        expect((await own.budgets({ subject, at: start + day })).map(figures)).toEqual([
          [15n, 0n, 15n],
          [10n, 0n, 5n],
        ]);
      });

      test("holds what was spent elsewhere, once, and only where nothing was counted before", async () => {
        const { subject, windowStart, windowEnd } = ask("k", undefined);
        const spent = { subject, windowStart, windowEnd, spentNanoUsd: 6n };
        expect(await own.carry(spent)).toBe(true);
        expect(await other.carry({ ...spent, spentNanoUsd: 9n })).toBe(false);
        expect(await budgetOf("k")).toEqual([undefined, 6n, 0n]);
        expect(await other.reserve([request("1", 5n, [ask("k", 10n)])])).toMatchObject([
          { kind: "refused", freeNanoUsd: 4n },
        ]);
        expect(await own.reserve([request("2", 4n, [ask("k", 10n)])])).toMatchObject([{ kind: "reserved" }]);
        expect(await own.carry({ ...spent, subject: { kind: "user", id: "k" } })).toBe(true);
        await expect(own.carry({ ...spent, spentNanoUsd: -1n })).rejects.toThrow(RangeError);
      });

      test("a request is settled in the window it was reserved in, however late", async () => {
        await own.reserve([request("1", 10n, [ask("k", 10n)])]);
        const next = ask("k", 10n, { windowStart: start + day, windowEnd: start + 2 * day });
        await own.reserve([request("2", 1n, [next])]);
        await own.commit([ledgerRow("1", { time: start + 3 * day, costNanoUsd: 7n })]);
        expect((await own.budgets({})).map(figures)).toEqual([
          [10n, 7n, 0n],
          [10n, 0n, 1n],
        ]);
      });

      test("old ones are deleted, in slices, but not while something of them is reserved", async () => {
        const windows = [0, 1, 2, 3].map((at) =>
          ask("k", 10n, { windowStart: start + at * day, windowEnd: start + (at + 1) * day }),
        );
        // Nothing is reserved of the first, though a request for it is under way.
        for (const [at, one] of windows.entries()) await own.reserve([request(String(at), at === 0 ? 0n : 1n, [one])]);
        await own.release(["2", "3"]);
        expect(await own.trimBudgets(start + 3 * day, 1)).toBe(1);
        expect(await own.trimBudgets(start + 3 * day, 10)).toBe(1);
        expect(await own.trimBudgets(start + 3 * day, 10)).toBe(0);
        expect((await own.budgets({})).map(({ windowStart }) => windowStart)).toEqual([start + day, start + 3 * day]);
        // What is settled after its window is on the ledger alone, and the window begins anew.
        await own.commit([ledgerRow("0", { costNanoUsd: 3n })]);
        expect(await ledgerOf("0")).toMatchObject({ costNanoUsd: 3n });
        await own.reserve([request("again", 1n, [ask("k", 10n)])]);
        expect(figures((await own.budgets({ at: start }))[0])).toEqual([10n, 0n, 1n]);
      });
    });

    describe("commit", () => {
      test("spends what it cost, frees the rest, and writes the row", async () => {
        const asks = [ask("k", 100n), ask("t", undefined, { subject: { kind: "team", id: "t" } })];
        await own.reserve([request("1", 30n, asks), request("2", 30n, asks)]);
        expect(await other.commit([ledgerRow("1", { costNanoUsd: 12n })])).toEqual([
          { kind: "committed", id: "1", reservedNanoUsd: 30n },
        ]);
        expect(await budgetOf("k")).toEqual([100n, 12n, 30n]);
        expect(await budgetOf("t", "team")).toEqual([undefined, 12n, 30n]);
        expect(await ledgerOf("1")).toMatchObject({ status: "succeeded", costNanoUsd: 12n });
      });

      test("a second of the same id changes nothing and says so", async () => {
        await own.reserve([request("1", 30n, [ask("k", 100n)])]);
        await own.commit([ledgerRow("1", { costNanoUsd: 12n })]);
        const second = ledgerRow("1", { costNanoUsd: 20n, status: "failed" });
        const already = { kind: "already", id: "1", status: "succeeded" };
        expect(await own.commit([second, second])).toEqual([already, already]);
        expect(await other.commit([second])).toEqual([already]);
        expect(await budgetOf("k")).toEqual([100n, 12n, 0n]);
        expect(await ledgerOf("1")).toMatchObject({ status: "succeeded", costNanoUsd: 12n });
      });

      test("of one id many times at once, by both, is written once", async () => {
        await own.reserve([request("1", 30n, [ask("k", 100n)])]);
        const times = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? own : other));
        const row = ledgerRow("1", { costNanoUsd: 12n });
        const outcomes = (await Promise.all(times.map((one) => one.commit([row])))).flat();
        expect(kinds(outcomes).filter((kind) => kind === "committed")).toHaveLength(1);
        expect(await budgetOf("k")).toEqual([100n, 12n, 0n]);
      });

      test("counts a cost above what was reserved whole", async () => {
        await own.reserve([request("1", 30n, [ask("k", 30n)])]);
        expect(await own.commit([ledgerRow("1", { costNanoUsd: 31n })])).toMatchObject([{ reservedNanoUsd: 30n }]);
        expect(await budgetOf("k")).toEqual([30n, 31n, 0n]);
        expect(await own.reserve([request("2", 1n, [ask("k", 30n)])])).toMatchObject([
          { kind: "refused", freeNanoUsd: 0n },
        ]);
      });

      test("a cost that is not known spends nothing", async () => {
        await own.reserve([request("1", 30n, [ask("k", 30n)])]);
        await own.commit([ledgerRow("1", { costNanoUsd: undefined })]);
        expect(await budgetOf("k")).toEqual([30n, 0n, 0n]);
        expect((await ledgerOf("1"))?.costNanoUsd).toBeUndefined();
      });

      test("without a reservation writes the row alone", async () => {
        expect(await own.commit([ledgerRow("1", { costNanoUsd: 5n })])).toEqual([
          { kind: "committed", id: "1", reservedNanoUsd: undefined },
        ]);
        expect(await own.budgets({})).toEqual([]);
      });

      test("many at once, each settled by its own cost", async () => {
        const ids = Array.from({ length: 300 }, (_, at) => `r${at}`);
        await Promise.all(ids.map((id) => own.reserve([request(id, 10n, [ask("k", 3_000n)])])));
        expect(await budgetOf("k")).toEqual([3_000n, 0n, 3_000n]);
        const rows = ids.map((id, at) => ledgerRow(id, { costNanoUsd: BigInt(at % 10) }));
        await Promise.all(rows.map((row, at) => (at % 2 === 0 ? own : other).commit([row])));
        expect(await budgetOf("k")).toEqual([3_000n, 1_350n, 0n]);
      });

      test("one that cannot be is refused, and those beside it are written", async () => {
        const tooMuch = ledgerRow("2", { time: Number.MAX_SAFE_INTEGER, costNanoUsd: 10n ** 18n });
        const whole = [ledgerRow("1", { costNanoUsd: 1n }), tooMuch, ledgerRow("3", { costNanoUsd: 1n })];
        await own.reserve(whole.map(({ id }) => request(id, 10n, [ask(`of ${id}`, 10n)])));
        // Ten costs of a billion dollars are more than 64 bits hold.
        for (let at = 0; at < 9; at++) {
          await own.reserve([request(`big ${at}`, 0n, [ask("of 2", undefined, { limitRevision: 1 })])]);
          await own.commit([ledgerRow(`big ${at}`, { costNanoUsd: 10n ** 18n })]);
        }
        const outcomes = await Promise.allSettled(whole.map((row) => own.commit([row])));
        expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
        expect([await budgetOf("of 1"), await budgetOf("of 3")]).toEqual([
          [10n, 1n, 0n],
          [10n, 1n, 0n],
        ]);
        expect(await budgetOf("of 2")).toEqual([undefined, 9n * 10n ** 18n, 10n]);
        expect(await ledgerOf("2")).toBeUndefined();
      });
    });

    describe("release", () => {
      test("frees without a row, once", async () => {
        await own.reserve([request("1", 30n, [ask("k", 100n)]), request("2", 5n, [ask("k", 100n)])]);
        expect([...(await other.release(["1", "none"]))]).toEqual(["1"]);
        expect(await own.release(["1"])).toEqual([]);
        expect(await own.release([])).toEqual([]);
        expect(await budgetOf("k")).toEqual([100n, 0n, 5n]);
        expect(await ledgerOf("1")).toBeUndefined();
      });

      test("many of one budget together", async () => {
        const ids = Array.from({ length: 50 }, (_, at) => `r${at}`);
        await own.reserve(ids.map((id) => request(id, 2n, [ask("k", 100n)])));
        expect([...(await own.release([...ids, ...ids]))].sort()).toEqual([...ids].sort());
        expect(await budgetOf("k")).toEqual([100n, 0n, 0n]);
      });
    });

    describe("leases", () => {
      test("one that is over has its row at what was estimated, and its money is free", async () => {
        const estimate = ledgerRow("1", { costNanoUsd: 20n, provenance: "estimated", endUser: "ann" });
        await own.reserve([request("1", 30n, [ask("k", 100n)], { estimate }), request("2", 30n, [ask("k", 100n)])]);
        await own.renew([{ id: "2", expiresAt: start + 90_000 }]);
        expect(await own.expire(start + 59_999, 10)).toEqual([]);
        expect(await own.expire(start + 60_000, 10)).toEqual(["1"]);
        expect(await own.expire(start + 60_000, 10)).toEqual([]);
        expect(await budgetOf("k")).toEqual([100n, 20n, 30n]);
        expect(await ledgerOf("1")).toEqual({ ...estimate, status: "lost" });
      });

      test("a lost request costs no more than was reserved", async () => {
        const estimate = ledgerRow("1", { costNanoUsd: 90n });
        await own.reserve([request("1", 90n, [ask("k", 40n)], { atLeastNanoUsd: 1n, estimate })]);
        await own.expire(start + 60_000, 10);
        expect(await budgetOf("k")).toEqual([40n, 40n, 0n]);
        expect((await ledgerOf("1"))?.costNanoUsd).toBe(40n);
      });

      test("a lost request that reserved nothing costs what was estimated: it asked no limit", async () => {
        const estimate = ledgerRow("1", { costNanoUsd: 90n });
        await own.reserve([request("1", 0n, [ask("k", undefined)], { estimate })]);
        await own.expire(start + 60_000, 10);
        expect(await budgetOf("k")).toEqual([undefined, 90n, 0n]);
        expect((await ledgerOf("1"))?.costNanoUsd).toBe(90n);
      });

      test("a commit after that changes nothing and says that the request was lost", async () => {
        await own.reserve([request("1", 30n, [ask("k", 100n)])]);
        await own.expire(start + 60_000, 10);
        expect(await own.commit([ledgerRow("1", { costNanoUsd: 1n })])).toEqual([
          { kind: "already", id: "1", status: "lost" },
        ]);
        expect(await budgetOf("k")).toEqual([100n, 30n, 0n]);
      });

      test("a commit that comes late but before the sweep counts", async () => {
        await own.reserve([request("1", 30n, [ask("k", 100n)])]);
        await own.commit([ledgerRow("1", { time: start + day, costNanoUsd: 1n })]);
        expect(await own.expire(start + 2 * day, 10)).toEqual([]);
        expect(await budgetOf("k")).toEqual([100n, 1n, 0n]);
      });

      test("renewing gives more time, never less, and says which are gone", async () => {
        await own.reserve([request("1", 1n, []), request("2", 1n, [])]);
        await own.release(["2"]);
        const renewals = [
          { id: "1", expiresAt: start + 90_000 },
          { id: "2", expiresAt: start + 90_000 },
          { id: "1", expiresAt: start + 80_000 },
        ];
        expect(await other.renew(renewals)).toEqual(["1"]);
        expect(await own.renew([{ id: "1", expiresAt: start }])).toEqual(["1"]);
        expect(await own.renew([])).toEqual([]);
        expect(await own.expire(start + 89_999, 10)).toEqual([]);
        expect(await own.expire(start + 90_000, 10)).toEqual(["1"]);
      });

      test("are ended in slices, the oldest first", async () => {
        const requests = [5, 3, 1, 4, 2].map((at) => request(`r${at}`, 1n, [], { expiresAt: start + at }));
        await own.reserve(requests);
        expect(await own.expire(start + 10, 2)).toEqual(["r1", "r2"]);
        expect((await own.expire(start + 10, 10)).length).toBe(3);
      });

      test("two sweepers, commits and releases at once: each reservation ends once", async () => {
        const ids = Array.from({ length: 200 }, (_, at) => `r${at}`);
        await own.reserve(ids.map((id) => request(id, 10n, [ask("a", 2_000n), ask("b", undefined)])));
        const sweeps = Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? own : other).expire(start + day, 20));
        const commits = ids.slice(100).map((id) => own.commit([ledgerRow(id, { costNanoUsd: 3n })]));
        const releases = ids.slice(0, 20).map((id) => other.release([id]));
        const [swept, committed, released] = await Promise.all([
          Promise.all(sweeps),
          Promise.all(commits),
          Promise.all(releases),
        ]);
        const late = await own.expire(start + day, 1_000);
        const lost = [...swept.flat(), ...late];
        const settled = committed.flat().filter(({ kind }) => kind === "committed");
        expect(lost.length + settled.length + released.flat().length).toBe(200);
        expect(new Set(lost).size).toBe(lost.length);
        const spent = BigInt(lost.length) * 10n + BigInt(settled.length) * 3n;
        expect(await budgetOf("a")).toEqual([2_000n, spent, 0n]);
        expect(await budgetOf("b")).toEqual([undefined, spent, 0n]);
        const sums = await stores?.[0].ledger.sums("key", {});
        expect(sums?.[0]?.costNanoUsd).toBe(spent);
      });
    });
  });
}
