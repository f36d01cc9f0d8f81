import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type BedrockEmulatorOptions, startBedrockEmulator } from "../../src/emulators/bedrock.ts";
import type { ErrorName } from "../../src/errors.ts";
import { bedrock } from "../../src/providers/bedrock.ts";
import { createCredential } from "../../src/upstream/auth/index.ts";
import { readText } from "../../src/upstream/send.ts";
import { secret } from "../_canary.ts";
import fc from "../_fc.ts";
import { says, startGateway, type TestGateway } from "../_setup.ts";
import { configOf } from "../config/_load.ts";
import { answered, openTransport, post } from "../upstream/_servers.ts";
import { emptyAwsEnvironment } from "../upstream/auth/_aws.ts";
import { deps } from "../upstream/auth/_credentials.ts";

const region = "us-east-1";
const keys = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: secret("bedrock-secret-key"),
  sessionToken: secret("bedrock-session"),
};
const account = "arn:aws:bedrock:us-east-1:123456789012";

function useKeys({ accessKeyId, secretAccessKey, sessionToken }: typeof keys): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", sessionToken);
}

beforeEach(() => {
  emptyAwsEnvironment();
  useKeys(keys);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The emulator, which wants requests signed with the keys and looks after signatures by itself. */
async function startEmulator(options: BedrockEmulatorOptions = {}) {
  const upstream = await startBedrockEmulator({ credentials: keys, region, ...options });
  onTestFinished(() => upstream.close());
  return upstream;
}

interface Setting extends BedrockEmulatorOptions {
  /** Of the provider; keys of AWS's unless told. */
  readonly credential?: string;
  /** Further members of the provider. */
  readonly more?: string;
}

/** A gateway before it. */
function startBefore(
  deployment: string,
  planned: readonly ErrorName[] = [],
  { credential = "aws", more = "", ...options }: Setting = {},
): Promise<TestGateway> {
  const place = `region: ${region}, base_url: "\${UPSTREAM}"`;
  return startGateway({
    providers: `providers:\n  b: { type: bedrock, ${place}, auth: ${credential}${more} }\n`,
    routes: `models:\n  test-model: { deployments: [${deployment}], conformance: enforce }\n`,
    upstream: (script) => startEmulator({ ...options, script }),
    planned,
  });
}

describe.each([
  ["Claude by its profile", '"b/us.anthropic.claude-sonnet-4-5-20250929-v1:0"'],
  ["Claude by an ARN", `"b/${account}:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0"`],
  [
    "Claude by a profile of one's own",
    `{ use: "b/${account}:application-inference-profile/a1b2c3d4e5f6", family: claude-sonnet-4-5 }`,
  ],
  ["Nova by Converse", '"b/us.amazon.nova-pro-v1:0"'],
  ["Llama by Converse and an ARN", `"b/${account}:inference-profile/us.meta.llama3-3-70b-instruct-v1:0"`],
])("%s", (_name, deployment) => {
  const profileModel = "anthropic.claude-sonnet-4-5-20250929-v1:0";

  test("answers whole", async () => {
    const gateway = await startBefore(deployment, [], { profileModel });
    const { status, body } = await gateway.chat(says("Say something."));
    expect(status).toBe(200);
    expect(body.choices[0]?.message.content).not.toBe("");
    expect(body.usage?.total_tokens).toBeGreaterThan(0);
  });

  test("answers in a stream", async () => {
    const gateway = await startBefore(deployment, [], { profileModel });
    const { done, error, chunks } = await gateway.stream({
      ...says("Say something."),
      stream_options: { include_usage: true },
    });
    expect([done, error]).toEqual([true, undefined]);
    expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join("")).not.toBe("");
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
  });
});

describe("who is let in", () => {
  const claude = '"b/us.anthropic.claude-sonnet-4-5-20250929-v1:0"';

  test.each([
    ["another secret key", { ...keys, secretAccessKey: "other" }],
    ["another session", { ...keys, sessionToken: "other" }],
    ["another access key", { ...keys, accessKeyId: "ASIAOTHER" }],
  ])("not %s", async (_name, wrong) => {
    useKeys(wrong);
    const gateway = await startBefore(claude, ["upstream_auth_error"]);
    const { status, body } = await gateway.post({ model: "test-model", ...says("hi") });
    expect([status, body]).toMatchObject([502, { error: { code: "upstream_auth_error" } }]);
  });

  test("not who signs for another region", async () => {
    const gateway = await startBefore(claude, ["upstream_auth_error"], { region: "eu-west-1" });
    expect((await gateway.post({ model: "test-model", ...says("hi") })).status).toBe(502);
  });

  test("who has a key of Bedrock's, without any of AWS's", async () => {
    emptyAwsEnvironment();
    const gateway = await startBefore(claude, [], { credential: '{ api_key: "${TOKEN}" }' });
    expect((await gateway.chat(says("hi"))).status).toBe(200);
  });

  test("keys that are replaced after a refusal", async () => {
    const stale = { ...keys, sessionToken: "stale" };
    useKeys(stale);
    const upstream = await startEmulator();
    let nowMs = Date.now();
    const credential = createCredential({ kind: "aws", region }, { ...deps, now: () => nowMs });
    const call = callFor(upstream.url, "us.anthropic.claude-sonnet-4-5-20250929-v1:0");
    await credential.sign?.(call, "{}");
    useKeys(keys);
    nowMs += 6_000;
    const body = JSON.stringify({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 20,
      messages: [{ role: "user", content: "hi" }],
    });
    expect(answered(await post(call, { credential, body })).status).toBe(200);
  });
});

function callFor(baseUrl: string, model: string) {
  const text = `providers: { b: { type: bedrock, region: ${region}, base_url: "${baseUrl}" } }\nmodels: { m: b/x.y }`;
  const [provider] = configOf(text).providers;
  const calls = provider && bedrock.prepare(provider, model, "chat");
  if (calls === undefined) throw new Error(`no call for ${model}`);
  return calls.unary;
}

test("every signature holds, whatever model is asked for and whatever is said", async () => {
  const upstream = await startEmulator();
  const transport = openTransport();
  const credential = createCredential({ kind: "aws", region }, deps);
  const word = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("arn:aws:bedrock:", "/", ":", "%2F", "+", " ", "@", "~"),
  );
  const anyModel = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => `x${words.join("")}`);
  await fc.assert(
    fc.asyncProperty(anyModel, fc.string({ unit: "grapheme" }), async (model, body) => {
      const answer = answered(await post(callFor(upstream.url, model), { transport, credential, body }));
      const text = String(await readText(answer));
      expect(answer.status, text).not.toBe(403);
    }),
    { numRuns: 150 },
  );
});

test("vectors are made by Titan and Cohere", async () => {
  for (const model of ["amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"]) {
    const gateway = await startBefore(`"b/${model}"`);
    const { data } = await gateway.client.embeddings.create({ model: "test-model", input: ["a", "b"] });
    expect(data.map(({ index }) => index)).toEqual([0, 1]);
    expect(data[0]?.embedding.length).toBeGreaterThan(100);
  }
});

test("a model that calls tools in whole answers only is asked for one, and the client gets its stream", async () => {
  const gateway = await startBefore('"b/us.meta.llama3-3-70b-instruct-v1:0"');
  const parameters = { type: "object", properties: { city: { type: "string" } } };
  const { done, error, chunks } = await gateway.stream({
    ...says("What is the weather in Paris?"),
    tools: [{ type: "function", function: { name: "get_weather", parameters } }],
  });
  expect([done, error]).toEqual([true, undefined]);
  expect(chunks.length).toBeGreaterThan(1);
  expect(gateway.upstream.requests.map(({ path }) => path)).toEqual([
    "/model/us.meta.llama3-3-70b-instruct-v1%3A0/converse",
  ]);
});

test("a guardrail goes with each request: in headers to Claude, in the body to others", async () => {
  const more = ', guardrail: { identifier: gr-1, version: "2", trace: enabled }';
  const inHeaders = {
    "x-amzn-bedrock-guardrailidentifier": "gr-1",
    "x-amzn-bedrock-guardrailversion": "2",
    "x-amzn-bedrock-trace": "ENABLED",
  };
  const guardrailConfig = { guardrailIdentifier: "gr-1", guardrailVersion: "2", trace: "enabled" };
  for (const [model, want] of [
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", { headers: inHeaders }],
    ["us.amazon.nova-pro-v1:0", { body: { guardrailConfig } }],
  ] as const) {
    const gateway = await startBefore(`"b/${model}"`, [], { more });
    expect((await gateway.chat(says("hi"))).status).toBe(200);
    const { done, error } = await gateway.stream(says("hi"));
    expect([done, error]).toEqual([true, undefined]);
    expect(gateway.upstream.requests).toMatchObject([want, want]);
  }
});
