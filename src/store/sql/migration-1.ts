import type { Migration } from "./migration.ts";

/** Times are milliseconds since 1970, money is whole nano-dollars, what is TEXT and plural or `metadata` is JSON. */
const shared = `
-- One row. Whoever changes keys or accounts takes its lock first, so that revisions become visible in their order.
CREATE TABLE specgate_revision (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  value BIGINT NOT NULL
);
INSERT INTO specgate_revision (id, value) VALUES (1, 0);

CREATE TABLE specgate_keys (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  user_id TEXT,
  team_id TEXT,
  expires_at BIGINT,
  previous_digest TEXT,
  previous_until BIGINT,
  alias TEXT,
  metadata TEXT NOT NULL,
  models TEXT,
  rpm BIGINT,
  tpm BIGINT,
  parallel BIGINT,
  max_budget_nano BIGINT,
  budget_period TEXT,
  soft_budget_nano BIGINT,
  blocked_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX specgate_keys_alias ON specgate_keys (alias) WHERE deleted_at IS NULL;
CREATE INDEX specgate_keys_previous ON specgate_keys (previous_digest);
CREATE INDEX specgate_keys_user ON specgate_keys (user_id);
CREATE INDEX specgate_keys_team ON specgate_keys (team_id);
CREATE INDEX specgate_keys_revision ON specgate_keys (revision);

CREATE TABLE specgate_accounts (
  kind TEXT NOT NULL CHECK (kind IN ('user', 'team', 'end_user')),
  id TEXT NOT NULL,
  email TEXT,
  alias TEXT,
  metadata TEXT NOT NULL,
  models TEXT,
  rpm BIGINT,
  tpm BIGINT,
  parallel BIGINT,
  max_budget_nano BIGINT,
  budget_period TEXT,
  soft_budget_nano BIGINT,
  blocked_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  revision BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX specgate_accounts_revision ON specgate_accounts (revision);

-- A budget in one of its windows. No limit: what is spent is counted.
CREATE TABLE specgate_budgets (
  id SERIAL_KEY,
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('key', 'user', 'team', 'end_user')),
  subject_id TEXT NOT NULL,
  window_start BIGINT NOT NULL,
  window_end BIGINT NOT NULL,
  limit_nano BIGINT,
  limit_revision BIGINT NOT NULL,
  spent_nano BIGINT NOT NULL CHECK (spent_nano >= 0),
  reserved_nano BIGINT NOT NULL CHECK (reserved_nano >= 0),
  UNIQUE (subject_kind, subject_id, window_start, window_end)
);
CREATE INDEX specgate_budgets_end ON specgate_budgets (window_end);

-- A request on its way, with the amount that it has reserved of each of its budgets. The estimate is the row that the
-- ledger gets when nobody commits it in time: its values in the order of the columns. There are as many as requests
-- under way, so those that are over are found without an index, which every request would pay for.
CREATE TABLE specgate_leases (
  id TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL,
  amount_nano BIGINT NOT NULL CHECK (amount_nano >= 0),
  budgets BUDGET_IDS NOT NULL,
  estimate JSON_VALUE NOT NULL
) FOUND_BY_KEY;

CREATE TABLE specgate_ledger (
  id TEXT PRIMARY KEY,
  time BIGINT NOT NULL,
  key_id TEXT,
  user_id TEXT,
  team_id TEXT,
  end_user TEXT,
  operation TEXT NOT NULL,
  requested_model TEXT,
  upstream_model TEXT,
  response_model TEXT,
  provider TEXT,
  deployment TEXT,
  attempts BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('succeeded', 'failed', 'aborted', 'lost')),
  http_status BIGINT,
  error_code TEXT,
  uncached_input BIGINT NOT NULL,
  cache_read BIGINT NOT NULL,
  cache_write_5m BIGINT NOT NULL,
  cache_write_1h BIGINT NOT NULL,
  tool_prompt BIGINT NOT NULL,
  output BIGINT NOT NULL,
  reasoning BIGINT NOT NULL,
  audio_input BIGINT NOT NULL,
  image_input BIGINT NOT NULL,
  audio_cache_read BIGINT NOT NULL,
  image_cache_read BIGINT NOT NULL,
  audio_output BIGINT NOT NULL,
  image_output BIGINT NOT NULL,
  searches BIGINT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('reported', 'partial', 'estimated', 'absent')),
  cost_nano BIGINT CHECK (cost_nano >= 0),
  latency_ms BIGINT NOT NULL,
  first_byte_ms BIGINT,
  changes TEXT NOT NULL,
  client TEXT,
  cache TEXT NOT NULL CHECK (cache IN ('hit', 'miss', 'off'))
);
CREATE INDEX specgate_ledger_time ON specgate_ledger (time, id);
CREATE INDEX specgate_ledger_key ON specgate_ledger (key_id, time);
CREATE INDEX specgate_ledger_user ON specgate_ledger (user_id, time) WHERE user_id IS NOT NULL;
CREATE INDEX specgate_ledger_team ON specgate_ledger (team_id, time) WHERE team_id IS NOT NULL;

-- What was said in requests of keys that want it kept, sealed. It has an age of its own, so no row of the ledger holds it.
CREATE TABLE specgate_contents (
  id TEXT PRIMARY KEY,
  time BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  request TEXT NOT NULL,
  answer TEXT
);
CREATE INDEX specgate_contents_time ON specgate_contents (time);

CREATE TABLE specgate_audit (
  id SERIAL_KEY,
  time BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  state_before TEXT,
  state_after TEXT
);
CREATE INDEX specgate_audit_time ON specgate_audit (time);
CREATE INDEX specgate_audit_target ON specgate_audit (target_kind, target_id);
`;

/** What each database spells its own way. */
function spelled(words: readonly (readonly [word: string, spelling: string])[]): string {
  return words.reduce((sql, [word, spelling]) => sql.replaceAll(word, spelling), shared);
}

const sqlite = `
${spelled([
  ["SERIAL_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT"],
  ["BUDGET_IDS", "TEXT"],
  ["JSON_VALUE", "TEXT"],
  ["BIGINT", "INTEGER"],
  ["\n) FOUND_BY_KEY;", "\n) STRICT, WITHOUT ROWID;"],
  ["\n);", "\n) STRICT;"],
])}
CREATE TRIGGER specgate_ledger_append BEFORE UPDATE ON specgate_ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER specgate_audit_update BEFORE UPDATE ON specgate_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER specgate_audit_delete BEFORE DELETE ON specgate_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`;

const postgres = `
${spelled([
  ["SERIAL_KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"],
  ["BUDGET_IDS", "BIGINT[]"],
  ["JSON_VALUE", "JSONB"],
  ["\n) FOUND_BY_KEY;", "\n);"],
])}
-- Rows that are written with every batch of requests: where there is room beside them, the indexes are left alone.
ALTER TABLE specgate_budgets SET (fillfactor = 50);
-- As many rows come and go as there are requests. Statements are planned once: whoever plans them while a table is
-- small, or has just been cut, would read all of it for each row when it has grown. So it is not counted before that.
ALTER TABLE specgate_leases SET (vacuum_truncate = false, autovacuum_analyze_threshold = 20000,
  autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE specgate_ledger SET (autovacuum_analyze_threshold = 20000, autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_threshold = 20000);
CREATE FUNCTION specgate_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER specgate_ledger_append BEFORE UPDATE ON specgate_ledger
FOR EACH ROW EXECUTE FUNCTION specgate_append_only();
CREATE TRIGGER specgate_audit_append BEFORE UPDATE OR DELETE ON specgate_audit
FOR EACH ROW EXECUTE FUNCTION specgate_append_only();
`;

export const accountsAndLedger: Migration = { version: 1, name: "accounts and ledger", sql: { sqlite, postgres } };
