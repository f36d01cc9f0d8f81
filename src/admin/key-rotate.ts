import { validateRegenerateKeyRequest } from "../../generated/validators/admin.received.mjs";
import { GatewayError } from "../errors.ts";
import { toAuditEntry } from "./audit.ts";
import { type AdminHandler, checked, reported } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { after, toIso } from "./durations.ts";
import { digestOf, hintOf, keyNotFound, needOwnKey } from "./find-key.ts";
import { fromStore } from "./key-record.ts";
import { keyMembers, textOf } from "./key-write.ts";
import { changeKey } from "./keys.ts";
import type { RegenerateKeyRequest } from "./types.ts";
import { toKeyInfo } from "./views.ts";

const members: readonly string[] = [...keyMembers, "key", "new_key", "grace_period"];

/**
 * `POST /key/regenerate` and `/key/{key}/regenerate`: another key in the place of one, which stays good for its time of
 * grace. All else stays, unless the request says otherwise.
 */
export function regenerateKey(deps: AdminDeps): AdminHandler {
  return async ({ body, caller, rest }) => {
    const request: RegenerateKeyRequest = checked(validateRegenerateKeyRequest, body);
    const named = rest === "" ? request.key : rest;
    if (named === undefined || named === null) {
      throw new GatewayError("missing_required_parameter", "Missing required parameter: 'key'.", { param: "key" });
    }
    const key = await needOwnKey(deps, named, "key");
    const text = await textOf(deps, request.new_key, "new_key");
    const now = deps.nowMs();
    const previousUntil = graceUntil(request.grace_period, now);
    // Before the rotation: where an alias is taken, the key must stay as it is.
    const hasMore = keyMembers.some((name) => Reflect.get(request, name) !== undefined);
    const current = hasMore ? await changeKey(deps, caller, key, request) : key;
    const hint = hintOf(text);
    const before = { key_name: current.hint, previous_key_expires: null };
    const grown = { key_name: hint, previous_key_expires: toIso(previousUntil) };
    const entry = toAuditEntry(deps, caller, "key.regenerate", { kind: "key", id: key.id }, before, grown);
    const to = { digest: digestOf(text), hint, previousUntil };
    const written = await deps.store.keys.rotate(key.id, to, now, entry);
    if (written === undefined) throw keyNotFound("key");
    const info = await toKeyInfo(deps, fromStore(written));
    return { value: { key: text, ...info, created_by: entry.actor }, changes: reported(body, members) };
  };
}

/** Zero is LiteLLM's word for no grace. */
function graceUntil(grace: string | null | undefined, now: number): number {
  return grace === undefined || grace === null || /^0[a-z]*$/.test(grace) ? now : after(grace, now, "grace_period");
}
