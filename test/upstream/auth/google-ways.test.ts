import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import { createAuthority, fileWith } from "../_certificates.ts";
import { canaries, filesFor, keyId, keyPair, robot, startGoogle, subjectTypes, target } from "../_google.ts";
import { proxyIn, startProxy } from "../_proxy.ts";
import { rejectionOf, reveal } from "../_servers.ts";
import { deps, emptyEnvironment, nameCredentials, startGuarded, useMetadata } from "./_credentials.ts";

beforeEach(emptyEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

const adc = { kind: "adc" } as const;
const headersOf = async (more: Partial<typeof deps> = {}): Promise<Record<string, string>> =>
  reveal(await createCredential(adc, { ...deps, ...more }).headers());
const failure = async (more: Partial<typeof deps> = {}): Promise<string> =>
  (await rejectionOf(createCredential(adc, { ...deps, ...more }).headers())).message;

describe("the order in which credentials are looked for", () => {
  async function start() {
    const google = await startGoogle();
    const { serviceAccount, authorizedUser } = filesFor(google.origin);
    const folder = mkdtempSync(join(tmpdir(), "specgate-"));
    writeFileSync(join(folder, "application_default_credentials.json"), JSON.stringify(authorizedUser));
    vi.stubEnv("CLOUDSDK_CONFIG", folder);
    useMetadata(google);
    return { google, serviceAccount };
  }

  test("a named file, then gcloud's, then the metadata server", async () => {
    const { serviceAccount } = await start();
    nameCredentials(serviceAccount);
    expect((await headersOf())["authorization"]).toMatch(/ya29\.jwt/);
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "");
    expect((await headersOf())["authorization"]).toMatch(/ya29\.user/);
    vi.stubEnv("CLOUDSDK_CONFIG", mkdtempSync(join(tmpdir(), "specgate-")));
    expect((await headersOf())["authorization"]).toMatch(/ya29\.machine/);
  });

  test.each([
    ["is not there", "/nowhere/adc.json"],
    ["is a folder", tmpdir()],
    ["is no JSON", fileWith("{ nothing")],
  ])("a named file that %s is an error: nothing else is tried", async (_name, file) => {
    const { google } = await start();
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
    expect(await failure()).toBe(
      "The file that GOOGLE_APPLICATION_CREDENTIALS names cannot be read, or is no credential file.",
    );
    expect(google.seen).toEqual([]);
  });

  test.each([
    [{ type: "gdch_service_account" }, "Google's credential file is of a type that cannot be used."],
    [{ type: "something_new" }, "Google's credential file is of a type that cannot be used."],
    [{}, "Google's credential file is of a type that cannot be used."],
  ])("a file of %j says so", async (json, want) => {
    nameCredentials(json);
    expect(await failure()).toBe(want);
  });
});

describe("the way to the token endpoints", () => {
  const authority = createAuthority();
  const { caFile } = authority;
  const hosts = ["oauth2.googleapis.com", "iamcredentials.googleapis.com", "sts.googleapis.com"];

  async function start() {
    const google = await startGoogle(authority.issue(...hosts));
    const leads = Object.fromEntries(hosts.map((host) => [`${host}:443`, google.origin]));
    const proxy = await startProxy({ leads, login: "me:pw" });
    const config = proxyIn({ HTTPS_PROXY: proxy.origin.replace("://", "://me:pw@") });
    return { google, proxy, through: { caFile, proxy: config } };
  }

  test("Google's own hosts are reached through the proxy, and held to the CA file", async () => {
    const { google, proxy, through } = await start();
    const { token_uri: _named, ...login } = filesFor(google.origin).authorizedUser;
    nameCredentials(login);
    expect((await headersOf(through))["authorization"]).toMatch(/^Bearer ya29\.user/);
    expect(await failure({ proxy: through.proxy })).toMatch(/^Google's token endpoint cannot be reached \(.*CERT|SIG/);
    nameCredentials({
      type: "service_account",
      client_email: robot,
      private_key: keyPair.privateKey,
      private_key_id: keyId,
    });
    expect((await headersOf(through))["authorization"]).toMatch(/^Bearer ya29\.jwt/);
    const impersonation = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
    nameCredentials({ ...filesFor("").impersonated(login), service_account_impersonation_url: impersonation });
    expect((await headersOf(through))["authorization"]).toMatch(/^Bearer ya29\.impersonated/);
    expect(new Set(proxy.seen)).toEqual(
      new Set(["CONNECT oauth2.googleapis.com:443", "CONNECT iamcredentials.googleapis.com:443"]),
    );
    expect(google.problems).toEqual([]);
  });

  test("an endpoint without TLS is asked for by its whole URL", async () => {
    const google = await startGoogle();
    const proxy = await startProxy();
    nameCredentials(filesFor(google.origin).authorizedUser);
    await headersOf({ proxy: proxyIn({ HTTP_PROXY: proxy.origin }) });
    expect(proxy.seen).toEqual([`POST ${google.origin}/token`]);
  });

  test("the library's own way to a proxy is not taken: NO_PROXY, login and TLS are ours to mind", async () => {
    const google = await startGoogle();
    vi.stubEnv("HTTPS_PROXY", "not a URL");
    nameCredentials(filesFor(google.origin).authorizedUser);
    expect((await headersOf())["authorization"]).toMatch(/^Bearer ya29\.user/);
  });

  test("the metadata server is never reached through a proxy", async () => {
    const google = await startGoogle();
    const proxy = await startProxy();
    vi.stubEnv("HTTPS_PROXY", proxy.origin);
    vi.stubEnv("HTTP_PROXY", proxy.origin);
    useMetadata(google);
    const config = proxyIn({ HTTP_PROXY: proxy.origin, HTTPS_PROXY: proxy.origin });
    expect((await headersOf({ proxy: config }))["authorization"]).toMatch(/^Bearer ya29\.machine/);
    expect([proxy.accepted(), google.problems]).toEqual([0, []]);
  });

  test("an endpoint that hangs is not waited for longer than allowed", async () => {
    const google = await startGoogle();
    google.slowMs = 5_000;
    nameCredentials(filesFor(google.origin).authorizedUser);
    const startedMs = performance.now();
    expect(await failure({ tokenTimeoutMs: 200 })).toBe("Google's token endpoint did not answer in time.");
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  test("a slow endpoint is waited for, once for all", async () => {
    const google = await startGoogle();
    google.slowMs = 200;
    nameCredentials(filesFor(google.origin).authorizedUser);
    const credential = createCredential(adc, deps);
    const [first, second] = await Promise.all([credential.headers(), credential.headers()]);
    expect(second).toBe(first);
    expect(google.asked("/token")).toBe(1);
  });

  test("a failure is remembered for a moment: an endpoint in trouble is not stormed", async () => {
    const google = await startGoogle();
    google.failing = new Map([["/token", [401, { error: "invalid_client" }]]]);
    nameCredentials(filesFor(google.origin).authorizedUser);
    const credential = createCredential(adc, deps);
    const ask = () => rejectionOf(credential.headers());
    const [one, two] = [await ask(), await ask()];
    expect(one.message).toBe("Google refused the credential (invalid_client): the client id or secret is wrong.");
    expect(two).toBe(one);
    expect(google.asked("/token")).toBe(1);
  });
});

describe("the project that pays", () => {
  test.each([
    ["of the file", "file-project", "", "file-project"],
    ["of the environment, over the file's", "file-project", "env-project", "env-project"],
    ["of the environment alone", undefined, "env-project", "env-project"],
    ["of nobody", undefined, "", undefined],
  ])("%s", async (_name, inFile, inEnv, want) => {
    const google = await startGoogle();
    vi.stubEnv("GOOGLE_CLOUD_QUOTA_PROJECT", inEnv);
    const { authorizedUser, workforceUser } = filesFor(google.origin);
    for (const file of [authorizedUser, workforceUser]) {
      nameCredentials({ ...file, ...(inFile === undefined ? {} : { quota_project_id: inFile }) });
      expect((await headersOf())["x-goog-user-project"]).toBe(want);
    }
  });
});

describe("the metadata server", () => {
  const path = "/computeMetadata/v1/instance/service-accounts/default/token";

  test("that has no service account says so", async () => {
    const google = await startGoogle();
    useMetadata(google);
    google.failing = new Map([[path, [404, "no such account"]]]);
    expect(await failure()).toBe(
      "Google's metadata server answered with HTTP status 404: this machine may have no service account.",
    );
  });

  test("is only believed when it says that it is Google's", async () => {
    const impostor = await startGuarded(() => true);
    useMetadata(impostor);
    vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
    expect(await failure()).toBe("What answers in place of Google's metadata server is another server.");
  });

  test("that stumbles is asked again", async () => {
    const google = await startGoogle();
    useMetadata(google);
    google.failing = new Map([[path, [503, "busy"]]]);
    const pending = headersOf();
    await expect.poll(() => google.asked(path)).toBeGreaterThan(0);
    google.failing = new Map();
    expect((await pending)["authorization"]).toMatch(/ya29\.machine/);
  });

  test("that comes up later is found", async () => {
    const google = await startGoogle();
    useMetadata(google);
    google.failing = new Map([["/computeMetadata/v1/instance", [404, "not yet"]]]);
    expect(await failure()).toMatch(/^No Google credentials were found/);
    google.failing = new Map();
    expect((await headersOf())["authorization"]).toMatch(/ya29\.machine/);
  });
});

describe("federation and impersonation", () => {
  test("a program runs only when the environment says so", async () => {
    const google = await startGoogle();
    const made = join(mkdtempSync(join(tmpdir(), "specgate-")), "made");
    const program = fileWith(`import("node:fs").then((fs) => fs.writeFileSync(${JSON.stringify(made)}, ""))`, "p.mjs");
    const executable = { command: `${process.execPath} ${program}` };
    nameCredentials(filesFor(google.origin).federated(subjectTypes.idToken, { executable }));
    expect(await failure()).toBe(
      "The Google credential comes from a program: set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 to let it run.",
    );
    expect(existsSync(made)).toBe(false);
    vi.stubEnv("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
    expect(await failure()).toBe(
      "The program that the Google credential comes from failed, or printed no valid answer.",
    );
    expect(existsSync(made)).toBe(true);
  });

  test("an account that may not impersonate is told which role it lacks", async () => {
    const google = await startGoogle();
    const path = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
    google.failing = new Map([[path, [403, { error: { code: 403, message: "no", status: "PERMISSION_DENIED" } }]]]);
    const { impersonated, authorizedUser, federated, impersonation } = filesFor(google.origin);
    const file = fileWith(canaries.subjectToken);
    for (const json of [
      impersonated(authorizedUser),
      federated(subjectTypes.jwt, { file }, { service_account_impersonation_url: impersonation }),
    ]) {
      nameCredentials(json);
      expect(await failure()).toMatch(/^Google refused to impersonate .*serviceAccountTokenCreator/);
    }
  });

  test("what the file says of delegates, lifetime and paying project is passed on", async () => {
    const google = await startGoogle();
    const { impersonated, authorizedUser, federated, impersonation } = filesFor(google.origin);
    nameCredentials({
      ...impersonated({ ...authorizedUser, quota_project_id: "source-project" }),
      delegates: ["projects/-/serviceAccounts/between@p.iam.gserviceaccount.com"],
    });
    await headersOf();
    const asked = google.seen.at(-1);
    expect(asked?.headers["x-goog-user-project"]).toBe("source-project");
    expect(JSON.parse(asked?.body ?? "")).toMatchObject({
      delegates: ["projects/-/serviceAccounts/between@p.iam.gserviceaccount.com"],
    });
    const more = {
      service_account_impersonation_url: impersonation,
      service_account_impersonation: { token_lifetime_seconds: 1_800 },
    };
    nameCredentials(federated(subjectTypes.jwt, { file: fileWith(canaries.subjectToken) }, more));
    await headersOf();
    expect(JSON.parse(google.seen.at(-1)?.body ?? "")).toMatchObject({ lifetime: "1800s" });
  });

  test("a login whose refresh token changes with each use goes on working", async () => {
    let clockMs = Date.now();
    const google = await startGoogle();
    google.rotates = true;
    nameCredentials(filesFor(google.origin).workforceUser);
    const credential = createCredential(adc, { ...deps, now: () => clockMs });
    const tokens = new Set<string | undefined>();
    for (let i = 0; i < 3; i++) {
      tokens.add(reveal(await credential.headers())["authorization"]);
      clockMs += 3_599_000;
    }
    expect(tokens.size).toBe(3);
    expect(google.problems).toEqual([]);
  });

  test("a client certificate is the subject, over the library's own connection", async () => {
    const authority = createAuthority();
    const trusted = getCACertificates("default");
    setDefaultCACertificates([...trusted, authority.cert]);
    onTestFinished(() => setDefaultCACertificates(trusted));
    const tls = { ...authority.issue("127.0.0.1"), ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const google = await startGoogle(tls);
    const { cert, key } = authority.issue("workload");
    const paths = { cert_path: fileWith(cert, "cert.pem"), key_path: fileWith(key, "key.pem") };
    const certificate_config_location = fileWith({ cert_configs: { workload: paths } });
    const certificate = { certificate_config_location };
    nameCredentials(filesFor(google.origin).federated(subjectTypes.mtls, { certificate }));
    expect((await headersOf())["authorization"]).toMatch(/^Bearer ya29\.federated/);
    expect(google.problems).toEqual([]);
  });
});
