/**
 * The statements that must be exact on PostgreSQL, in READ COMMITTED.
 *
 * Locks are taken in one order everywhere: leases, then new rows of the ledger, then budgets, each by id. So nobody
 * waits in a circle, and what is computed is computed from rows that nobody else can change. A conditional UPDATE over
 * several budgets would not do: it checks each row as its snapshot saw it, and lets more through than the limit.
 */

/** The rows of windows, locked until the transaction ends. A row that was waited for is given as it is now. */
export const lockBudgets = `
SELECT b.* FROM specgate_budgets b
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

/** Writes a decision about rows that are locked. */
export const writeDecision = `
WITH budgets AS (
  UPDATE specgate_budgets b
  SET limit_nano = d.limit_nano, limit_revision = d.limit_revision, reserved_nano = d.reserved_nano
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
    AS d (id, limit_nano, limit_revision, reserved_nano)
  WHERE b.id = d.id
), leases AS (
  INSERT INTO specgate_leases (id, expires_at, amount_nano, estimate)
  SELECT d.id, d.expires_at, d.amount, d.estimate
  FROM unnest($5::text[], $6::bigint[], $7::bigint[], $8::text[]) AS d (id, expires_at, amount, estimate)
  ORDER BY d.id
)
INSERT INTO specgate_reservations (lease_id, budget_id, amount_nano)
SELECT * FROM unnest($9::text[], $10::bigint[], $11::bigint[])`;

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

/**
 * Rows for the ledger, with their settlement. Whoever writes the row of an id settles it; who comes second waits for
 * the first, finds the row and does nothing. The leases are locked before the first row is written.
 */
export const commitRows: string = `
WITH given AS MATERIALIZED (
  SELECT * FROM json_populate_recordset(NULL::specgate_ledger, $1::json)
), held AS MATERIALIZED (
  SELECT l.id, l.amount_nano FROM specgate_leases l
  WHERE l.id IN (SELECT id FROM given) ORDER BY l.id FOR UPDATE
), written AS (
  INSERT INTO specgate_ledger
  SELECT g.* FROM given g WHERE (SELECT count(*) FROM held) >= 0 ORDER BY g.id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, cost_nano
), ended AS (
  DELETE FROM specgate_leases l USING written w WHERE l.id = w.id
), freed AS (
  DELETE FROM specgate_reservations r USING written w WHERE r.lease_id = w.id
  RETURNING r.budget_id, r.amount_nano, coalesce(w.cost_nano, 0) AS cost_nano
), ${settled}
SELECT w.id, h.amount_nano FROM written w LEFT JOIN held h ON h.id = w.id`;

export const statusesOf = "SELECT id, status FROM specgate_ledger WHERE id = ANY($1::text[])";

export const releaseLeases: string = `
WITH held AS MATERIALIZED (
  SELECT id FROM specgate_leases WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE
), ended AS (
  DELETE FROM specgate_leases l USING held h WHERE l.id = h.id
), freed AS (
  DELETE FROM specgate_reservations r USING held h WHERE r.lease_id = h.id
  RETURNING r.budget_id, r.amount_nano, 0 AS cost_nano
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

/** A lease that somebody has locked is being ended or renewed: it is left alone. */
export const expireLeases: string = `
WITH due AS MATERIALIZED (
  SELECT id, estimate FROM specgate_leases WHERE expires_at <= $1::bigint
  ORDER BY expires_at LIMIT $2::bigint FOR UPDATE SKIP LOCKED
), written AS (
  INSERT INTO specgate_ledger
  SELECT r.* FROM due d CROSS JOIN LATERAL json_populate_record(NULL::specgate_ledger, d.estimate::json) r
  ORDER BY r.id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, cost_nano
), costs AS MATERIALIZED (
  SELECT d.id, coalesce(w.cost_nano, 0) AS cost_nano FROM due d LEFT JOIN written w ON w.id = d.id
), ended AS (
  DELETE FROM specgate_leases l USING due d WHERE l.id = d.id
), freed AS (
  DELETE FROM specgate_reservations r USING costs c WHERE r.lease_id = c.id
  RETURNING r.budget_id, r.amount_nano, c.cost_nano
), ${settled}
SELECT id FROM due`;
