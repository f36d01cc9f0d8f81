import type { Secret } from "../../secret.ts";
import { StoreError } from "../store-error.ts";
import type { Migration } from "./migration.ts";
import { type Applied, digestOf, migrations, migrationsTable, mismatchOf, missingFrom } from "./migrations.ts";
import { createPool, type Query } from "./postgres-pool.ts";
import { numberOf, textOf } from "./rows.ts";

/** A number of our own among the advisory locks of a database. */
const lock = 7_236_518_904_221n;

/**
 * Brings the tables of a PostgreSQL database to the newest version: all of it or nothing, one process at a time.
 *
 * @returns the versions that were applied now
 * Fails: rejects with `version` where the tables are newer or of another history, `bad_url`, `unavailable`, `timeout`.
 */
export async function migratePostgres(
  url: Secret,
  {
    timeoutMs = 60_000,
    known = migrations,
  }: { readonly timeoutMs?: number; readonly known?: readonly Migration[] } = {},
): Promise<readonly number[]> {
  const pool = createPool({ url, connections: 1, timeoutMs });
  try {
    return await pool.transaction(async (query) => {
      await query({ sql: "SELECT pg_advisory_xact_lock($1::bigint)", parameters: [lock] });
      await query({ sql: migrationsTable, parameters: [] });
      const applied = await appliedIn(query);
      const mismatch = mismatchOf(applied, known, "postgres", true);
      if (mismatch !== undefined) throw new StoreError("version", mismatch);
      const missing = missingFrom(applied, known);
      for (const migration of missing) {
        await query({ sql: migration.sql.postgres, parameters: [] });
        await query({
          sql: "INSERT INTO specgate_migrations (version, name, digest, applied_at) VALUES ($1, $2, $3, now()::text)",
          parameters: [migration.version, migration.name, digestOf(migration, "postgres")],
        });
      }
      return missing.map(({ version }) => version);
    });
  } finally {
    await pool.close();
  }
}

/** Fails: rejects with `version` where the tables are not those of this Specgate; the message says what to run. */
export async function checkPostgres(query: Query, known: readonly Migration[] = migrations): Promise<void> {
  const [table] = await query({ sql: "SELECT to_regclass('specgate_migrations')::text AS name", parameters: [] });
  const applied = table === undefined || table["name"] === null ? [] : await appliedIn(query);
  const mismatch = mismatchOf(applied, known, "postgres", false);
  if (mismatch !== undefined) throw new StoreError("version", mismatch);
}

async function appliedIn(query: Query): Promise<readonly Applied[]> {
  const rows = await query({ sql: "SELECT version, digest FROM specgate_migrations", parameters: [] });
  return rows.map((row) => ({ version: numberOf(row, "version"), digest: textOf(row, "digest") }));
}
