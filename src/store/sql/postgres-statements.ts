import { ledgerColumns } from "./ledger-columns.ts";
import { tokenColumns } from "./tokens.ts";

/**
 * The statements that must be exact on PostgreSQL, in READ COMMITTED.
 *
 * Locks are taken in one order everywhere: leases, then new rows of the ledger, then budgets, each by id. So nobody
 * waits in a circle, and what is computed is computed from rows that nobody else can change. A conditional UPDATE over
 * several budgets would not do: it checks each row as its snapshot saw it, and lets more through than the limit.
 */

const budgetColumns = `b.id, b.subject_kind, b.subject_id, b.window_start, b.window_end, b.limit_nano, b.limit_revision,
  b.spent_nano, b.reserved_nano`;

/** The rows of windows, locked until the transaction ends. A row that was waited for is given as it is now. */
export const lockBudgets: string = `
SELECT ${budgetColumns} FROM specgate_budgets b
JOIN unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS w (kind, id, window_start, window_end)
  ON b.subject_kind = w.kind AND b.subject_id = w.id
  AND b.window_start = w.window_start AND b.window_end = w.window_end
ORDER BY b.id
FOR UPDATE OF b`;

/** Makes rows of windows, by itself: who made one in a transaction would lock it out of its order. */
export const insertBudgets = `
INSERT INTO specgate_budgets
  (subject_kind, subject_id, window_start, window_end, limit_nano, limit_revision, spent_nano, reserved_nano)
SELECT w.kind, w.id, w.window_start, w.window_end, w.limit_nano, w.limit_revision, 0, 0
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
  AS w (kind, id, window_start, window_end, limit_nano, limit_revision)
ORDER BY w.kind, w.id, w.window_start, w.window_end
ON CONFLICT (subject_kind, subject_id, window_start, window_end) DO NOTHING`;

/** Which ids have a reservation or a row on the ledger. */
export const knownIds = `
SELECT id FROM specgate_leases WHERE id = ANY($1::text[])
UNION ALL
SELECT id FROM specgate_ledger WHERE id = ANY($1::text[])`;

/**
 * Says how much a commit waits for, for this transaction alone: `off`, or null for what the server does. It is said
 * with the statement, so that it is heard behind a pooler too.
 */
const waitingFor = (parameter: string): string =>
  `set_config('synchronous_commit', coalesce(${parameter}::text, current_setting('synchronous_commit')), true)`;

/** Leases in JSON, each a list: see `leasesOf`. */
const givenLeases = (parameter: string): string =>
  `SELECT e->>0, (e->>1)::bigint, (e->>2)::bigint, (e->>3)::bigint[], e->4 FROM jsonb_array_elements(${parameter}::jsonb) e`;

/** Writes a decision about rows that are locked. */
export const writeDecision: string = `
WITH budgets AS (
  UPDATE specgate_budgets b
  SET limit_nano = d.limit_nano, limit_revision = d.limit_revision, reserved_nano = d.reserved_nano
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
    AS d (id, limit_nano, limit_revision, reserved_nano)
  WHERE b.id = d.id
)
INSERT INTO specgate_leases (id, expires_at, amount_nano, budgets, estimate) ${givenLeases("$5")}
WHERE (SELECT ${waitingFor("$6")}) IS NOT NULL`;

/**
 * Reserves for all requests of a batch, or for none, in one statement: where each budget has its row, whose limit is the
 * one asked with, and room for all of it. Else what is decided is decided one by one. Gives the rows as they were.
 *
 * Locked rows are read as they are now, and what is added is added to them. Requests that ask for nothing change
 * nothing, so that they need no lock: they are decided on what was committed when the statement began.
 */
const grant = (isLocking: boolean): string => `
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
    AS a (id, limit_nano, limit_revision, amount)
), found AS MATERIALIZED (
  SELECT ${budgetColumns} FROM specgate_budgets b WHERE b.id = ANY($1::bigint[]) ORDER BY b.id${isLocking ? " FOR UPDATE" : ""}
), answer AS MATERIALIZED (
  SELECT count(*) = cardinality($1::bigint[])
    AND coalesce(bool_and((f.limit_revision > a.limit_revision AND (a.limit_revision > 0 OR a.limit_nano IS NULL))
      OR (f.limit_revision = a.limit_revision AND f.limit_nano IS NOT DISTINCT FROM a.limit_nano)), true)
    AND coalesce(bool_and(f.limit_nano IS NULL OR f.limit_nano - f.spent_nano - f.reserved_nano >= a.amount), true)
    AND NOT EXISTS (
      SELECT 1 FROM unnest($5::text[]) AS i (id) WHERE (SELECT true FROM specgate_ledger l WHERE l.id = i.id)
    ) AS is_granted
  FROM found f JOIN asked a ON a.id = f.id
), ${
  isLocking
    ? `reserved AS (
  UPDATE specgate_budgets b SET reserved_nano = b.reserved_nano + a.amount
  FROM asked a, answer w WHERE w.is_granted AND b.id = a.id AND b.id = ANY($1::bigint[]) AND a.amount > 0
), `
    : ""
}leases AS (
  INSERT INTO specgate_leases (id, expires_at, amount_nano, budgets, estimate)
  SELECT g.* FROM answer w, LATERAL (${givenLeases("$6")}) g WHERE w.is_granted
)
SELECT w.is_granted::text AS granted, b.* FROM answer w LEFT JOIN found b ON true
WHERE (SELECT ${waitingFor("$7")}) IS NOT NULL`;

/** For requests of which one at least asks for money. */
export const grantMoney: string = grant(true);
/** For requests that ask for none. */
export const grantNothing: string = grant(false);

/** Settles what `freed` took away: budget_id, amount_nano and cost_nano of each reservation. */
const settled = `
locked AS MATERIALIZED (
  SELECT b.id FROM specgate_budgets b WHERE b.id IN (SELECT budget_id FROM freed) ORDER BY b.id FOR UPDATE
), sums AS MATERIALIZED (
  SELECT f.budget_id, sum(f.amount_nano)::bigint AS amount, sum(f.cost_nano)::bigint AS cost
  FROM freed f JOIN locked k ON k.id = f.budget_id GROUP BY f.budget_id
), settled AS (
  UPDATE specgate_budgets b SET reserved_nano = b.reserved_nano - s.amount, spent_nano = b.spent_nano + s.cost
  FROM sums s WHERE b.id = s.budget_id
)`;

const counts = new Set<string>([
  ...["time", "attempts", "http_status", "cost_nano", "latency_ms", "first_byte_ms"],
  ...Object.values(tokenColumns),
]);

/** The columns of a row of the ledger, from a line: `LedgerLine` as JSONB. */
const rowOf = (line: string): string =>
  ledgerColumns
    .map((column, at) =>
      counts.has(column) ? `(${line}->>${at})::bigint AS ${column}` : `${line}->>${at} AS ${column}`,
    )
    .join(", ");

/**
 * Rows for the ledger, with their settlement. Whoever writes the row of an id settles it; who comes second waits for
 * the first, finds the row and does nothing. The leases are locked before the first row is written.
 */
export const commitRows: string = `
WITH given AS MATERIALIZED (
  SELECT ${rowOf("e")} FROM jsonb_array_elements($1::jsonb) e
), held AS MATERIALIZED (
  SELECT l.id, l.amount_nano, l.budgets FROM specgate_leases l WHERE l.id = ANY($2::text[]) ORDER BY l.id FOR UPDATE
), written AS (
  INSERT INTO specgate_ledger (${ledgerColumns.join(", ")})
  SELECT g.* FROM given g WHERE (SELECT count(*) FROM held) >= 0 ORDER BY g.id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, cost_nano
), ended AS (
  DELETE FROM specgate_leases l USING written w WHERE l.id = w.id AND l.id = ANY($2::text[])
), freed AS (
  SELECT b.id AS budget_id, h.amount_nano, coalesce(w.cost_nano, 0) AS cost_nano
  FROM written w JOIN held h ON h.id = w.id CROSS JOIN unnest(h.budgets) AS b (id)
), ${settled}
SELECT w.id, h.amount_nano FROM written w LEFT JOIN held h ON h.id = w.id
WHERE (SELECT ${waitingFor("$3")}) IS NOT NULL`;

export const statusesOf = "SELECT id, status FROM specgate_ledger WHERE id = ANY($1::text[])";

export const releaseLeases: string = `
WITH held AS MATERIALIZED (
  SELECT id, amount_nano, budgets FROM specgate_leases WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE
), ended AS (
  DELETE FROM specgate_leases l USING held h WHERE l.id = h.id AND l.id = ANY($1::text[])
), freed AS (
  SELECT b.id AS budget_id, h.amount_nano, 0 AS cost_nano FROM held h CROSS JOIN unnest(h.budgets) AS b (id)
), ${settled}
SELECT id FROM held`;

export const renewLeases = `
WITH held AS MATERIALIZED (
  SELECT id FROM specgate_leases WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE
)
UPDATE specgate_leases l SET expires_at = greatest(l.expires_at, d.expires_at)
FROM held h JOIN unnest($1::text[], $2::bigint[]) AS d (id, expires_at) ON d.id = h.id
WHERE l.id = h.id
RETURNING l.id`;

/** A lease that somebody has locked is being ended or renewed: it is left alone. What is lost costs what it reserved at most. */
export const expireLeases: string = `
WITH due AS MATERIALIZED (
  SELECT id, amount_nano, budgets, estimate FROM specgate_leases WHERE expires_at <= $1::bigint
  ORDER BY expires_at LIMIT $2::bigint FOR UPDATE SKIP LOCKED
), estimated AS MATERIALIZED (
  SELECT ${rowOf("estimate")}, amount_nano AS most FROM due
), written AS (
  INSERT INTO specgate_ledger (${ledgerColumns.join(", ")})
  SELECT ${ledgerColumns.map((column) => (column === "cost_nano" ? "CASE WHEN most > 0 AND cost_nano > most THEN most ELSE cost_nano END" : column)).join(", ")}
  FROM estimated ORDER BY id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, cost_nano
), ended AS (
  DELETE FROM specgate_leases l USING due d WHERE l.id = d.id
), freed AS (
  SELECT b.id AS budget_id, d.amount_nano, coalesce(w.cost_nano, 0) AS cost_nano
  FROM due d LEFT JOIN written w ON w.id = d.id CROSS JOIN unnest(d.budgets) AS b (id)
), ${settled}
SELECT id FROM due`;
