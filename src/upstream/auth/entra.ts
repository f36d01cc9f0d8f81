import type { Dispatcher } from "undici";
import type { AuthConfig, ProxyConfig } from "../../config/config.ts";
import { GatewayError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import type { Credential } from "../credential.ts";
import { createTokenDispatcher } from "../pool.ts";
import { toEntraError } from "./entra-errors.ts";
import { createEntraClient } from "./entra-network.ts";
import { createRefreshingCredential, type Grant } from "./refreshing.ts";

/** The kind of auth that Azure's library looks after. */
export type EntraAuth = Extract<AuthConfig, { kind: "entra" }>;

/** What a source of tokens needs from outside. */
export interface EntraDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly caFile?: string | undefined;
  readonly proxy?: ProxyConfig | undefined;
  /** For all requests for one token together; 20 s unless told. */
  readonly tokenTimeoutMs?: number | undefined;
  /** The way to Entra ID and to the machine's own identity; by default the one that `caFile` and `proxy` describe. */
  readonly dispatcher?: Dispatcher | undefined;
}

type Library = typeof import("@azure/identity");

// Managed identities hand out the same token until its last minutes; those of applications live an hour or more.
const marginMs = 5 * 60_000;
const defaultTimeoutMs = 20_000;
/** Programs, as `az`, may be asked one after the other. */
const longestMs = 130_000;
const programTimeoutMs = 10_000;
/** Of what is on the machine itself, or not there at all. */
const machineConnectMs = 3_000;

let loading: Promise<Library> | undefined;

/** Azure's auth library, loaded on first use. It reads its own environment (`AZURE_CLIENT_ID`, …). */
function loadLibrary(): Promise<Library> {
  loading ??= import("@azure/identity");
  return loading;
}

/**
 * Tokens of Microsoft Entra ID, found by Azure's own library: an application's secret or certificate, workload identity,
 * a managed identity, then the logins of Azure's tools.
 *
 * Each grant starts from a new credential, whose memory is empty: a refused token is not served a second time, as far as
 * it is the library that remembers it, and a replaced secret file is found.
 * Fails: `headers` rejects with `upstream_auth_error`.
 *
 * @see https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 * @see reference: upstream-auth §3
 */
export function createEntraCredential(auth: EntraAuth, deps: EntraDeps): Credential {
  const { now } = deps;
  const fetch = createEntraSource(auth, deps);
  return createRefreshingCredential({ fetch, now, refreshMarginMs: marginMs });
}

function createEntraSource(auth: EntraAuth, deps: EntraDeps): () => Promise<Grant> {
  const { caFile, proxy, tokenTimeoutMs = defaultTimeoutMs } = deps;
  let opened = deps.dispatcher;
  let direct = deps.dispatcher;
  return async () => {
    opened ??= createTokenDispatcher(caFile, proxy);
    direct ??= createTokenDispatcher(undefined, undefined, machineConnectMs);
    const client = createEntraClient({ dispatcher: opened, direct, timeoutMs: tokenTimeoutMs });
    try {
      return toGrant(await within(longestMs, ask(await loadLibrary(), auth, client.httpClient)));
    } catch (thrown) {
      throw toEntraError(thrown, client);
    }
  };
}

async function ask(
  { DefaultAzureCredential }: Library,
  { scope, authority }: EntraAuth,
  httpClient: ReturnType<typeof createEntraClient>["httpClient"],
): Promise<{ readonly token: string; readonly expiresOnTimestamp: number }> {
  const credential = new DefaultAzureCredential({
    httpClient,
    processTimeoutInMs: programTimeoutMs,
    retryOptions: { maxRetries: 1, retryDelayInMs: 200 },
    ...(authority !== undefined && { authorityHost: authority }),
  });
  return credential.getToken(scope);
}

function toGrant({
  token,
  expiresOnTimestamp,
}: {
  readonly token: string;
  readonly expiresOnTimestamp: number;
}): Grant {
  return { headers: { authorization: new Secret(`Bearer ${token}`) }, expiresAtMs: expiresOnTimestamp };
}

/** Not everything the library does can be ended, but nobody needs to wait for it. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = new GatewayError("upstream_auth_error", "No token of Entra ID could be had in time.");
  const timer = setTimeout(() => reject(late), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
