import { type RawBuilder, sql } from "kysely";
import type { AuditEntry } from "./audit.ts";
import { auditStatement } from "./audit-store.ts";
import type { Compiler } from "./compiler.ts";
import type { Database, Statement } from "./database.ts";
import type { Row } from "./rows.ts";

/** Writes a change to a key or an account; gives the row it wrote, where there was one. */
export type Change = (statement: Statement, audit?: AuditEntry) => Promise<Row | undefined>;

/**
 * The revision that a change has. Its row is locked from the change's first statement to its end, so no change becomes
 * visible before one with a smaller number.
 */
export const currentRevision: RawBuilder<number> = sql<number>`(SELECT value FROM specgate_revision)`;

/** Something was changed. */
const isChanged = sql`(EXISTS (SELECT 1 FROM specgate_keys WHERE revision = ${currentRevision})
  OR EXISTS (SELECT 1 FROM specgate_accounts WHERE revision = ${currentRevision}))`;

/** A change that finds nothing to change writes no audit entry either. */
export function createChange(database: Database, compiler: Compiler): Change {
  const next = sql`UPDATE specgate_revision SET value = value + 1`.compile(compiler);
  return async (statement, audit) => {
    const wish = audit === undefined ? [] : [auditStatement(compiler, audit, isChanged)];
    const [, rows] = await database.write([next, statement, ...wish]);
    database.changed();
    return rows?.[0];
  };
}
