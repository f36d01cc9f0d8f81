/** One action of an administrator's. What was before and after holds no secret: the caller has hidden them. */
export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Who: `master key`, or a key's id. */
  readonly actor: string;
  /** What: `key.update`. */
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  /** JSON; undefined where there was nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditRecord extends AuditEntry {
  /** Rises with time. */
  readonly id: number;
}

/** Which entries. Absent members choose nothing. */
export interface AuditFilter {
  readonly from?: number | undefined;
  /** Before this time. */
  readonly to?: number | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly targetKind?: string | undefined;
  readonly targetId?: string | undefined;
}
