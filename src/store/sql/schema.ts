import type { ColumnType, GeneratedAlways } from "kysely";
import type { SubjectKind } from "./accounts.ts";
import type { LedgerStatus } from "./ledger-row.ts";
import type { NanoUsd } from "./money.ts";

/** A whole number: both databases are told to give bigint. */
type Int = ColumnType<bigint, number, number>;
type IntOrNull = ColumnType<bigint | null, number | null, number | null>;
type MoneyOrNull = NanoUsd | null;

interface SettingsColumns {
  readonly alias: string | null;
  readonly metadata: string;
  readonly models: string | null;
  readonly rpm: IntOrNull;
  readonly tpm: IntOrNull;
  readonly parallel: IntOrNull;
  readonly max_budget_nano: MoneyOrNull;
  readonly budget_period: string | null;
  readonly soft_budget_nano: MoneyOrNull;
}

interface LifeColumns {
  readonly blocked_at: IntOrNull;
  readonly created_at: Int;
  readonly updated_at: Int;
  readonly deleted_at: IntOrNull;
  readonly revision: Int;
}

export interface KeysTable extends SettingsColumns, LifeColumns {
  readonly id: string;
  readonly digest: string;
  readonly hint: string;
  readonly user_id: string | null;
  readonly team_id: string | null;
  readonly expires_at: IntOrNull;
  readonly previous_digest: string | null;
  readonly previous_until: IntOrNull;
}

export interface AccountsTable extends SettingsColumns, LifeColumns {
  readonly kind: "user" | "team" | "end_user";
  readonly id: string;
  readonly email: string | null;
}

export interface BudgetsTable {
  readonly id: GeneratedAlways<bigint>;
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly window_start: Int;
  readonly window_end: Int;
  readonly limit_nano: MoneyOrNull;
  readonly limit_revision: Int;
  readonly spent_nano: NanoUsd;
  readonly reserved_nano: NanoUsd;
}

export interface LedgerTable {
  readonly id: string;
  readonly time: Int;
  readonly key_id: string | null;
  readonly user_id: string | null;
  readonly team_id: string | null;
  readonly end_user: string | null;
  readonly operation: string;
  readonly requested_model: string | null;
  readonly upstream_model: string | null;
  readonly response_model: string | null;
  readonly provider: string | null;
  readonly deployment: string | null;
  readonly attempts: Int;
  readonly status: LedgerStatus;
  readonly http_status: IntOrNull;
  readonly error_code: string | null;
  readonly uncached_input: Int;
  readonly cache_read: Int;
  readonly cache_write_5m: Int;
  readonly cache_write_1h: Int;
  readonly tool_prompt: Int;
  readonly output: Int;
  readonly reasoning: Int;
  readonly audio_input: Int;
  readonly image_input: Int;
  readonly audio_cache_read: Int;
  readonly image_cache_read: Int;
  readonly audio_output: Int;
  readonly image_output: Int;
  readonly searches: Int;
  readonly provenance: string;
  readonly cost_nano: MoneyOrNull;
  readonly latency_ms: Int;
  readonly first_byte_ms: IntOrNull;
  readonly changes: string;
  readonly client: string | null;
  readonly cache: string;
}

export interface ContentsTable {
  readonly id: string;
  readonly time: Int;
  readonly key_id: string;
  readonly request: string;
  readonly answer: string | null;
}

export interface AuditTable {
  readonly id: GeneratedAlways<bigint>;
  readonly time: Int;
  readonly actor: string;
  readonly action: string;
  readonly target_kind: string;
  readonly target_id: string;
  readonly state_before: string | null;
  readonly state_after: string | null;
}

/** The tables as queries see them: src/store/sql/migration-1.ts makes them. */
export interface Schema {
  readonly specgate_revision: { readonly id: Int; readonly value: Int };
  readonly specgate_keys: KeysTable;
  readonly specgate_accounts: AccountsTable;
  readonly specgate_budgets: BudgetsTable;
  readonly specgate_ledger: LedgerTable;
  readonly specgate_contents: ContentsTable;
  readonly specgate_audit: AuditTable;
}
