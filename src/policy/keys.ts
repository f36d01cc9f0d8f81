import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Config } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import { anyone, type Caller } from "./caller.ts";
import { toSubject } from "./limit-subject.ts";
import { createIsAllowedOrigin, refuseStrangePages } from "./origins.ts";

/** Lets callers in by their headers. Fails: throws `missing_api_key`, `invalid_api_key` or `origin_not_allowed`. */
export type Authenticate = (headers: IncomingHttpHeaders) => Caller;

/**
 * Checks keys against those of routes.yaml, of which only digests are kept.
 * Every digest is compared, in constant time: how long a refusal takes says nothing about the keys.
 * Where no keys are asked for, anyone is let in but strange web pages.
 *
 * @see reference: openai-surface §1
 */
export function createAuthenticate(config: Pick<Config, "keys" | "server">): Authenticate {
  if (config.server.auth === "none") return createLetIn(config.server.corsOrigins);
  const keys = config.keys.map((key) => {
    const subject = toSubject("key", key.name, key.limits);
    const caller: Caller = {
      ...anyone,
      role: "key",
      name: key.name,
      keyId: key.name,
      tenant: `key:${key.name}`,
      limited: subject && [subject],
    };
    return { caller, digest: Buffer.from(key.digest, "hex") };
  });
  return (headers) => {
    const sent = keyIn(headers);
    if (sent === undefined) throw missingKey();
    const digest = createHash("sha256").update(sent).digest();
    const found = keys.filter((key) => timingSafeEqual(key.digest, digest));
    const [key] = found;
    if (key === undefined) throw wrongKey(sent);
    return key.caller;
  };
}

function createLetIn(origins: readonly string[]): Authenticate {
  const isAllowed = createIsAllowedOrigin(origins);
  return (headers) => {
    refuseStrangePages(headers, isAllowed);
    return anyone;
  };
}

/** A key as any client sends it: a bearer token, or one of two plain headers. */
function keyIn(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer\s+(\S.*)$/i.exec(headers.authorization ?? "")?.[1];
  const plain = headers["api-key"] ?? headers["x-api-key"];
  const key = (bearer ?? (typeof plain === "string" ? plain : "")).trim();
  return key === "" ? undefined : key;
}

function missingKey(): GatewayError {
  const message =
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
  return new GatewayError("missing_api_key", message, { headers: { "www-authenticate": "Bearer" } });
}

function wrongKey(sent: string): GatewayError {
  return new GatewayError("invalid_api_key", `Incorrect API key provided: ${masked(sent)}.`, {
    headers: { "www-authenticate": "Bearer" },
  });
}

/** Enough of a long key to recognise it, nothing of a short one. */
function masked(key: string): string {
  return key.length < 20 ? "****" : `${key.slice(0, 3)}****${key.slice(-4)}`;
}
