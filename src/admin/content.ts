import { GatewayError } from "../errors.ts";
import { toAuditEntry } from "./audit.ts";
import type { AdminHandler } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { toIso } from "./durations.ts";
import { neededIn } from "./query.ts";
import type { SpendLogContent } from "./types.ts";

/**
 * `GET /spend/logs/content`: what was said in a request. That somebody reads it is on the audit log before they do.
 * Fails: throws `not_found` where nothing was kept, or not any more; `conflict` where it cannot be opened.
 */
export function getSpendLogContent(deps: AdminDeps): AdminHandler {
  return async ({ query, caller }) => {
    const id = neededIn(query, "request_id");
    const content = await deps.readContent(id);
    if (content === undefined) throw nothingKept();
    const { keyId, time, request, response = null } = content;
    const read = { key_id: keyId };
    await deps.store.audit.append(
      toAuditEntry(deps, caller, "content.read", { kind: "request", id: content.id }, undefined, read),
    );
    const value: SpendLogContent = { request_id: content.id, time: toIso(time), request, response };
    return { value };
  };
}

function nothingKept(): GatewayError {
  const message = "Nothing that was said is kept of such a request.";
  return new GatewayError("not_found", message, { param: "request_id" });
}
