import { type Stats, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { GatewayError } from "../../errors.ts";
import type { Credential, CredentialHeaders } from "../credential.ts";
import { codeOf } from "../failure.ts";
import { toBearer } from "./bearer.ts";
import { parseToken } from "./token-text.ts";

/** While requests come, the file is looked at no more often than this. */
const lookAgainMs = 1_000;

interface Held {
  readonly headers: CredentialHeaders;
  /** Which writing of the file this is. */
  readonly version: string;
}

/**
 * A bearer token in a file that something else keeps fresh, as an agent beside the gateway.
 *
 * The file is looked at behind the requests, once a second at most, and read when it is another one; after a refusal
 * at once. While it cannot be read, the last good token serves.
 * Fails: `headers` rejects with `upstream_auth_error` when no token could be read yet.
 */
export function createBearerFileCredential(file: string, now: () => number): Credential {
  let held: Held | undefined;
  let pending: Promise<CredentialHeaders> | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<CredentialHeaders> => {
    try {
      const version = versionOf(await stat(file));
      if (held?.version !== version) held = { headers: await readToken(file, now()), version };
      return held.headers;
    } catch (thrown) {
      throw toAuthError(thrown);
    } finally {
      lookedAtMs = now();
      pending = undefined;
    }
  };

  return {
    headers: () => {
      if (held !== undefined && now() - lookedAtMs < lookAgainMs) return held.headers;
      pending ??= look();
      if (held === undefined) return pending;
      pending.catch(() => undefined);
      return held.headers;
    },
    invalidate: (refused) => {
      if (held === undefined || held.headers !== refused) return true;
      if (isStill(file, held.version)) return false;
      held = undefined;
      return true;
    },
  };
}

/** Asked in place: refusals are rare, and a retry with the same token would be in vain. */
function isStill(file: string, version: string): boolean {
  try {
    return versionOf(statSync(file)) === version;
  } catch {
    return true;
  }
}

/** A rewritten file has another time, a replaced one another inode. */
function versionOf({ mtimeMs, ino, size }: Stats): string {
  return `${mtimeMs} ${ino} ${size}`;
}

async function readToken(file: string, nowMs: number): Promise<CredentialHeaders> {
  const read = parseToken(await readFile(file, "utf8"), nowMs);
  if (typeof read === "string") throw authError(`holds ${read}`);
  return { authorization: toBearer(read.token) };
}

function toAuthError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return authError(codeOf(thrown) === "ENOENT" ? "does not exist" : "cannot be read", thrown);
}

function authError(what: string, cause?: unknown): GatewayError {
  return new GatewayError("upstream_auth_error", `The token file for the upstream ${what}.`, { cause });
}
