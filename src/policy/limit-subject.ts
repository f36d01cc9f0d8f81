import { createHash } from "node:crypto";
import type { LimitsConfig } from "../config/config.ts";

/** Whose limits they are: a caller's key, user or team, an end user's, or a model's for all callers together. */
export type SubjectKind = "key" | "user" | "team" | "end_user" | "model";

/** Requests per minute, tokens per minute, requests at a time. */
export type LimitKind = "rpm" | "tpm" | "parallel";

/** Somebody, or something, that has limits. */
export interface Subject {
  readonly kind: SubjectKind;
  /** A name that lasts longer than a key's secret, so that a rotated key goes on where it was. */
  readonly id: string;
  /** For messages: an alias, or the id. */
  readonly name: string;
  /** At least one. */
  readonly limits: readonly Limit[];
}

/** One limit of a subject. */
export interface Limit {
  readonly kind: LimitKind;
  readonly subject: Pick<Subject, "kind" | "name">;
  readonly limit: number;
  /** Where the store counts it. */
  readonly key: string;
}

const kinds: readonly LimitKind[] = ["rpm", "tpm", "parallel"];

/** A longer name is kept by its digest: a store bounds its keys. */
const longestId = 200;

/** Makes a subject of what is configured for it; undefined where that limits nothing. */
export function toSubject(
  kind: SubjectKind,
  id: string,
  config: LimitsConfig | undefined,
  name: string = id,
): Subject | undefined {
  if (config === undefined) return undefined;
  const place = `limit:${kind}:${Buffer.byteLength(id) > longestId ? digestOf(id) : id}`;
  const limits = kinds.flatMap((one): readonly Limit[] => {
    const limit = config[one];
    return limit === undefined ? [] : [{ kind: one, subject: { kind, name }, limit, key: `${place}:${one}` }];
  });
  return limits.length === 0 ? undefined : { kind, id, name, limits };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
