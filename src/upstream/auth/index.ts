import type { Dispatcher } from "undici";
import type { AuthConfig, ProviderConfig, ProxyConfig } from "../../config/config.ts";
import { providerOf } from "../../providers/index.ts";
import type { Credential } from "../credential.ts";
import { createTokenDispatcher } from "../pool.ts";
import { type ApiKeyHeader, createApiKeyCredential } from "./api-key.ts";
import { createAwsCredential } from "./aws.ts";
import { createAwsSource } from "./aws-chain.ts";
import { createBearerCredential } from "./bearer.ts";
import { createBearerFileCredential } from "./bearer-file.ts";
import { runTokenCommand } from "./command.ts";
import { createEntraCredential } from "./entra.ts";
import { createGoogleSource, type GoogleAuth } from "./google.ts";
import { createHeaderCredential } from "./header.ts";
import { createNoCredential } from "./none.ts";
import { createRefreshingCredential } from "./refreshing.ts";

/** What a credential needs from outside. */
export interface CredentialDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where the provider looks for an API key. */
  readonly apiKeyHeader: ApiKeyHeader;
  /** The provider's CA file: a token endpoint is behind the same network as the models. */
  readonly caFile?: string | undefined;
  /** The environment's proxies, for token endpoints too. */
  readonly proxy?: ProxyConfig | undefined;
  /** How long a token endpoint may take, retries included; 20 s unless told. */
  readonly tokenTimeoutMs?: number | undefined;
  /** The way to token endpoints; by default the one that `caFile` and `proxy` describe. */
  readonly dispatcher?: Dispatcher | undefined;
}

/** The credential of a configured provider, told what its host type and its entry say about it. */
export function credentialOf(provider: ProviderConfig, deps: Pick<CredentialDeps, "now" | "proxy">): Credential {
  const { auth, caFile } = provider;
  return createCredential(auth, { ...deps, caFile, apiKeyHeader: providerOf(provider).apiKeyHeader });
}

/**
 * A credential of any kind. Nothing is read, run or fetched before its first use.
 *
 * Fails: not here; `headers` of what it returns rejects with `upstream_auth_error`.
 */
export function createCredential(auth: AuthConfig, deps: CredentialDeps): Credential {
  const { now } = deps;
  switch (auth.kind) {
    case "none":
      return createNoCredential();
    case "api_key":
      return createApiKeyCredential(auth.key, deps.apiKeyHeader);
    case "bearer":
      return createBearerCredential(auth.token);
    case "bearer_file":
      return createBearerFileCredential(auth.file, now);
    case "header":
      return createHeaderCredential(auth.name, auth.value);
    case "command": {
      const fetch = () => runTokenCommand(auth, now);
      return createRefreshingCredential({ fetch, now, refreshMarginMs: auth.refreshMarginMs });
    }
    case "adc":
    case "service_account":
      return createGoogleCredential(auth, deps);
    case "entra":
      return createEntraCredential(auth, deps);
    case "aws":
      return createKeysOfAws(auth.region, deps);
    default: {
      const unknown: never = auth;
      return unknown;
    }
  }
}

// The metadata server hands out the same token until five minutes before its end: to ask earlier is to ask in vain.
const googleMarginMs = 4 * 60_000;
const defaultTokenTimeoutMs = 20_000;

function createGoogleCredential(auth: GoogleAuth, deps: CredentialDeps): Credential {
  const { now, tokenTimeoutMs = defaultTokenTimeoutMs } = deps;
  const fetch = createGoogleSource(auth, { dispatcher: tokenDispatcher(deps), now, tokenTimeoutMs });
  return createRefreshingCredential({ fetch, now, refreshMarginMs: googleMarginMs });
}

// A program that a profile names may ask somebody for a password first.
const keysTimeoutMs = 60_000;

function createKeysOfAws(region: string, deps: CredentialDeps): Credential {
  const { now, tokenTimeoutMs = keysTimeoutMs } = deps;
  const source = createAwsSource({ dispatcher: tokenDispatcher(deps), region, timeoutMs: tokenTimeoutMs });
  return createAwsCredential({ source, region, now });
}

/** Opened with the first request that needs it. */
function tokenDispatcher({ dispatcher, caFile, proxy }: CredentialDeps): () => Dispatcher {
  let opened = dispatcher;
  return () => {
    opened ??= createTokenDispatcher(caFile, proxy);
    return opened;
  };
}
