import { parsePeriod } from "../../config/period.ts";
import type { Settings } from "../../store/sql/accounts.ts";
import { countIn, numberIn, objectIn, type Row, saysSomething, textIn, textsIn, timeIn } from "./row.ts";

/** What a row of LiteLLM's says, as we have it. */
export interface Terms {
  readonly settings: Settings;
  /** When the first span of its budget began: so chosen that windows end when LiteLLM's do. */
  readonly createdAt: number;
  /** Spent in the current window. */
  readonly spentNanoUsd: bigint;
  /** What is other than it was, or is left behind. */
  readonly notes: readonly string[];
}

/** The most money that is counted, in dollars: a billion less a little. */
const mostUsd = 999_999_999;

/** Members of metadata that LiteLLM itself acts on; `logging` holds credentials. */
const actedOn = ["logging", "model_rpm_limit", "model_tpm_limit", "guardrails", "tags", "model_max_budget"];

/** Columns that have no counterpart, where they say something. */
const left: Readonly<Record<string, string>> = {
  model_max_budget: "budgets by model",
  aliases: "models by other names",
  config: "its own config",
  router_settings: "its own router settings",
  permissions: "permissions",
  allowed_routes: "allowed routes",
  allowed_cache_controls: "cache controls",
  organization_id: "the organization",
  object_permission_id: "permissions on tools",
};

/**
 * Reads what keys, users, teams and end users have in common. What a row does not say, its budget does.
 *
 * @param budget - the row of LiteLLM_BudgetTable that it names
 * @param nowMs - milliseconds since 1970
 */
export function toTerms(row: Row, budget: Row, alias: string | undefined, nowMs: number): Terms {
  const notes: string[] = [];
  const period = periodOf(textIn(row, "budget_duration") ?? textIn(budget, "budget_duration"), notes);
  const resetAt = timeIn(row, "budget_reset_at") ?? timeIn(budget, "budget_reset_at");
  const madeAt = Math.min(timeIn(row, "created_at") ?? nowMs, nowMs);
  const count = (column: string): number | undefined => countIn(row, column) ?? countIn(budget, column);
  const settings: Settings = {
    alias,
    metadata: metadataOf(row, notes),
    models: modelsOf(row),
    rpm: count("rpm_limit"),
    tpm: count("tpm_limit"),
    parallel: count("max_parallel_requests"),
    maxBudgetNanoUsd: moneyOf(row, budget, "max_budget", notes),
    budgetPeriod: period,
    softBudgetNanoUsd: moneyOf(row, budget, "soft_budget", notes),
  };
  for (const [column, words] of Object.entries(left)) {
    if (saysSomething(row, column) || saysSomething(budget, column)) notes.push(`${words} (${column}) left out`);
  }
  return {
    settings,
    createdAt: anchorOf(period, resetAt, madeAt),
    spentNanoUsd: spentOf(row, period, resetAt, nowMs),
    notes,
  };
}

/** Ours, for it is theirs too; what we do not know becomes a budget that never begins anew, which is the safe one. */
function periodOf(written: string | undefined, notes: string[]): string | undefined {
  if (written === undefined || parsePeriod(written, 0) !== undefined) return written;
  notes.push(`a budget of ${written} cannot be had: it lasts for ever now`);
  return undefined;
}

/** Where a span that ends at a moment began for the first time, not long before a row was made. */
function anchorOf(period: string | undefined, resetAt: number | undefined, madeAt: number): number {
  const parsed = parsePeriod(period, 0);
  if (parsed?.kind !== "span" || resetAt === undefined) return madeAt;
  const anchor = resetAt - Math.ceil((resetAt - madeAt) / parsed.spanMs) * parsed.spanMs;
  return anchor < 0 ? anchor + Math.ceil(-anchor / parsed.spanMs) * parsed.spanMs : anchor;
}

/** LiteLLM counts on until it looks at the clock: what was spent in a window that is over is over too. */
function spentOf(row: Row, period: string | undefined, resetAt: number | undefined, nowMs: number): bigint {
  const isOver = period !== undefined && resetAt !== undefined && resetAt <= nowMs;
  return isOver ? 0n : toNanoUsd(Math.min(Math.max(numberIn(row, "spend") ?? 0, 0), mostUsd));
}

function moneyOf(row: Row, budget: Row, column: string, notes: string[]): bigint | undefined {
  const usd = numberIn(row, column) ?? numberIn(budget, column);
  if (usd === undefined || (usd >= 0 && usd <= mostUsd)) return usd === undefined ? undefined : toNanoUsd(usd);
  notes.push(`${column} of ${usd} is no bound, and left out`);
  return undefined;
}

const toNanoUsd = (usd: number): bigint => BigInt(usd.toFixed(9).replace(".", ""));

function modelsOf(row: Row): readonly string[] | undefined {
  const models = textsIn(row, "models");
  return models.length === 0 ? undefined : models;
}

function metadataOf(row: Row, notes: string[]): Settings["metadata"] {
  const entries = Object.entries(objectIn(row, "metadata"));
  const gone = entries.filter(([name, value]) => isActedOn(name) && saysSomething({ value }, "value"));
  for (const [name] of gone) notes.push(`metadata.${name} left out: nothing acts on it here`);
  return Object.fromEntries(entries.filter(([name]) => !isActedOn(name)));
}

/** Our own members are nobody else's to set. */
function isActedOn(name: string): boolean {
  return actedOn.includes(name) || name.startsWith("specgate_");
}
