import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../../src/config/config.ts";
import { bedrock } from "../../src/providers/bedrock.ts";
import { providerOf } from "../../src/providers/index.ts";
import fc from "../_fc.ts";
import { configOf } from "../config/_load.ts";

/** A configured provider out of its entry in routes.yaml. */
function providerWith(members: string): ProviderConfig {
  const [provider] = configOf(`providers: { up: { type: bedrock, ${members} } }\nmodels: { m: up/m }`).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

const own = providerWith("region: us-east-1");
const host = "https://bedrock-runtime.us-east-1.amazonaws.com";
const claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

function urlsOf(
  provider: ProviderConfig,
  model: string,
  family?: string,
): readonly [unary: string, stream: string] | undefined {
  const calls = bedrock.prepare(provider, model, "chat", family);
  return calls && [calls.unary.origin + calls.unary.path, calls.stream.origin + calls.stream.path];
}

const invoked = (place: string, id: string): readonly [string, string] => [
  `${place}/model/${id}/invoke`,
  `${place}/model/${id}/invoke-with-response-stream`,
];

describe("where Claude is", () => {
  test.each<[name: string, provider: ProviderConfig, place: string]>([
    ["a region", own, host],
    ["a base URL", providerWith('region: us-east-1, base_url: "http://127.0.0.1:9"'), "http://127.0.0.1:9"],
    [
      "a base URL with a prefix",
      providerWith('region: us-east-1, base_url: "https://corp.example/aws/"'),
      "https://corp.example/aws",
    ],
  ])("%s", (_name, provider, place) => {
    expect(urlsOf(provider, claude)).toEqual(invoked(place, claude.replace(":", "%3A")));
  });

  test.each([
    ["anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-haiku-20240307-v1%3A0"],
    ["global.anthropic.claude-opus-4-8", "global.anthropic.claude-opus-4-8"],
    [
      "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-8",
      "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.anthropic.claude-opus-4-8",
    ],
    [
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-haiku-20241022-v1:0",
      "arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fanthropic.claude-3-5-haiku-20241022-v1%3A0",
    ],
  ])("%s is one word of the path", (model, id) => {
    expect(urlsOf(own, model)).toEqual(invoked(host, id));
  });

  test("a profile of one's own is what the config says it is", () => {
    expect(urlsOf(own, profile, "claude-sonnet-4-5")).toEqual(invoked(host, encodeURIComponent(profile)));
    expect(bedrock.dialectOf(own, profile, "claude-sonnet-4-5")).toBe("anthropic");
  });

  test.each(["", ".", ".."])("%j has no place", (model) => {
    expect(urlsOf(own, model, "claude-3")).toBeUndefined();
  });

  test("whatever a client makes up stays where it is", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", "/", "?", "#", ":", "%2e", "\\", "claude-"),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const urls = urlsOf(own, words.join(""), "claude-3");
        for (const url of urls ?? [])
          expect(url).toMatch(/^https:\/\/[\w.-]+\/model\/[^/?#]+\/invoke(?:-with-[a-z-]+)?$/);
      }),
    );
  });
});

describe("where other models are", () => {
  const nova = "us.amazon.nova-pro-v1:0";

  test.each([nova, "meta.llama3-3-70b-instruct-v1:0", "openai.gpt-oss-120b-1:0", profile])("%s converses", (model) => {
    const id = encodeURIComponent(model);
    expect(urlsOf(own, model)).toEqual([`${host}/model/${id}/converse`, `${host}/model/${id}/converse-stream`]);
    expect(bedrock.dialectOf(own, model)).toBe("converse");
    expect(bedrock.prepare(own, model, "chat")?.stream.framing).toBe("eventstream");
    expect(bedrock.prepare(own, model, "embeddings")).toBeUndefined();
  });

  test("a guardrail stands in their bodies", () => {
    const provider = providerWith('region: us-east-1, guardrail: { identifier: gr-1, version: "3", trace: enabled }');
    const calls = bedrock.prepare(provider, nova, "chat");
    const guardrailConfig = { guardrailIdentifier: "gr-1", guardrailVersion: "3", trace: "enabled" };
    expect([calls?.unary.body, calls?.stream.body]).toEqual([{ guardrailConfig }, { guardrailConfig }]);
    expect(calls?.unary.headers).toEqual({ "content-type": "application/json" });
    expect(bedrock.prepare(own, nova, "chat")?.unary).not.toHaveProperty("body");
  });

  test.each([
    ["amazon.titan-embed-text-v2:0", undefined],
    ["cohere.embed-v4:0", undefined],
    [profile, "amazon.titan-embed-text-v2"],
  ])("%s makes vectors, and nothing else", (model, family) => {
    const calls = bedrock.prepare(own, model, "embeddings", family);
    expect(calls?.unary.path).toBe(`/model/${encodeURIComponent(model)}/invoke`);
    expect(bedrock.prepare(own, model, "chat", family)).toBeUndefined();
  });
});

describe("beside AWS's own client", () => {
  const regions = ["us-east-1", "eu-central-2", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1"];
  const further = ["eusc-de-east-1", "eu-isoe-west-1", "us-isof-south-1", "ap-southeast-7", "xx-new-3"];

  test.each([...regions, ...further])("the host of %s is the same", async (region) => {
    const client = new BedrockRuntimeClient({ region });
    const { url } = client.config.endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false });
    client.destroy();
    expect(bedrock.prepare({ ...own, region }, claude, "chat")?.unary.origin).toBe(url.origin);
  });
});

describe("what a call carries", () => {
  test("a stream comes in Amazon's frames", () => {
    const calls = bedrock.prepare(own, claude, "chat");
    expect([calls?.unary.framing, calls?.stream.framing]).toEqual([undefined, "eventstream"]);
  });

  test("a guardrail stands in headers, and those of the config win", () => {
    const members = 'region: us-east-1, guardrail: { identifier: gr-1, version: "3" }';
    const type = { "content-type": "application/json" };
    const guardrail = { "x-amzn-bedrock-guardrailidentifier": "gr-1", "x-amzn-bedrock-guardrailversion": "3" };
    const headersOf = (provider: ProviderConfig) => bedrock.prepare(provider, claude, "chat")?.stream.headers;
    expect(headersOf(own)).toEqual(type);
    expect(headersOf(providerWith(members))).toEqual({ ...type, ...guardrail });
    expect(headersOf(providerWith(`${members.slice(0, -1)}, trace: enabled_full }`))).toEqual({
      ...type,
      ...guardrail,
      "x-amzn-bedrock-trace": "ENABLED_FULL",
    });
    const over = "headers: { X-Amzn-Bedrock-Guardrailversion: DRAFT, x-team: red }";
    expect(headersOf(providerWith(`${members}, ${over}`))).toEqual({
      ...type,
      ...guardrail,
      "x-amzn-bedrock-guardrailversion": "DRAFT",
      "x-team": "red",
    });
  });

  test.each([
    [claude, claude],
    ["arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-8", "us.anthropic.claude-opus-4-8"],
    [profile, "a1b2c3d4e5f6"],
    ["amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"],
  ])("%s is named %s where a name may be seen", (model, name) => {
    expect(bedrock.modelOf(own, model)).toBe(name);
  });

  test("it is known by its name, and takes a key of its own as a token", () => {
    expect(providerOf(own)).toBe(bedrock);
    expect(bedrock.hostOf(own, claude)).toBe("bedrock");
    expect(bedrock.apiKeyHeader).toBe("authorization");
  });

  test.each(["completions", "embeddings"] as const)("Claude has no %s", (operation) => {
    expect(bedrock.prepare(own, claude, operation)).toBeUndefined();
  });
});
