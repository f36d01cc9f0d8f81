import type { NanoUsd } from "./money.ts";

/** Who money is counted for. */
export type SubjectKind = "key" | "user" | "team" | "end_user";

export interface Subject {
  readonly kind: SubjectKind;
  /** A key's id, never its digest: rotation loses nothing. */
  readonly id: string;
}

/** What may be set of a key or an account, and changed later. Undefined: not set, so nothing is limited. */
export interface Settings {
  readonly alias: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The models that may be asked for; wildcards as they were written. Undefined: all. */
  readonly models: readonly string[] | undefined;
  /** Requests per minute. */
  readonly rpm: number | undefined;
  /** Tokens per minute. */
  readonly tpm: number | undefined;
  /** Requests at the same time. */
  readonly parallel: number | undefined;
  readonly maxBudgetNanoUsd: NanoUsd | undefined;
  /** How long a budget lasts, in the words it was given in: `30d`, `1mo`. */
  readonly budgetPeriod: string | undefined;
  readonly softBudgetNanoUsd: NanoUsd | undefined;
}

/** Times are milliseconds since 1970. */
interface Life {
  readonly blockedAt: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Soft: the row stays, and its alias is free again. */
  readonly deletedAt: number | undefined;
  /** The number of the change that wrote it: {@link AccountChanges}. */
  readonly revision: number;
}

/** What a key is besides its settings. */
interface KeyMembers {
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  readonly expiresAt: number | undefined;
}

/** A virtual key. The key itself is not kept. */
export interface VirtualKey extends Settings, KeyMembers, Life {
  readonly id: string;
  /** SHA-256 of the key, in hex. */
  readonly digest: string;
  /** What may be shown of it: `sk-…abcd`. */
  readonly hint: string;
  /** The digest before the last rotation, which is good until the time beside it. */
  readonly previousDigest: string | undefined;
  readonly previousUntil: number | undefined;
}

export interface NewKey extends Settings, KeyMembers {
  readonly id: string;
  readonly digest: string;
  readonly hint: string;
  readonly createdAt: number;
}

/** Absent members stay as they are; null takes a value away. */
export type KeyPatch = Patch<Omit<Settings, "metadata"> & KeyMembers> & MetadataPatch;

export type AccountKind = Exclude<SubjectKind, "key">;

/** A user, a team or an end user. */
export interface Account extends Settings, Life {
  readonly kind: AccountKind;
  readonly id: string;
  readonly email: string | undefined;
}

export interface NewAccount extends Settings {
  readonly kind: AccountKind;
  readonly id: string;
  readonly email: string | undefined;
  readonly createdAt: number;
}

/** Absent members stay as they are; null takes a value away. */
export type AccountPatch = Patch<Omit<Settings, "metadata"> & Pick<Account, "email">> & MetadataPatch;

type Patch<Members> = { readonly [Name in keyof Members]?: Members[Name] | null };
type MetadataPatch = { readonly metadata?: Settings["metadata"] | undefined };

/** Which to list. Absent members choose nothing. */
export interface KeyFilter {
  readonly userId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly alias?: string | undefined;
  /** Deleted ones too. */
  readonly deleted?: boolean | undefined;
}

export interface AccountFilter {
  readonly kind?: AccountKind | undefined;
  readonly alias?: string | undefined;
  readonly deleted?: boolean | undefined;
}

/** A page of a list in the order of ids. */
export interface PageOf {
  /** The last id of the page before. */
  readonly after?: string | undefined;
  /** How many at most, 1,000 or fewer. */
  readonly limit: number;
}

/** What has changed after a revision, deleted ones among it. */
export interface AccountChanges {
  /** To be asked with the next time. */
  readonly revision: number;
  readonly keys: readonly VirtualKey[];
  readonly accounts: readonly Account[];
  /** There is more: ask again at once. */
  readonly more: boolean;
}
