import { readFile } from "node:fs/promises";
import type { AuthClient, JWT } from "google-auth-library";
import type { Dispatcher } from "undici";
import type { AuthConfig } from "../../config/config.ts";
import { GatewayError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import { codeOf } from "../failure.ts";
import { toGoogleAuthError } from "./google-errors.ts";
import { clientOptionsFor, findDefaultClient, loadLibrary, scopes, textOf, toTokenUrl } from "./google-library.ts";
import { createNetwork, type Network } from "./google-network.ts";
import type { Grant } from "./refreshing.ts";

/** The kinds of auth that Google's library looks after. */
export type GoogleAuth = Extract<AuthConfig, { kind: "adc" | "service_account" }>;

/** What a source of Google's tokens needs from outside. */
export interface GoogleSourceDeps {
  /** The way to token endpoints. Throws where it cannot be opened. */
  readonly dispatcher: () => Dispatcher;
  readonly now: () => number;
  /** The longest that all requests for one token may take. */
  readonly tokenTimeoutMs: number;
}

const defaultTtlMs = 5 * 60_000;
/** Beside requests there are programs to wait for, which the library gives two minutes, and what it does by itself. */
const longestMs = 130_000;

/**
 * A source of Google's access tokens: Application Default Credentials, or a service account's key file.
 *
 * Each call starts from the files again, so a replaced key is found and a refused token is not served a second time.
 * Calls must not overlap. Fails: rejects with `upstream_auth_error`.
 */
export function createGoogleSource(auth: GoogleAuth, deps: GoogleSourceDeps): () => Promise<Grant> {
  const lasting = new Map<string, AuthClient>();
  let network: Network | undefined;
  const clientOptions = clientOptionsFor(() => {
    if (network === undefined) throw new Error("a request outside of a grant");
    return network;
  });
  return async () => {
    const here = createNetwork({ dispatcher: deps.dispatcher(), timeoutMs: deps.tokenTimeoutMs });
    network = here;
    const makeClient = async (): Promise<AuthClient> =>
      auth.kind === "adc"
        ? findDefaultClient(await loadLibrary(), { clientOptions, network: here, lasting })
        : serviceAccountClient(auth.file, clientOptions, here);
    try {
      return await within(longestMs, async () => askFor(await makeClient(), deps.now));
    } catch (thrown) {
      throw toGoogleAuthError(thrown, here.scrub);
    }
  };
}

async function askFor(client: AuthClient, now: () => number): Promise<Grant> {
  const { ExternalAccountAuthorizedUserClient } = await loadLibrary();
  if (!(client instanceof ExternalAccountAuthorizedUserClient)) {
    return toGrant(await client.getRequestHeaders(), client.credentials.expiry_date, now());
  }
  const { token, res } = await client.getAccessToken();
  const headers = client.quotaProjectId === undefined ? {} : { "x-goog-user-project": client.quotaProjectId };
  const answer: unknown = res?.data;
  const lifeMs = Number(Reflect.get(Object(answer), "expires_in")) * 1_000;
  return toGrant(new Headers({ ...headers, authorization: `Bearer ${token}` }), now() + lifeMs, now());
}

async function serviceAccountClient(
  file: string,
  clientOptions: ReturnType<typeof clientOptionsFor>,
  network: Network,
): Promise<JWT> {
  const { tokenUrl, ...key } = parseKey(await readKey(file));
  network.hide(key.key);
  const { JWT } = await loadLibrary();
  return new JWT({ ...clientOptions, ...toTokenUrl(tokenUrl, network), ...key, scopes });
}

async function readKey(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw authError("The service account file is not JSON.");
    const what = codeOf(thrown) === "ENOENT" ? "does not exist" : "cannot be read";
    throw authError(`The service account file ${what}.`, thrown);
  }
}

interface ServiceAccountKey {
  readonly email: string;
  readonly key: string;
  readonly tokenUrl: string | undefined;
  readonly keyId?: string;
  readonly quotaProjectId?: string;
  readonly universeDomain?: string;
}

function parseKey(json: unknown): ServiceAccountKey {
  const [email, key] = [textOf(json, "client_email"), textOf(json, "private_key")];
  if (textOf(json, "type") !== "service_account" || email === undefined || key === undefined) {
    throw authError("The service account file is not a service account key.");
  }
  const [keyId, quotaProjectId, universeDomain] = [
    textOf(json, "private_key_id"),
    textOf(json, "quota_project_id"),
    textOf(json, "universe_domain"),
  ];
  return {
    email,
    // Keys that travelled through an environment variable come with their line breaks escaped.
    key: key.replaceAll("\\n", "\n"),
    tokenUrl: textOf(json, "token_uri"),
    ...(keyId === undefined ? {} : { keyId }),
    ...(quotaProjectId === undefined ? {} : { quotaProjectId }),
    ...(universeDomain === undefined ? {} : { universeDomain }),
  };
}

/** `authorization`, and `x-goog-user-project` where the library knows of one. */
function toGrant(given: Headers, expiryMs: number | null | undefined, nowMs: number): Grant {
  const headers: Record<string, Secret> = {};
  given.forEach((value, name) => {
    headers[name] = new Secret(value);
  });
  if (headers["authorization"] === undefined) throw authError("Google's auth library gave no token.");
  // Self-signed tokens come without an expiry that means anything.
  const known = typeof expiryMs === "number" && expiryMs > nowMs;
  return { headers, expiresAtMs: known ? expiryMs : nowMs + defaultTtlMs };
}

/** Not everything the library does can be ended, but nobody needs to wait for it. */
async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(authError("No Google access token could be had in time.")), limitMs);
  try {
    return await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function authError(message: string, cause?: unknown): GatewayError {
  return new GatewayError("upstream_auth_error", message, { cause });
}
