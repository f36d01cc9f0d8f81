import type { Secret } from "../../secret.ts";
import type { Database } from "./database.ts";
import { createPostgresAccounting } from "./postgres-accounting.ts";
import { checkPostgres, migratePostgres } from "./postgres-migrate.ts";
import { createPool } from "./postgres-pool.ts";
import { channel, createWatch } from "./postgres-watch.ts";
import type { Row } from "./rows.ts";

export interface PostgresOptions {
  readonly url: Secret;
  /** Brings the tables to the newest version before anything else. Default false: then they must be. */
  readonly migrate?: boolean | undefined;
  /**
   * What was reserved and committed survives a crash of the server too, for a wait at every transaction. Default false:
   * it survives the end of this process; a server that crashes may lose the last half of a second.
   */
  readonly fsync?: boolean | undefined;
  /** How many connections there may be; two more are for reports and for hearing of changes. Default 8. */
  readonly connections?: number | undefined;
  /** How long each call may take. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** How long a report of the ledger may take. Default 30,000. */
  readonly reportTimeoutMs?: number | undefined;
  /** How often changes are looked for, beside being told of them. Default 1,000. */
  readonly pollMs?: number | undefined;
}

/**
 * A PostgreSQL database, which replicas share.
 * Fails: rejects with `bad_url`; `unavailable` or `timeout` where the server cannot be had; `version` where the tables
 * are older or newer than this Specgate's, saying what to run.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const {
    url,
    migrate = false,
    fsync = false,
    connections = 8,
    timeoutMs = 5_000,
    reportTimeoutMs = 30_000,
    pollMs = 1_000,
  } = options;
  const pool = createPool({ url, connections, timeoutMs });
  try {
    if (migrate) await migratePostgres(url);
    await checkPostgres(pool.query);
  } catch (thrown) {
    await pool.close();
    throw thrown;
  }
  const reports = createPool({ url, connections: 2, timeoutMs: reportTimeoutMs });
  const { idle, ...accounting } = createPostgresAccounting(pool, { timeoutMs, fsync });
  const watch = createWatch(pool, url, timeoutMs, pollMs);

  return {
    dialect: "postgres",
    ...accounting,
    read: pool.query,
    report: reports.query,

    write: (statements) =>
      pool.transaction(async (query) => {
        const results: (readonly Row[])[] = [];
        for (const statement of statements) results.push(await query(statement));
        return results;
      }),

    onChange: watch.onChange,

    changed() {
      // It is heard by every process, this one too. Who misses it looks within a second.
      pool.query({ sql: `NOTIFY ${channel}`, parameters: [] }).catch(() => undefined);
    },

    async close() {
      const late = new Promise<void>((resolve) => void setTimeout(resolve, timeoutMs + 1_000).unref());
      const end = (async () => {
        await idle();
        await Promise.all([watch.close(), pool.close(), reports.close()]);
      })();
      // A server that does not answer is not waited for.
      await Promise.race([end, late]);
    },
  };
}
