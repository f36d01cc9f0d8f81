import { validateKeyInfoRequest } from "../../generated/validators/admin.received.mjs";
import { GatewayError } from "../errors.ts";
import type { Caller } from "../policy/caller.ts";
import type { KeyFilter } from "../store/sql/accounts.ts";
import { type AdminHandler, checked, reported } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { findKey, needKey, notYours, ownKeyId, shownAs } from "./find-key.ts";
import { fromFile, fromStore, type KeyRecord } from "./key-record.ts";
import { pageIn, toPage } from "./page.ts";
import { flagIn, textIn } from "./query.ts";
import { inTurns } from "./turns.ts";
import { toKeyInfo } from "./views.ts";

/** `GET /key/info`. Fails: throws `permission_denied` for a virtual key that asks for another one. */
export function getKeyInfo(deps: AdminDeps): AdminHandler {
  return async ({ query, caller }) => ({ value: await infoOf(deps, caller, textIn(query, "key")) });
}

/** `POST /key/info`: one key, several, or the caller's own. */
export function postKeyInfo(deps: AdminDeps): AdminHandler {
  return async ({ body, caller }) => {
    const { key, keys } = checked(validateKeyInfoRequest, body);
    const changes = reported(body, ["key", "keys"]);
    if (keys === undefined || keys === null) return { value: await infoOf(deps, caller, key ?? undefined), changes };
    const all = await inTurns(keys, (text) => infoOf(deps, caller, text));
    return { value: { key: all.map((one) => one.key), info: all.map(({ info }) => info) }, changes };
  };
}

async function infoOf(deps: AdminDeps, caller: Caller, text: string | undefined) {
  const own = ownKeyId(caller);
  const key = text === undefined ? await ownKey(deps, own) : await keyFor(deps, own, text);
  return { key: text === undefined ? key.digest : shownAs(text, key), info: await toKeyInfo(deps, key) };
}

async function ownKey(deps: AdminDeps, own: string | undefined): Promise<KeyRecord> {
  if (own !== undefined) return needKey(deps, own, "key");
  throw new GatewayError("missing_required_parameter", "Missing required parameter: 'key'.", { param: "key" });
}

/** A key that the caller may see. */
async function keyFor(deps: AdminDeps, own: string | undefined, text: string): Promise<KeyRecord> {
  if (own === undefined) return needKey(deps, text, "key");
  const key = await findKey(deps, text);
  if (key?.id !== own) throw notYours("key");
  return key;
}

/** `GET /key/list`: those of routes.yaml first, then those of the database in the order of their ids. */
export function listKeys(deps: AdminDeps): AdminHandler {
  return async ({ query }) => {
    const page = pageIn(query, "size", 10);
    const filter: KeyFilter = {
      userId: textIn(query, "user_id"),
      teamId: textIn(query, "team_id"),
      alias: textIn(query, "key_alias"),
    };
    const { items, total, totalPages } = toPage(await keysOf(deps, filter), page);
    const keys = flagIn(query, "return_full_object")
      ? await inTurns(items, (key) => toKeyInfo(deps, key))
      : items.map(({ digest }) => digest);
    return { value: { keys, total_count: total, current_page: page.number, total_pages: totalPages } };
  };
}

const atOnce = 1_000;

/** All keys that a filter chooses, wherever they are declared. */
export async function keysOf({ store, config }: AdminDeps, filter: KeyFilter): Promise<readonly KeyRecord[]> {
  const wanted = ({ userId, teamId, alias }: KeyRecord): boolean =>
    [
      [filter.userId, userId],
      [filter.teamId, teamId],
      [filter.alias, alias],
    ].every(([asked, is]) => asked === undefined || asked === is);
  const all = config.keys.map(fromFile).filter(wanted);
  for (let after: string | undefined; ; ) {
    const some = await store.keys.list(filter, { after, limit: atOnce });
    all.push(...some.map(fromStore));
    after = some.at(-1)?.id;
    if (some.length < atOnce) return all;
  }
}
