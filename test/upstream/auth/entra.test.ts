import { inspect } from "node:util";
import { Agent, type Dispatcher } from "undici";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import type { Credential } from "../../../src/upstream/credential.ts";
import { expectHidden, secret } from "../../_canary.ts";
import { fileWith } from "../_certificates.ts";
import { type Answer, closedOrigin, rejectionOf, reveal, type Seen, startUpstream } from "../_servers.ts";
import { deps } from "./_credentials.ts";

const tenant = "0a1b2c3d-1111-2222-3333-444455556666";
const publicHost = "https://login.microsoftonline.com";
const clientSecret = secret("entra-client-secret");
const azureSettings = [
  ...["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"],
  ...["AZURE_USERNAME", "AZURE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST"],
  ...["AZURE_TOKEN_CREDENTIALS", "AZURE_REGIONAL_AUTHORITY_NAME", "IDENTITY_ENDPOINT", "MSI_ENDPOINT"],
];

beforeEach(() => {
  for (const name of azureSettings) vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** An application with a secret, as the environment names it. */
function nameApplication(): void {
  vi.stubEnv("AZURE_TENANT_ID", tenant);
  vi.stubEnv("AZURE_CLIENT_ID", "client-1");
  vi.stubEnv("AZURE_CLIENT_SECRET", clientSecret);
}

const json = (response: Parameters<Answer>[0], status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

/** Entra ID's own description of itself, and a token for each question. */
function entra(count: () => number): Answer {
  return (response, { url, method }) => {
    if (method === "POST") {
      json(response, 200, { token_type: "Bearer", expires_in: 3_600, access_token: `token-of-entra-${count()}` });
    } else if (url.includes("/discovery/instance")) {
      json(response, 200, { tenant_discovery_endpoint: `${publicHost}/x`, "api-version": "1.1", metadata: [] });
    } else {
      const root = `${publicHost}/${tenant}`;
      json(response, 200, {
        issuer: `${root}/v2.0`,
        authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
        token_endpoint: `${root}/oauth2/v2.0/token`,
        jwks_uri: `${root}/discovery/v2.0/keys`,
      });
    }
  };
}

interface Started {
  readonly credential: Credential;
  readonly asked: readonly string[];
  /** Forms that asked for a token. */
  readonly forms: () => readonly URLSearchParams[];
}

/** A credential whose every request goes to a stand-in, whatever host it names. */
async function start(
  answer?: Answer,
  auth: Partial<Extract<AuthConfig, { kind: "entra" }>> = {},
  now = Date.now,
  tokenTimeoutMs = 5_000,
): Promise<Started> {
  let given = 0;
  const count = (): number => {
    given += 1;
    return given;
  };
  const { origin, seen } = await startUpstream(answer ?? entra(count));
  const asked: string[] = [];
  const dispatcher: Dispatcher = new Agent().compose((dispatch) => (options, handler) => {
    asked.push(`${String(options.origin)}${options.path}`);
    return dispatch({ ...options, origin }, handler);
  });
  const scope = "https://cognitiveservices.azure.com/.default";
  const credential = createCredential(
    { kind: "entra", scope, authority: undefined, ...auth },
    { ...deps, now, dispatcher, tokenTimeoutMs },
  );
  const isToken = ({ method }: Seen): boolean => method === "POST";
  return { credential, asked, forms: () => seen.filter(isToken).map(({ body }) => new URLSearchParams(body)) };
}

describe("an application with a secret", () => {
  beforeEach(nameApplication);

  test("gets a token for Azure's service, in a bearer header", async () => {
    const { credential, asked, forms } = await start();
    expect(reveal(await credential.headers())).toEqual({ authorization: "Bearer token-of-entra-1" });
    expect(asked.every((url) => url.startsWith(`${publicHost}/`))).toBe(true);
    expect(Object.fromEntries(forms()[0] ?? [])).toMatchObject({
      grant_type: "client_credentials",
      client_id: "client-1",
      client_secret: clientSecret,
      scope: expect.stringContaining("https://cognitiveservices.azure.com/.default"),
    });
  });

  test("is asked once for many that wait", async () => {
    const { credential, forms } = await start();
    const all = await Promise.all(Array.from({ length: 20 }, () => credential.headers()));
    expect(new Set(all.map((headers) => JSON.stringify(reveal(headers)))).size).toBe(1);
    expect(forms()).toHaveLength(1);
  });

  test("is renewed ahead of its end, while the old token serves", async () => {
    let nowMs = Date.now();
    const { credential, forms } = await start(undefined, {}, () => nowMs);
    const first = await credential.headers();
    nowMs += 3_600_000 - 4 * 60_000;
    expect(await credential.headers()).toBe(first);
    await vi.waitFor(async () =>
      expect(reveal(await credential.headers())).toEqual({ authorization: "Bearer token-of-entra-2" }),
    );
    expect(forms()).toHaveLength(2);
  });

  test("is asked anew for a token that was refused, once for all that were", async () => {
    let nowMs = Date.now();
    const { credential, forms } = await start(undefined, {}, () => nowMs);
    const refused = await credential.headers();
    nowMs += 6_000;
    expect(credential.invalidate(refused)).toBe(true);
    expect(credential.invalidate(refused)).toBe(true);
    const [one, other] = await Promise.all([credential.headers(), credential.headers()]);
    expect(reveal(one)).toEqual({ authorization: "Bearer token-of-entra-2" });
    expect(other).toBe(one);
    expect(forms()).toHaveLength(2);
  });

  test("belongs to the cloud of its host", async () => {
    const cloud = {
      scope: "https://cognitiveservices.azure.us/.default",
      authority: "https://login.microsoftonline.us",
    };
    const { credential, asked, forms } = await start(undefined, cloud);
    await credential.headers();
    expect(asked.some((url) => url.startsWith("https://login.microsoftonline.us/"))).toBe(true);
    expect(forms()[0]?.get("scope")).toContain(cloud.scope);
  });

  test.each([
    [
      "AADSTS7000215: Invalid client secret provided.",
      "Entra ID refused the credential (AADSTS7000215): the client secret is wrong.",
    ],
    ["AADSTS99: Something new.", "Entra ID refused the credential (AADSTS99)."],
  ])("is refused with %s", async (description, message) => {
    const known = entra(() => 1);
    const refusing: Answer = (response, seen) => {
      if (seen.method !== "POST") known(response, seen);
      else json(response, 401, { error: "invalid_client", error_description: `${description} It was ${clientSecret}` });
    };
    const { credential } = await start(refusing);
    const failure = await rejectionOf(credential.headers());
    expect(failure).toMatchObject({ errorName: "upstream_auth_error", message });
    expectHidden(inspect(failure, { depth: 9 }));
  });

  test("cannot be had where nobody listens", async () => {
    const origin = await closedOrigin();
    const dispatcher = new Agent().compose(
      (dispatch) => (options, handler) => dispatch({ ...options, origin }, handler),
    );
    const auth = {
      kind: "entra",
      scope: "https://cognitiveservices.azure.com/.default",
      authority: undefined,
    } as const;
    const credential = createCredential(auth, { ...deps, dispatcher, tokenTimeoutMs: 5_000 });
    const failure = await rejectionOf(credential.headers());
    expect(failure).toMatchObject({
      errorName: "upstream_auth_error",
      message: "Entra ID cannot be reached (ECONNREFUSED).",
    });
  });
});

test("silence is told as such", async () => {
  nameApplication();
  const { credential } = await start(() => undefined, {}, Date.now, 300);
  expect(await rejectionOf(credential.headers())).toMatchObject({
    errorName: "upstream_auth_error",
    message: "Entra ID did not answer in time.",
  });
});

test("a workload shows the token in its file", async () => {
  vi.stubEnv("AZURE_TENANT_ID", tenant);
  vi.stubEnv("AZURE_CLIENT_ID", "client-1");
  const assertion = secret("workload-token");
  vi.stubEnv("AZURE_FEDERATED_TOKEN_FILE", fileWith(assertion));
  const { credential, forms } = await start();
  expect(reveal(await credential.headers())).toEqual({ authorization: "Bearer token-of-entra-1" });
  expect(forms()[0]?.get("client_assertion")).toBe(assertion);
});

test("where nothing is there the operator is told what could be", async () => {
  // The tools of this machine are not asked.
  vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
  const { credential } = await start((response) => json(response, 404, {}));
  const failure = await rejectionOf(credential.headers());
  expect(failure).toMatchObject({
    errorName: "upstream_auth_error",
    message: expect.stringContaining("No credential for Entra ID was found"),
  });
});
