import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import type { Credential } from "../../../src/upstream/credential.ts";
import { readText } from "../../../src/upstream/send.ts";
import { expectHidden } from "../../_canary.ts";
import { createAuthority, fileWith } from "../_certificates.ts";
import { proxyIn, startProxy } from "../_proxy.ts";
import { answered, failureOf, openTransport, post, rejectionOf, startUpstream } from "../_servers.ts";
import { awsCases, awsSecrets, emptyAwsEnvironment, type FakeAws, startAws, userKeys } from "./_aws.ts";
import { deps } from "./_credentials.ts";

let home: string;

beforeEach(() => {
  home = emptyAwsEnvironment();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const region = "us-east-1";

function credentialAt(now: () => number = Date.now): Credential {
  return createCredential({ kind: "aws", region }, { ...deps, now });
}

/** An upstream that answers who asks, and turns those away whose access key is among the refused. */
async function startGuarded(refused: Set<string> = new Set(), errortype = "ExpiredTokenException") {
  const upstream = await startUpstream((response, { headers }) => {
    const id = accessKeyOf(headers.authorization);
    if (!refused.has(id)) return response.end(id);
    const error = { "content-type": "application/json", "x-amzn-errortype": errortype };
    return response.writeHead(403, error).end('{"message":"The security token included in the request is expired"}');
  });
  const transport = openTransport();
  const send = async (credential: Credential): Promise<string> => {
    const answer = answered(await post(upstream.origin, { transport, credential }));
    return `${answer.status} ${String(await readText(answer))}`;
  };
  return { upstream, send };
}

const accessKeyOf = (authorization = ""): string => /Credential=(\w+)\//.exec(authorization)?.[1] ?? "nobody";

describe.each(awsCases)("$name", ({ arrange, want }) => {
  test("signs, with one set of keys for many requests", async () => {
    const aws = await startAws();
    arrange(aws, home);
    const { upstream, send } = await startGuarded();
    const credential = credentialAt();
    expect(await Promise.all([send(credential), send(credential), send(credential)])).toEqual(
      Array.from({ length: 3 }, () => `200 ${want}`),
    );
    expect(await send(credential)).toBe(`200 ${want}`);
    expect(aws.given()).toBe(want === "ASIA1" ? 1 : 0);
    for (const { headers } of upstream.seen) {
      expect(headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=\w+\/\d{8}\/us-east-1\/bedrock\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[\da-f]{64}$/,
      );
      expect(headers["x-amz-security-token"] === undefined).toBe(want.startsWith("AKIA"));
    }
  });
});

/** A container that hands out keys. */
function useContainer({ origin }: FakeAws): void {
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `${origin}/container`);
  vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN", awsSecrets.container);
}

describe("keys that end", () => {
  test("are renewed behind the requests five minutes before, and waited for at the end", async () => {
    let nowMs = Date.now();
    const aws = await startAws({ now: () => nowMs });
    useContainer(aws);
    const { send } = await startGuarded();
    const credential = credentialAt(() => nowMs);
    expect(await send(credential)).toBe("200 ASIA1");
    nowMs += 54 * 60_000;
    for (let times = 0; times < 20; times++) expect(await send(credential)).toBe("200 ASIA1");
    expect(aws.given()).toBe(1);
    nowMs += 2 * 60_000;
    expect(await send(credential)).toBe("200 ASIA1");
    await vi.waitFor(async () => expect(await send(credential)).toBe("200 ASIA2"));
    nowMs += 3_600_000;
    expect(await Promise.all([send(credential), send(credential)])).toEqual(["200 ASIA3", "200 ASIA3"]);
  });

  test.each([
    "ExpiredTokenException",
    "ExpiredTokenException:http://internal.amazon.com/",
    "UnrecognizedClientException",
  ])("and are refused by %s are renewed once, for all who were refused", async (errortype) => {
    let nowMs = Date.now();
    const aws = await startAws({ now: () => nowMs });
    useContainer(aws);
    const refused = new Set<string>();
    const { send } = await startGuarded(refused, errortype);
    const credential = credentialAt(() => nowMs);
    expect(await send(credential)).toBe("200 ASIA1");
    refused.add("ASIA1");
    nowMs += 6_000;
    expect(await Promise.all([send(credential), send(credential)])).toEqual(["200 ASIA2", "200 ASIA2"]);
    expect(aws.given()).toBe(2);
  });

  test("a second refusal is the answer", async () => {
    let nowMs = Date.now();
    const aws = await startAws({ now: () => nowMs });
    useContainer(aws);
    const { upstream, send } = await startGuarded(new Set(["ASIA1", "ASIA2"]));
    const credential = credentialAt(() => nowMs);
    await credential.sign?.({ origin: upstream.origin, path: "/", headers: {} }, "{}");
    nowMs += 6_000;
    expect(await send(credential)).toMatch(/^403 /);
    expect(upstream.seen.map(({ headers }) => accessKeyOf(headers.authorization))).toEqual(["ASIA1", "ASIA2"]);
  });

  test("a right that is missing is no matter of keys", async () => {
    const aws = await startAws();
    useContainer(aws);
    const { upstream, send } = await startGuarded(new Set(["ASIA1"]), "AccessDeniedException");
    expect(await send(credentialAt())).toMatch(/^403 /);
    expect([upstream.seen.length, aws.given()]).toEqual([1, 1]);
  });

  test("in a file that was written anew are found after a refusal", async () => {
    const file = join(home, ".aws", "credentials");
    const keys = (id: string) => `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${userKeys.key}\n`;
    writeFileSync(file, keys("AKIAOLD"));
    let nowMs = Date.now();
    const { send } = await startGuarded(new Set(["AKIAOLD"]));
    const credential = credentialAt(() => nowMs);
    await credential.sign?.({ origin: "https://h.example", path: "/", headers: {} }, "{}");
    writeFileSync(file, keys("AKIANEW"));
    nowMs += 6_000;
    expect(await send(credential)).toBe("200 AKIANEW");
  });
});

describe("no keys", () => {
  const cases: readonly (readonly [name: string, arrange: (aws: FakeAws) => void, message: string])[] = [
    [
      "anywhere",
      () => undefined,
      "No AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is given.",
    ],
    [
      "in the profile that is named",
      () => vi.stubEnv("AWS_PROFILE", "nobody"),
      "The AWS profile that AWS_PROFILE names has no credentials.",
    ],
    [
      "for an SSO login that is over",
      () => {
        const profile = ["[default]", "sso_start_url = https://acme.awsapps.com/start", "sso_region = eu-west-1"];
        writeFileSync(
          join(home, ".aws", "config"),
          [...profile, "sso_account_id = 1", "sso_role_name = r", ""].join("\n"),
        );
      },
      "The SSO login of the AWS profile is missing or has expired: run aws sso login with that profile.",
    ],
    [
      "of a program that fails",
      () => {
        const file = fileWith(`console.error("${awsSecrets.secretKey}"); process.exit(3)`, "keys.mjs");
        writeFileSync(join(home, ".aws", "config"), `[default]\ncredential_process = ${process.execPath} ${file}\n`);
      },
      "The program that the AWS profile names in credential_process failed.",
    ],
    [
      "of a role that is not given",
      (aws) => {
        vi.stubEnv("AWS_ENDPOINT_URL_STS", aws.origin);
        vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", fileWith(awsSecrets.identity, "token"));
        vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
        const error = `<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${awsSecrets.identity} may not</Message></Error>`;
        aws.refusal = { status: 403, text: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` };
      },
      "AWS refused to hand out credentials (AccessDenied): it may not take that role.",
    ],
  ];

  test.each(cases)("%s", async (_name, arrange, message) => {
    arrange(await startAws());
    const { upstream } = await startGuarded();
    const outcome = await post(upstream.origin, { credential: credentialAt() });
    expect(failureOf(outcome)).toBe(`upstream_auth_error: ${message}`);
    expect(upstream.seen).toEqual([]);
    expectHidden(outcome);
  });

  test("are asked for again after a while", async () => {
    let nowMs = Date.now();
    const { send } = await startGuarded();
    const credential = credentialAt(() => nowMs);
    await expect(send(credential)).rejects.toThrow(/No AWS credentials were found/);
    vi.stubEnv("AWS_ACCESS_KEY_ID", userKeys.id);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", userKeys.key);
    nowMs += 2_000;
    expect(await send(credential)).toBe(`200 ${userKeys.id}`);
  });
});

describe("the way to those who hand out keys", () => {
  /** Their hosts by name, behind a private authority and a proxy that alone knows where they are. */
  async function startOutside(hosts: readonly string[]) {
    const { caFile, issue } = createAuthority();
    const aws = await startAws({ tls: issue(...hosts) });
    const proxy = await startProxy({ leads: Object.fromEntries(hosts.map((host) => [`${host}:443`, aws.origin])) });
    const credential = createCredential(
      { kind: "aws", region: "eu-north-1" },
      { ...deps, caFile, proxy: proxyIn({ HTTPS_PROXY: proxy.origin }) },
    );
    return { aws, proxy, credential };
  }

  test("a role is asked for in the provider's region, through the proxy, with the provider's trust", async () => {
    const host = "sts.eu-north-1.amazonaws.com";
    const { proxy, credential } = await startOutside([host]);
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", fileWith(awsSecrets.identity, "token"));
    vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
    const { send } = await startGuarded();
    expect(await send(credential)).toBe("200 ASIA1");
    expect(proxy.seen).toEqual([`CONNECT ${host}:443`]);
  });

  test("an SSO login is shown in the region of its profile", async () => {
    const host = "portal.sso.eu-west-1.amazonaws.com";
    const { aws, proxy, credential } = await startOutside([host]);
    awsCases.find(({ name }) => name === "an SSO login")?.arrange(aws, home);
    vi.stubEnv("AWS_ENDPOINT_URL_SSO", undefined);
    const { send } = await startGuarded();
    expect(await send(credential)).toBe("200 ASIA1");
    expect(proxy.seen).toEqual([`CONNECT ${host}:443`]);
  });
});

describe("what is secret", () => {
  test("shows in no value, and an upstream that repeats it is not heard", async () => {
    const aws = await startAws();
    useContainer(aws);
    const upstream = await startUpstream((response, { headers }) =>
      response
        .writeHead(403)
        .end(JSON.stringify({ message: `${headers.authorization} ${headers["x-amz-security-token"]}` })),
    );
    const credential = credentialAt();
    const answer = answered(await post(upstream.origin, { credential }));
    const text = String(await readText(answer));
    const [, signature = "-"] = /Signature=([\da-f]{64})/.exec(text) ?? [];
    expect(text).toContain(awsSecrets.session);
    expect(answer.hide(`${text} but not ${signature}`)).not.toContain(signature);
    expectHidden([answer.hide(text), credential]);
  });

  test("what a program wrote is repeated nowhere, for it prints keys", async () => {
    const file = fileWith(`console.error("it is hunter2"); process.exit(3)`, "keys.mjs");
    writeFileSync(join(home, ".aws", "config"), `[default]\ncredential_process = ${process.execPath} ${file}\n`);
    const outcome = await post("http://127.0.0.1:9", { credential: credentialAt() });
    expect(failureOf(outcome)).toMatch(/^upstream_auth_error: The program/);
    expect(inspect(outcome, { depth: 12 })).not.toMatch(/hunter2|keys\.mjs/);
  });

  test("there are no headers without a request to sign", async () => {
    await expect(Promise.resolve(credentialAt().headers())).rejects.toThrow("a signature without a request");
  });

  test("a redirect is an answer: no signature goes elsewhere", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", userKeys.id);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", userKeys.key);
    const elsewhere = await startUpstream((response) => response.end());
    const upstream = await startUpstream((response) => response.writeHead(307, { location: elsewhere.origin }).end());
    expect(answered(await post(upstream.origin, { credential: credentialAt() })).status).toBe(307);
    expect(elsewhere.seen).toEqual([]);
  });
});

test("a home folder without files is no failure of its own", async () => {
  rmSync(join(home, ".aws"), { recursive: true });
  vi.stubEnv("AWS_ACCESS_KEY_ID", userKeys.id);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", userKeys.key);
  const signed = credentialAt().sign?.({ origin: "https://h.example", path: "/", headers: {} }, "{}");
  expect(Object.keys((await signed) ?? {}).sort()).toEqual(["authorization", "x-amz-content-sha256", "x-amz-date"]);
  await expect(rejectionOf(signed)).rejects.toThrow("it did not fail");
});
