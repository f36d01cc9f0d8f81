import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type AlertMessage, createAlerts } from "../../src/policy/alerts.ts";
import { type Alert, toBudgetWarning, toExhausted, warningsOf } from "../../src/policy/budget-messages.ts";
import type { Payer } from "../../src/policy/caller.ts";
import { Secret } from "../../src/secret.ts";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { needRedis, redisUrl } from "../_services.ts";
import { ownName } from "../limits/_stores.ts";
import { until } from "../store/_key-value.ts";
import { alice as limited } from "./_accountant.ts";

const alice: Payer = { ...limited, softNanoUsd: 500_000_000n, maxNanoUsd: 1_000_000_000n };
const now = Date.UTC(2026, 0, 15);
const windowEnd = Date.UTC(2026, 1, 1);
const alertOf = (payer: Payer, windowStart = Date.UTC(2026, 0, 1)): Alert => ({
  ...{ payer, windowStart, windowEnd, usedNanoUsd: 600_000_000n },
});

function telling(store: Pick<KeyValueStore, "compareAndSet">, messages: AlertMessage[]) {
  return createAlerts({ store, send: async (message) => void messages.push(message), nowMs: () => now });
}

describe("a budget that is beyond its soft limit", () => {
  test("is told of once in a window, with what there is to know", async () => {
    const messages: AlertMessage[] = [];
    const store = createMemoryStore({ nowMs: Date.now });
    const tell = telling(store, messages);
    for (let at = 0; at < 5; at++) tell(alertOf(alice));
    await until(() => messages.length > 0);
    tell(alertOf(alice));
    await sleep(20);
    expect(messages).toEqual([
      {
        event: "soft_budget_reached",
        subject: { kind: "key", id: "alice", name: "alice" },
        spent_usd: "0.6",
        soft_budget_usd: "0.5",
        max_budget_usd: "1",
        resets_at: "2026-02-01T00:00:00.000Z",
      },
    ]);
  });

  test("is told of again in the next window, and where the limit is another one", async () => {
    const messages: AlertMessage[] = [];
    const tell = telling(createMemoryStore({ nowMs: Date.now }), messages);
    for (const one of [alertOf(alice), alertOf(alice, now), alertOf({ ...alice, softNanoUsd: 1n })]) tell(one);
    await until(() => messages.length === 3);
  });

  test("is told of by each gateway where they cannot ask each other", async () => {
    const messages: AlertMessage[] = [];
    const compareAndSet = async () => Promise.reject(new StoreError("unavailable", "The connection is broken."));
    const gateways = [telling({ compareAndSet }, messages), telling({ compareAndSet }, messages)];
    for (let at = 0; at < 3; at++) for (const tell of gateways) tell(alertOf(alice));
    await until(() => messages.length === 2);
    await sleep(20);
    expect(messages).toHaveLength(2);
  });

  test("has no end where the budget has none", async () => {
    const messages: AlertMessage[] = [];
    const tell = telling(createMemoryStore({ nowMs: Date.now }), messages);
    tell({ ...alertOf({ ...alice, maxNanoUsd: undefined }), windowEnd: 8_640_000_000_000_000 });
    await until(() => messages.length > 0);
    expect(messages).toMatchObject([{ max_budget_usd: null, resets_at: null }]);
  });
});

describe("two gateways that share Redis", () => {
  beforeEach(needRedis);

  test("tell of a budget once together", async () => {
    const messages: AlertMessage[] = [];
    const prefix = ownName("specgate-test-alerts");
    const gateways = await Promise.all(
      [1, 2].map(async () => {
        const store = await createRedisStore({ url: new Secret(redisUrl), prefix, timeoutMs: 2_000 });
        onTestFinished(() => store.close());
        return telling(store, messages);
      }),
    );
    for (let at = 0; at < 5; at++) for (const tell of gateways) tell(alertOf(alice));
    await until(() => messages.length > 0);
    await sleep(100);
    expect(messages).toHaveLength(1);
  });
});

describe("what clients are told", () => {
  const budget = {
    ...{ subject: { kind: "key", id: "alice" } as const, windowStart: 0, windowEnd, limitNanoUsd: 1_000_000_000n },
    ...{ spentNanoUsd: 600_000_000n, reservedNanoUsd: 0n },
  };

  test("of a budget that comes to its end, and in characters that a header takes", () => {
    const name = "ан\r\nа; x: y";
    const warnings = warningsOf([budget], [{ ...alice, name }]);
    expect(toBudgetWarning(warnings)).toEqual({
      "x-specgate-budget-warning": "key ????a? x: y: 0.6 of 1 USD until 2026-02-01T00:00:00.000Z".replace(
        "????a",
        "?????",
      ),
    });
    expect(toBudgetWarning(warningsOf([{ ...budget, spentNanoUsd: 499_999_999n }], [alice]))).toEqual({});
  });

  test("of many budgets no more than fits", () => {
    const many = Array.from({ length: 50 }, () => budget);
    const [text = ""] = Object.values(
      toBudgetWarning(
        warningsOf(
          many,
          many.map(() => ({ ...alice, name: "a".repeat(100) })),
        ),
      ),
    );
    expect(text.length).toBe(1_024);
  });

  test("of a budget that was overspent by a cost above what was reserved: nothing is free", () => {
    const { message } = toExhausted({ ...budget, spentNanoUsd: 1_500_000_000n }, 0n, 1n, [alice]);
    expect(message).toContain("1.5 of 1 USD are spent; this request may cost 0.000000001 USD and 0 are free");
  });
});
