import { type RawBuilder, sql } from "kysely";
import type { AuditEntry, AuditFilter, AuditRecord } from "./audit.ts";
import type { Compiler } from "./compiler.ts";
import type { Database, Statement } from "./database.ts";
import type { AuditLog } from "./port.ts";
import { jsonOf, numberOf, type Row, textOf } from "./rows.ts";
import { checkCount, checkLimit, cleanText, toJson } from "./text.ts";

export function createAuditLog(database: Database, compiler: Compiler): AuditLog {
  return {
    async append(entry) {
      await database.write([auditStatement(compiler, entry)]);
    },

    async list(filter: AuditFilter, { after, limit }) {
      let query = compiler.selectFrom("specgate_audit").selectAll();
      if (filter.from !== undefined) query = query.where("time", ">=", BigInt(checkCount("from", filter.from)));
      if (filter.to !== undefined) query = query.where("time", "<", BigInt(checkCount("to", filter.to)));
      if (filter.actor !== undefined) query = query.where("actor", "=", cleanText(filter.actor));
      if (filter.action !== undefined) query = query.where("action", "=", cleanText(filter.action));
      if (filter.targetKind !== undefined) query = query.where("target_kind", "=", cleanText(filter.targetKind));
      if (filter.targetId !== undefined) query = query.where("target_id", "=", cleanText(filter.targetId));
      if (after !== undefined) query = query.where("id", "<", BigInt(checkCount("after", after)));
      const rows = await database.read(query.orderBy("id", "desc").limit(checkLimit(limit, 1_000)).compile());
      return rows.map(toRecord);
    },
  };
}

/**
 * Appends an entry.
 *
 * @param condition - without it the entry is not appended
 */
export function auditStatement(
  compiler: Compiler,
  entry: AuditEntry,
  condition: RawBuilder<unknown> = sql`1 = 1`,
): Statement {
  const text = (value: string | null): RawBuilder<unknown> => sql`CAST(${value} AS TEXT)`;
  return sql`
    INSERT INTO specgate_audit (time, actor, action, target_kind, target_id, state_before, state_after)
    SELECT CAST(${checkCount("time", entry.time)} AS BIGINT),
      ${text(cleanText(entry.actor))}, ${text(cleanText(entry.action))},
      ${text(cleanText(entry.targetKind))}, ${text(cleanText(entry.targetId))},
      ${text(entry.before === undefined ? null : toJson(entry.before))},
      ${text(entry.after === undefined ? null : toJson(entry.after))}
    WHERE ${condition}`.compile(compiler);
}

function toRecord(row: Row): AuditRecord {
  return {
    id: numberOf(row, "id"),
    time: numberOf(row, "time"),
    actor: textOf(row, "actor"),
    action: textOf(row, "action"),
    targetKind: textOf(row, "target_kind"),
    targetId: textOf(row, "target_id"),
    before: jsonOf(row, "state_before"),
    after: jsonOf(row, "state_after"),
  };
}
