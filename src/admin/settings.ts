import type { AccountConfig } from "../config/config.ts";
import type { KeyPatch, Settings } from "../store/sql/accounts.ts";
import { checkPeriod } from "./durations.ts";
import { toNanoUsd } from "./money.ts";
import type { SettingsRequest } from "./types.ts";

/** The members of a request that settings are made of. */
export const settingsMembers: readonly (keyof SettingsRequest)[] = [
  "models",
  "max_budget",
  "soft_budget",
  "budget_duration",
  "rpm_limit",
  "tpm_limit",
  "max_parallel_requests",
  "metadata",
];

/** What a request says of settings: absent members stay as they are, null takes a value away. */
export type SettingsPatch = Pick<
  KeyPatch,
  "models" | "maxBudgetNanoUsd" | "softBudgetNanoUsd" | "budgetPeriod" | "rpm" | "tpm" | "parallel" | "metadata"
>;

/** Reads the settings of a request. Fails: throws `invalid_value` for a period that is none. */
export function toSettingsPatch(request: SettingsRequest): SettingsPatch {
  return {
    models: mapped(request.models, (names) => (names.length === 0 ? null : names)),
    maxBudgetNanoUsd: mapped(request.max_budget, toNanoUsd),
    softBudgetNanoUsd: mapped(request.soft_budget, toNanoUsd),
    budgetPeriod: mapped(request.budget_duration, (text) => checkPeriod(text, "budget_duration")),
    rpm: request.rpm_limit,
    tpm: request.tpm_limit,
    parallel: request.max_parallel_requests,
    metadata: request.metadata === null ? {} : request.metadata,
  };
}

/** Maps what is there; null and undefined stay. */
export function mapped<From, To>(value: From | null | undefined, map: (value: From) => To): To | null | undefined {
  if (value === undefined || value === null) return value === null ? null : undefined;
  return map(value);
}

/** A value after a change: undefined leaves it, null takes it away. */
export function patched<Value>(value: Value | undefined, change: Value | null | undefined): Value | undefined {
  return change === undefined ? value : (change ?? undefined);
}

/** Settings after a change. */
export function applySettings(settings: Omit<Settings, "alias">, patch: SettingsPatch): Omit<Settings, "alias"> {
  return {
    metadata: patch.metadata ?? settings.metadata,
    models: patched(settings.models, patch.models),
    rpm: patched(settings.rpm, patch.rpm),
    tpm: patched(settings.tpm, patch.tpm),
    parallel: patched(settings.parallel, patch.parallel),
    maxBudgetNanoUsd: patched(settings.maxBudgetNanoUsd, patch.maxBudgetNanoUsd),
    softBudgetNanoUsd: patched(settings.softBudgetNanoUsd, patch.softBudgetNanoUsd),
    budgetPeriod: patched(settings.budgetPeriod, patch.budgetPeriod),
  };
}

/** What routes.yaml says of a key or an account, as settings. Undefined: nothing. */
export function fromConfig(config: AccountConfig | undefined): Omit<Settings, "alias"> {
  return {
    metadata: {},
    models: config?.models,
    rpm: config?.limits?.rpm,
    tpm: config?.limits?.tpm,
    parallel: config?.limits?.parallel,
    maxBudgetNanoUsd: config?.budget?.maxNanoUsd,
    softBudgetNanoUsd: config?.budget?.softNanoUsd,
    budgetPeriod: config?.budget?.period,
  };
}
