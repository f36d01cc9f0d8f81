import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../../src/config/config.ts";
import { openai } from "../../src/providers/openai.ts";
import { secret } from "../_canary.ts";
import { configOf } from "../config/_load.ts";

/** A configured provider out of its entry in routes.yaml. */
function providerOf(members: string): ProviderConfig {
  const [provider] = configOf(`providers: { up: { type: openai${members} } }\nmodels: { m: up/m }`).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

const at = (url: string, more = ""): ProviderConfig => providerOf(`, base_url: "${url}"${more}`);
const urlOf = (provider: ProviderConfig, operation: "chat" | "completions" = "chat", model = "m") => {
  const calls = openai.prepare(provider, model, operation);
  return calls && calls.unary.origin + calls.unary.path;
};

describe("where a call goes", () => {
  test.each<[name: string, provider: ProviderConfig, url: string]>([
    ["OpenAI, where nothing is said", providerOf(""), "https://api.openai.com/v1"],
    ["OpenAI", at("https://api.openai.com/v1"), "https://api.openai.com/v1"],
    ["OpenAI without its path", at("https://api.openai.com"), "https://api.openai.com/v1"],
    ["OpenRouter", at("https://openrouter.ai/api/v1"), "https://openrouter.ai/api/v1"],
    ["OpenRouter without its path", at("https://openrouter.ai/"), "https://openrouter.ai/api/v1"],
    ["Ollama", at("http://127.0.0.1:11434/v1"), "http://127.0.0.1:11434/v1"],
    ["Ollama, a slash at the end", at("http://127.0.0.1:11434/v1/"), "http://127.0.0.1:11434/v1"],
    ["Ollama without its path", at("http://127.0.0.1:11434"), "http://127.0.0.1:11434/v1"],
    ["Ollama without its path, slashes at the end", at("http://127.0.0.1:11434//"), "http://127.0.0.1:11434/v1"],
    ["Ollama in the cloud", at("https://ollama.com"), "https://ollama.com/v1"],
    ["DeepSeek without its path", at("https://api.deepseek.com"), "https://api.deepseek.com/v1"],
    ["DeepSeek's second API", at("https://api.deepseek.com/beta"), "https://api.deepseek.com/beta"],
    ["Groq without its path", at("https://api.groq.com"), "https://api.groq.com/openai/v1"],
    ["OpenRouter by its word alone", providerOf(", server: openrouter"), "https://openrouter.ai/api/v1"],
    ["DeepSeek by its word alone", providerOf(", server: deepseek"), "https://api.deepseek.com/v1"],
    ["Groq by its word alone", providerOf(", server: groq"), "https://api.groq.com/openai/v1"],
    ["Mistral by its word alone", providerOf(", server: mistral"), "https://api.mistral.ai/v1"],
    ["xAI by its word alone", providerOf(", server: xai"), "https://api.x.ai/v1"],
    ["Ollama by its word alone", providerOf(", server: ollama"), "http://127.0.0.1:11434/v1"],
    ["vLLM by its word alone", providerOf(", server: vllm"), "http://127.0.0.1:8000/v1"],
    ["LM Studio by its word alone", providerOf(", server: lmstudio"), "http://127.0.0.1:1234/v1"],
    ["llama.cpp by its word alone", providerOf(", server: llamacpp"), "http://127.0.0.1:8080/v1"],
    ["vLLM without its path", at("http://gpu-box:8000"), "http://gpu-box:8000/v1"],
    ["LM Studio without its path", at("http://localhost:1234"), "http://localhost:1234/v1"],
    ["llama.cpp without its path", at("http://localhost:8080"), "http://localhost:8080/v1"],
    ["a server that is named", at("http://localhost:9999", ", server: vllm"), "http://localhost:9999/v1"],
    [
      "a server behind a path of its own",
      at("http://localhost:9999/vllm", ", server: vllm"),
      "http://localhost:9999/vllm",
    ],
    ["a prefix before the path", at("https://gw.example/team-a/v1"), "https://gw.example/team-a/v1"],
    ["a server nobody knows, whose API begins at the top", at("https://api.example.com"), "https://api.example.com"],
    [
      "a known port that is said to be another server's",
      at("http://localhost:8000", ", server: other"),
      "http://localhost:8000",
    ],
  ])("%s", (_name, provider, url) => {
    expect(urlOf(provider)).toBe(`${url}/chat/completions`);
    const calls = openai.prepare(provider, "m", "chat");
    expect(calls?.stream).toBe(calls?.unary);
  });

  test("the model is in the body, and never in the path", () => {
    expect(urlOf(at("http://localhost:8000/v1"), "chat", "../../admin?x=1")).toBe(
      "http://localhost:8000/v1/chat/completions",
    );
  });
});

describe("legacy completions", () => {
  test.each([
    ["gpt-3.5-turbo-instruct", true],
    ["gpt-3.5-turbo-instruct-0914", true],
    ["davinci-002", true],
    ["babbage-002", true],
    ["ft:davinci-002:acme::x1", true],
    ["gpt-4o", false],
    ["gpt-3.5-turbo", false],
    ["my-davinci-002", false],
  ])("%s at OpenAI: %s", (model, has) => {
    expect(urlOf(providerOf(""), "completions", model)).toBe(has ? "https://api.openai.com/v1/completions" : undefined);
  });

  test("are asked of every other server", () => {
    expect(urlOf(at("http://localhost:8000/v1"), "completions", "gpt-4o")).toBe("http://localhost:8000/v1/completions");
    expect(urlOf(at("https://openrouter.ai/api/v1"), "completions")).toBe("https://openrouter.ai/api/v1/completions");
  });
});

test.each([
  ["deepseek", "completions", false],
  ["deepseek", "embeddings", false],
  ["groq", "completions", false],
  ["groq", "embeddings", false],
  ["mistral", "completions", false],
  ["mistral", "embeddings", true],
  ["xai", "completions", false],
  ["xai", "embeddings", false],
] as const)("%s has a path for %s: %s", (server, operation, has) => {
  expect(openai.prepare(providerOf(`, server: ${server}`), "m", operation) !== undefined).toBe(has);
});

describe("what goes along", () => {
  const headersOf = (members: string) => openai.prepare(providerOf(members), "m", "chat")?.unary.headers;

  test("is the media type, and the provider's own headers", () => {
    expect(headersOf("")).toEqual({ "content-type": "application/json" });
    expect(headersOf(', headers: { HTTP-Referer: "https://example.com", X-Title: Specgate }')).toEqual({
      "content-type": "application/json",
      "http-referer": "https://example.com",
      "x-title": "Specgate",
    });
  });

  test("is no credential where none is named, and no key ever: those are added at sending", () => {
    const key = secret("sk-openai");
    expect(providerOf("").auth).toEqual({ kind: "none" });
    expect(providerOf(`, auth: { api_key: "${key}" }`).auth).toMatchObject({ kind: "api_key" });
    expect(JSON.stringify(openai.prepare(providerOf(`, auth: { api_key: "${key}" }`), "m", "chat"))).not.toContain(key);
    expect(openai.apiKeyHeader).toBe("authorization");
  });
});

test.each([
  ["deepseek", "deepseek-chat", "deepseek"],
  ["deepseek", "deepseek-reasoner", "deepseek-reasoning"],
  ["xai", "grok-4", "xai-reasoning"],
  ["xai", "grok-4-fast-reasoning", "xai-reasoning"],
  ["xai", "grok-4-fast-non-reasoning", "xai"],
  ["xai", "grok-3-mini", "xai-reasoning"],
  ["xai", "grok-3", "xai"],
  ["xai", "grok-code-fast-1", "xai-reasoning"],
  ["groq", "openai/gpt-oss-120b", "groq"],
  ["vllm", "deepseek-reasoner", "vllm"],
])("at %s the word for the habits of %s is %s", (server, model, word) => {
  expect(openai.hostOf(providerOf(`, server: ${server}`), model)).toBe(word);
});

test("the word for its habits is the server's, named or found by its URL", () => {
  expect(openai.hostOf(providerOf(""), "m")).toBe("openai");
  expect(openai.hostOf(at("http://localhost:11434/v1"), "m")).toBe("ollama");
  expect(openai.hostOf(at("http://localhost:11434/v1", ", server: llamacpp"), "m")).toBe("llamacpp");
  expect(openai.hostOf(at("https://api.example.com/v1"), "m")).toBe("other");
  expect(openai.dialectOf(providerOf(""), "m")).toBe("openai");
});
