import { inspect } from "node:util";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import type { CommandAuth } from "../../../src/upstream/auth/command.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import { redact } from "../../../src/upstream/auth/redact.ts";
import { fileWith } from "../_certificates.ts";
import { canaries, type FakeGoogle, filesFor, keyPair, startGoogle, subjectTypes, target } from "../_google.ts";
import { closedOrigin, post, rejectionOf } from "../_servers.ts";
import { deps, emptyEnvironment, googleCases, nameCredentials, sealed } from "./_credentials.ts";

beforeEach(emptyEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

const privateKeyLines = keyPair.privateKey.split("\n").filter((line) => line.length > 0 && !line.startsWith("-----"));

/** A thing in every form that a log could write it. */
function shown(thing: unknown): string {
  const written: string[] = [];
  pino({}, { write: (line) => written.push(line) }).error({ err: thing, thing }, String(thing));
  return [inspect(thing, { depth: 12, showHidden: true }), JSON.stringify(thing), String(thing), ...written].join("\n");
}

function expectNone(thing: unknown, secrets: readonly string[]): void {
  const text = shown(thing);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

const everySecret = (google: FakeGoogle): readonly string[] => [
  ...Object.values(canaries),
  Buffer.from(`client:${canaries.clientSecret}`).toString("base64"),
  ...privateKeyLines,
  ...google.issued,
];

const impersonation = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
const impersonating = googleCases.filter(({ name }) => name.includes("impersonating"));

describe.each([400, 403])("an endpoint that answers %i and repeats what it was told shows no secret", (status) => {
  const rows = [
    ...googleCases.map((one) => ({ ...one, repeating: { status } })),
    ...impersonating.map(({ name, arrange }) => {
      const repeating = { status, path: impersonation };
      return { name: `${name}, at the last step`, arrange, repeating };
    }),
  ];

  test.each(rows)("$name", async ({ arrange, repeating }) => {
    const google = await startGoogle();
    const auth = arrange(google);
    google.repeating = repeating;
    const credential = createCredential(auth, { ...deps, tokenTimeoutMs: 5_000 });
    const error = await rejectionOf(credential.headers());
    expect(error.errorName).toBe("upstream_auth_error");
    expectNone(error, everySecret(google));
    expectNone(credential, everySecret(google));
    expectNone(await post(await closedOrigin(), { credential }), everySecret(google));
  });
});

/** One of each: the library tries again for a while before it gives up. */
const different = googleCases.filter(({ name }) => !/gcloud|lower-case|JSON|AWS keys/.test(name));

test.each(different)("an endpoint that is gone shows no secret: $name", async ({ arrange }) => {
  const google = await startGoogle();
  const gone = await closedOrigin();
  const credential = createCredential(arrange(Object.assign(google, { origin: gone })), {
    ...deps,
    tokenTimeoutMs: 3_000,
  });
  expectNone(await rejectionOf(credential.headers()), everySecret(google));
});

describe("a credential file that is broken shows nothing of itself", () => {
  const { serviceAccount, authorizedUser, federated } = filesFor("http://127.0.0.1:1");
  const broken: readonly (readonly [name: string, content: string | object])[] = [
    ["JSON that ends in the middle", JSON.stringify(authorizedUser).slice(0, -20)],
    ["JSON whose secret lacks its quotes", `{"type":"authorized_user","refresh_token": ${canaries.refreshToken}}`],
    ["a secret alone", canaries.refreshToken],
    ["a private key alone", keyPair.privateKey],
    ["a private key that is cut", { ...serviceAccount, private_key: keyPair.privateKey.slice(0, 300) }],
    ["a private key that is none", { ...serviceAccount, private_key: canaries.clientSecret }],
    ["a member that is missing", { type: "authorized_user", refresh_token: canaries.refreshToken }],
    ["no source of a subject token", federated(subjectTypes.jwt, { other: canaries.subjectToken })],
    ["a subject token that is not there", federated(subjectTypes.jwt, { file: "/nowhere/token" })],
  ];

  test.each(broken)("%s", async (_name, content) => {
    const file = fileWith(content);
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
    const google = await startGoogle();
    for (const auth of [{ kind: "adc" }, { kind: "service_account", file }] satisfies AuthConfig[]) {
      expectNone(await rejectionOf(createCredential(auth, deps).headers()), everySecret(google));
    }
  });

  test.each([
    ["prints its secret", `console.log('${canaries.subjectToken}')`],
    ["fails and says its secret", `console.error('key ${canaries.subjectToken}'); process.exit(1)`],
    [
      "says no and repeats its secret",
      `console.log(JSON.stringify({ version: 1, success: false, code: "1", message: "${canaries.subjectToken}" }))`,
    ],
  ])("a program that %s", async (_name, script) => {
    vi.stubEnv("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
    const executable = { command: `${process.execPath} ${fileWith(script, "program.mjs")}` };
    nameCredentials(federated(subjectTypes.idToken, { executable }));
    const google = await startGoogle();
    expectNone(await rejectionOf(createCredential({ kind: "adc" }, deps).headers()), everySecret(google));
  });
});

describe("the other kinds show nothing of themselves", () => {
  const secret = "k-5e1f22aa";
  const command = (script: string): CommandAuth => ({
    kind: "command",
    argv: [process.execPath, "-e", script, "--", secret],
    ttlMs: undefined,
    refreshMarginMs: 1_000,
    timeoutMs: 500,
  });

  test.each<[name: string, auth: AuthConfig]>([
    ["a command that fails", command(`console.error('password=${secret}'); process.exit(1)`)],
    ["a command that repeats its arguments", command("console.error('no', process.argv.at(-1)); process.exit(1)")],
    [
      "a command that repeats an option",
      {
        ...command(""),
        argv: [process.execPath, "-e", "console.error(process.argv.at(-1)); process.exit(1)", "--", `--pin=${secret}`],
      },
    ],
    ["a command that hangs", command("setTimeout(() => undefined, 5_000)")],
    ["a command that prints words", command(`console.log('your token is ${secret}')`)],
    ["a command that prints broken JSON", command(`console.log('{"token": ${secret}}')`)],
    ["a command that prints JSON of another kind", command(`console.log('{"secret": "${secret}"}')`)],
    ["a command that prints too much", command(`console.log('${secret}'.repeat(20_000))`)],
    ["a command that is not there", { ...command(""), argv: ["no-such-command", secret] }],
    ["a command with an impossible argument", { ...command(""), argv: [process.execPath, `${secret}\0`] }],
    ["a file that holds words", { kind: "bearer_file", file: fileWith(`token: ${secret}`) }],
    ["a file that holds broken JSON", { kind: "bearer_file", file: fileWith(`{"token": ${secret}}`) }],
    ["a file that is not there", { kind: "bearer_file", file: `/nowhere/${secret}` }],
  ])("%s", async (_name, auth) => {
    const credential = createCredential(auth, deps);
    const error = await rejectionOf(credential.headers());
    expect(error.errorName).toBe("upstream_auth_error");
    // A path is no secret, and the cause is to name it.
    expectNone(auth.kind === "bearer_file" && auth.file.startsWith("/nowhere") ? error.message : error, [secret]);
  });

  test.each<[AuthConfig["kind"], AuthConfig]>([
    ["api_key", { kind: "api_key", key: sealed(secret) }],
    ["bearer", { kind: "bearer", token: sealed(secret) }],
    ["header", { kind: "header", name: "x-key", value: sealed(secret) }],
    ["bearer_file", { kind: "bearer_file", file: fileWith(secret) }],
  ])("%s, whatever happens to the request", async (_kind, auth) => {
    const credential = createCredential(auth, deps);
    expectNone(await credential.headers(), [secret]);
    expectNone(auth, [secret]);
    for (const origin of [await closedOrigin(), "http://no-such-host.invalid"]) {
      expectNone(await post(origin, { credential }), [secret]);
    }
  });
});

describe("foreign text is made fit for a log", () => {
  test.each([
    ["login failed: password=hunter2, try again", "login failed: password=[redacted] try again"],
    ['{"id_token": "abc", "n": 1}', '{"id_token": [redacted] "n": 1}'],
    ["Authorization: Bearer abc.def", "Authorization: [redacted]"],
    ["got ya29.a0AfH6SMBx0123456789abcdefghijklmnop here", "got [redacted] here"],
    [
      `Unexpected token 's', ..."token": s3cret"... is not valid JSON`,
      "Unexpected token [redacted] [redacted] is not valid JSON",
    ],
    ["-----BEGIN PRIVATE KEY-----\nabc\nde==\n-----END PRIVATE KEY-----\nwas no key", "[redacted]\nwas no key"],
    ["a plain sentence about a file", "a plain sentence about a file"],
  ])("%j", (text, want) => {
    expect(redact(text)).toBe(want);
  });

  test("however long it is, and wherever it is cut", () => {
    const startedMs = performance.now();
    for (let length = 4_080; length < 4_110; length++)
      expect(redact(`${" x".repeat(length / 2)} s3cret9${"a".repeat(40)}`)).not.toContain("s3cret");
    expect(redact("a".repeat(1_000_000))).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
