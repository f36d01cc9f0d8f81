import type { KeyConfig } from "../config/config.ts";
import { contentMember } from "../policy/content.ts";
import type { KeyPatch, Settings, VirtualKey } from "../store/sql/accounts.ts";
import { applySettings, fromConfig, patched } from "./settings.ts";

/** Where a key or an account is declared. `keys`: nowhere; keys name it. */
export type Source = "database" | "routes.yaml" | "keys";

/** A key, wherever it is declared. */
export interface KeyRecord extends Settings {
  readonly source: "database" | "routes.yaml";
  readonly id: string;
  readonly digest: string;
  readonly hint: string;
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  readonly expiresAt: number | undefined;
  readonly blockedAt: number | undefined;
  readonly previousUntil: number | undefined;
  /** Undefined for those of routes.yaml. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
}

export function fromStore(key: VirtualKey): KeyRecord {
  return { ...key, source: "database" };
}

/** A key of routes.yaml. Its name is its id and its alias; nothing is known of its text. */
export function fromFile(key: KeyConfig): KeyRecord {
  return {
    ...fromConfig(key),
    source: "routes.yaml",
    id: key.name,
    alias: key.name,
    digest: key.digest,
    hint: key.name,
    userId: key.user,
    teamId: key.team,
    metadata: key.keepsContent ? { [contentMember]: true } : {},
    expiresAt: undefined,
    blockedAt: undefined,
    previousUntil: undefined,
    createdAt: undefined,
    updatedAt: undefined,
  };
}

/** A key after a change. */
export function applyPatch(key: KeyRecord, patch: KeyPatch): KeyRecord {
  return {
    ...key,
    ...applySettings(key, patch),
    alias: patched(key.alias, patch.alias),
    userId: patched(key.userId, patch.userId),
    teamId: patched(key.teamId, patch.teamId),
    expiresAt: patched(key.expiresAt, patch.expiresAt),
  };
}

type Metadata = Settings["metadata"];

/** Metadata as administrators wrote it. */
export function shownMetadata({ [contentMember]: _, ...metadata }: Metadata): Metadata {
  return metadata;
}

/** Metadata that also says whether content is kept; undefined where neither changes. */
export function withContent(
  before: Metadata,
  metadata: Metadata | undefined,
  content: boolean | null | undefined,
): Metadata | undefined {
  if (metadata === undefined && content === undefined) return undefined;
  const keeps = content === undefined ? before[contentMember] === true : content === true;
  return { ...shownMetadata(metadata ?? before), ...(keeps && { [contentMember]: true }) };
}
