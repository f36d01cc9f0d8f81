import type { Caller } from "../policy/caller.ts";
import { contentMember } from "../policy/content.ts";
import type { SubjectKind } from "../store/sql/accounts.ts";
import type { AuditEntry } from "../store/sql/audit.ts";
import type { AdminDeps } from "./deps.ts";
import { toIso } from "./durations.ts";
import type { KeyRecord } from "./key-record.ts";
import { toSettingsView } from "./views.ts";

/** What is known of something, by the names that answers have. */
export type AuditState = Readonly<Record<string, unknown>>;

/** The entry of an action. What is before and after holds what differs alone, and no secret. */
export function toAuditEntry(
  deps: Pick<AdminDeps, "nowMs">,
  caller: Caller,
  action: string,
  target: { readonly kind: SubjectKind | "request"; readonly id: string },
  before: AuditState | undefined,
  after: AuditState | undefined,
): AuditEntry {
  return {
    time: deps.nowMs(),
    actor: caller.role === "master" ? "master key" : (caller.keyId ?? "unknown"),
    action,
    targetKind: target.kind,
    targetId: target.id,
    before: before && differing(before, after),
    after: after && differing(after, before),
  };
}

function differing(state: AuditState, other: AuditState | undefined): AuditState {
  if (other === undefined) return state;
  const entries = Object.entries(state).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(other[name]),
  );
  return Object.fromEntries(entries);
}

/** A key for the audit log: neither it nor its digest. */
export function keyState(key: KeyRecord): AuditState {
  const { metadata, ...settings } = toSettingsView(key);
  return {
    key_name: key.hint,
    key_alias: key.alias ?? null,
    user_id: key.userId ?? null,
    team_id: key.teamId ?? null,
    ...settings,
    metadata: hidden(metadata),
    blocked: key.blockedAt !== undefined,
    expires: toIso(key.expiresAt),
    content: key.metadata[contentMember] === true,
  };
}

/** Names of members that hold secrets, and texts that look like one. */
const secretName = /secret|token|passw|credential|authorization|(?:^|[_-])(?:api[_-]?)?key(?:$|[_-])/i;
const secretText = /^(?:sk|pk|rk)-|^Bearer /i;

/** A value without what looks like a secret. */
export function hidden(value: unknown): unknown {
  if (typeof value === "string") return secretText.test(value) ? "[secret]" : value;
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, secretName.test(name) ? "[secret]" : hidden(one)]),
  );
}
