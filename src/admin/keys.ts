import {
  validateDeleteKeysRequest,
  validateGenerateKeyRequest,
  validateKeyRequest,
  validateUpdateKeyRequest,
} from "../../generated/validators/admin.received.mjs";
import { GatewayError } from "../errors.ts";
import type { Caller } from "../policy/caller.ts";
import { keyState, toAuditEntry } from "./audit.ts";
import { type AdminHandler, checked, reported } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { keyNotFound, needOwnKey, shownAs } from "./find-key.ts";
import { applyPatch, fromStore, type KeyRecord } from "./key-record.ts";
import { insertKey, keyMembers, prepareKey, refuseGone, toKeyPatch } from "./key-write.ts";
import { inTurns } from "./turns.ts";
import type { GenerateKeyRequest } from "./types.ts";
import { toKeyInfo } from "./views.ts";

/** `POST /key/generate`. Fails: throws `conflict` for a key, or an alias, that is taken. */
export function generateKey(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request: GenerateKeyRequest = checked(validateGenerateKeyRequest, body);
    const value = await insertKey(deps, caller, await prepareKey(deps, request));
    return { value, changes: reported(body, actedOn(deps)) };
  };
}

/** Members that say something here: `content` only where routes.yaml says how long it is kept. */
function actedOn({ config }: AdminDeps): readonly string[] {
  const members = [...keyMembers, "key"];
  return config.ledger.contentRetentionMs === undefined ? members.filter((name) => name !== "content") : members;
}

/** `POST /key/update`. */
export function updateKey(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const request = checked(validateUpdateKeyRequest, body);
    const key = await needOwnKey(deps, request.key, "key");
    const changed = await changeKey(deps, caller, key, request);
    return { value: await toKeyInfo(deps, changed), changes: reported(body, actedOn(deps)) };
  };
}

/** Writes what a request changes of a key; the key as it is then. */
export async function changeKey(
  deps: AdminDeps,
  caller: Caller,
  key: KeyRecord,
  request: GenerateKeyRequest,
): Promise<KeyRecord> {
  const patch = toKeyPatch(deps, request, key, deps.nowMs());
  await refuseGone(deps, patch);
  const after = applyPatch(key, patch);
  const entry = toAuditEntry(deps, caller, "key.update", { kind: "key", id: key.id }, keyState(key), keyState(after));
  const written = await deps.store.keys.update(key.id, patch, deps.nowMs(), entry);
  if (written === undefined) throw keyNotFound("key");
  const { blocked } = request;
  if (typeof blocked !== "boolean" || blocked === (key.blockedAt !== undefined)) return fromStore(written);
  return blockKeyOf(deps, caller, fromStore(written), blocked);
}

/** `POST /key/block` and `/key/unblock`. */
export function blockKey(deps: AdminDeps, isBlocked: boolean): AdminHandler {
  return async ({ body, caller }) => {
    const { key: text } = checked(validateKeyRequest, body);
    const key = await needOwnKey(deps, text, "key");
    const value = await toKeyInfo(deps, await blockKeyOf(deps, caller, key, isBlocked));
    return { value, changes: reported(body, ["key"]) };
  };
}

async function blockKeyOf(deps: AdminDeps, caller: Caller, key: KeyRecord, isBlocked: boolean): Promise<KeyRecord> {
  const action = isBlocked ? "key.block" : "key.unblock";
  const before = { blocked: key.blockedAt !== undefined };
  const entry = toAuditEntry(deps, caller, action, { kind: "key", id: key.id }, before, { blocked: isBlocked });
  const written = await deps.store.keys.setBlocked(key.id, isBlocked, deps.nowMs(), entry);
  if (written === undefined) throw keyNotFound("key");
  return fromStore(written);
}

/** `POST /key/delete`: all that are named, or none where one of them is not there. */
export function deleteKeys(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const { keys, key_aliases: aliases } = checked(validateDeleteKeysRequest, body);
    const named = await inTurns(keys ?? [], async (text) => ({ text, key: await needOwnKey(deps, text, "keys") }));
    const byAlias = await inTurns(aliases ?? [], (alias) => keyByAlias(deps, alias));
    if (named.length + byAlias.length === 0) {
      throw new GatewayError("missing_required_parameter", "Missing required parameter: 'keys'.", { param: "keys" });
    }
    const all = [...named.map(({ key }) => key), ...byAlias.map(({ key }) => key)];
    for (const key of new Map(all.map((one) => [one.id, one])).values()) await removeKey(deps, caller, key);
    const deleted = [...named.map(({ text, key }) => shownAs(text, key)), ...byAlias.map(({ alias }) => alias)];
    return { value: { deleted_keys: deleted }, changes: reported(body, ["keys", "key_aliases"]) };
  };
}

async function keyByAlias(
  deps: AdminDeps,
  alias: string,
): Promise<{ readonly alias: string; readonly key: KeyRecord }> {
  const key = await deps.store.keys.byAlias(alias);
  if (key === undefined) throw keyNotFound("key_aliases");
  return { alias, key: fromStore(key) };
}

/** Deletes a key; one that somebody else deleted meanwhile is deleted too. */
export async function removeKey(deps: AdminDeps, caller: Caller, key: KeyRecord): Promise<void> {
  const entry = toAuditEntry(deps, caller, "key.delete", { kind: "key", id: key.id }, keyState(key), undefined);
  await deps.store.keys.remove(key.id, deps.nowMs(), entry);
}
