import { renameSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import { GatewayError } from "../../../src/errors.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import type { Credential } from "../../../src/upstream/credential.ts";
import { fileWith } from "../_certificates.ts";
import { type FakeGoogle, filesFor, startGoogle } from "../_google.ts";
import { failureOf, openTransport, post, readUntilFailure, sleep } from "../_servers.ts";
import { deps, emptyEnvironment, nameCredentials, startGuarded, useMetadata } from "./_credentials.ts";

beforeEach(emptyEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

const workers = 300;
const lastsMs = 2_500;

/** Hundreds of clients at once, for longer than several tokens last. Returns what came back, and how often. */
async function storm(origin: string, credential: Credential): Promise<Record<string, number>> {
  const transport = openTransport();
  const outcomes: Record<string, number> = {};
  const untilMs = performance.now() + lastsMs;
  const worker = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      const answer = await post(origin, { transport, credential });
      const outcome =
        answer instanceof GatewayError
          ? failureOf(answer)
          : `${answer.status} ${(await readUntilFailure(answer)).text}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      // Everything runs in this one process: without a pause requests would wait for each other, not for tokens.
      await sleep(50 + Math.random() * 150);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return outcomes;
}

describe("tokens that end under load cost no request", () => {
  test.each<[name: string, arrange: (google: FakeGoogle) => AuthConfig]>([
    ["service_account", ({ origin }) => ({ kind: "service_account", file: fileWith(filesFor(origin).serviceAccount) })],
    [
      "adc",
      ({ origin }) => {
        nameCredentials(filesFor(origin).authorizedUser);
        return { kind: "adc" };
      },
    ],
    [
      "the metadata server",
      (google) => {
        useMetadata(google);
        return { kind: "adc" };
      },
    ],
  ])("%s", async (_name, arrange) => {
    const google = await startGoogle();
    google.lifeSec = 1;
    const upstream = await startGuarded(({ authorization }) => google.accepts(authorization));
    const outcomes = await storm(upstream.origin, createCredential(arrange(google), deps));
    expect(Object.keys(outcomes)).toEqual(["200 in"]);
    expect(outcomes["200 in"]).toBeGreaterThan(workers);
    expect(google.issued.length).toBeGreaterThanOrEqual(4);
    // A refresh at half of each token's life, and never two at once.
    expect(google.issued.length).toBeLessThanOrEqual(12);
  });

  test("a file whose token is replaced all the time", async () => {
    const good = new Map<string, number>();
    let written = 0;
    const file = fileWith("");
    const rotate = (): void => {
      written += 1;
      good.set(`Bearer t-${written}`, Date.now() + 1_000);
      writeFileSync(`${file}.new`, `t-${written}\n`);
      renameSync(`${file}.new`, file);
    };
    rotate();
    const rotating = setInterval(rotate, 400);
    onTestFinished(() => clearInterval(rotating));
    const upstream = await startGuarded(({ authorization = "" }) => (good.get(authorization) ?? 0) > Date.now());
    const outcomes = await storm(upstream.origin, createCredential({ kind: "bearer_file", file }, deps));
    expect(Object.keys(outcomes)).toEqual(["200 in"]);
    expect(written).toBeGreaterThan(3);
  });

  test("a command whose tokens are short", async () => {
    const endsOf = new Map<string, number>();
    const script = "const end = Date.now() + 1500; console.log(JSON.stringify({ token: 't' + end, expiry: end }))";
    const auth: AuthConfig = {
      kind: "command",
      argv: [process.execPath, "-e", script],
      ttlMs: undefined,
      refreshMarginMs: 700,
      timeoutMs: 5_000,
    };
    const upstream = await startGuarded(({ authorization = "" }) => {
      const endMs = Number(authorization.replace("Bearer t", ""));
      endsOf.set(authorization, endMs);
      return endMs > Date.now();
    });
    const outcomes = await storm(upstream.origin, createCredential(auth, deps));
    expect(Object.keys(outcomes)).toEqual(["200 in"]);
    expect(endsOf.size).toBeGreaterThanOrEqual(3);
  });
});
