import { contentMember } from "../policy/content.ts";
import type { Settings } from "../store/sql/accounts.ts";
import type { AdminDeps } from "./deps.ts";
import { toIso } from "./durations.ts";
import { type KeyRecord, shownMetadata } from "./key-record.ts";
import { toUsd } from "./money.ts";
import { type SpendNow, spendNow } from "./spend-now.ts";
import type { KeyInfo, SettingName } from "./types.ts";

/** The settings of a key or an account, in LiteLLM's names. */
export type SettingsView = Pick<KeyInfo, SettingName>;

export function toSettingsView(settings: Omit<Settings, "alias">): SettingsView {
  const { maxBudgetNanoUsd, softBudgetNanoUsd } = settings;
  return {
    models: [...(settings.models ?? [])],
    max_budget: maxBudgetNanoUsd === undefined ? null : toUsd(maxBudgetNanoUsd),
    soft_budget: softBudgetNanoUsd === undefined ? null : toUsd(softBudgetNanoUsd),
    budget_duration: settings.budgetPeriod ?? null,
    rpm_limit: settings.rpm ?? null,
    tpm_limit: settings.tpm ?? null,
    max_parallel_requests: settings.parallel ?? null,
    metadata: { ...shownMetadata(settings.metadata) },
  };
}

/** What has been spent, and how old it is. */
export type StateView = Pick<
  KeyInfo,
  "blocked" | "spend" | "spend_nano_usd" | "budget_reset_at" | "created_at" | "updated_at"
>;

export function toStateView(
  life: {
    readonly blockedAt: number | undefined;
    readonly createdAt: number | undefined;
    readonly updatedAt: number | undefined;
  },
  spend: SpendNow,
): StateView {
  return {
    blocked: life.blockedAt !== undefined,
    spend: toUsd(spend.nanoUsd),
    spend_nano_usd: String(spend.nanoUsd),
    budget_reset_at: toIso(spend.resetAt),
    created_at: toIso(life.createdAt),
    updated_at: toIso(life.updatedAt),
  };
}

/** A key as `/key/info` tells it: all but the key. */
export async function toKeyInfo(deps: AdminDeps, key: KeyRecord): Promise<KeyInfo> {
  const spend = await spendNow(deps, { kind: "key", id: key.id }, key, key.createdAt ?? 0);
  const isOverlapping = key.previousUntil !== undefined && key.previousUntil > deps.nowMs();
  return {
    token: key.digest,
    token_id: key.digest,
    key_id: key.id,
    key_name: key.hint,
    key_alias: key.alias ?? null,
    source: key.source,
    user_id: key.userId ?? null,
    team_id: key.teamId ?? null,
    ...toSettingsView(key),
    ...toStateView(key, spend),
    expires: toIso(key.expiresAt),
    content: key.metadata[contentMember] === true,
    previous_key_expires: isOverlapping ? toIso(key.previousUntil) : null,
  };
}
