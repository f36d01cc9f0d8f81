import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { GatewayError } from "../errors.ts";

/**
 * A key as any client sends it: a bearer token, or one of two plain headers. Undefined where there is none.
 *
 * @see reference: openai-surface §1
 */
export function keyIn(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer\s+(\S.*)$/i.exec(headers.authorization ?? "")?.[1];
  const plain = headers["api-key"] ?? headers["x-api-key"];
  const key = (bearer ?? (typeof plain === "string" ? plain : "")).trim();
  return key === "" ? undefined : key;
}

/** SHA-256 of a key's text: all that is kept of it. */
export function digestOf(key: string): Buffer {
  return hash("sha256", key, "buffer");
}

const challenge = { "www-authenticate": "Bearer" };

export function missingKey(): GatewayError {
  const message =
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
  return new GatewayError("missing_api_key", message, { headers: challenge });
}

/** Nobody has this key. */
export function wrongKey(sent: string): GatewayError {
  return refusedKey(`Incorrect API key provided: ${masked(sent)}.`);
}

/** Somebody has this key, and it does not hold. */
export function refusedKey(message: string): GatewayError {
  return new GatewayError("invalid_api_key", message, { headers: challenge });
}

/** Enough of a long key to recognise it, nothing of a short one. */
function masked(key: string): string {
  return key.length < 20 ? "****" : `${key.slice(0, 3)}****${key.slice(-4)}`;
}
