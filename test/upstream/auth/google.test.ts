import { createVerify, generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { Agent, type Dispatcher } from "undici";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import type { Credential } from "../../../src/upstream/credential.ts";
import { expectHidden, secret } from "../../_canary.ts";
import { fileWith } from "../_certificates.ts";
import { type Answer, closedOrigin, rejectionOf, reveal, type Seen, startUpstream } from "../_servers.ts";
import { deps, emptyEnvironment } from "./_credentials.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

const tokenOf: Answer = (response, { body }) => {
  const grant = new URLSearchParams(body).get("grant_type") ?? "";
  json(response, 200, {
    access_token: `token for ${grant.split(":").at(-1)}`,
    expires_in: 3_599,
    token_type: "Bearer",
  });
};

const json = (response: Parameters<Answer>[0], status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

/** A dispatcher that leads every request to one place, whatever its origin, and notes that origin. */
function leadingTo(origin: string): { dispatcher: Dispatcher; asked: string[] } {
  const asked: string[] = [];
  const dispatcher = new Agent().compose((dispatch) => (options, handler) => {
    asked.push(`${String(options.origin)}${options.path}`);
    return dispatch({ ...options, origin }, handler);
  });
  return { dispatcher, asked };
}

const serviceAccount = {
  type: "service_account",
  project_id: "p",
  private_key_id: "kid-1",
  private_key: privateKey,
  client_email: "robot@p.iam.gserviceaccount.com",
  token_uri: "https://oauth2.googleapis.com/token",
};

const authorizedUser = {
  type: "authorized_user",
  client_id: "client",
  client_secret: secret("client"),
  refresh_token: secret("refresh"),
  quota_project_id: "billed-project",
};

async function start(
  auth: AuthConfig,
  answer: Answer,
): Promise<{ credential: Credential; seen: readonly Seen[]; asked: string[] }> {
  const server = await startUpstream(answer);
  const { dispatcher, asked } = leadingTo(server.origin);
  return { credential: createCredential(auth, { ...deps, dispatcher }), seen: server.seen, asked };
}

async function failureOf(auth: AuthConfig, answer: Answer = tokenOf): Promise<string> {
  const { credential } = await start(auth, answer);
  const error = await rejectionOf(credential.headers());
  expect(error.errorName).toBe("upstream_auth_error");
  expectHidden(error);
  expect(inspect(error, { depth: 9 })).not.toMatch(/PRIVATE KEY|assertion=/);
  return error.message;
}

beforeEach(emptyEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("service_account", () => {
  const auth: AuthConfig = { kind: "service_account", file: fileWith(serviceAccount) };

  test("a signed assertion is exchanged for a token, once", async () => {
    const { credential, seen, asked } = await start(auth, tokenOf);
    const headers = await credential.headers();
    expect(reveal(headers)).toEqual({ authorization: "Bearer token for jwt-bearer" });
    expect(credential.headers()).toBe(headers);
    expect(asked).toEqual(["https://oauth2.googleapis.com/token"]);
    expect(seen[0]?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
    const form = new URLSearchParams(seen[0]?.body);
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head = "", payload = "", signature = ""] = (form.get("assertion") ?? "").split(".");
    expect(createVerify("RSA-SHA256").update(`${head}.${payload}`).verify(publicKey, signature, "base64url")).toBe(
      true,
    );
    expect(decoded(head)).toMatchObject({ alg: "RS256" });
    const claims = decoded(payload);
    expect(claims).toMatchObject({
      iss: "robot@p.iam.gserviceaccount.com",
      scope: "https://www.googleapis.com/auth/cloud-platform",
      aud: "https://oauth2.googleapis.com/token",
    });
    const [iat, exp] = [Number(claims["iat"]), Number(claims["exp"])];
    expect(exp - iat).toBeLessThanOrEqual(3_600);
    expect(Math.abs(iat - Date.now() / 1_000)).toBeLessThan(30);
  });

  test("a key whose line breaks are escaped works too", async () => {
    const escaped = { ...serviceAccount, private_key: privateKey.replaceAll("\n", "\\n") };
    const { credential } = await start({ kind: "service_account", file: fileWith(escaped) }, tokenOf);
    expect(reveal(await credential.headers())["authorization"]).toMatch(/^Bearer /);
  });

  test("after a refusal a new token is fetched", async () => {
    let issued = 0;
    const server = await startUpstream((response) =>
      json(response, 200, { access_token: `t${++issued}`, expires_in: 3_599 }),
    );
    let clockMs = Date.now();
    const { dispatcher } = leadingTo(server.origin);
    const credential = createCredential(auth, { ...deps, now: () => clockMs, dispatcher });
    const first = await credential.headers();
    expect(reveal(first)).toEqual({ authorization: "Bearer t1" });
    clockMs += 10_000;
    expect(credential.invalidate(first)).toBe(true);
    expect(reveal(await credential.headers())).toEqual({ authorization: "Bearer t2" });
  });

  test.each([
    ["not there", "/nowhere/key.json", "The service account file does not exist."],
    ["not JSON", fileWith("-----BEGIN"), "The service account file is not JSON."],
    ["another kind", fileWith(authorizedUser), "The service account file is not a service account key."],
    [
      "a broken key",
      fileWith({ ...serviceAccount, private_key: `PRIVATE KEY ${secret("private")}` }),
      "The private key of the Google credential cannot be read.",
    ],
  ])("a file that is %s", async (_name, file, want) => {
    expect(await failureOf({ kind: "service_account", file })).toBe(want);
  });

  test("invalid_grant is explained", async () => {
    const refuse: Answer = (response) =>
      json(response, 400, { error: "invalid_grant", error_description: "Invalid JWT" });
    expect(await failureOf(auth, refuse)).toMatch(/^Google refused the credential \(invalid_grant\): .*clock is wrong/);
  });

  test("an answer that is no token says its status", async () => {
    const page: Answer = (response) => response.writeHead(404).end("<html>");
    expect(await failureOf(auth, page)).toBe("Google's token endpoint answered with HTTP status 404.");
  });

  test("a redirect is not followed", async () => {
    const { credential, asked } = await start(auth, (response) => {
      response.writeHead(307, { location: "https://elsewhere.invalid/token" }).end();
    });
    expect((await rejectionOf(credential.headers())).message).toMatch(/answered with HTTP status 307\.$/);
    expect(asked).toEqual(["https://oauth2.googleapis.com/token"]);
  });

  test("a token endpoint that is down is said to be", async () => {
    const { dispatcher } = leadingTo(await closedOrigin());
    const error = await rejectionOf(createCredential(auth, { ...deps, dispatcher }).headers());
    expect(error.message).toBe("Google's token endpoint cannot be reached (ECONNREFUSED).");
  });
});

describe("adc", () => {
  test("a user's login from GOOGLE_APPLICATION_CREDENTIALS, with its quota project", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", fileWith(authorizedUser));
    const { credential, seen, asked } = await start({ kind: "adc" }, tokenOf);
    expect(reveal(await credential.headers())).toEqual({
      authorization: "Bearer token for refresh_token",
      "x-goog-user-project": "billed-project",
    });
    expect(asked).toEqual(["https://oauth2.googleapis.com/token"]);
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toMatchObject({
      client_id: "client",
      client_secret: secret("client"),
      refresh_token: secret("refresh"),
      grant_type: "refresh_token",
    });
  });

  test("a service account from GOOGLE_APPLICATION_CREDENTIALS", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", fileWith(serviceAccount));
    const { credential } = await start({ kind: "adc" }, tokenOf);
    expect(reveal(await credential.headers())).toEqual({ authorization: "Bearer token for jwt-bearer" });
  });

  test("a revoked login is explained", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", fileWith(authorizedUser));
    const refuse: Answer = (response) =>
      json(response, 400, { error: "invalid_grant", error_description: "Token revoked" });
    expect(await failureOf({ kind: "adc" }, refuse)).toMatch(
      /^Google refused the credential \(invalid_grant\): .*revoked/,
    );
  });

  test("a named file that is not there", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/adc.json");
    expect(await failureOf({ kind: "adc" })).toMatch(
      /^The file that GOOGLE_APPLICATION_CREDENTIALS names cannot be read/,
    );
  });

  test("no credentials anywhere: what to do", async () => {
    expect(await failureOf({ kind: "adc" })).toMatch(/^No Google credentials were found: run gcloud auth/);
  });
});

function decoded(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
  return Object.fromEntries(Object.entries(Object(value)));
}
