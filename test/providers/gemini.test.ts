import { describe, expect, onTestFinished, test } from "vitest";
import type { ProviderConfig } from "../../src/config/config.ts";
import { startGeminiEmulator } from "../../src/emulators/gemini.ts";
import { gemini } from "../../src/providers/gemini.ts";
import { openai } from "../../src/providers/openai.ts";
import fc from "../_fc.ts";
import { says, secrets, startGateway } from "../_setup.ts";
import { configOf } from "../config/_load.ts";

/** A configured provider out of its entry in routes.yaml. */
function providerWith(members: string): ProviderConfig {
  const [provider] = configOf(`providers: { up: { type: gemini${members} } }\nmodels: { m: up/m }`).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

const own = providerWith(', auth: { api_key: "${TOKEN}" }');
const google = "https://generativelanguage.googleapis.com";

function urlsOf(provider: ProviderConfig, model: string): readonly [unary: string, stream: string] | undefined {
  const calls = gemini.prepare(provider, model, "chat");
  return calls && [calls.unary.origin + calls.unary.path, calls.stream.origin + calls.stream.path];
}

describe("§1 where the Developer API is", () => {
  test.each<[name: string, provider: ProviderConfig, model: string, url: string]>([
    ["Google", own, "gemini-2.5-flash", `${google}/v1beta/models/gemini-2.5-flash`],
    [
      "v1",
      providerWith(', api_version: v1, auth: { api_key: "${TOKEN}" }'),
      "gemini-2.5-flash",
      `${google}/v1/models/gemini-2.5-flash`,
    ],
    [
      "a base URL with a prefix",
      providerWith(', base_url: "https://corp.example/gemini/"'),
      "gemini-2.5-flash",
      "https://corp.example/gemini/v1beta/models/gemini-2.5-flash",
    ],
    ["a model as the API names it", own, "models/gemini-2.5-flash", `${google}/v1beta/models/gemini-2.5-flash`],
    ["a model and its publisher", own, "google/gemini-2.5-flash", `${google}/v1beta/models/gemini-2.5-flash`],
    [
      "a model as Vertex AI names it",
      own,
      "publishers/google/models/gemini-2.5-flash",
      `${google}/v1beta/models/gemini-2.5-flash`,
    ],
    ["a tuned model", own, "tunedModels/my-model-1a2b", `${google}/v1beta/tunedModels/my-model-1a2b`],
    ["no step up", own, "../x", `${google}/v1beta/models/..%2Fx`],
    ["no step up of a tuned model", own, "tunedModels/../x", `${google}/v1beta/tunedModels/..%2Fx`],
    ["no query", own, "x?key=y#z", `${google}/v1beta/models/x%3Fkey%3Dy%23z`],
    ["no other method", own, "x:predict", `${google}/v1beta/models/x%3Apredict`],
    ["nothing encoded by others", own, "%2e%2e", `${google}/v1beta/models/%252e%252e`],
    ["half a letter", own, "\udc00", `${google}/v1beta/models/%EF%BF%BD`],
  ])("%s", (_name, provider, model, url) => {
    expect(urlsOf(provider, model)).toEqual([`${url}:generateContent`, `${url}:streamGenerateContent?alt=sse`]);
  });

  test("whatever a client makes up, it stays behind models or tunedModels", () => {
    const word = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("..", "/", "?", "#", ":", "%2e", "models/"));
    fc.assert(
      fc.property(fc.constantFrom("", "models/", "tunedModels/"), fc.array(word, { maxLength: 6 }), (first, words) => {
        for (const call of Object.values(gemini.prepare(own, first + words.join(""), "chat") ?? {})) {
          expect(call.origin).toBe(google);
          expect(call.path).toMatch(/^\/v1beta\/(?:models|tunedModels)\/[\w.%@-]*:\w+(?:\?alt=sse)?$/);
        }
      }),
    );
  });

  test("its endpoint in OpenAI's language is a server like others", () => {
    const members = 'type: openai, base_url: "https://generativelanguage.googleapis.com/v1beta/openai/"';
    const [provider] = configOf(`providers: { up: { ${members} } }\nmodels: { m: up/gemini-2.5-flash }`).providers;
    const calls = provider && openai.prepare(provider, "gemini-2.5-flash", "chat");
    expect(calls && calls.unary.origin + calls.unary.path).toBe(`${google}/v1beta/openai/chat/completions`);
    expect(calls?.stream).toEqual(calls?.unary);
  });

  test("it speaks Gemini's language, and is known to it by its name", () => {
    expect(gemini.dialectOf(own, "gemini-2.5-flash")).toBe("gemini");
    expect(gemini.hostOf(own, "gemini-2.5-flash")).toBe("gemini");
    expect(gemini.modelOf(own, "models/gemini-2.5-flash")).toBe("models/gemini-2.5-flash");
    expect(gemini.apiKeyHeader).toBe("x-goog-api-key");
  });

  test.each(["gemini-embedding-001", "models/text-embedding-004"])("§13 %s makes vectors and nothing else", (model) => {
    const calls = gemini.prepare(own, model, "embeddings");
    const name = model.replace("models/", "");
    expect(calls && calls.unary.origin + calls.unary.path).toBe(`${google}/v1beta/models/${name}:batchEmbedContents`);
    expect(gemini.prepare(own, model, "chat")).toBeUndefined();
  });

  test("a model that chats makes no vectors", () => {
    expect(gemini.prepare(own, "gemini-2.5-flash", "embeddings")).toBeUndefined();
  });

  test("of the older completions there is none", () => {
    expect(gemini.prepare(own, "gemini-2.5-flash", "completions")).toBeUndefined();
  });
});

describe("§2 the class of service that the Developer API says in a header", () => {
  test.each([
    [undefined, "default"],
    ["auto", "default"],
    ["flex", "flex"],
    ["fast", "priority"],
  ])("%s is answered with %s", async (service_tier, tier) => {
    const gateway = await startGateway({
      upstream: async (script) => {
        const upstream = await startGeminiEmulator({ script, token: secrets.token });
        onTestFinished(() => upstream.close());
        return upstream;
      },
      providers: 'providers: { up: { type: gemini, base_url: "${UPSTREAM}", auth: { api_key: "${TOKEN}" } } }\n',
      routes: "models: { test-model: up/gemini-2.5-flash }\n",
    });
    const request = { ...says("Hi."), ...(service_tier && { service_tier }) };
    expect((await gateway.chat(request)).body).toMatchObject({ service_tier: tier });
    const { chunks } = await gateway.stream(request);
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunk).toMatchObject({ service_tier: tier });
  });
});
