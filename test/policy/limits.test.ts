import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import type { Subject } from "../../src/policy/limit-subject.ts";
import type { Limits, LimitsDeps, Ticket } from "../../src/policy/limits.ts";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import fc from "../_fc.ts";
import { limitsOver, places, subject } from "./_limits.ts";

describe.each(places)("limits $name", ({ need, open, clean }) => {
  let stores: readonly [KeyValueStore, KeyValueStore];

  beforeEach(async (context) => {
    await need(context);
    stores = await open();
  });
  afterEach(async () => {
    await Promise.all(stores?.map((store) => store.close()) ?? []);
    await clean();
  });

  const made = (options: Partial<LimitsDeps> = {}): Limits => limitsOver(stores[0], options).limits;
  const enter = (limits: Limits, subjects: readonly Subject[], tokens = 0): Promise<Ticket | undefined> =>
    limits.enter({ model: "m", subjects, tokens: () => tokens });
  /** A ticket, or the refusal's type. */
  const tried = async (limits: Limits, subjects: readonly Subject[], tokens = 0): Promise<Ticket | string> => {
    try {
      return (await enter(limits, subjects, tokens)) ?? "uncounted";
    } catch (thrown) {
      return thrown instanceof GatewayError ? thrown.errorName : String(thrown);
    }
  };
  const isIn = (one: Ticket | string): boolean => typeof one !== "string";
  const settle = async (ticket: Ticket | string | undefined, tokens: number): Promise<void> => {
    if (typeof ticket !== "object") throw new Error(`not let in: ${ticket}`);
    await ticket.settle(tokens);
  };
  const remaining = async (limits: Limits, subjects: readonly Subject[], unit: string): Promise<unknown> =>
    (await enter(limits, subjects, 1))?.headers[`x-ratelimit-remaining-${unit}`];

  test("are exact however many come at once, at two replicas", async () => {
    const [one, other] = stores.map((store) => limitsOver(store).limits);
    if (one === undefined || other === undefined) throw new Error("two stores");
    const alice = subject("key", "alice", { rpm: 137 });
    const all = await Promise.all(Array.from({ length: 600 }, (_, at) => tried(at % 2 === 0 ? one : other, [alice])));
    expect(all.filter(isIn)).toHaveLength(137);
    expect(new Set(all.filter((ticket) => !isIn(ticket)))).toEqual(new Set(["rate_limit_exceeded"]));
  });

  test("tell how they stand", async () => {
    const alice = subject("key", "alice", { rpm: 3, tpm: 100, parallel: 5 });
    const { headers } = (await enter(made(), [alice], 30)) ?? {};
    expect(headers).toEqual({
      "x-ratelimit-limit-requests": 3,
      "x-ratelimit-remaining-requests": 2,
      "x-ratelimit-reset-requests": expect.stringMatching(/^(?:59\.\d+s|1m0s)$/),
      "x-ratelimit-limit-tokens": 100,
      "x-ratelimit-remaining-tokens": 70,
      "x-ratelimit-reset-tokens": expect.stringMatching(/^(?:59\.\d+s|1m0s)$/),
    });
  });

  test("of several subjects are taken together: a refusal charges none", async () => {
    const { limits, heard } = limitsOver(stores[0]);
    const alice = subject("key", "alice", { rpm: 10, tpm: 1_000, parallel: 10 });
    const model = subject("model", "m", { rpm: 3, parallel: 10 });
    for (let at = 0; at < 5; at++) await tried(limits, [alice, model], 10);
    expect(heard.refused).toEqual(Array.from({ length: 2 }, () => ({ model: "m", subject: "model", limit: "rpm" })));
    // Three went in; this is the fourth of the key's.
    const { headers } = (await enter(limits, [alice], 10)) ?? {};
    expect(headers).toMatchObject({ "x-ratelimit-remaining-requests": 6, "x-ratelimit-remaining-tokens": 960 });
    // Four hold a slot of the key's.
    const all = await Promise.all(
      Array.from({ length: 8 }, () => tried(limits, [subject("key", "alice", { parallel: 10 })])),
    );
    expect(all.filter(isIn)).toHaveLength(6);
  });

  test("of one subject are not those of another, of another kind, or of another name", async () => {
    const limits = made();
    const long = "n".repeat(5_000);
    const names = ["alice", "bob", "alice:rpm", "key", "üñï", long, `${long}x`];
    const subjects = names.flatMap((name) => [subject("key", name, { rpm: 1 }), subject("model", name, { rpm: 1 })]);
    for (const one of subjects) expect(isIn(await tried(limits, [one]))).toBe(true);
    for (const one of subjects) expect(await tried(limits, [one])).toBe("rate_limit_exceeded");
  });

  describe("on tokens", () => {
    const alice = subject("key", "alice", { tpm: 100 });

    test("refuse what is estimated to be too much, and charge nothing for it", async () => {
      const limits = made();
      await enter(limits, [alice], 60);
      expect(await tried(limits, [alice], 41)).toBe("token_rate_limit_exceeded");
      expect(isIn(await tried(limits, [alice], 40))).toBe(true);
      expect(await tried(limits, [alice], 0)).toBe("token_rate_limit_exceeded");
    });

    test.each([
      ["less", 80, 30, 69],
      ["nothing", 80, 0, 99],
      ["as much", 80, 80, 19],
      ["more", 20, 60, 39],
    ])("%s than estimated is made good when the request is over", async (_name, estimate, used, left) => {
      const limits = made();
      await settle(await enter(limits, [alice], estimate), used);
      expect(await remaining(limits, [alice], "tokens")).toBe(left);
    });

    test("count past the limit, and then let nothing in", async () => {
      const limits = made();
      await settle(await enter(limits, [alice], 20), 500);
      expect(await tried(limits, [alice], 1)).toBe("token_rate_limit_exceeded");
    });

    test.each([Number.MAX_SAFE_INTEGER, 128 * Number.MAX_SAFE_INTEGER, 1e300])(
      "estimated at %d are too many, which is no failure",
      async (estimate) => {
        expect(await tried(made(), [alice], estimate)).toBe("token_rate_limit_exceeded");
      },
    );

    test.each([
      ["too many", 2 * Number.MAX_SAFE_INTEGER, 0],
      ["far too many", 1e300, 0],
      ["without an end", Number.POSITIVE_INFINITY, 0],
      ["in parts", 19.5, 79],
      ["below none", -1e300, 99],
    ])("that an upstream counts %s settle all the same", async (_name, used, left) => {
      const limits = made();
      await settle(await enter(limits, [alice], 20), used);
      if (left > 0) expect(await remaining(limits, [alice], "tokens")).toBe(left);
      else expect(await tried(limits, [alice], 1)).toBe("token_rate_limit_exceeded");
    });

    test("are made good once, however often a request is said to be over", async () => {
      const limits = made();
      const ticket = await enter(limits, [alice], 50);
      await settle(ticket, 40);
      await settle(ticket, 0);
      expect(await remaining(limits, [alice], "tokens")).toBe(59);
    });

    test("are given back to their own window alone", async () => {
      const limits = made({ windowMs: 1_000 });
      const early = await enter(limits, [alice], 90);
      await sleep(1_050);
      await settle(await enter(limits, [alice], 60), 60);
      await settle(early, 0);
      expect(await tried(limits, [alice], 41)).toBe("token_rate_limit_exceeded");
      expect(isIn(await tried(limits, [alice], 40))).toBe(true);
    });

    test("count where they are more than estimated, also when their window is over", async () => {
      const limits = made({ windowMs: 1_000 });
      const early = await enter(limits, [alice], 10);
      await sleep(1_050);
      await settle(early, 110);
      expect(await tried(limits, [alice], 1)).toBe("token_rate_limit_exceeded");
    });

    test("are whole again in the next window", async () => {
      const limits = made({ windowMs: 1_000 });
      await enter(limits, [alice], 100);
      expect(await tried(limits, [alice], 1)).toBe("token_rate_limit_exceeded");
      await sleep(1_050);
      expect(isIn(await tried(limits, [alice], 100))).toBe(true);
    });

    test("end at what was used, whatever came in which order", async () => {
      const limits = made();
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ estimate: fc.integer({ min: 1, max: 200 }), used: fc.nat(200) }), { maxLength: 12 }),
          async (requests) => {
            const whose = subject("key", `run ${++runs}`, { tpm: 1_000_000 });
            await Promise.all(
              requests.map(async ({ estimate, used }) => settle(await enter(limits, [whose], estimate), used)),
            );
            const sum = requests.reduce((all, { used }) => all + used, 0);
            expect(await remaining(limits, [whose], "tokens")).toBe(1_000_000 - sum - 1);
          },
        ),
        { numRuns: 25 },
      );
    });
  });

  describe("on requests at a time", () => {
    const alice = subject("key", "alice", { parallel: 2 });

    test("let as many in as are over, exactly", async () => {
      const limits = made();
      const all = await Promise.all(Array.from({ length: 9 }, () => tried(limits, [alice])));
      const inside = all.filter(isIn);
      expect(inside).toHaveLength(2);
      await settle(inside[0], 0);
      await settle(inside[0], 0);
      expect((await Promise.all(Array.from({ length: 9 }, () => tried(limits, [alice])))).filter(isIn)).toHaveLength(1);
    });

    test("hold for as long as an answer takes, by renewal", async () => {
      const limits = made({ leases: { slotMs: 900, renewMs: 150 } });
      const [one] = [await enter(limits, [alice]), await enter(limits, [alice])];
      await sleep(1_500);
      expect(await tried(limits, [alice])).toBe("rate_limit_exceeded");
      await settle(one, 0);
      expect(isIn(await tried(limits, [alice]))).toBe(true);
    });

    test("are free after their time where a replica died", async () => {
      const dead = { ...stores[1], renew: () => new Promise<never>(() => undefined) };
      const leases = { slotMs: 900, renewMs: 150 };
      const { limits } = limitsOver(dead, { leases });
      await enter(limits, [alice]);
      await enter(limits, [alice]);
      expect(await tried(made(), [alice])).toBe("rate_limit_exceeded");
      await sleep(1_000);
      expect(isIn(await tried(made(), [alice]))).toBe(true);
    });

    test("are not taken by what is refused for something else", async () => {
      const limits = made();
      const bob = subject("key", "bob", { rpm: 1, parallel: 1 });
      const ticket = await enter(limits, [bob]);
      expect(await tried(limits, [bob])).toBe("rate_limit_exceeded");
      await settle(ticket, 0);
      expect(isIn(await tried(limits, [subject("key", "bob", { parallel: 1 })]))).toBe(true);
    });
  });

  test("find nothing wrong with a store that works", async () => {
    const { limits, heard } = limitsOver(stores[0]);
    expect(await limits.trouble()).toBeUndefined();
    expect(heard.lines).toEqual([]);
  });
});
