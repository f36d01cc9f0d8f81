import { createHash } from "node:crypto";
import type { Migration, SqlDialect } from "./migration.ts";
import { accountsAndLedger } from "./migration-1.ts";

/** In the order of their versions, from 1 on, without a gap. */
export const migrations: readonly Migration[] = [accountsAndLedger];

/** A migration that was applied, as its row says. */
export interface Applied {
  readonly version: number;
  readonly digest: string;
}

/** Where they are kept. Both databases take this as it is. */
export const migrationsTable = `
CREATE TABLE IF NOT EXISTS specgate_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  applied_at TEXT NOT NULL
)`;

export const digestOf = ({ sql }: Migration, dialect: SqlDialect): string =>
  createHash("sha256").update(sql[dialect]).digest("hex");

/**
 * Why the tables are not those of the migrations that are known, and what to do; undefined where they are. Older tables
 * are wrong only where `isOlderFine` is false.
 */
export function mismatchOf(
  applied: readonly Applied[],
  known: readonly Migration[],
  dialect: SqlDialect,
  isOlderFine: boolean,
): string | undefined {
  const newest = known.at(-1)?.version ?? 0;
  const version = Math.max(0, ...applied.map((one) => one.version));
  if (version > newest) {
    return `The database's tables are at version ${version}, this Specgate knows ${newest}: run the newer Specgate.`;
  }
  const altered = known.find((one) =>
    applied.some((row) => row.version === one.version && row.digest !== digestOf(one, dialect)),
  );
  if (altered !== undefined) {
    return `Migration ${altered.version} (${altered.name}) is not the one that was applied to the database: run the Specgate that applied it.`;
  }
  if (version === newest || isOlderFine) return undefined;
  if (version === 0) return "The database has no tables of Specgate's: run `specgate migrate`.";
  return `The database's tables are at version ${version}, this Specgate needs ${newest}: run \`specgate migrate\`.`;
}

/** Those that were not applied yet. */
export function missingFrom(applied: readonly Applied[], known: readonly Migration[]): readonly Migration[] {
  return known.filter(({ version }) => !applied.some((one) => one.version === version));
}
