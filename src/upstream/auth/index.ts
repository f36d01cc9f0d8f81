import type { Dispatcher } from "undici";
import type { AuthConfig } from "../../config/config.ts";
import type { Credential } from "../credential.ts";
import { createTokenDispatcher } from "../pool.ts";
import { createApiKeyCredential } from "./api-key.ts";
import { createBearerCredential } from "./bearer.ts";
import { runTokenCommand } from "./command.ts";
import { fetchGoogleGrant, type GoogleAuth } from "./google.ts";
import { createHeaderCredential } from "./header.ts";
import { createNoCredential } from "./none.ts";
import { createRefreshingCredential } from "./refreshing.ts";

/** What a credential needs from outside. */
export interface CredentialDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The provider's CA file: a token endpoint is behind the same network as the models. */
  readonly caFile?: string | undefined;
  /** The way to token endpoints; by default straight to them, trusting the CA file too. */
  readonly dispatcher?: Dispatcher | undefined;
}

/**
 * The credential of one configured provider. Nothing is read, run or fetched before its first use.
 *
 * Fails: not here; `headers` of what it returns rejects with `upstream_auth_error`.
 */
export function createCredential(auth: AuthConfig, deps: CredentialDeps): Credential {
  const { now } = deps;
  switch (auth.kind) {
    case "none":
      return createNoCredential();
    case "api_key":
      return createApiKeyCredential(auth.key);
    case "bearer":
      return createBearerCredential(auth.token);
    case "header":
      return createHeaderCredential(auth.name, auth.value);
    case "command": {
      const fetch = () => runTokenCommand(auth, now);
      return createRefreshingCredential({ fetch, now, refreshMarginMs: auth.refreshMarginMs });
    }
    case "adc":
    case "service_account":
      return createGoogleCredential(auth, deps);
    default: {
      const unknown: never = auth;
      return unknown;
    }
  }
}

// The metadata server hands out the same token until five minutes before its end: to ask earlier is to ask in vain.
const googleMarginMs = 4 * 60_000;

function createGoogleCredential(auth: GoogleAuth, { now, caFile, dispatcher }: CredentialDeps): Credential {
  let network = dispatcher;
  const fetch = async () => {
    network ??= createTokenDispatcher(caFile);
    return fetchGoogleGrant(auth, network, now);
  };
  return createRefreshingCredential({ fetch, now, refreshMarginMs: googleMarginMs });
}
