import type { AuditRecord } from "../store/sql/audit.ts";
import type { AdminHandler } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { toIso } from "./durations.ts";
import { fromIn, textIn, toIn, wholeIn } from "./query.ts";
import type { AuditLog } from "./types.ts";

/** `GET /audit/logs`, the newest first. */
export function listAuditLogs({ store }: AdminDeps): AdminHandler {
  return async ({ query }) => {
    const limit = wholeIn(query, "limit", 100, 1_000);
    const filter = {
      actor: textIn(query, "actor"),
      action: textIn(query, "action"),
      targetKind: textIn(query, "target_kind"),
      targetId: textIn(query, "target"),
      from: fromIn(query, "from"),
      to: toIn(query, "to"),
    };
    const after =
      textIn(query, "after") === undefined ? undefined : wholeIn(query, "after", 1, Number.MAX_SAFE_INTEGER);
    const records = await store.audit.list(filter, { after, limit });
    const next = records.length < limit ? undefined : records.at(-1);
    return { value: { audit_logs: records.map(toLog), next: next?.id ?? null } };
  };
}

function toLog(record: AuditRecord): AuditLog {
  return {
    id: record.id,
    updated_at: toIso(record.time),
    actor: record.actor,
    action: record.action,
    target_kind: record.targetKind,
    target_id: record.targetId,
    before: toObject(record.before),
    after: toObject(record.after),
  };
}

function toObject(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? { ...value } : null;
}
