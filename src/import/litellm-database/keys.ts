import { createHash } from "node:crypto";
import type { NewKey } from "../../store/sql/accounts.ts";
import { type Row, textIn, textsIn, timeIn } from "./row.ts";
import { toTerms } from "./settings.ts";

/** Something of LiteLLM's that can be had here. */
export interface Carried<Target> {
  readonly name: string;
  readonly target: Target;
  readonly isBlocked: boolean;
  readonly spentNanoUsd: bigint;
  readonly notes: readonly string[];
}

/** Something that cannot, and why. */
export interface Skipped {
  readonly name: string;
  readonly why: string;
}

/** What stands beside a key in other tables. */
export interface KeyContext {
  /** Budgets by their ids. */
  readonly budgets: ReadonlyMap<string, Row>;
  /** Users that may ask for no model but by keys of teams. */
  readonly barred: ReadonlySet<string>;
  readonly nowMs: number;
}

/** Whose keys LiteLLM makes for its own pages. */
const dashboardTeam = "litellm-dashboard";
/** The user that LiteLLM gives to keys that are nobody's. */
export const nobody = "default_user_id";

/** LiteLLM's word for no model but those beside it. */
export const noModels = "no-default-models";

/**
 * A key of LiteLLM_VerificationToken. Its token is the SHA-256 of the key in hex, which is our digest: whoever has the
 * key goes on using it.
 */
export function toKey(row: Row, { budgets, barred, nowMs }: KeyContext): Carried<NewKey> | Skipped {
  const digest = textIn(row, "token") ?? "";
  const hint = textIn(row, "key_name") ?? "sk-...";
  const name = textIn(row, "key_alias") ?? hint;
  const why = whyNot(row, digest, nowMs);
  if (why !== undefined) return { name, why };
  const budget = budgets.get(textIn(row, "budget_id") ?? "") ?? {};
  const { settings, createdAt, spentNanoUsd, notes } = toTerms(row, budget, textIn(row, "key_alias"), nowMs);
  const [userId, teamId] = [textIn(row, "user_id"), textIn(row, "team_id")];
  const isBarred = teamId === undefined && userId !== undefined && barred.has(userId);
  const target: NewKey = {
    ...settings,
    models: isBarred ? [noModels] : settings.models,
    // The same each time, so that a second run finds what the first one made.
    id: `key_${createHash("sha256").update(`litellm ${digest}`).digest("hex").slice(0, 24)}`,
    digest,
    hint: /^sk-\.{3}.{0,8}$/.test(hint) ? hint : "sk-...",
    userId: userId === nobody ? undefined : userId,
    teamId,
    expiresAt: timeIn(row, "expires"),
    createdAt,
  };
  return {
    name,
    target,
    isBlocked: row["blocked"] === true,
    spentNanoUsd,
    notes: [...notes, ...(isBarred ? [barredNote] : [])],
  };
}

const barredNote = "its user may ask for models by keys of teams alone: it may ask for none";

function whyNot(row: Row, digest: string, nowMs: number): string | undefined {
  if (textIn(row, "team_id") === dashboardTeam) return "a session of LiteLLM's own pages";
  if (!/^[\da-f]{64}$/.test(digest)) return "no digest of a key: its token is no SHA-256 in hex";
  const expires = timeIn(row, "expires");
  return expires !== undefined && expires <= nowMs ? `expired at ${new Date(expires).toISOString()}` : undefined;
}

/** Which users may ask for no model but by keys of teams. */
export function barredUsers(users: readonly Row[]): ReadonlySet<string> {
  const barred = users.filter((row) => textsIn(row, "models").includes(noModels));
  return new Set(barred.map((row) => textIn(row, "user_id") ?? ""));
}
