import type { components as Answered } from "../../generated/types/admin.exact.ts";
import type { components as Received } from "../../generated/types/admin.received.ts";

type In = Received["schemas"];
type Out = Answered["schemas"];

export type GenerateKeyRequest = In["GenerateKeyRequest"];
export type UpdateKeyRequest = In["UpdateKeyRequest"];
export type RegenerateKeyRequest = In["RegenerateKeyRequest"];
export type NewUserRequest = In["NewUserRequest"];
export type UpdateUserRequest = In["UpdateUserRequest"];
export type NewTeamRequest = In["NewTeamRequest"];
export type NewCustomerRequest = In["NewCustomerRequest"];

/** Settings that keys and accounts have alike, by LiteLLM's names. */
export type SettingName =
  | "models"
  | "max_budget"
  | "soft_budget"
  | "budget_duration"
  | "rpm_limit"
  | "tpm_limit"
  | "max_parallel_requests"
  | "metadata";

/** What keys and accounts are asked for alike. */
export type SettingsRequest = Pick<GenerateKeyRequest, SettingName>;

export type KeyInfo = Out["KeyInfo"];
export type GeneratedKey = Out["GeneratedKey"];
export type User = Out["User"];
export type NewUser = Out["NewUser"];
export type Team = Out["Team"];
export type Customer = Out["Customer"];
export type UserInfo = Out["UserInfo"];
export type SpendLog = Out["SpendLog"];
export type SpendLogContent = Out["SpendLogContent"];
export type SpendSum = Out["SpendSum"];
export type UsageBuckets = Out["UsageBuckets"];
export type ModelInfo = Out["ModelInfo"];
export type AuditLog = Out["AuditLog"];
/** What the master key sees in /health besides. */
export type HealthDetail = Pick<Out["Health"], "providers" | "healthy_count" | "unhealthy_count" | "store" | "config">;
export type ProviderHealth = Out["ProviderHealth"];
