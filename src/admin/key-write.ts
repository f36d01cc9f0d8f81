import { GatewayError } from "../errors.ts";
import type { Caller } from "../policy/caller.ts";
import type { KeyPatch } from "../store/sql/accounts.ts";
import { declared } from "./account-record.ts";
import { keyState, toAuditEntry } from "./audit.ts";
import type { AdminDeps } from "./deps.ts";
import { after } from "./durations.ts";
import { digestOf, hintOf } from "./find-key.ts";
import { applyPatch, fromStore, type KeyRecord, withContent } from "./key-record.ts";
import { fromConfig, settingsMembers, toSettingsPatch } from "./settings.ts";
import type { GeneratedKey, GenerateKeyRequest } from "./types.ts";
import { toKeyInfo } from "./views.ts";

/** The members of a request that something here acts on. */
export const keyMembers: readonly string[] = [
  ...settingsMembers,
  "key_alias",
  "user_id",
  "team_id",
  "duration",
  "blocked",
  "content",
];

/** What a request changes of a key. Fails: throws 400 for a duration that is none, `conflict` for a name that is taken. */
export function toKeyPatch(
  deps: AdminDeps,
  request: GenerateKeyRequest,
  before: Pick<KeyRecord, "metadata">,
  nowMs: number,
): KeyPatch {
  const settings = toSettingsPatch(request);
  const { key_alias: alias } = request;
  if (deps.config.keys.some(({ name }) => name === alias)) throw taken("key_alias");
  return {
    ...settings,
    metadata: withContent(before.metadata, settings.metadata, request.content),
    alias,
    userId: request.user_id,
    teamId: request.team_id,
    expiresAt: expiryOf(request.duration, nowMs),
  };
}

/** `-1` is LiteLLM's word for never. */
function expiryOf(duration: string | null | undefined, nowMs: number): number | null | undefined {
  if (duration === undefined) return undefined;
  return duration === null || duration === "-1" ? null : after(duration, nowMs, "duration");
}

/** A key that is still to be written. */
export interface FreshKey {
  readonly key: string;
  readonly createdAt: number;
  readonly record: KeyRecord;
}

/**
 * Makes a key of a request and the defaults of routes.yaml, and writes nothing yet.
 * Fails: throws 400, and `conflict` where its text or its alias is taken.
 */
export async function prepareKey(deps: AdminDeps, request: GenerateKeyRequest): Promise<FreshKey> {
  const key = await textOf(deps, request.key, "key");
  const createdAt = deps.nowMs();
  const record = toFresh(deps, request, key, createdAt);
  const { alias } = record;
  await refuseGone(deps, record);
  if (alias !== undefined && (await deps.store.keys.byAlias(alias)) !== undefined) throw taken("key_alias");
  return { key, createdAt, record };
}

/** Somebody who was deleted takes their keys with them: a new one would never be let in. Fails: throws `conflict`. */
export async function refuseGone(
  deps: AdminDeps,
  { userId, teamId }: Pick<KeyPatch, "userId" | "teamId">,
): Promise<void> {
  const named = [["user", userId, "user_id"] as const, ["team", teamId, "team_id"] as const];
  for (const [kind, id, param] of named) {
    if (typeof id !== "string" || declared(deps, kind).some(({ name }) => name === id)) continue;
    const account = await deps.store.accounts.byId(kind, id);
    if (account?.deletedAt === undefined) continue;
    throw new GatewayError("conflict", `This ${kind} was deleted, and its keys with it.`, { param });
  }
}

/** Writes a key. Fails: throws `conflict` where its text or its alias was taken meanwhile. */
export async function insertKey(
  deps: AdminDeps,
  caller: Caller,
  { key, createdAt, record: fresh }: FreshKey,
): Promise<GeneratedKey> {
  const { store } = deps;
  const entry = toAuditEntry(deps, caller, "key.generate", { kind: "key", id: fresh.id }, undefined, keyState(fresh));
  const inserted = await store.keys.insert({ ...fresh, createdAt }, entry);
  // Nobody has heard of the key yet: it is not in use in between.
  const blocked = fresh.blockedAt === undefined ? undefined : await store.keys.setBlocked(fresh.id, true, createdAt);
  const info = await toKeyInfo(deps, fromStore(blocked ?? inserted));
  return { key, ...info, created_by: entry.actor };
}

function toFresh(deps: AdminDeps, request: GenerateKeyRequest, key: string, createdAt: number): KeyRecord {
  const { expiresMs } = deps.config.keyDefaults;
  const blank: KeyRecord = {
    ...fromConfig(deps.config.keyDefaults),
    source: "database",
    id: `key_${deps.randomId()}`,
    digest: digestOf(key),
    hint: hintOf(key),
    alias: undefined,
    userId: undefined,
    teamId: undefined,
    expiresAt: expiresMs === undefined ? undefined : createdAt + expiresMs,
    blockedAt: request.blocked === true ? createdAt : undefined,
    previousUntil: undefined,
    createdAt,
    updatedAt: createdAt,
  };
  return applyPatch(blank, toKeyPatch(deps, request, blank, createdAt));
}

/**
 * The text of a new key: a random one, or that of the request. One that a key had before its rotation is taken while
 * it is good. Fails: throws `invalid_value`, `conflict`.
 */
export async function textOf(deps: AdminDeps, wanted: string | null | undefined, param: string): Promise<string> {
  if (wanted === undefined || wanted === null) return deps.randomKey();
  if (!/^sk-[\x21-\x7e]+$/.test(wanted)) {
    const message = `Invalid '${param}': a key begins with 'sk-', and holds letters, digits and signs of ASCII alone.`;
    throw new GatewayError("invalid_value", message, { param });
  }
  const digest = digestOf(wanted);
  const master = deps.config.server.masterKey;
  const isMaster = master !== undefined && digestOf(master.reveal()) === digest;
  if (isMaster || deps.config.keys.some((key) => key.digest === digest)) throw taken(param);
  if ((await deps.store.keys.byDigest(digest, deps.nowMs())) !== undefined) throw taken(param);
  return wanted;
}

function taken(param: string): GatewayError {
  return new GatewayError("conflict", "There is one of this id, alias or key already.", { param });
}
