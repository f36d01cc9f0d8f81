import type { Account, AccountKind, Settings, VirtualKey } from "./accounts.ts";
import { checkMoney } from "./money.ts";
import {
  maybeBigOf,
  maybeNumberOf,
  maybeTextOf,
  numberOf,
  objectOf,
  type Row,
  textOf,
  textsOf,
  wordOf,
} from "./rows.ts";
import { checkCount, cleanId, cleanText, toJson } from "./text.ts";

const accountKinds: readonly AccountKind[] = ["user", "team", "end_user"];

/** What a member is in its column: undefined stays away, null takes the value out. */
type Given<Value> = Value | null | undefined;

interface GivenSettings {
  readonly alias?: Given<string>;
  readonly metadata?: Settings["metadata"] | undefined;
  readonly models?: Given<readonly string[]>;
  readonly rpm?: Given<number>;
  readonly tpm?: Given<number>;
  readonly parallel?: Given<number>;
  readonly maxBudgetNanoUsd?: Given<bigint>;
  readonly budgetPeriod?: Given<string>;
  readonly softBudgetNanoUsd?: Given<bigint>;
}

/** Columns of settings; undefined leaves them as they are. */
export interface SettingsColumns {
  readonly alias: Given<string>;
  readonly metadata: string | undefined;
  readonly models: Given<string>;
  readonly rpm: Given<number>;
  readonly tpm: Given<number>;
  readonly parallel: Given<number>;
  readonly max_budget_nano: Given<bigint>;
  readonly budget_period: Given<string>;
  readonly soft_budget_nano: Given<bigint>;
}

/** Columns of settings that are given; undefined where they are not, which leaves them as they are. */
export function toSettingsColumns(given: GivenSettings): SettingsColumns {
  return {
    alias: mapped(given.alias, cleanId),
    metadata: given.metadata === undefined ? undefined : toJson(given.metadata),
    models: mapped(given.models, toJson),
    rpm: mapped(given.rpm, (value) => checkCount("rpm", value)),
    tpm: mapped(given.tpm, (value) => checkCount("tpm", value)),
    parallel: mapped(given.parallel, (value) => checkCount("parallel", value)),
    max_budget_nano: mapped(given.maxBudgetNanoUsd, (value) => checkMoney("maxBudgetNanoUsd", value)),
    budget_period: mapped(given.budgetPeriod, cleanText),
    soft_budget_nano: mapped(given.softBudgetNanoUsd, (value) => checkMoney("softBudgetNanoUsd", value)),
  };
}

/** Applies a function to a value that is there. */
export function mapped<Value, Column>(value: Given<Value>, map: (value: Value) => Column): Column | null | undefined {
  if (value === undefined) return undefined;
  return value === null ? null : map(value);
}

/** Fails: throws where the columns are of another kind. */
export function toKey(row: Row): VirtualKey {
  return {
    id: textOf(row, "id"),
    digest: textOf(row, "digest"),
    hint: textOf(row, "hint"),
    userId: maybeTextOf(row, "user_id"),
    teamId: maybeTextOf(row, "team_id"),
    expiresAt: maybeNumberOf(row, "expires_at"),
    previousDigest: maybeTextOf(row, "previous_digest"),
    previousUntil: maybeNumberOf(row, "previous_until"),
    ...settingsOf(row),
    ...lifeOf(row),
  };
}

/** Fails: throws where the columns are of another kind. */
export function toAccount(row: Row): Account {
  return {
    kind: wordOf(row, "kind", accountKinds),
    id: textOf(row, "id"),
    email: maybeTextOf(row, "email"),
    ...settingsOf(row),
    ...lifeOf(row),
  };
}

function settingsOf(row: Row): Settings {
  return {
    alias: maybeTextOf(row, "alias"),
    metadata: objectOf(row, "metadata"),
    models: textsOf(row, "models"),
    rpm: maybeNumberOf(row, "rpm"),
    tpm: maybeNumberOf(row, "tpm"),
    parallel: maybeNumberOf(row, "parallel"),
    maxBudgetNanoUsd: maybeBigOf(row, "max_budget_nano"),
    budgetPeriod: maybeTextOf(row, "budget_period"),
    softBudgetNanoUsd: maybeBigOf(row, "soft_budget_nano"),
  };
}

function lifeOf(row: Row) {
  return {
    blockedAt: maybeNumberOf(row, "blocked_at"),
    createdAt: numberOf(row, "created_at"),
    updatedAt: numberOf(row, "updated_at"),
    deletedAt: maybeNumberOf(row, "deleted_at"),
    revision: numberOf(row, "revision"),
  };
}
