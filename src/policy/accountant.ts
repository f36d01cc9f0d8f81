import type { LedgerConfig } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import type { LedgerRow } from "../store/sql/ledger-row.ts";
import { maxNanoUsd } from "../store/sql/money.ts";
import type { Accounting } from "../store/sql/port.ts";
import type { Ask, ReserveOutcome } from "../store/sql/reservation.ts";
import { StoreError } from "../store/store-error.ts";
import type { Bound } from "../usage/bound.ts";
import { createBacklog } from "./backlog.ts";
import { type Alert, toBudgetWarning, toExhausted, warningsOf } from "./budget-messages.ts";
import type { Payer } from "./caller.ts";
import { type Entry, type Guess, toLostRow } from "./ledger.ts";
import { windowAt } from "./period.ts";
import { createReservationKeeper, type ReservationTimes } from "./reservation-keeper.ts";
import { createStoreWatch, type StoreFailureOutcome, toStoreError } from "./store-watch.ts";

/** A request that money is wanted for. */
export interface Wish {
  readonly entry: Entry;
  /** For whom money is counted. */
  readonly payers: readonly Payer[];
  /** The most that it can cost; asked only where a payer has a budget. */
  readonly bound: () => Bound;
  /** What it took if it is lost with its process. */
  readonly guess: () => Guess;
}

/** A request that is accounted for. */
export interface Account {
  /** For every answer to it: budgets that come to their end. */
  readonly headers: Readonly<Record<string, string>>;
  /** Answers may be no longer, where that is less than was asked for. */
  readonly outputTokens: number | undefined;
  /**
   * Writes the request's row, and settles what was reserved by what it cost. The first call counts.
   * Fails: rejects with `overloaded` where the row could not be written, and the config wants no answer without one.
   */
  readonly settle: (row: LedgerRow) => Promise<void>;
}

/** Reserves what requests may cost, and writes what they did. */
export interface Accountant {
  /** Fails: rejects with `insufficient_quota`, or `overloaded` where nothing can be reserved and nothing may pass so. */
  readonly enter: (wish: Wish) => Promise<Account>;
  /** What an operator is told; undefined while all is well. */
  readonly trouble: () => string | undefined;
  /** Writes what waits. */
  readonly close: () => Promise<void>;
}

export interface AccountantDeps {
  readonly accounting: Accounting;
  readonly ledger: Pick<LedgerConfig, "durability" | "windowMs">;
  readonly onStoreFailure: "open" | "closed";
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly warn: (fields: object, message: string) => void;
  };
  readonly count: (outcome: StoreFailureOutcome) => void;
  /** Hears of a budget that is beyond its soft limit, with each request. */
  readonly onAlert: (alert: Alert) => void;
  readonly onRefusal: (budget: { readonly kind: Payer["kind"]; readonly model: string }) => void;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly times?: ReservationTimes | undefined;
  /** How long the end waits for requests that come to theirs. */
  readonly endMs?: number | undefined;
}

/** An answer that has to be shorter to be paid for is refused below this. */
const leastOutputTokens = 1_024;

/** The wait that is told while the database cannot be reached. */
const outageMs = 1_000;

/** What the log and /health say of the database. */
const words = {
  subject: "requests cannot be accounted for",
  back: "requests are accounted for again",
  open: "requests pass; their rows are written when it is back (limits.on_store_failure: open)",
  closed: "requests are refused (limits.on_store_failure: closed)",
} as const;

/**
 * Makes the accountant of one gateway: reserve, then settle.
 *
 * Before an upstream is asked, the most that a request can cost is reserved for all its payers or for none, so that no
 * budget is overspent, however many requests and replicas there are. When it is over, its row is on the ledger and its
 * true cost in the windows it was reserved in, in one transaction, before the client has its end.
 *
 * A reservation is a lease: that of a process that has ended becomes a row `lost`, at what was estimated.
 */
export function createAccountant(deps: AccountantDeps): Accountant {
  const { accounting, ledger, onStoreFailure, log, nowMs, onAlert, onRefusal } = deps;
  const watch = createStoreWatch({ onStoreFailure, log, count: deps.count, words });
  const backlog = createBacklog({
    accounting,
    windowMs: ledger.windowMs,
    // Where each answer waits for its row, it was counted when that failed.
    onFailure: (thrown) => failedBehind(thrown, ledger.durability === "batched" ? "unsettled" : undefined),
    onWritten(ids) {
      keeper.forget(ids);
      watch.worked();
    },
    // Their reservations end with their time, as those of requests that are lost.
    onGivenUp(ids, why) {
      keeper.forget(ids);
      log.warn({ rows: ids.length, why }, "rows of the ledger were given up: they will be there as `lost`");
    },
  });
  const keeper = createReservationKeeper({
    accounting,
    nowMs,
    writeRows: backlog.flush,
    onSuccess: watch.worked,
    onFailure: (thrown) => failedBehind(thrown, undefined),
    onLost: (ids) => log.warn({ requests: ids.length }, "requests were lost with their process, and are on the ledger"),
    times: deps.times,
  });
  const asks = new WeakMap<Payer, Ask>();
  let underWay = 0;

  /** What goes on behind requests ends no gateway, whatever is thrown. */
  function failedBehind(thrown: unknown, outcome: StoreFailureOutcome | undefined): void {
    if (thrown instanceof StoreError) watch.failed(thrown, outcome);
    else log.warn({ err: thrown }, "accounting failed, and is tried again");
  }

  /** The database did not say what it did: it may have reserved. Fails: throws `overloaded` unless requests pass. */
  function passOrRefuse(id: string, error: StoreError): void {
    const passes = onStoreFailure === "open";
    watch.failed(error, passes ? "passed" : "refused");
    if (passes) keeper.keep(id);
    else {
      keeper.drop(id);
      const message = "The gateway cannot account for requests at the moment. Please try again in 1s.";
      throw new GatewayError("overloaded", message, { retryAfterMs: outageMs, cause: error });
    }
  }

  /** What is asked of a payer; the same value as long as its window runs. */
  function toAsk(payer: Payer): Ask {
    const known = asks.get(payer);
    const now = nowMs();
    if (known !== undefined && known.windowStart <= now && now < known.windowEnd) return known;
    const { kind, id, maxNanoUsd, period, revision } = payer;
    const { startMs: windowStart, endMs: windowEnd } = windowAt(period, now);
    const subject = { kind, id };
    const ask: Ask = { subject, windowStart, windowEnd, limitNanoUsd: maxNanoUsd, limitRevision: revision };
    asks.set(payer, ask);
    return ask;
  }

  async function reserve(wish: Wish, bound: Bound | undefined): Promise<ReserveOutcome | undefined> {
    const guess = wish.guess();
    // Where nothing is refused nothing is reserved, and rows of budgets need no lock.
    const most = bound === undefined ? 0n : costOf(bound, bound.outputTokens);
    const least = bound === undefined ? 0n : costOf(bound, Math.min(bound.outputTokens, leastOutputTokens));
    if (most === undefined || least === undefined) throw withoutPrice(wish.entry.requestedModel);
    try {
      const [outcome] = await accounting.reserve([
        {
          id: wish.entry.id,
          expiresAt: nowMs() + keeper.leaseMs,
          amountNanoUsd: most,
          atLeastNanoUsd: least,
          asks: wish.payers.map(toAsk),
          estimate: toLostRow(wish.entry, guess),
        },
      ]);
      watch.worked();
      if (outcome === undefined || outcome.kind === "known") throw new Error("a request's id is its own");
      if (outcome.kind === "refused") {
        onRefusal({ kind: outcome.budget.subject.kind, model: wish.entry.requestedModel });
        throw toExhausted(outcome.budget, outcome.freeNanoUsd, least, wish.payers);
      }
      return outcome;
    } catch (thrown) {
      if (thrown instanceof GatewayError) throw thrown;
      passOrRefuse(wish.entry.id, toStoreError(thrown));
      return undefined;
    }
  }

  async function write(row: LedgerRow): Promise<void> {
    if (ledger.durability === "batched") {
      backlog.add(row);
      return;
    }
    try {
      await accounting.commit([row]);
      keeper.forget([row.id]);
      watch.worked();
    } catch (thrown) {
      const error = toStoreError(thrown);
      watch.failed(error, "unsettled");
      // Money was spent: it is written when that is possible, whatever the client is told.
      backlog.add(row);
      if (onStoreFailure === "open") return;
      const message = "The gateway could not record this request, which was answered and will be paid for.";
      throw new GatewayError("overloaded", message, { cause: error });
    }
  }

  return {
    async enter(wish) {
      const isLimited = wish.payers.some(({ maxNanoUsd }) => maxNanoUsd !== undefined);
      const bound = isLimited ? wish.bound() : undefined;
      const outcome = await reserve(wish, bound);
      const { id } = wish.entry;
      const reserved = outcome?.kind === "reserved" ? outcome : undefined;
      if (reserved !== undefined) keeper.keep(id);
      underWay++;
      const cap = bound && reserved && bound.outputFor(reserved.amountNanoUsd);
      const warnings = warningsOf(reserved?.budgets ?? [], wish.payers);
      for (const warning of warnings) onAlert(warning);
      let isOver = false;
      return {
        headers: toBudgetWarning(warnings),
        outputTokens: bound !== undefined && cap !== undefined && cap < bound.outputTokens ? cap : undefined,
        async settle(row) {
          if (isOver) return;
          isOver = true;
          // Kept until its row is there: nobody may take it for lost.
          await write(row).finally(() => void underWay--);
        },
      };
    },
    trouble: () => {
      const waiting = backlog.size();
      const trouble = watch.trouble();
      return trouble === undefined || waiting === 0 ? trouble : `${trouble}; ${waiting} rows of the ledger wait`;
    },
    async close() {
      keeper.close();
      // The gateway has ended them; their rows come a moment later.
      for (let left = deps.endMs ?? mostEndMs; underWay > 0 && left > 0; left -= lookMs) await sleep(lookMs);
      await backlog.close();
    },
  };
}

const mostEndMs = 1_000;
const lookMs = 10;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** No budget is larger than what can be counted. */
const countable = (nanoUsd: bigint): bigint => (nanoUsd > maxNanoUsd ? maxNanoUsd : nanoUsd);

function costOf(bound: Bound, outputTokens: number): bigint | undefined {
  const cost = bound.costAt(outputTokens);
  return cost === undefined ? undefined : countable(cost);
}

function withoutPrice(model: string): GatewayError {
  const message = `The model \`${model}\` has no price here, so that a budget cannot pay for it. Its operator can set \`price\` in routes.yaml.`;
  return new GatewayError("permission_denied", message, { param: "model" });
}
