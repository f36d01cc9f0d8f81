import type { LedgerConfig } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import type { LedgerRow } from "../store/sql/ledger-row.ts";
import type { Accounting } from "../store/sql/port.ts";
import type { Ask, ReserveOutcome } from "../store/sql/reservation.ts";
import type { StoreError } from "../store/store-error.ts";
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
  /** Gives back what was reserved, without a row: the request was refused for something else. Never fails. */
  readonly release: () => Promise<void>;
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
  const keeper = createReservationKeeper({
    accounting,
    nowMs,
    onFailure: (thrown) => watch.failed(toStoreError(thrown), undefined),
    onLost: (ids) => log.warn({ requests: ids.length }, "requests were lost with their process, and are on the ledger"),
    times: deps.times,
  });
  const backlog = createBacklog({
    accounting,
    windowMs: ledger.windowMs,
    onFailure: (thrown, givenUp) => {
      if (thrown !== undefined) watch.failed(toStoreError(thrown), "unsettled");
      if (givenUp > 0) log.warn({ rows: givenUp }, "a row of the ledger was given up: too many wait for the database");
    },
    onSuccess: watch.worked,
  });

  /** Fails: throws `overloaded` unless requests pass. */
  function refuse(error: StoreError, message: string): void {
    watch.failed(error, onStoreFailure === "open" ? "passed" : "refused");
    if (onStoreFailure === "open") return;
    throw new GatewayError("overloaded", message, { retryAfterMs: outageMs, cause: error });
  }

  function toAsk({ kind, id, maxNanoUsd, period, revision }: Payer): Ask {
    const { startMs, endMs } = windowAt(period, nowMs());
    return {
      subject: { kind, id },
      windowStart: startMs,
      windowEnd: endMs,
      limitNanoUsd: maxNanoUsd,
      limitRevision: revision,
    };
  }

  async function reserve(wish: Wish, bound: Bound | undefined): Promise<ReserveOutcome | undefined> {
    const most = bound === undefined ? 0n : bound.costAt(bound.outputTokens);
    const least = bound === undefined ? 0n : bound.costAt(Math.min(bound.outputTokens, leastOutputTokens));
    if (most === undefined || least === undefined) throw withoutPrice(wish.entry.requestedModel);
    try {
      const [outcome] = await accounting.reserve([
        {
          id: wish.entry.id,
          expiresAt: nowMs() + keeper.leaseMs,
          amountNanoUsd: most,
          atLeastNanoUsd: least,
          asks: wish.payers.map(toAsk),
          estimate: toLostRow(wish.entry, wish.guess()),
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
      refuse(toStoreError(thrown), "The gateway cannot account for requests at the moment. Please try again in 1s.");
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
          keeper.forget(id);
          await write(row);
        },
        async release() {
          if (isOver) return;
          isOver = true;
          keeper.forget(id);
          if (reserved === undefined) return;
          await accounting.release([id]).catch((thrown: unknown) => watch.failed(toStoreError(thrown), undefined));
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
      await backlog.close();
    },
  };
}

function withoutPrice(model: string): GatewayError {
  const message = `The model \`${model}\` has no price here, so that a budget cannot pay for it. Its operator can set \`price\` in routes.yaml.`;
  return new GatewayError("permission_denied", message, { param: "model" });
}
