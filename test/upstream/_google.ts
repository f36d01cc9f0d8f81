import { createVerify, generateKeyPairSync } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { ServerOptions } from "node:https";
import { secret } from "../_canary.ts";
import { type Answer, type FakeUpstream, type Seen, sleep, startUpstream } from "./_servers.ts";

/** The key of the service account that the fakes know. Made once: it takes a while. */
export const keyPair: { readonly privateKey: string; readonly publicKey: string } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

/** What only Google and the gateway know. None of it may show up anywhere else. */
export const canaries: Readonly<Record<"clientSecret" | "refreshToken" | "subjectToken" | "awsSecret", string>> = {
  clientSecret: secret("client-secret"),
  refreshToken: secret("refresh-token"),
  subjectToken: secret("subject-token"),
  awsSecret: secret("aws-secret"),
};

/** Names of the fake world. */
export const robot = "robot@p.iam.gserviceaccount.com";
export const target = "target@p.iam.gserviceaccount.com";
export const audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/w/providers/i";
/** Of people, not of machines: who calls says which project pays for it. */
export const workforceAudience = "//iam.googleapis.com/locations/global/workforcePools/w/providers/i";
export const payingProject = "paying-project";
export const keyId = "key-1";
const scope = "https://www.googleapis.com/auth/cloud-platform";

/** How the fake answers; may be changed at any time. */
export interface GoogleBehaviour {
  /** How long its tokens are good for, as it says and as it means it. */
  lifeSec: number;
  /** How long it thinks before each answer. */
  slowMs: number;
  /** What it answers instead, by path; a status and a body. */
  failing: ReadonlyMap<string, readonly [status: number, body: unknown]>;
  /** The status with which it refuses, everything or a path, and repeats what it was told. */
  repeating: { readonly status: number; readonly path?: string } | undefined;
  /** Whether refresh tokens are replaced at each use. */
  rotates: boolean;
}

/** Google's token endpoints, its metadata server, and a few places that subject tokens come from. */
export interface FakeGoogle extends FakeUpstream, GoogleBehaviour {
  /** What was wrong with requests so far. Each was refused. */
  readonly problems: readonly string[];
  /** Every token that was ever given out, in order. */
  readonly issued: readonly string[];
  /** How often a path was asked. */
  readonly asked: (path: string) => number;
  /** Whether a bearer token is one of its own that is still good for the cloud. */
  readonly accepts: (authorization: string | undefined) => boolean;
  /** Everything given out so far is worth nothing. */
  readonly revoke: () => void;
}

/** Starts the fake; gone when the test is. */
export async function startGoogle(tls?: ServerOptions): Promise<FakeGoogle> {
  const problems: string[] = [];
  const good = new Map<string, { readonly untilMs: number; readonly what: string }>();
  const issued: string[] = [];
  const state: GoogleBehaviour = {
    lifeSec: 3_599,
    slowMs: 0,
    failing: new Map(),
    repeating: undefined,
    rotates: false,
  };
  let refreshToken: string = canaries.refreshToken;

  const issue = (what: string): string => {
    const token = `ya29.${what}-${issued.length + 1}`;
    issued.push(token);
    good.set(token, { untilMs: Date.now() + state.lifeSec * 1_000, what });
    return token;
  };
  const bearerOf = (authorization = ""): string => authorization.replace(/^Bearer /, "");
  const isGood = (authorization: string | undefined): boolean =>
    (good.get(bearerOf(authorization))?.untilMs ?? 0) > Date.now();
  const rotated = (): Record<string, string> => {
    if (!state.rotates) return {};
    refreshToken = `${canaries.refreshToken}-${issued.length}`;
    return { refresh_token: refreshToken };
  };
  const granted = (what: string): object => ({
    access_token: issue(what),
    expires_in: state.lifeSec,
    token_type: "Bearer",
  });

  /** Each place: what is wrong with a request, or its answer. */
  const places: Readonly<Record<string, (seen: Seen, url: URL) => string | object>> = {
    "/token": ({ body }, { href }) => {
      const form = new URLSearchParams(body);
      if (form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer") {
        return assertionProblem(form.get("assertion") ?? "", href) ?? granted("jwt");
      }
      if (form.get("grant_type") !== "refresh_token") return "an unknown grant_type";
      if (form.get("client_id") !== "client") return "another client_id";
      if (form.get("client_secret") !== canaries.clientSecret) return "another client_secret";
      return form.get("refresh_token") === refreshToken ? granted("user") : "another refresh_token";
    },
    "/v1/oauthtoken": ({ body, headers }) => {
      const form = new URLSearchParams(body);
      const login = Buffer.from(`client:${canaries.clientSecret}`).toString("base64");
      if (headers.authorization !== `Basic ${login}`) return "another client";
      if (form.get("grant_type") !== "refresh_token") return "an unknown grant_type";
      return form.get("refresh_token") === refreshToken
        ? { ...granted("workforce"), ...rotated() }
        : "another refresh_token";
    },
    "/v1/token": ({ body }) => exchangeProblem(new URLSearchParams(body)) ?? granted("federated"),
    [`/v1/projects/-/serviceAccounts/${target}:generateAccessToken`]: ({ headers, body }) => {
      if (!isGood(headers.authorization)) return "a bearer that is not good";
      const wanted = JSON.parse(body);
      if (JSON.stringify(wanted.scope) !== JSON.stringify([scope])) return "another scope";
      if (!/^\d+s$/.test(wanted.lifetime)) return "a lifetime that is none";
      const expireTime = new Date(Date.now() + state.lifeSec * 1_000).toISOString();
      return { accessToken: issue("impersonated"), expireTime };
    },
    "/subject": ({ headers }) =>
      headers["x-subject"] === "please" ? { value: canaries.subjectToken } : "no word of please",
    "/imds/token": ({ method }) => (method === "PUT" ? { text: "imds-session" } : "not a PUT"),
    "/imds/region": ({ headers }) => imdsProblem(headers) ?? { text: "us-east-2b" },
    "/imds/role": ({ headers }) => imdsProblem(headers) ?? { text: "worker" },
    "/imds/role/worker": ({ headers }) =>
      imdsProblem(headers) ?? {
        AccessKeyId: "AKIDTEST",
        SecretAccessKey: canaries.awsSecret,
        Token: canaries.subjectToken,
      },
    "/computeMetadata/v1/instance": () => ({ text: "id/" }),
    "/computeMetadata/v1/project/project-id": () => ({ text: "metadata-project" }),
    "/computeMetadata/v1/instance/service-accounts/default/token": (_seen, { searchParams }) =>
      searchParams.get("scopes") === scope ? granted("machine") : "another scope",
  };

  const answer: Answer = async (response, seen) => {
    const url = new URL(seen.url, server.origin);
    const isMetadata = url.pathname.startsWith("/computeMetadata/");
    if (isMetadata) response.setHeader("metadata-flavor", "Google");
    if (state.slowMs > 0) await sleep(state.slowMs);
    const failure = state.failing.get(url.pathname);
    if (failure !== undefined) return json(response, ...failure);
    const { status = 0, path = url.pathname } = state.repeating ?? {};
    if (status > 0 && path === url.pathname) return json(response, status, repeated(seen, status));
    const flavored = !isMetadata || seen.headers["metadata-flavor"] === "Google";
    const said = flavored ? (places[url.pathname]?.(seen, url) ?? "an unknown path") : "no Metadata-Flavor";
    if (typeof said === "object") return "text" in said ? void response.end(said.text) : json(response, 200, said);
    problems.push(`${seen.method} ${url.pathname}: ${said}`);
    return json(response, 400, { error: "invalid_grant", error_description: said });
  };
  const server = await startUpstream(answer, tls);
  return Object.assign(state, {
    ...server,
    problems,
    issued,
    asked: (path: string) => server.seen.filter(({ url }) => url.split("?")[0] === path).length,
    accepts: (authorization: string | undefined) =>
      authorization?.startsWith("Bearer ") === true && isGood(authorization),
    revoke: () => good.clear(),
  });
}

/** As debugging endpoints do: in OAuth's form, or in Google's own. */
function repeated({ headers, body }: Seen, status: number): object {
  const told = `no: ${[...new URLSearchParams(body).values()].join(" ")} ${body} ${Object.values(headers).join(" ")}`;
  return status === 400
    ? { error: "invalid_grant", error_description: told }
    : { error: { code: status, message: told, status: told } };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** @see reference: upstream-auth §1.2 */
function assertionProblem(assertion: string, tokenUrl: string): string | undefined {
  const [head = "", payload = "", signature = ""] = assertion.split(".");
  const isSigned = createVerify("RSA-SHA256")
    .update(`${head}.${payload}`)
    .verify(keyPair.publicKey, signature, "base64url");
  if (!isSigned) return "a signature that is not the key's";
  const { alg, typ = "JWT", kid = keyId } = decoded(head);
  if (alg !== "RS256" || typ !== "JWT" || kid !== keyId) return "another header";
  const claims = decoded(payload);
  const [iat, exp, nowSec] = [Number(claims["iat"]), Number(claims["exp"]), Date.now() / 1_000];
  if (claims["iss"] !== robot) return "another issuer";
  if (claims["aud"] !== tokenUrl && claims["aud"] !== "https://oauth2.googleapis.com/token") return "another audience";
  if (claims["scope"] !== scope) return "another scope";
  if (Math.abs(iat - nowSec) > 30) return "a time that is not now";
  return exp <= iat + 3_600 && exp > nowSec ? undefined : "a lifetime that is too long, or over";
}

function decoded(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
  return Object.fromEntries(Object.entries(Object(value)));
}

/** @see https://www.rfc-editor.org/rfc/rfc8693#section-2.1 */
function exchangeProblem(form: URLSearchParams): string | undefined {
  const ofWorkforce = form.get("audience") === workforceAudience;
  const wanted = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    audience: ofWorkforce ? workforceAudience : audience,
    scope,
    options: ofWorkforce ? JSON.stringify({ userProject: payingProject }) : null,
  };
  const wrong = Object.entries(wanted).find(([name, value]) => form.get(name) !== value);
  if (wrong !== undefined) return `another ${wrong[0]}`;
  const subject = form.get("subject_token") ?? "";
  switch (form.get("subject_token_type")) {
    case "urn:ietf:params:oauth:token-type:jwt":
    case "urn:ietf:params:oauth:token-type:id_token":
      return subject === canaries.subjectToken ? undefined : "another subject_token";
    case "urn:ietf:params:aws:token-type:aws4_request":
      return callerProblem(JSON.parse(decodeURIComponent(subject)));
    case "urn:ietf:params:oauth:token-type:mtls":
      return JSON.parse(subject)[0].startsWith("MII") ? undefined : "no certificate";
    default:
      return "an unknown subject_token_type";
  }
}

/** A signed request to AWS, which Google would send on to learn who signed it. */
function callerProblem(request: {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}): string | undefined {
  const headers = new Map(request.headers.map(({ key, value }) => [key.toLowerCase(), value]));
  if (!request.url.startsWith("https://sts.us-east-2.amazonaws.com")) return "another region";
  if (headers.get("x-goog-cloud-target-resource") !== audience) return "no target resource";
  if (headers.get("x-amz-security-token") !== canaries.subjectToken) return "no session token";
  const signed =
    /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/us-east-2\/sts\/aws4_request, .*Signature=[0-9a-f]{64}$/;
  return signed.test(headers.get("authorization") ?? "") ? undefined : "no signature";
}

function imdsProblem(headers: Seen["headers"]): string | undefined {
  return headers["x-aws-ec2-metadata-token"] === "imds-session" ? undefined : "no session";
}

/** What a subject token may be. */
export const subjectTypes = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  idToken: "urn:ietf:params:oauth:token-type:id_token",
  aws: "urn:ietf:params:aws:token-type:aws4_request",
  mtls: "urn:ietf:params:oauth:token-type:mtls",
} as const;

/** Credential files, and where impersonation happens. */
interface GoogleFiles {
  readonly impersonation: string;
  readonly serviceAccount: object & { readonly private_key: string };
  readonly authorizedUser: object & { readonly refresh_token: string; readonly token_uri: string };
  readonly federated: (subjectTokenType: string, credentialSource: object, more?: object) => object;
  readonly workforceUser: object;
  readonly impersonated: (source: object) => object;
  readonly aws: object;
}

/** Credential files whose endpoints are the fake's. */
export const filesFor = (origin: string): GoogleFiles => {
  const impersonation = `${origin}/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
  const serviceAccount = {
    type: "service_account",
    project_id: "p",
    private_key_id: keyId,
    private_key: keyPair.privateKey,
    client_email: robot,
    token_uri: `${origin}/token`,
  };
  const authorizedUser = {
    type: "authorized_user",
    client_id: "client",
    client_secret: canaries.clientSecret,
    refresh_token: canaries.refreshToken,
    token_uri: `${origin}/token`,
  };
  const federated = (subject_token_type: string, credential_source: object, more: object = {}) => ({
    type: "external_account",
    audience,
    subject_token_type,
    token_url: `${origin}/v1/token`,
    credential_source,
    ...more,
  });
  return {
    impersonation,
    serviceAccount,
    authorizedUser,
    federated,
    workforceUser: {
      type: "external_account_authorized_user",
      audience,
      client_id: "client",
      client_secret: canaries.clientSecret,
      refresh_token: canaries.refreshToken,
      token_url: `${origin}/v1/oauthtoken`,
    },
    impersonated: (source: object) => ({
      type: "impersonated_service_account",
      source_credentials: source,
      service_account_impersonation_url: impersonation,
      delegates: [],
    }),
    aws: federated(subjectTypes.aws, {
      environment_id: "aws1",
      region_url: `${origin}/imds/region`,
      url: `${origin}/imds/role`,
      imdsv2_session_token_url: `${origin}/imds/token`,
      regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
    }),
  };
};
