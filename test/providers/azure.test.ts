import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../../src/config/config.ts";
import { azure } from "../../src/providers/azure.ts";
import { configOf } from "../config/_load.ts";

const host = "https://acme.openai.azure.com";

/** A configured provider out of the members of its entry. */
function providerOf(members: string): ProviderConfig {
  const entry = `{ type: azure, auth: { api_key: "\${TOKEN}" }, ${members} }`;
  const [provider] = configOf(`providers: { a: ${entry} }\nmodels: { m: a/m }`).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

function urlOf(members: string, operation: "chat" | "completions" | "embeddings" = "chat", deployment = "gpt-4o") {
  const calls = azure.prepare(providerOf(members), deployment, operation);
  expect(calls?.stream).toBe(calls?.unary);
  return calls && calls.unary.origin + calls.unary.path;
}

describe("where a call goes", () => {
  test.each<[name: string, members: string, url: string]>([
    ["no version", `base_url: "${host}"`, `${host}/openai/v1/chat/completions`],
    ["a slash at the end", `base_url: "${host}/"`, `${host}/openai/v1/chat/completions`],
    ["v1", `base_url: "${host}", api_version: v1`, `${host}/openai/v1/chat/completions`],
    ["preview", `base_url: "${host}", api_version: preview`, `${host}/openai/v1/chat/completions?api-version=preview`],
    [
      "a date",
      `base_url: "${host}", api_version: 2024-10-21`,
      `${host}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`,
    ],
    [
      "a date of a preview",
      `base_url: "${host}", api_version: 2025-04-01-preview`,
      `${host}/openai/deployments/gpt-4o/chat/completions?api-version=2025-04-01-preview`,
    ],
    ["the API's root", `base_url: "${host}/openai"`, `${host}/openai/v1/chat/completions`],
    ["the v1 surface", `base_url: "${host}/openai/v1/"`, `${host}/openai/v1/chat/completions`],
    [
      "the API's root and a date",
      `base_url: "${host}/openai", api_version: 2024-06-01`,
      `${host}/openai/deployments/gpt-4o/chat/completions?api-version=2024-06-01`,
    ],
    [
      "Foundry",
      'base_url: "https://acme.services.ai.azure.com"',
      "https://acme.services.ai.azure.com/openai/v1/chat/completions",
    ],
    [
      "the prefix of a gateway",
      'base_url: "https://apim.example/team-a"',
      "https://apim.example/team-a/openai/v1/chat/completions",
    ],
  ])("%s", (_name, members, url) => {
    expect(urlOf(members)).toBe(url);
  });

  test("a deployment's name stays in its place", () => {
    const url = urlOf(`base_url: "${host}", api_version: 2024-10-21`, "chat", "../../x?y=1#z");
    expect(url).toBe(`${host}/openai/deployments/..%2F..%2Fx%3Fy%3D1%23z/chat/completions?api-version=2024-10-21`);
  });

  test("vectors have a path of their own", () => {
    expect(urlOf(`base_url: "${host}"`, "embeddings", "vectors")).toBe(`${host}/openai/v1/embeddings`);
    expect(urlOf(`base_url: "${host}", api_version: 2024-10-21`, "embeddings", "vectors")).toBe(
      `${host}/openai/deployments/vectors/embeddings?api-version=2024-10-21`,
    );
  });

  test.each([
    ["gpt-35-turbo-instruct", true],
    ["gpt-3.5-turbo-instruct-0914", true],
    ["davinci-002", true],
    ["gpt-4o", false],
    ["my-deployment", false],
  ])("%s completes a text: %s", (deployment, has) => {
    expect(urlOf(`base_url: "${host}"`, "completions", deployment)).toBe(
      has ? `${host}/openai/v1/completions` : undefined,
    );
  });
});

test.each([
  ["", "azure"],
  [", api_version: preview", "azure"],
  [", api_version: 2024-10-21", "azure"],
  [", api_version: 2024-09-01-preview", "azure"],
  [", api_version: 2024-08-01-preview", "azure-older"],
  [", api_version: 2023-05-15", "azure-older"],
])("the word for its habits%s is %s", (version, word) => {
  expect(azure.hostOf(providerOf(`base_url: "${host}"${version}`), "gpt-4o")).toBe(word);
});

test("a key has a header of its own, and no call holds it", () => {
  expect(azure.apiKeyHeader).toBe("api-key");
  const calls = azure.prepare(providerOf(`base_url: "${host}", headers: { X-Team: a }`), "gpt-4o", "chat");
  expect(calls?.unary.headers).toEqual({ "content-type": "application/json", "x-team": "a" });
});
