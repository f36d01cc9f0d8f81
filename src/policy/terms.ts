import type { AccountConfig, BudgetConfig, LimitsConfig } from "../config/config.ts";
import type { Account, Settings } from "../store/sql/accounts.ts";
import type { Payer } from "./caller.ts";
import { type Subject, toSubject } from "./limit-subject.ts";
import { parsePeriod } from "./period.ts";

/** What holds for a key, a user, a team or an end user, wherever it is written. */
export interface Terms {
  readonly id: string;
  readonly models: readonly string[] | undefined;
  readonly limited: Subject | undefined;
  readonly payer: Payer;
  readonly state: "good" | "blocked" | "deleted";
  /** Of the row it was read from; 0 for what is in routes.yaml, and for those of whom nothing is said. */
  readonly revision: number;
}

type Kind = Payer["kind"];

/** As routes.yaml says it. Spans of a budget are counted from 1970: a file is as old as it is. */
export function fromConfig(kind: Kind, id: string, { models, budget, limits }: AccountConfig): Terms {
  const limited = toSubject(kind, id, limits);
  return {
    id,
    models,
    limited,
    payer: toPayer({ kind, id, name: id, revision: 0 }, budget, 0),
    state: "good",
    revision: 0,
  };
}

const nothing: AccountConfig = { models: undefined, budget: undefined, limits: undefined };

/** A user or a team that is a label: money is counted for it, and nothing is refused. */
export function fromLabel(kind: Kind, id: string): Terms {
  return fromConfig(kind, id, nothing);
}

type Row = Settings & Pick<Account, "id" | "blockedAt" | "deletedAt" | "createdAt" | "revision">;

/** As the database says it. Spans of a budget are counted from when the row was made. */
export function fromRow(kind: Kind, row: Row): Terms {
  const { id, alias = id, models, revision, createdAt } = row;
  return {
    id,
    models,
    limited: toSubject(kind, id, limitsOf(row), alias),
    payer: toPayer({ kind, id, name: alias, revision }, budgetOf(row), createdAt),
    state: row.deletedAt === undefined ? (row.blockedAt === undefined ? "good" : "blocked") : "deleted",
    revision,
  };
}

/**
 * An end user of the database. What their account does not say is as it is for all of them: who is only named, or was
 * blocked for a while, shall not have more than the others. One that was deleted is as all the others again, at the
 * revision of that: what was read before it is not believed.
 */
export function endUserFromRow(row: Row, standard: AccountConfig | undefined): Terms {
  const { id, alias = id, revision } = row;
  if (row.deletedAt !== undefined) {
    const terms = fromConfig("end_user", id, standard ?? nothing);
    return { ...terms, payer: { ...terms.payer, revision }, revision };
  }
  const { rpm, tpm, parallel } = standard?.limits ?? {};
  const limits = { rpm: row.rpm ?? rpm, tpm: row.tpm ?? tpm, parallel: row.parallel ?? parallel };
  const { budget, anchorMs } = endUserBudget(row, standard);
  return {
    ...fromRow("end_user", row),
    limited: toSubject("end_user", id, limits, alias),
    payer: toPayer({ kind: "end_user", id, name: alias, revision }, budget, anchorMs),
  };
}

/** The budget that holds for an end user: their own, or else that of all, whose spans are counted from 1970. */
function endUserBudget(
  row: Row,
  standard: AccountConfig | undefined,
): { readonly budget: BudgetConfig | undefined; readonly anchorMs: number } {
  const isOwn = (row.maxBudgetNanoUsd ?? row.softBudgetNanoUsd) !== undefined;
  if (isOwn || standard?.budget === undefined) return { budget: budgetOf(row), anchorMs: row.createdAt };
  return { budget: standard.budget, anchorMs: 0 };
}

/** Whether money is to be counted for somebody only because there is a budget. */
export function hasBudget({ maxNanoUsd, softNanoUsd }: Payer): boolean {
  return maxNanoUsd !== undefined || softNanoUsd !== undefined;
}

function limitsOf({ rpm, tpm, parallel }: Settings): LimitsConfig {
  return { rpm, tpm, parallel };
}

function budgetOf({ maxBudgetNanoUsd, softBudgetNanoUsd, budgetPeriod }: Settings): BudgetConfig {
  return { maxNanoUsd: maxBudgetNanoUsd, softNanoUsd: softBudgetNanoUsd, period: budgetPeriod };
}

function toPayer(
  who: Pick<Payer, "kind" | "id" | "name" | "revision">,
  budget: BudgetConfig | undefined,
  anchorMs: number,
): Payer {
  return {
    ...who,
    maxNanoUsd: budget?.maxNanoUsd,
    softNanoUsd: budget?.softNanoUsd,
    // What cannot be read was written by another version, or by hand: a budget that never begins anew is the safe one.
    period: parsePeriod(budget?.period, anchorMs) ?? { kind: "forever" },
  };
}
