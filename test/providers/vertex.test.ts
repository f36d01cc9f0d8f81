import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../../src/config/config.ts";
import { vertex } from "../../src/providers/vertex.ts";
import fc from "../_fc.ts";
import { says, startGateway } from "../_setup.ts";
import { configOf } from "../config/_load.ts";

/** A configured provider out of its entry in routes.yaml. */
function providerWith(members: string): ProviderConfig {
  const [provider] = configOf(`providers: { up: { type: vertex, ${members} } }\nmodels: { m: up/m }`).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

const regional = providerWith("project: p, location: us-central1");
const express = providerWith('auth: { api_key: "${TOKEN}" }');
const behind = (base: string): ProviderConfig => providerWith(`project: p, location: us-central1, base_url: "${base}"`);

/** The two URLs of a model's chat, whole and streamed. */
function urlsOf(provider: ProviderConfig, model: string): readonly [unary: string, stream: string] | undefined {
  const calls = vertex.prepare(provider, model, "chat");
  return calls && [calls.unary.origin + calls.unary.path, calls.stream.origin + calls.stream.path];
}

const us = "https://us-central1-aiplatform.googleapis.com";
const place = "/v1beta1/projects/p/locations/us-central1";
const gemini = "publishers/google/models/gemini-2.5-flash";

describe("§1 where generateContent goes", () => {
  test.each<[name: string, provider: ProviderConfig, model: string, url: string]>([
    ["a region", regional, "gemini-2.5-flash", `${us}${place}/${gemini}`],
    [
      "a region far away",
      providerWith("project: p, location: europe-west4"),
      "gemini-2.5-flash",
      `https://europe-west4-aiplatform.googleapis.com/v1beta1/projects/p/locations/europe-west4/${gemini}`,
    ],
    [
      "the location global",
      providerWith("project: p, location: global"),
      "gemini-2.5-flash",
      `https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/${gemini}`,
    ],
    [
      "the multi-region us",
      providerWith("project: p, location: us"),
      "gemini-2.5-flash",
      `https://aiplatform.us.rep.googleapis.com/v1beta1/projects/p/locations/us/${gemini}`,
    ],
    [
      "the multi-region eu",
      providerWith("project: p, location: eu"),
      "gemini-2.5-flash",
      `https://aiplatform.eu.rep.googleapis.com/v1beta1/projects/p/locations/eu/${gemini}`,
    ],
    [
      "v1",
      providerWith("project: p, location: global, api_version: v1"),
      "gemini-2.5-flash",
      `https://aiplatform.googleapis.com/v1/projects/p/locations/global/${gemini}`,
    ],
    [
      "a project with a domain",
      providerWith('project: "example.com:p", location: global'),
      "gemini-2.5-flash",
      `https://aiplatform.googleapis.com/v1beta1/projects/example.com%3Ap/locations/global/${gemini}`,
    ],
    ["express mode", express, "gemini-2.5-flash", `https://aiplatform.googleapis.com/v1beta1/${gemini}`],
    [
      "express mode, v1",
      providerWith('api_version: v1, auth: { api_key: "${TOKEN}" }'),
      "gemini-2.5-flash",
      `https://aiplatform.googleapis.com/v1/${gemini}`,
    ],
    [
      "an API key beside a project",
      providerWith('project: p, location: global, auth: { api_key: "${TOKEN}" }'),
      "gemini-2.5-flash",
      `https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/${gemini}`,
    ],
    ["a base URL", behind("http://127.0.0.1:9"), "gemini-2.5-flash", `http://127.0.0.1:9${place}/${gemini}`],
    [
      "a base URL with a prefix",
      behind("https://corp.example/ai/vertex/"),
      "gemini-2.5-flash",
      `https://corp.example/ai/vertex${place}/${gemini}`,
    ],
    [
      "a private address of Google's",
      behind("https://us-central1-aiplatform.p.googleapis.com"),
      "gemini-2.5-flash",
      `https://us-central1-aiplatform.p.googleapis.com${place}/${gemini}`,
    ],
    [
      "a base URL without project",
      providerWith('base_url: "https://corp.example"'),
      "gemini-2.5-flash",
      `https://corp.example/v1beta1/${gemini}`,
    ],
    ["a tuned endpoint", regional, "endpoints/123", `${us}${place}/endpoints/123`],
    [
      "a tuned endpoint by its whole name",
      regional,
      "projects/p/locations/us-central1/endpoints/123",
      `${us}${place}/endpoints/123`,
    ],
    [
      "a tuned endpoint behind a base URL with a prefix",
      behind("https://corp.example/x"),
      "endpoints/123",
      `https://corp.example/x${place}/endpoints/123`,
    ],
    [
      "a model with a version",
      regional,
      "gemini-2.0-flash@001",
      `${us}${place}/publishers/google/models/gemini-2.0-flash@001`,
    ],
    ["a model and its publisher", regional, "google/gemini-2.5-flash", `${us}${place}/${gemini}`],
    ["a model as the API names it", regional, "models/gemini-2.5-flash", `${us}${place}/${gemini}`],
    ["a model by publisher and kind", regional, "google/models/gemini-2.5-flash", `${us}${place}/${gemini}`],
    ["a model by its resource name", regional, gemini, `${us}${place}/${gemini}`],
    ["a model by its whole name", regional, `projects/p/locations/us-central1/${gemini}`, `${us}${place}/${gemini}`],
  ])("%s", (_name, provider, model, url) => {
    expect(urlsOf(provider, model)).toEqual([`${url}:generateContent`, `${url}:streamGenerateContent?alt=sse`]);
    expect(vertex.dialectOf(provider, model)).toBe("gemini");
    expect(vertex.hostOf(provider, model)).toBe("vertex");
  });

  test.each([
    ["express mode has no endpoints", express, "endpoints/123"],
    ["express mode has no open models", express, "meta/llama-3.3-70b-instruct-maas"],
    ["a base URL without project has no endpoints", providerWith('base_url: "https://corp.example"'), "endpoints/123"],
    ["another project", regional, `projects/q/locations/us-central1/${gemini}`],
    ["another location", regional, "projects/p/locations/us-east1/endpoints/123"],
    ["a whole name in express mode", express, "projects/p/locations/us-central1/endpoints/123"],
    ["express mode has no Claude", express, "claude-sonnet-4-5@20250929"],
    ["a base URL without project has no Claude", providerWith('base_url: "https://corp.example"'), "claude-opus-5"],
    [
      "Claude of another project",
      regional,
      "projects/q/locations/us-central1/publishers/anthropic/models/claude-opus-5",
    ],
    ["Mistral", regional, "mistral-medium-3"],
    ["Mistral and its publisher", regional, "mistralai/codestral-2"],
    ["AI21", regional, "ai21/jamba-1.5-large"],
    ["a model that makes vectors", regional, "text-embedding-005"],
    ["Gemini that makes vectors", express, "google/gemini-embedding-001"],
    ["§13 an open model that makes vectors", regional, "intfloat/multilingual-e5-large-instruct-maas"],
  ])("there is no call: %s", (_name, provider, model) => {
    expect(vertex.prepare(provider, model, "chat")).toBeUndefined();
  });

  test("of the older completions there is none", () => {
    expect(vertex.prepare(regional, "gemini-2.5-flash", "completions")).toBeUndefined();
    expect(vertex.prepare(regional, "meta/llama-3.3-70b-instruct-maas", "completions")).toBeUndefined();
    expect(vertex.prepare(regional, "claude-opus-5", "completions")).toBeUndefined();
  });

  test("the provider's own headers go with every call: a time after which Google gives up, what was bought passed by", () => {
    const own = 'X-Server-Timeout: "300", x-vertex-ai-llm-request-type: shared';
    const calls = vertex.prepare(
      providerWith(`project: p, location: global, headers: { ${own} }`),
      "gemini-2.5-flash",
      "chat",
    );
    const headers = {
      "content-type": "application/json",
      "x-server-timeout": "300",
      "x-vertex-ai-llm-request-type": "shared",
    };
    expect([calls?.unary.headers, calls?.stream.headers]).toEqual([headers, headers]);
  });

  test("an API key goes where Google looks for one", () => {
    expect(vertex.apiKeyHeader).toBe("x-goog-api-key");
  });
});

describe("§1 both versions take the same body", () => {
  const call = { id: "g1", type: "function", function: { name: "f", arguments: "{}" } };
  const messages = [
    ...says("Hi.").messages,
    { role: "assistant", tool_calls: [{ ...call, extra_content: { google: { thought_signature: "c2ln" } } }] },
    { role: "tool", tool_call_id: "g1", content: "1" },
  ];

  test.each(["v1", "v1beta1"])("%s: ids of calls and levels of thinking, and no model", async (version) => {
    const members = 'type: vertex, project: p, location: us-central1, base_url: "${UPSTREAM}"';
    const gateway = await startGateway({
      providers: `providers: { up: { ${members}, api_version: ${version}, auth: { bearer: "\${TOKEN}" } } }\n`,
      routes: "models: { test-model: up/gemini-3-flash-preview }\n",
    });
    await gateway.chat({ messages, reasoning_effort: "low" });
    const [sent] = gateway.upstream.requests;
    expect(sent?.path).toMatch(new RegExp(`^/${version}/projects/`));
    expect(sent?.body).toMatchObject({
      generationConfig: { thinkingConfig: { thinkingLevel: "LOW" } },
      contents: [
        {},
        { parts: [{ functionCall: { id: "g1" } }] },
        { parts: [{ functionResponse: { id: "g1", name: "f" } }] },
      ],
    });
    expect(sent?.body).not.toHaveProperty("model");
  });
});

describe("§13 where vectors are made", () => {
  test.each<[model: string, path: string]>([
    ["text-embedding-005", "publishers/google/models/text-embedding-005:predict"],
    ["text-embedding-005@001", "publishers/google/models/text-embedding-005@001:predict"],
    ["gemini-embedding-001", "publishers/google/models/gemini-embedding-001:predict"],
    ["models/gemini-embedding-2-preview", "publishers/google/models/gemini-embedding-2-preview:embedContent"],
    ["endpoints/123", "endpoints/123:predict"],
    [
      "intfloat/multilingual-e5-large-instruct-maas",
      "publishers/intfloat/models/multilingual-e5-large-instruct-maas:embedContent",
    ],
    ["publishers/qwen/models/qwen3-embedding-maas", "publishers/qwen/models/qwen3-embedding-maas:embedContent"],
  ])("%s", (model, path) => {
    const calls = vertex.prepare(regional, model, "embeddings");
    expect(calls && calls.unary.origin + calls.unary.path).toBe(`${us}${place}/${path}`);
    expect(vertex.dialectOf(regional, model)).toBe("gemini");
    expect(vertex.hostOf(regional, model)).toBe("vertex");
  });

  test.each([
    ["a model that chats", regional, "gemini-2.5-flash"],
    ["an open model that chats", regional, "meta/llama-3.3-70b-instruct-maas"],
    ["Claude", regional, "claude-opus-5"],
    ["express mode", express, "text-embedding-005"],
  ])("there is no call: %s", (_name, provider, model) => {
    expect(vertex.prepare(provider, model, "embeddings")).toBeUndefined();
  });
});

describe("§1 a name stays in its place", () => {
  test.each([
    ["..", ".."],
    ["../../../x", "..%2F..%2F..%2Fx"],
    ["google/../x", "..%2Fx"],
    ["%2e%2e%2fx", "%252e%252e%252fx"],
    ["gemini?key=x", "gemini%3Fkey%3Dx"],
    ["gemini#x", "gemini%23x"],
    ["gemini:predict", "gemini%3Apredict"],
    ["gemini-2.5-flash:generateContent?alt=json#", "gemini-2.5-flash%3AgenerateContent%3Falt%3Djson%23"],
    ["gemini/extra/steps", "extra%2Fsteps"],
    ["a b\n\tc", "a%20b%0A%09c"],
    ["\\..\\x", "%5C..%5Cx"],
    ["ü@1", "%C3%BC@1"],
    ["it's(~!*)", "it%27s%28%7E%21%2A%29"],
    ["\ud800", "%EF%BF%BD"],
    ["", ""],
  ])("%j", (model, encoded) => {
    const named = model === "gemini/extra/steps" ? `google/${model.slice("gemini/".length)}` : model;
    expect(urlsOf(regional, named)?.[0]).toBe(`${us}${place}/publishers/google/models/${encoded}:generateContent`);
  });

  test.each([
    ["endpoints/../x", "..%2Fx"],
    ["endpoints/1:predict", "1%3Apredict"],
    ["endpoints/1?x#y", "1%3Fx%23y"],
    ["endpoints/%2e%2e", "%252e%252e"],
  ])("%j", (model, encoded) => {
    expect(urlsOf(regional, model)?.[0]).toBe(`${us}${place}/endpoints/${encoded}:generateContent`);
  });

  test.each([
    ["anthropic/../x", "..%2Fx"],
    ["anthropic/..", ".."],
    ["anthropic/../../google/models/gemini-2.5-flash", "..%2F..%2Fgoogle%2Fmodels%2Fgemini-2.5-flash"],
    ["claude-opus-5:streamRawPredict?x#y", "claude-opus-5%3AstreamRawPredict%3Fx%23y"],
    ["anthropic/claude-sonnet-4-5@20250929/extra", "claude-sonnet-4-5@20250929%2Fextra"],
    ["claude-%2e%2e%2fx", "claude-%252e%252e%252fx"],
    ["publishers/anthropic/models/../../x", "..%2F..%2Fx"],
    ["anthropic/models/models/x", "models%2Fx"],
    ["claude-\ud800", "claude-%EF%BF%BD"],
    ["claude-", "claude-"],
  ])("%j", (model, encoded) => {
    expect(urlsOf(regional, model)?.[0]).toBe(`${us}${place}/publishers/anthropic/models/${encoded}:rawPredict`);
  });

  test("what stands before a slash is a publisher, also where it is none", () => {
    expect(urlsOf(regional, "claude-opus-5/../x")?.[0]).toBe(`${us}${place}/endpoints/openapi/chat/completions`);
  });

  test("whatever a client makes up, host, project and location are the provider's", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", ".", "/", "?", "#", ":", "%2e", "@", "*"),
    );
    const google = ["google/", "publishers/", "endpoints/", "openapi/", "models/", "projects/p/"];
    const start = fc.constantFrom("", ...google, "anthropic/", "claude-", "publishers/anthropic/models/");
    fc.assert(
      fc.property(start, fc.array(word, { maxLength: 6 }), (first, words) => {
        for (const call of Object.values(vertex.prepare(regional, first + words.join(""), "chat") ?? {})) {
          expect(call.origin).toBe(us);
          expect(call.path).toMatch(
            /^\/v1beta1\/projects\/p\/locations\/us-central1\/(?:publishers\/(?:google|anthropic)\/models\/[\w.%@-]*:\w+(?:\?alt=sse)?|endpoints\/(?:[\w.%@-]*:\w+(?:\?alt=sse)?|openapi\/chat\/completions))$/,
          );
        }
      }),
    );
  });
});

describe("§1 Claude", () => {
  const model = "publishers/anthropic/models/claude-sonnet-4-5@20250929";
  const calls = (url: string) => [`${url}:rawPredict`, `${url}:streamRawPredict`];

  test.each([
    "claude-sonnet-4-5@20250929",
    "anthropic/claude-sonnet-4-5@20250929",
    "models/claude-sonnet-4-5@20250929",
    "anthropic/models/claude-sonnet-4-5@20250929",
    "publishers/anthropic/models/claude-sonnet-4-5@20250929",
    "projects/p/locations/us-central1/publishers/anthropic/models/claude-sonnet-4-5@20250929",
    "openapi/anthropic/claude-sonnet-4-5@20250929",
  ])("%s speaks Anthropic's language, and its URL names it", (name) => {
    expect(urlsOf(regional, name)).toEqual(calls(`${us}${place}/${model}`));
    expect(vertex.dialectOf(regional, name)).toBe("anthropic");
    expect(vertex.hostOf(regional, name)).toBe("vertex-anthropic");
    expect(vertex.modelOf(regional, name)).toBe("claude-sonnet-4-5@20250929");
  });

  test.each<[name: string, provider: ProviderConfig, url: string]>([
    [
      "a region far away",
      providerWith("project: p, location: europe-west1"),
      "https://europe-west1-aiplatform.googleapis.com/v1beta1/projects/p/locations/europe-west1",
    ],
    [
      "the location global",
      providerWith("project: p, location: global"),
      "https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global",
    ],
    [
      "the multi-region us",
      providerWith("project: p, location: us"),
      "https://aiplatform.us.rep.googleapis.com/v1beta1/projects/p/locations/us",
    ],
    [
      "the multi-region eu",
      providerWith("project: p, location: eu"),
      "https://aiplatform.eu.rep.googleapis.com/v1beta1/projects/p/locations/eu",
    ],
    [
      "v1",
      providerWith("project: p, location: us-east5, api_version: v1"),
      "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5",
    ],
    ["a base URL with a prefix", behind("https://corp.example/x"), `https://corp.example/x${place}`],
  ])("at %s", (_name, provider, url) => {
    expect(urlsOf(provider, "claude-sonnet-4-5@20250929")).toEqual(calls(`${url}/${model}`));
  });

  test("its version is said in the body, and the provider's own headers go with every call", () => {
    const provider = providerWith("project: p, location: global, headers: { Anthropic-Beta: a }");
    const prepared = vertex.prepare(provider, "claude-opus-5", "chat");
    const headers = { "content-type": "application/json", "anthropic-beta": "a" };
    expect([prepared?.unary.headers, prepared?.stream.headers]).toEqual([headers, headers]);
  });
});

describe("§1 open models", () => {
  const path = "endpoints/openapi/chat/completions";

  test.each<[model: string, inBody: string]>([
    ["meta/llama-3.3-70b-instruct-maas", "meta/llama-3.3-70b-instruct-maas"],
    ["deepseek-ai/deepseek-v3.2-maas", "deepseek-ai/deepseek-v3.2-maas"],
    ["qwen/qwen3-coder-480b-a35b-instruct-maas", "qwen/qwen3-coder-480b-a35b-instruct-maas"],
    ["openai/gpt-oss-120b-maas", "openai/gpt-oss-120b-maas"],
    ["zai-org/glm-5-maas", "zai-org/glm-5-maas"],
    ["xai/grok-4.1-fast", "xai/grok-4.1-fast"],
    ["google/gemma-4-26b-a4b-it-maas", "google/gemma-4-26b-a4b-it-maas"],
    ["publishers/meta/models/llama-3.3-70b-instruct-maas", "meta/llama-3.3-70b-instruct-maas"],
    ["openapi/meta/llama-3.3-70b-instruct-maas", "meta/llama-3.3-70b-instruct-maas"],
    ["openapi/google/gemini-2.5-flash", "google/gemini-2.5-flash"],
    ["openapi/gemini-2.5-flash", "google/gemini-2.5-flash"],
    ["projects/p/locations/us-central1/publishers/meta/models/llama-4-maas", "meta/llama-4-maas"],
  ])("%s speaks OpenAI's language", (model, inBody) => {
    const url = `${us}${place}/${path}`;
    expect(urlsOf(regional, model)).toEqual([url, url]);
    expect(vertex.dialectOf(regional, model)).toBe("openai");
    expect(vertex.hostOf(regional, model)).toBe("vertex-openapi");
    expect(vertex.modelOf(regional, model)).toBe(inBody);
  });

  test.each<[name: string, provider: ProviderConfig, url: string]>([
    [
      "the location global",
      providerWith("project: p, location: global"),
      `https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/${path}`,
    ],
    [
      "the multi-region us",
      providerWith("project: p, location: us"),
      `https://aiplatform.us.rep.googleapis.com/v1beta1/projects/p/locations/us/${path}`,
    ],
    [
      "v1",
      providerWith("project: p, location: us-central1, api_version: v1"),
      `${us}/v1/projects/p/locations/us-central1/${path}`,
    ],
    ["a base URL with a prefix", behind("https://corp.example/x"), `https://corp.example/x${place}/${path}`],
  ])("at %s", (_name, provider, url) => {
    expect(urlsOf(provider, "meta/llama-4-maas")).toEqual([url, url]);
  });

  test("Gemini keeps its own name", () => {
    expect(vertex.modelOf(regional, "gemini-2.5-flash")).toBe("gemini-2.5-flash");
    expect(vertex.modelOf(regional, "endpoints/123")).toBe("endpoints/123");
  });
});
