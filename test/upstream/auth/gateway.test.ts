import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Script } from "../../../src/emulators/script.ts";
import { startVertexEmulator } from "../../../src/emulators/vertex.ts";
import { says, startGateway, type Upstream } from "../../_setup.ts";
import { fileWith } from "../_certificates.ts";
import { canaries, type FakeGoogle, filesFor, startGoogle, subjectTypes } from "../_google.ts";
import { startProxy } from "../_proxy.ts";
import { emptyEnvironment, nameCredentials, useMetadata } from "./_credentials.ts";

beforeEach(emptyEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A Vertex AI that wants this token. */
const startWanting =
  (token: string) =>
  async (script: Script): Promise<Upstream> => {
    const upstream = await startVertexEmulator({ script, token });
    onTestFinished(() => upstream.close());
    return upstream;
  };

const providerWith = (auth: string): string => `
providers:
  vertex: { type: vertex, project: p, location: us-central1, base_url: "\${UPSTREAM}", auth: ${auth} }
`;

describe("a whole gateway gets its credential", () => {
  test.each<[name: string, auth: string, token: string, arrange: (google: FakeGoogle) => Record<string, string>]>([
    [
      "from a service account's key",
      '{ service_account: "${FILE}" }',
      "ya29.jwt-1",
      ({ origin }) => ({ FILE: fileWith(filesFor(origin).serviceAccount) }),
    ],
    [
      "from a user's login",
      "adc",
      "ya29.user-1",
      ({ origin }) => {
        nameCredentials(filesFor(origin).authorizedUser);
        return {};
      },
    ],
    [
      "from the metadata server",
      "adc",
      "ya29.machine-1",
      (google) => {
        useMetadata(google);
        return {};
      },
    ],
    [
      "by federation and impersonation",
      "adc",
      "ya29.impersonated-2",
      ({ origin }) => {
        const { federated, impersonation } = filesFor(origin);
        const file = fileWith(canaries.subjectToken);
        nameCredentials(federated(subjectTypes.jwt, { file }, { service_account_impersonation_url: impersonation }));
        return {};
      },
    ],
    ["from a file", '{ bearer_file: "${FILE}" }', "tok-1", () => ({ FILE: fileWith("tok-1\n") })],
    [
      "from a command",
      '{ command: ["${NODE}", "${FILE}"] }',
      "tok-1",
      () => ({ NODE: process.execPath, FILE: fileWith("console.log('tok-1')", "token.mjs") }),
    ],
  ])("%s", async (_name, auth, token, arrange) => {
    const google = await startGoogle();
    const env = arrange(google);
    const gateway = await startGateway({ providers: providerWith(auth), env, upstream: startWanting(token) });
    expect((await gateway.chat(says("Hello!"))).status).toBe(200);
    expect((await gateway.stream(says("Hello!"))).done).toBe(true);
    expect(google.problems).toEqual([]);
    expect(google.issued.length).toBeLessThanOrEqual(2);
  });

  test("through the proxy of its environment, models and tokens alike", async () => {
    const google = await startGoogle();
    const proxy = await startProxy({ login: "me:pw" });
    const env = {
      http_proxy: proxy.origin.replace("://", "://me:pw@"),
      FILE: fileWith(filesFor(google.origin).serviceAccount),
    };
    const gateway = await startGateway({
      providers: providerWith('{ service_account: "${FILE}" }'),
      env,
      upstream: startWanting("ya29.jwt-1"),
    });
    expect((await gateway.chat(says("Hello!"))).status).toBe(200);
    expect(proxy.seen).toHaveLength(2);
    expect(proxy.seen[0]).toBe(`POST ${google.origin}/token`);
    expect(proxy.seen[1]).toMatch(new RegExp(`^POST ${gateway.upstream.url}/v1beta1/projects/p/`));
    expect(gateway.log.text()).not.toContain("me:pw");
  });
});

test("a login that was revoked is a 502, and the log says what to do", async () => {
  const google = await startGoogle();
  google.repeating = { status: 400 };
  nameCredentials(filesFor(google.origin).authorizedUser);
  const gateway = await startGateway({ providers: providerWith("adc"), planned: ["upstream_auth_error"] });
  const { status, text } = await gateway.post({ model: "test-model", ...says("Hello!") });
  expect(status).toBe(502);
  expect(JSON.parse(text)).toMatchObject({ error: { code: "upstream_auth_error", type: "server_error" } });
  await gateway.log.until(({ error }) => error === "upstream_auth_error");
  expect(gateway.log.text()).toContain("invalid_grant");
  for (const secret of Object.values(canaries)) expect(gateway.log.text() + text).not.toContain(secret);
});
