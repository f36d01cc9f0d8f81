import { GatewayError } from "../errors.ts";
import type { Acquisition, Check, KeyValueStore, Lease } from "../store/key-value.ts";
import { createLeaseKeeper, type LeaseTimes } from "./lease-keeper.ts";
import { type LimitHeaders, type Standing, toLimitHeaders } from "./limit-headers.ts";
import { refusalOf, toRefusalError } from "./limit-refusal.ts";
import type { Limit, LimitKind, Subject, SubjectKind } from "./limit-subject.ts";
import { createStoreWatch, type StoreWatchDeps, toStoreError } from "./store-watch.ts";

/** What the M of RPM and TPM stands for. */
const minuteMs = 60_000;

/** The wait that is told while the store cannot be reached. */
const outageMs = 1_000;

/** More than any limit allows, and few enough that a count of many such requests is still exact. */
const mostTokens = 1_000_000_000_000;

/** A count that is nobody's: a store that is full or may only be read answers, and counts nothing. */
const probe: Check = { kind: "rate", key: "limit:probe", take: 1, limit: Number.MAX_SAFE_INTEGER, windowMs: outageMs };

/** What a request wants to be let in for. */
export interface Wish {
  /** As the client named it, for messages. */
  readonly model: string;
  /** Whose limits hold; at least one. */
  readonly subjects: readonly Subject[];
  /** What it is estimated to take; asked only where tokens are limited. */
  readonly tokens: () => number;
}

/** A request that was let in. */
export interface Ticket {
  /** How the limits stand, for every answer to this request. */
  readonly headers: LimitHeaders;
  /**
   * The request is over and took so many tokens: counts are corrected and slots given back. The first call counts, any
   * other does nothing. Never fails: a store that is away is counted and logged.
   */
  readonly settle: (tokens: number) => Promise<void>;
  /** The request was refused for something else: it is as if it had never come. As `settle`, never fails. */
  readonly cancel: () => Promise<void>;
}

/** Checks and keeps limits. */
export interface Limits {
  /**
   * Takes from all limits of a request, or from none. Undefined where the store fails and requests pass uncounted.
   * Fails: throws `rate_limit_exceeded`, `token_rate_limit_exceeded`, or `overloaded` where the store fails.
   */
  readonly enter: (wish: Wish) => Promise<Ticket | undefined>;
  /** Asks the store whether it is there, at most once a second. What is wrong; undefined where nothing is. */
  readonly trouble: () => Promise<string | undefined>;
}

/** Who refused a request. */
export interface Refused {
  readonly model: string;
  readonly subject: SubjectKind;
  readonly limit: LimitKind;
}

export interface LimitsDeps extends StoreWatchDeps {
  readonly store: Pick<KeyValueStore, "acquire" | "release" | "renew">;
  readonly onRefusal: (refused: Refused) => void;
  /** A clock that never runs backwards, in milliseconds. */
  readonly nowMs: () => number;
  /** A minute unless told. */
  readonly windowMs?: number;
  readonly leases?: LeaseTimes;
}

/**
 * Makes the limits of one gateway. Requests, tokens and slots are counted in the store: in memory for this process, in
 * Redis for all replicas together.
 *
 * - Requests: one per request, at the door. It stays counted, whatever becomes of the request.
 * - Tokens: an estimate at the door, and the truth when the request is over. What was too much is given back to the
 *   window it was taken from, if that still runs; what was too little counts in the window that runs by then.
 * - Slots: a lease, renewed until the request is over.
 */
export function createLimits(deps: LimitsDeps): Limits {
  const { store, onStoreFailure, onRefusal, nowMs, windowMs = minuteMs } = deps;
  const watch = createStoreWatch(deps);
  const keeper = createLeaseKeeper(store, (thrown) => watch.failed(toStoreError(thrown), undefined), deps.leases);
  let lookedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<string | undefined> | undefined;

  function toCheck({ kind, key, limit }: Limit, tokens: number): Check {
    if (kind === "parallel") return { kind: "slot", key, limit, ttlMs: keeper.ttlMs };
    return { kind: "rate", key, limit, windowMs, take: kind === "rpm" ? 1 : tokens };
  }

  /** Fails: throws `overloaded` unless requests pass. */
  function pass(thrown: unknown): undefined {
    const error = toStoreError(thrown);
    if (onStoreFailure === "open") {
      watch.failed(error, "passed");
      return undefined;
    }
    watch.failed(error, "refused");
    const message = "The gateway cannot count requests against their limits at the moment. Please try again in 1s.";
    throw new GatewayError("overloaded", message, { retryAfterMs: outageMs, cause: error });
  }

  /** What brings counts to the truth. `off` is by how much they are too low. */
  function toCorrections(
    standings: readonly Standing[],
    which: "rpm" | "tpm",
    off: number,
    sinceMs: number,
  ): readonly Check[] {
    if (off === 0) return [];
    return standings.flatMap(({ limit: { kind, key }, resetsInMs }): readonly Check[] => {
      if (kind !== which) return [];
      const check = { kind: "rate", key, take: off, limit: Number.MAX_SAFE_INTEGER, windowMs } as const;
      // A window that has ended is owed nothing, and the one after it has nothing to give.
      return [off > 0 ? check : { ...check, endsInMs: resetsInMs - sinceMs }];
    });
  }

  function toTicket(standings: readonly Standing[], lease: Lease, taken: number): Ticket {
    const startedMs = nowMs();
    const hasSlots = lease.keys.length > 0;
    if (hasSlots) keeper.keep(lease);
    let isOver = false;
    async function end(toCounts: (sinceMs: number) => readonly Check[]): Promise<void> {
      if (isOver) return;
      isOver = true;
      const corrections = toCounts(nowMs() - startedMs);
      if (hasSlots) keeper.forget(lease);
      try {
        await Promise.all([
          hasSlots ? store.release(lease) : undefined,
          corrections.length > 0 ? store.acquire(corrections) : undefined,
        ]);
      } catch (thrown) {
        watch.failed(toStoreError(thrown), "unsettled");
      }
    }
    return {
      headers: toLimitHeaders(standings),
      settle: (tokens) => end((sinceMs) => toCorrections(standings, "tpm", toCount(tokens) - taken, sinceMs)),
      cancel: () =>
        end((sinceMs) => [
          ...toCorrections(standings, "tpm", -taken, sinceMs),
          ...toCorrections(standings, "rpm", -1, sinceMs),
        ]),
    };
  }

  return {
    async enter({ model, subjects, tokens }) {
      const limits = subjects.flatMap((subject) => subject.limits);
      // At the least one: a limit that is used up lets nothing through.
      const taken = limits.some(({ kind }) => kind === "tpm") ? Math.max(1, toCount(tokens())) : 0;
      let acquired: Acquisition;
      try {
        acquired = await store.acquire(limits.map((limit) => toCheck(limit, taken)));
      } catch (thrown) {
        return pass(thrown);
      }
      watch.worked();
      const standings = limits.map((limit, at) => ({ remaining: 0, resetsInMs: 0, ...acquired.states[at], limit }));
      if (acquired.taken) return toTicket(standings, acquired.lease, taken);
      const refusal = refusalOf(standings, ({ limit }) => (limit.kind === "tpm" ? taken : 1));
      if (refusal === undefined) throw new Error("a store refused what was free");
      const { kind, subject } = refusal.limit;
      onRefusal({ model, subject: subject.kind, limit: kind });
      throw toRefusalError(refusal, model, standings);
    },

    trouble() {
      const now = nowMs();
      if (looking !== undefined && now - lookedMs < outageMs) return looking;
      lookedMs = now;
      looking = store.acquire([probe]).then(
        () => {
          watch.worked();
          return watch.trouble();
        },
        (thrown: unknown) => {
          watch.failed(toStoreError(thrown), undefined);
          return watch.trouble();
        },
      );
      return looking;
    },
  };
}

/** Tokens as a store takes them: clients and upstreams may say any number. */
function toCount(tokens: number): number {
  return Math.min(mostTokens, Math.max(0, Math.ceil(tokens)));
}
