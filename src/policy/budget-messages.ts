import { GatewayError } from "../errors.ts";
import type { Budget } from "../store/sql/reservation.ts";
import { toDecimalUsd } from "../usage/decimal.ts";
import type { Payer } from "./caller.ts";

/** A budget that is beyond its soft limit. */
export interface Alert {
  readonly payer: Payer;
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Spent by requests that are over. */
  readonly usedNanoUsd: bigint;
}

/** Budgets that are beyond their soft limits. Both lists are in the same order. */
export function warningsOf(budgets: readonly Budget[], payers: readonly Payer[]): readonly Alert[] {
  return budgets.flatMap(({ windowStart, windowEnd, spentNanoUsd }, at): readonly Alert[] => {
    const payer = payers[at];
    if (payer?.softNanoUsd === undefined || spentNanoUsd < payer.softNanoUsd) return [];
    return [{ payer, windowStart, windowEnd, usedNanoUsd: spentNanoUsd }];
  });
}

/** The header that tells a client of budgets that come to their end; nothing where there are none. */
export function toBudgetWarning(alerts: readonly Alert[]): Readonly<Record<string, string>> {
  if (alerts.length === 0) return none;
  const texts = alerts.map(({ payer, usedNanoUsd, windowEnd }) => {
    const most = payer.maxNanoUsd ?? payer.softNanoUsd ?? 0n;
    const end = isForever(windowEnd) ? "" : ` until ${new Date(windowEnd).toISOString()}`;
    return `${payer.kind} ${toHeaderText(payer.name)}: ${usd(usedNanoUsd)} of ${usd(most)} USD${end}`;
  });
  return { "x-specgate-budget-warning": texts.join("; ").slice(0, longestHeader) };
}

const none: Readonly<Record<string, string>> = {};
const longestHeader = 1_024;

/**
 * What a client hears whose budget does not pay for its request: which budget, what is left, and when it is whole again.
 *
 * @param least what the request costs at the least that is asked for
 */
export function toExhausted(budget: Budget, free: bigint, least: bigint, payers: readonly Payer[]): GatewayError {
  const { subject, windowEnd, limitNanoUsd = 0n, spentNanoUsd, reservedNanoUsd } = budget;
  const payer = payers.find(({ kind, id }) => kind === subject.kind && id === subject.id);
  const whose = `${titles[subject.kind]} \`${payer?.name ?? subject.id}\``;
  const used = `${usd(spentNanoUsd)} of ${usd(limitNanoUsd)} USD are spent`;
  const held = reservedNanoUsd > 0n ? `, ${usd(reservedNanoUsd)} reserved by requests under way` : "";
  const wanted = `this request may cost ${usd(least)} USD and ${usd(free)} are free`;
  const end = isForever(windowEnd) ? "It does not reset." : `It resets at ${new Date(windowEnd).toISOString()}.`;
  const message = `You exceeded your current quota: the budget of the ${whose} does not pay for this request: ${used}${held}; ${wanted}. ${end}`;
  return new GatewayError("insufficient_quota", message);
}

const titles: Readonly<Record<Payer["kind"], string>> = {
  key: "key",
  user: "user",
  team: "team",
  end_user: "end user",
};

/** No date is later than this: such a window has no end. */
const isForever = (endMs: number): boolean => endMs >= 8_640_000_000_000_000;

/** Dollars in decimal text. Budgets are far below what a number holds exactly; beyond, the last digits do not matter. */
export function usd(nanoUsd: bigint): string {
  return nanoUsd < 0n ? `-${toDecimalUsd(Number(-nanoUsd))}` : toDecimalUsd(Number(nanoUsd));
}

function toHeaderText(text: string): string {
  return text.replace(/[^\x20-\x7e]|[;]/g, "?");
}
