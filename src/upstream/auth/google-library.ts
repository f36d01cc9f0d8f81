import type { AuthClient, GoogleAuth, JWTOptions } from "google-auth-library";
import { createTokenDispatcher } from "../pool.ts";
import { createNetwork, type Network } from "./google-network.ts";

type Library = typeof import("google-auth-library");
type FromJson = GoogleAuth["fromJSON"];
type CredentialJson = Parameters<FromJson>[0];

/** What every client of the library is made with. */
export type ClientOptions = Pick<JWTOptions, "transporterOptions">;

/** The one scope that Vertex AI takes. */
export const scopes: string[] = ["https://www.googleapis.com/auth/cloud-platform"];

/** The token endpoint that the library knows for keys and logins, whatever their file says. */
const libraryTokenUrl = "https://oauth2.googleapis.com/token";
const metadataConnectMs = 3_000;
const metadataTimeoutMs = 5_000;

let loading: Promise<Library> | undefined;

/** Google's auth library, loaded on first use. It reads its own environment (`GOOGLE_APPLICATION_CREDENTIALS`, …). */
export function loadLibrary(): Promise<Library> {
  loading ??= import("google-auth-library").then((library) => {
    routeMetadata(library);
    return library;
  });
  return loading;
}

/** Matches every URL: proxies are our dispatcher's business, and the library's way to them would go around it. */
const everywhere: RegExp[] = [/^/];

/**
 * The metadata server is asked through the library's shared HTTP client, which has no options for it, would send it
 * to a proxy, and on Google Cloud waits for ever. Nothing else uses that client.
 */
function routeMetadata({ gaxios }: Library): void {
  const dispatcher = createTokenDispatcher(undefined, undefined, metadataConnectMs);
  gaxios.instance.defaults = {
    noProxy: everywhere,
    fetchImplementation: (input, init) =>
      createNetwork({ dispatcher, timeoutMs: metadataTimeoutMs }).fetch(input, init),
  };
}

/** Options that lead a client's requests through a network that may change from grant to grant. */
export function clientOptionsFor(network: () => Network): ClientOptions {
  return {
    transporterOptions: { noProxy: everywhere, fetchImplementation: (input, init) => network().fetch(input, init) },
  };
}

/** Thrown for a credential file that the library has no use for. */
export class UnknownCredentialError extends Error {}

/** What finding the default credentials takes. */
export interface DefaultClientOptions {
  readonly clientOptions: ClientOptions;
  readonly network: Network;
  /** Clients that must live on, by the file they came from: some get a new refresh token with each access token. */
  readonly lasting: Map<string, AuthClient>;
}

/**
 * Finds the Application Default Credentials, in the library's order: the file that GOOGLE_APPLICATION_CREDENTIALS
 * names, gcloud's own, the metadata server.
 *
 * Fails: rejects with whatever the library says.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function findDefaultClient(library: Library, options: DefaultClientOptions): Promise<AuthClient> {
  const { clientOptions, network, lasting } = options;
  /** Makes clients of credential files; the library alone would forget the options of clients inside clients. */
  class DefaultCredentials extends library.GoogleAuth {
    override fromJSON(json: CredentialJson, given: Parameters<FromJson>[1] = {}): ReturnType<FromJson> {
      for (const secret of secretsIn(json)) network.hide(secret);
      const key = JSON.stringify(json);
      const known = lasting.get(key);
      if (known instanceof library.ExternalAccountAuthorizedUserClient) return known;
      const client = super.fromJSON(withEndpoint(json), { ...given, ...clientOptions, ...particulars(json, network) });
      if (client instanceof library.ExternalAccountAuthorizedUserClient) {
        lasting.clear();
        lasting.set(key, client);
      }
      return client;
    }
  }
  // A metadata server that was not there a while ago may be there now.
  library.gcpMetadata.resetIsAvailableCache();
  // Our calls name their project themselves. Without one here the library would look for it: by running gcloud, then
  // by asking a metadata server that is not there.
  return new DefaultCredentials({ scopes, clientOptions, projectId: "-" }).getClient();
}

const knownTypes: ReadonlySet<unknown> = new Set([
  "service_account",
  "authorized_user",
  "external_account",
  "external_account_authorized_user",
  "impersonated_service_account",
]);

/** What one type of file needs beside the common options. */
function particulars(json: CredentialJson, network: Network): JWTOptions {
  const type = textOf(json, "type");
  if (!knownTypes.has(type)) throw new UnknownCredentialError(type ?? "");
  // These clients cache their token themselves and say nothing of its end: each question is to bring a new one.
  if (type === "external_account_authorized_user") return { eagerRefreshThresholdMillis: Number.MAX_SAFE_INTEGER };
  return type === "service_account" || type === "authorized_user" ? toTokenUrl(textOf(json, "token_uri"), network) : {};
}

/** Leads a key or a login to the token endpoint of its file, and names it to whom it is signed for. */
export function toTokenUrl(tokenUrl: string | undefined, network: Network): Pick<JWTOptions, "additionalClaims"> {
  if (tokenUrl === undefined || tokenUrl === libraryTokenUrl || !URL.canParse(tokenUrl)) return {};
  network.redirect(libraryTokenUrl, tokenUrl);
  return { additionalClaims: { aud: tokenUrl } };
}

/** Impersonation happens where the file says; the library takes only the account's name from there. */
function withEndpoint(json: CredentialJson): CredentialJson {
  const url = URL.parse(textOf(json, "service_account_impersonation_url") ?? "");
  if (url === null || textOf(json, "type") !== "impersonated_service_account") return json;
  return Object.assign({}, json, { endpoint: url.origin });
}

const secretName = /secret|private_key$|token$|password/;

function* secretsIn(value: unknown): Generator<string> {
  for (const [name, member] of Object.entries(Object(value))) {
    if (typeof member === "object") yield* secretsIn(member);
    else if (typeof member === "string" && secretName.test(name)) yield member;
  }
}

/** A member that is text. */
export function textOf(value: unknown, name: string): string | undefined {
  const member: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof member === "string" ? member : undefined;
}
