import { readFile } from "node:fs/promises";
import type { AuthClient, JWTOptions } from "google-auth-library";
import { type Dispatcher, fetch } from "undici";
import type { AuthConfig } from "../../config/config.ts";
import { GatewayError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import { codeOf } from "../failure.ts";
import { toGoogleAuthError } from "./google-errors.ts";
import type { Grant } from "./refreshing.ts";

/** The kinds of auth that Google's library looks after. */
export type GoogleAuth = Extract<AuthConfig, { kind: "adc" | "service_account" }>;

type ClientOptions = Pick<JWTOptions, "transporterOptions">;
type TokenFetch = NonNullable<NonNullable<JWTOptions["transporterOptions"]>["fetchImplementation"]>;

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
/** The longest a caller waits for a token, the library's own retries included. */
const grantTimeoutMs = 20_000;
const defaultTtlMs = 5 * 60_000;

/**
 * Gets an access token from Google: Application Default Credentials, or a service account's key file.
 *
 * Each call starts from the files again, so a replaced key is found and a refused token is not served a second time.
 * The library is loaded on first use and reads its own environment (`GOOGLE_APPLICATION_CREDENTIALS`, …).
 * Fails: rejects with `upstream_auth_error`.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export async function fetchGoogleGrant(auth: GoogleAuth, dispatcher: Dispatcher, now: () => number): Promise<Grant> {
  try {
    const transporterOptions = { fetchImplementation: tokenFetch(dispatcher) };
    const client =
      auth.kind === "adc"
        ? await defaultClient({ transporterOptions })
        : await serviceAccountClient(auth.file, { transporterOptions });
    return toGrant(await client.getRequestHeaders(), client.credentials.expiry_date, now());
  } catch (thrown) {
    throw toGoogleAuthError(thrown);
  }
}

async function defaultClient(clientOptions: ClientOptions): Promise<AuthClient> {
  const { GoogleAuth } = await import("google-auth-library");
  // Our calls name their project themselves. Without one here the library would look for it: by running gcloud,
  // then by asking a metadata server that is not there.
  return new GoogleAuth({ scopes, clientOptions, projectId: "-" }).getClient();
}

async function serviceAccountClient(file: string, clientOptions: ClientOptions): Promise<AuthClient> {
  const key = parseKey(await readKey(file));
  const { JWT } = await import("google-auth-library");
  return new JWT({ ...clientOptions, ...key, scopes });
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
  readonly keyId?: string;
  readonly quotaProjectId?: string;
  readonly universeDomain?: string;
}

function parseKey(json: unknown): ServiceAccountKey {
  const fields = new Map<string, unknown>(Object.entries(Object(json)));
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const [email, key] = [text("client_email"), text("private_key")];
  if (text("type") !== "service_account" || email === undefined || key === undefined) {
    throw authError("The service account file is not a service account key.");
  }
  const [keyId, quotaProjectId, universeDomain] = [
    text("private_key_id"),
    text("quota_project_id"),
    text("universe_domain"),
  ];
  return {
    email,
    // Keys that travelled through an environment variable come with their line breaks escaped.
    key: key.replaceAll("\\n", "\n"),
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

/**
 * The library's way to the network. undici's own fetch, because Node's bundled one refuses another undici's dispatcher;
 * its answer is copied into Node's Response, the class the library knows.
 */
function tokenFetch(dispatcher: Dispatcher): TokenFetch {
  const deadline = AbortSignal.timeout(grantTimeoutMs);
  return async (input, init) => {
    const request = new Request(input, init);
    const answer = await fetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? null : await request.arrayBuffer(),
      // The body is a credential: it goes to the endpoint the library named and no further.
      redirect: "manual",
      signal: AbortSignal.any([request.signal, deadline]),
      dispatcher,
    });
    return new Response(await answer.text(), { status: answer.status, headers: Object.fromEntries(answer.headers) });
  };
}

function authError(message: string, cause?: unknown): GatewayError {
  return new GatewayError("upstream_auth_error", message, { cause });
}
