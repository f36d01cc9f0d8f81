import type { KeyConfig } from "../config/config.ts";
import type { VirtualKey } from "../store/sql/accounts.ts";
import { toMayAsk } from "./allowed-models.ts";
import type { Caller } from "./caller.ts";
import { contentMember } from "./content.ts";
import { refusedKey, wrongKey } from "./keys.ts";
import { fromConfig, fromRow, type Terms } from "./terms.ts";

/** A key, as routes.yaml or the database says it. */
export interface KeyFacts {
  readonly terms: Terms;
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  /** When it ends, for whoever holds it. Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  /** When this digest of it ends, because it was rotated. */
  readonly replacedAt: number | undefined;
  readonly keepsContent: boolean;
  readonly isDeclared: boolean;
}

/** A key of routes.yaml. */
export function fromDeclared(key: KeyConfig): KeyFacts {
  return {
    terms: fromConfig("key", key.name, key),
    userId: key.user,
    teamId: key.team,
    expiresAt: undefined,
    replacedAt: undefined,
    keepsContent: key.keepsContent,
    isDeclared: true,
  };
}

/** A key of the database, found by a digest; undefined where the digest is not its any more. */
export function fromVirtualKey(key: VirtualKey, digest: string): KeyFacts | undefined {
  const isCurrent = key.digest === digest;
  if (key.deletedAt !== undefined || (!isCurrent && key.previousDigest !== digest)) return undefined;
  return {
    terms: fromRow("key", key),
    userId: key.userId,
    teamId: key.teamId,
    expiresAt: key.expiresAt,
    replacedAt: isCurrent ? undefined : (key.previousUntil ?? 0),
    keepsContent: key.metadata[contentMember] === true,
    isDeclared: false,
  };
}

/** Whoever holds a key: what holds for them, and until when. */
export interface Holder {
  readonly caller: Caller;
  /** Why nobody gets in by it; undefined where somebody does. */
  readonly refusal: string | undefined;
  readonly expiresAt: number | undefined;
  readonly replacedAt: number | undefined;
}

/** Puts together what holds for a key, its user and its team. `aliases`: alias → name of a model. */
export function toHolder(
  key: KeyFacts,
  user: Terms | undefined,
  team: Terms | undefined,
  aliases: ReadonlyMap<string, string>,
): Holder {
  const { terms, expiresAt, replacedAt, keepsContent } = key;
  const all = [terms, user, team].filter((one) => one !== undefined);
  const limited = all.map((one) => one.limited).filter((one) => one !== undefined);
  const caller: Caller = {
    role: "key",
    name: terms.payer.name,
    keyId: terms.id,
    userId: user?.id,
    teamId: team?.id,
    tenant: tenantOf(terms, user, team),
    mayAsk: toMayAsk(
      all.map(({ models }) => models),
      aliases,
    ),
    limited: limited.length > 0 ? limited : undefined,
    payers: all.map(({ payer }) => payer),
    keepsContent,
  };
  return { caller, refusal: refusalOf(terms, user, team), expiresAt, replacedAt };
}

/**
 * Who calls with a key at a moment.
 * Fails: throws `invalid_api_key` where the key is blocked or expired, or its user or team is gone.
 */
export function letIn({ caller, refusal, expiresAt, replacedAt }: Holder, sent: string, nowMs: number): Caller {
  if (replacedAt !== undefined && nowMs >= replacedAt) throw wrongKey(sent);
  if (refusal !== undefined) throw refusedKey(refusal);
  if (expiresAt !== undefined && nowMs >= expiresAt) throw refusedKey(`This API key expired at ${toTime(expiresAt)}.`);
  return caller;
}

/** What is kept belongs to the widest of them, so that a new key finds what the old one left. */
function tenantOf(key: Terms, user: Terms | undefined, team: Terms | undefined): string {
  if (team !== undefined) return `team:${team.id}`;
  return user === undefined ? `key:${key.id}` : `user:${user.id}`;
}

function refusalOf(key: Terms, user: Terms | undefined, team: Terms | undefined): string | undefined {
  if (key.state === "blocked") return "This API key is blocked.";
  for (const one of [user, team]) {
    if (one === undefined || one.state === "good") continue;
    return `The ${one.payer.kind} of this API key ${one.state === "blocked" ? "is blocked" : "was deleted"}.`;
  }
  return undefined;
}

/** A time that no date can say is still told: as the number it is. */
function toTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? String(timeMs) : date.toISOString();
}
