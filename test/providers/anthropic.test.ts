import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../../src/config/config.ts";
import { anthropic } from "../../src/providers/anthropic.ts";
import { providerOf } from "../../src/providers/index.ts";
import fc from "../_fc.ts";
import { configOf } from "../config/_load.ts";

/** A configured provider out of its entry in routes.yaml. */
function providerWith(members: string): ProviderConfig {
  const [provider] = configOf(`providers: { up: { type: anthropic, ${members} } }\nmodels: { m: up/m }`).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

const own = providerWith('auth: { api_key: "${TOKEN}" }');
const url = "https://api.anthropic.com/v1/messages";
const version = { "content-type": "application/json", "anthropic-version": "2023-06-01" };

function urlsOf(provider: ProviderConfig, model: string): readonly [unary: string, stream: string] | undefined {
  const calls = anthropic.prepare(provider, model, "chat");
  return calls && [calls.unary.origin + calls.unary.path, calls.stream.origin + calls.stream.path];
}

describe("§1 where Claude is", () => {
  test.each<[name: string, provider: ProviderConfig, url: string]>([
    ["Anthropic", own, url],
    ["a base URL", providerWith('base_url: "http://127.0.0.1:9"'), "http://127.0.0.1:9/v1/messages"],
    [
      "a base URL with a prefix",
      providerWith('base_url: "https://corp.example/ai/claude/"'),
      "https://corp.example/ai/claude/v1/messages",
    ],
    ...[
      ["Bedrock's Messages API", "https://bedrock-runtime.us-east-1.amazonaws.com/anthropic"] as const,
      ["Bedrock's newer one", "https://bedrock-mantle.us-east-1.api.aws/anthropic"] as const,
      ["Azure's Foundry", "https://acme.services.ai.azure.com/anthropic"] as const,
    ].map(([name, base]): [string, ProviderConfig, string] => [
      name,
      providerWith(`base_url: "${base}", auth: { bearer: "\${TOKEN}" }`),
      `${base}/v1/messages`,
    ]),
  ])("%s", (_name, provider, want) => {
    expect(urlsOf(provider, "claude-opus-5")).toEqual([want, want]);
  });

  test.each([
    "..",
    "../../v1/models",
    "anthropic/../x",
    "claude-opus-5/batches",
    "claude-opus-5?beta=true#x",
    "%2e%2e%2fx",
    "\\..\\x",
    "claude\r\nx-api-key: y",
    "\ud800",
    "",
  ])("the name %j is said in the body alone", (model) => {
    expect(urlsOf(own, model)).toEqual([url, url]);
  });

  test("whatever a client makes up, it goes nowhere else", () => {
    const word = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("..", "/", "?", "#", ":", "%2e", "models/"));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(urlsOf(own, words.join(""))).toEqual([url, url]);
      }),
    );
  });

  test.each([
    ["claude-opus-5", "claude-opus-5"],
    ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929"],
    ["anthropic/claude-opus-5", "claude-opus-5"],
    ["models/claude-opus-5", "claude-opus-5"],
    ["publishers/anthropic/models/claude-opus-5", "claude-opus-5"],
    ["acme/claude-opus-5", "acme/claude-opus-5"],
  ])("%s is called %s in the body", (model, name) => {
    expect(anthropic.modelOf(own, model)).toBe(name);
  });

  test("it speaks Anthropic's language, and is known to it by its name", () => {
    expect(providerOf(own)).toBe(anthropic);
    expect(anthropic.dialectOf(own, "claude-opus-5")).toBe("anthropic");
    expect(anthropic.hostOf(own, "claude-opus-5")).toBe("anthropic");
    expect(anthropic.apiKeyHeader).toBe("x-api-key");
  });

  test.each(["completions", "embeddings"] as const)("there are no %s", (operation) => {
    expect(anthropic.prepare(own, "claude-opus-5", operation)).toBeUndefined();
  });
});

describe("§1.1 the version of the API", () => {
  test.each<[name: string, members: string, headers: Readonly<Record<string, string>>]>([
    ["is the one that all models know", "auth: none", version],
    [
      "is the provider's own where it says one",
      'auth: none, headers: { Anthropic-Version: "2026-10-21" }',
      { ...version, "anthropic-version": "2026-10-21" },
    ],
    [
      "stays beside other headers",
      "auth: none, headers: { Anthropic-Beta: context-1m-2025-08-07, x-team: a }",
      { ...version, "anthropic-beta": "context-1m-2025-08-07", "x-team": "a" },
    ],
  ])("%s", (_name, members, headers) => {
    const calls = anthropic.prepare(providerWith(members), "claude-opus-5", "chat");
    expect([calls?.unary.headers, calls?.stream.headers]).toEqual([headers, headers]);
  });
});
