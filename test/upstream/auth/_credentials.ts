import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import { Secret } from "../../../src/secret.ts";
import type { CredentialDeps } from "../../../src/upstream/auth/index.ts";
import { fileWith } from "../_certificates.ts";
import { canaries, type FakeGoogle, filesFor, payingProject, subjectTypes, workforceAudience } from "../_google.ts";
import { type FakeUpstream, startUpstream } from "../_servers.ts";

/** What a credential of a test needs, where the test does not care. */
export const deps: CredentialDeps = { now: Date.now, apiKeyHeader: "x-goog-api-key" };

/** An environment in which no credentials of this machine are found, and none of its proxies. Undone by vitest. */
export function emptyEnvironment(): void {
  for (const name of [
    "GOOGLE_APPLICATION_CREDENTIALS",
    "google_application_credentials",
    "GOOGLE_CLOUD_QUOTA_PROJECT",
    "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "GCE_METADATA_HOST",
    "GCE_METADATA_IP",
  ]) {
    vi.stubEnv(name, "");
  }
  vi.stubEnv("CLOUDSDK_CONFIG", mkdtempSync(join(tmpdir(), "specgate-")));
  vi.stubEnv("METADATA_SERVER_DETECTION", "none");
}

/** Writes a file and lets GOOGLE_APPLICATION_CREDENTIALS name it. */
export function nameCredentials(json: object): void {
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", fileWith(json));
}

/** Leads the library to the fake's metadata server. */
export function useMetadata({ origin }: { readonly origin: string }): void {
  vi.stubEnv("METADATA_SERVER_DETECTION", "ping-only");
  vi.stubEnv("GCE_METADATA_HOST", new URL(origin).host);
}

/** An upstream that answers those whose credential is right, and 401 to all others. */
export function startGuarded(
  isRight: (headers: FakeUpstream["seen"][number]["headers"]) => boolean,
): Promise<FakeUpstream> {
  return startUpstream((response, { headers }) =>
    isRight(headers) ? response.end("in") : response.writeHead(401).end("who are you?"),
  );
}

/** A program that prints what an executable source must print. */
function executable(response: object): string {
  const file = fileWith(`process.stdout.write(${JSON.stringify(JSON.stringify(response))})`, "source.mjs");
  return `${process.execPath} ${file}`;
}

const adc: AuthConfig = { kind: "adc" };

/** A way to a credential of Google's: what is in the environment, and the auth of the provider. */
export interface GoogleCase {
  readonly name: string;
  readonly arrange: (google: FakeGoogle) => AuthConfig;
}

/** Every source of Google's credentials, each against the fake's endpoints. */
export const googleCases: readonly GoogleCase[] = [
  {
    name: "service_account: a key file",
    arrange: ({ origin }) => ({ kind: "service_account", file: fileWith(filesFor(origin).serviceAccount) }),
  },
  {
    name: "adc: a service account's key",
    arrange: ({ origin }) => {
      nameCredentials(filesFor(origin).serviceAccount);
      return adc;
    },
  },
  {
    name: "adc: a user's login",
    arrange: ({ origin }) => {
      nameCredentials(filesFor(origin).authorizedUser);
      return adc;
    },
  },
  {
    name: "adc: a file that the lower-case variable names",
    arrange: ({ origin }) => {
      vi.stubEnv("google_application_credentials", fileWith(filesFor(origin).authorizedUser));
      return adc;
    },
  },
  {
    name: "adc: gcloud's own file",
    arrange: ({ origin }) => {
      const folder = mkdtempSync(join(tmpdir(), "specgate-"));
      writeFileSync(
        join(folder, "application_default_credentials.json"),
        JSON.stringify(filesFor(origin).authorizedUser),
      );
      vi.stubEnv("CLOUDSDK_CONFIG", folder);
      return adc;
    },
  },
  {
    name: "adc: gcloud's own file in the home folder",
    arrange: ({ origin }) => {
      const home = mkdtempSync(join(tmpdir(), "specgate-"));
      const folder = join(home, ".config/gcloud");
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, "application_default_credentials.json"),
        JSON.stringify(filesFor(origin).authorizedUser),
      );
      vi.stubEnv("CLOUDSDK_CONFIG", "");
      vi.stubEnv("HOME", home);
      return adc;
    },
  },
  {
    name: "adc: the metadata server",
    arrange: (google) => {
      useMetadata(google);
      return adc;
    },
  },
  {
    name: "adc: the metadata server, by its address",
    arrange: ({ origin }) => {
      vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
      vi.stubEnv("GCE_METADATA_IP", new URL(origin).host);
      return adc;
    },
  },
  {
    name: "adc: federated, of a workforce, with the project that pays",
    arrange: ({ origin }) => {
      const file = fileWith(canaries.subjectToken, "subject.txt");
      const more = { audience: workforceAudience, workforce_pool_user_project: payingProject };
      nameCredentials(filesFor(origin).federated(subjectTypes.idToken, { file }, more));
      return adc;
    },
  },
  {
    name: "adc: federated, the subject token in a file",
    arrange: ({ origin }) => {
      const file = fileWith(canaries.subjectToken, "subject.txt");
      nameCredentials(filesFor(origin).federated(subjectTypes.jwt, { file }));
      return adc;
    },
  },
  {
    name: "adc: federated, the subject token in a JSON file",
    arrange: ({ origin }) => {
      const file = fileWith({ jwt: canaries.subjectToken });
      const format = { type: "json", subject_token_field_name: "jwt" };
      nameCredentials(filesFor(origin).federated(subjectTypes.jwt, { file, format }));
      return adc;
    },
  },
  {
    name: "adc: federated, the subject token from a URL with headers",
    arrange: ({ origin }) => {
      const format = { type: "json", subject_token_field_name: "value" };
      const headers = { "x-subject": "please" };
      nameCredentials(filesFor(origin).federated(subjectTypes.jwt, { url: `${origin}/subject`, headers, format }));
      return adc;
    },
  },
  {
    name: "adc: federated, the subject token from a program",
    arrange: ({ origin }) => {
      vi.stubEnv("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
      const command = executable({
        version: 1,
        success: true,
        token_type: subjectTypes.idToken,
        id_token: canaries.subjectToken,
        expiration_time: 4_102_444_800,
      });
      nameCredentials(filesFor(origin).federated(subjectTypes.idToken, { executable: { command } }));
      return adc;
    },
  },
  {
    name: "adc: federated, the machine's role at AWS",
    arrange: ({ origin }) => {
      nameCredentials(filesFor(origin).aws);
      return adc;
    },
  },
  {
    name: "adc: federated, AWS keys in the environment",
    arrange: ({ origin }) => {
      nameCredentials(filesFor(origin).aws);
      vi.stubEnv("AWS_REGION", "us-east-2");
      vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDTEST");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", canaries.awsSecret);
      vi.stubEnv("AWS_SESSION_TOKEN", canaries.subjectToken);
      return adc;
    },
  },
  {
    name: "adc: federated, then impersonating",
    arrange: ({ origin }) => {
      const file = fileWith(canaries.subjectToken, "subject.txt");
      const { federated, impersonation } = filesFor(origin);
      const more = {
        service_account_impersonation_url: impersonation,
        service_account_impersonation: { token_lifetime_seconds: 1_800 },
      };
      nameCredentials(federated(subjectTypes.jwt, { file }, more));
      return adc;
    },
  },
  {
    name: "adc: a workforce login",
    arrange: ({ origin }) => {
      nameCredentials(filesFor(origin).workforceUser);
      return adc;
    },
  },
  {
    name: "adc: impersonating from a user's login",
    arrange: ({ origin }) => {
      const { impersonated, authorizedUser } = filesFor(origin);
      nameCredentials(impersonated(authorizedUser));
      return adc;
    },
  },
  {
    name: "adc: impersonating from a service account's key",
    arrange: ({ origin }) => {
      const { impersonated, serviceAccount } = filesFor(origin);
      nameCredentials(impersonated(serviceAccount));
      return adc;
    },
  },
];

/** A secret of a test. */
export const sealed = (text: string): Secret => new Secret(text);
