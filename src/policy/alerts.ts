import type { KeyValueStore } from "../store/key-value.ts";
import { type Alert, usd } from "./budget-messages.ts";

/** What a webhook is sent of a budget that has come to its soft limit. Money is dollars in decimal text. */
export interface AlertMessage {
  readonly event: "soft_budget_reached";
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string };
  readonly spent_usd: string;
  readonly soft_budget_usd: string;
  readonly max_budget_usd: string | null;
  /** ISO 8601; null for a budget without an end. */
  readonly resets_at: string | null;
}

export interface AlertsDeps {
  readonly store: Pick<KeyValueStore, "compareAndSet">;
  /** Never fails: what cannot be sent is logged. */
  readonly send: (message: AlertMessage) => Promise<void>;
  readonly nowMs: () => number;
}

/** A store keeps nothing for longer than this; what is told twice in a month does no harm. */
const longestMs = 30 * 86_400_000;
const mostRemembered = 10_000;

/**
 * Tells of budgets that have come to their soft limits: once in a window, however many requests and replicas see it.
 */
export function createAlerts({ store, send, nowMs }: AlertsDeps): (alert: Alert) => void {
  const told = new Set<string>();
  return ({ payer, windowStart, windowEnd, usedNanoUsd }) => {
    const { kind, id, name, softNanoUsd = 0n, maxNanoUsd } = payer;
    const key = `alert:${kind}:${windowStart}:${softNanoUsd}:${id}`;
    if (told.has(key)) return;
    if (told.size >= mostRemembered) told.clear();
    told.add(key);
    const ttlMs = Math.max(1, Math.min(longestMs, windowEnd - nowMs()));
    const message: AlertMessage = {
      event: "soft_budget_reached",
      subject: { kind, id, name },
      spent_usd: usd(usedNanoUsd),
      soft_budget_usd: usd(softNanoUsd),
      max_budget_usd: maxNanoUsd === undefined ? null : usd(maxNanoUsd),
      resets_at: windowEnd >= 8_640_000_000_000_000 ? null : new Date(windowEnd).toISOString(),
    };
    // Where the store is away, it is told once by each replica.
    store.compareAndSet(key, undefined, "told", ttlMs).then(
      (isFirst) => (isFirst ? send(message) : undefined),
      () => send(message),
    );
  };
}
