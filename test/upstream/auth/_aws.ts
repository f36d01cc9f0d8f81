import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { secret } from "../../_canary.ts";
import { fileWith } from "../_certificates.ts";
import { type FakeUpstream, type Seen, startUpstream } from "../_servers.ts";

const names = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_PROFILE",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  "AWS_BEARER_TOKEN_BEDROCK",
] as const;

/** An environment in which no keys of this machine are found. Undone by vitest. Returns the home folder. */
export function emptyAwsEnvironment(): string {
  for (const name of names) vi.stubEnv(name, undefined);
  const home = mkdtempSync(join(tmpdir(), "specgate-"));
  mkdirSync(join(home, ".aws"));
  vi.stubEnv("HOME", home);
  vi.stubEnv("AWS_CONFIG_FILE", join(home, ".aws", "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, ".aws", "credentials"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  return home;
}

/** What hands out keys at AWS, on loopback: for roles, for SSO logins, for containers and for machines. */
export interface FakeAws extends FakeUpstream {
  /** How many keys were handed out. */
  readonly given: () => number;
  /** What it answers instead, while it is set. */
  refusal: { readonly status: number; readonly text: string } | undefined;
}

export const awsSecrets: Readonly<Record<"secretKey" | "session" | "identity" | "ssoToken" | "container", string>> = {
  secretKey: secret("aws-secret-key"),
  session: secret("aws-session"),
  identity: secret("aws-web-identity"),
  ssoToken: secret("aws-sso-token"),
  container: secret("aws-container"),
};

const lifeMs = 3_600_000;

/** Keys `ASIA1`, `ASIA2`, … that live an hour. */
export async function startAws({
  now = Date.now,
  tls,
}: {
  readonly now?: () => number;
  readonly tls?: ServerOptions;
} = {}): Promise<FakeAws> {
  let given = 0;
  const next = () => {
    given += 1;
    return {
      id: `ASIA${given}`,
      key: awsSecrets.secretKey,
      token: `${awsSecrets.session}-${given}`,
      end: new Date(now() + lifeMs),
    };
  };
  const upstream = await startUpstream((response, seen) => {
    const refusal = fake.refusal;
    if (refusal !== undefined)
      return response.writeHead(refusal.status, { "content-type": "text/xml" }).end(refusal.text);
    const answer = answerFor(seen, next);
    return answer === undefined ? response.writeHead(404).end() : response.writeHead(200).end(answer);
  }, tls);
  const fake: FakeAws = { ...upstream, given: () => given, refusal: undefined };
  return fake;
}

interface Given {
  readonly id: string;
  readonly key: string;
  readonly token: string;
  readonly end: Date;
}

function answerFor({ method, url, headers, body }: Seen, next: () => Given): string | undefined {
  if (url.startsWith("/latest/")) return ofMachine(method, url, headers["x-aws-ec2-metadata-token"], next);
  if (url === "/container") {
    return headers.authorization === awsSecrets.container ? plain(next()) : undefined;
  }
  if (url.startsWith("/federation/credentials")) {
    if (headers["x-amz-sso_bearer_token"] !== awsSecrets.ssoToken) return undefined;
    const { id, key, token, end } = next();
    const roleCredentials = { accessKeyId: id, secretAccessKey: key, sessionToken: token, expiration: end.getTime() };
    return JSON.stringify({ roleCredentials });
  }
  const form = new URLSearchParams(body);
  const action = form.get("Action") ?? "";
  const isTrusted = action === "AssumeRole" || form.get("WebIdentityToken") === awsSecrets.identity;
  return method === "POST" && isTrusted ? ofRole(action, next()) : undefined;
}

function ofMachine(method: string, url: string, token: unknown, next: () => Given): string | undefined {
  if (method === "PUT") return "imds-token";
  if (token !== "imds-token") return undefined;
  return url.endsWith("/security-credentials/") ? "my-role" : plain(next());
}

function plain({ id, key, token, end }: Given): string {
  const Expiration = end.toISOString();
  return JSON.stringify({ Code: "Success", AccessKeyId: id, SecretAccessKey: key, Token: token, Expiration });
}

function ofRole(action: string, { id, key, token, end }: Given): string {
  const keys = `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${key}</SecretAccessKey><SessionToken>${token}</SessionToken>`;
  const credentials = `<Credentials>${keys}<Expiration>${end.toISOString()}</Expiration></Credentials>`;
  const user =
    "<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/x</Arn></AssumedRoleUser>";
  const result = `<${action}Result>${credentials}${user}</${action}Result>`;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</${action}Response>`;
}

/** Keys of a user, which have no end. */
export const userKeys: { readonly id: string; readonly key: string } = { id: "AKIAUSER", key: awsSecrets.secretKey };

const userProfile = `aws_access_key_id = ${userKeys.id}\naws_secret_access_key = ${userKeys.key}\n`;

/** A way to keys: what is in the environment and the files, and the access key that it leads to. */
export interface AwsCase {
  readonly name: string;
  readonly arrange: (aws: FakeAws, home: string) => void;
  readonly want: string;
}

const write = (home: string, file: "config" | "credentials", text: string): void =>
  writeFileSync(join(home, ".aws", file), text);

/** Every source of AWS's keys, each against the fake's endpoints. */
export const awsCases: readonly AwsCase[] = [
  {
    name: "keys in the environment",
    arrange: () => {
      vi.stubEnv("AWS_ACCESS_KEY_ID", userKeys.id);
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", userKeys.key);
    },
    want: userKeys.id,
  },
  {
    name: "keys of a session in the environment",
    arrange: () => {
      vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIAENV");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", userKeys.key);
      vi.stubEnv("AWS_SESSION_TOKEN", `${awsSecrets.session}-env`);
    },
    want: "ASIAENV",
  },
  {
    name: "the shared credentials file",
    arrange: (_aws, home) => write(home, "credentials", `[default]\n${userProfile}`),
    want: userKeys.id,
  },
  {
    name: "a profile that is named, before the keys in the environment",
    arrange: (_aws, home) => {
      write(home, "config", `[profile team]\n${userProfile.replace(userKeys.id, "AKIATEAM")}`);
      vi.stubEnv("AWS_PROFILE", "team");
      vi.stubEnv("AWS_ACCESS_KEY_ID", userKeys.id);
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", userKeys.key);
    },
    want: "AKIATEAM",
  },
  {
    name: "the program of a profile",
    arrange: (_aws, home) => {
      const printed = { Version: 1, AccessKeyId: "ASIAPROGRAM", SecretAccessKey: userKeys.key, SessionToken: "t" };
      const file = fileWith(`process.stdout.write(${JSON.stringify(JSON.stringify(printed))})`, "keys.mjs");
      write(home, "config", `[default]\ncredential_process = ${process.execPath} ${file}\n`);
    },
    want: "ASIAPROGRAM",
  },
  {
    name: "a role of a profile, taken with another's keys",
    arrange: ({ origin }, home) => {
      vi.stubEnv("AWS_ENDPOINT_URL_STS", origin);
      vi.stubEnv("AWS_PROFILE", "role");
      write(home, "credentials", `[base]\n${userProfile}`);
      write(home, "config", "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\n");
    },
    want: "ASIA1",
  },
  {
    name: "an SSO login",
    arrange: ({ origin }, home) => {
      vi.stubEnv("AWS_ENDPOINT_URL_SSO", origin);
      const start = "https://acme.awsapps.com/start";
      const profile = ["[default]", `sso_start_url = ${start}`, "sso_region = eu-west-1", "sso_account_id = 1"];
      write(home, "config", [...profile, "sso_role_name = r", ""].join("\n"));
      const folder = join(home, ".aws", "sso", "cache");
      mkdirSync(folder, { recursive: true });
      const login = { accessToken: awsSecrets.ssoToken, expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
      writeFileSync(join(folder, `${createHash("sha1").update(start).digest("hex")}.json`), JSON.stringify(login));
    },
    want: "ASIA1",
  },
  {
    name: "a web identity",
    arrange: ({ origin }) => {
      vi.stubEnv("AWS_ENDPOINT_URL_STS", origin);
      vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", fileWith(awsSecrets.identity, "token"));
      vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
    },
    want: "ASIA1",
  },
  {
    name: "a container's role",
    arrange: ({ origin }) => {
      vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `${origin}/container`);
      vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN", awsSecrets.container);
    },
    want: "ASIA1",
  },
  {
    name: "a machine's role",
    arrange: ({ origin }) => {
      vi.stubEnv("AWS_EC2_METADATA_DISABLED", undefined);
      vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", origin);
    },
    want: "ASIA1",
  },
];
