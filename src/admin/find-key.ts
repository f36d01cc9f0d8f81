import { createHash } from "node:crypto";
import { GatewayError } from "../errors.ts";
import type { Caller } from "../policy/caller.ts";
import type { AdminDeps } from "./deps.ts";
import { fromFile, fromStore, type KeyRecord } from "./key-record.ts";

const longestId = 200;

/** SHA-256 of a key, in lower-case hex. */
export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** What may be shown of a key. */
export function hintOf(key: string): string {
  return `sk-...${key.slice(-4)}`;
}

/** A key by itself, by its token, by its id, or by its name in routes.yaml. Undefined where there is none. */
export async function findKey({ store, config, nowMs }: AdminDeps, text: string): Promise<KeyRecord | undefined> {
  const digest = /^[\da-f]{64}$/i.test(text) ? text.toLowerCase() : digestOf(text);
  const declared = config.keys.find((key) => key.digest === digest) ?? config.keys.find(({ name }) => name === text);
  if (declared !== undefined) return fromFile(declared);
  const known = await store.keys.byDigest(digest, nowMs());
  if (known !== undefined) return fromStore(known);
  if (text === "" || text.length > longestId || text.startsWith("sk-")) return undefined;
  const named = await store.keys.byId(text);
  return named === undefined || named.deletedAt !== undefined ? undefined : fromStore(named);
}

/** The same. Fails: throws `not_found`, which does not repeat the text: it may be a key. */
export async function needKey(deps: AdminDeps, text: string, param: string): Promise<KeyRecord> {
  const key = await findKey(deps, text);
  if (key === undefined) throw keyNotFound(param);
  return key;
}

/** A key that can be changed. Fails: as {@link needKey}; throws `permission_denied` for one of routes.yaml. */
export async function needOwnKey(deps: AdminDeps, text: string, param: string): Promise<KeyRecord> {
  const key = await needKey(deps, text, param);
  if (key.source === "database") return key;
  const message = `The key '${key.id}' is set in routes.yaml, and cannot be changed here.`;
  throw new GatewayError("permission_denied", message, { param });
}

export function keyNotFound(param: string): GatewayError {
  return new GatewayError("not_found", "There is no such key.", { param });
}

/** What answers call a key: as it was asked for, and never by itself. */
export function shownAs(text: string, { id, digest }: KeyRecord): string {
  return text === id ? id : digest;
}

/** The id of the key that calls; undefined for the master key, which sees all. */
export function ownKeyId({ role, keyId }: Caller): string | undefined {
  return role === "master" ? undefined : (keyId ?? "");
}

/** What belongs to somebody else, or is not there: a virtual key learns no difference. */
export function notYours(param: string): GatewayError {
  return new GatewayError("permission_denied", "A virtual key sees what is its own alone.", { param });
}
