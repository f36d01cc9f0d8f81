import { describe, expect, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
import { snippetsOf } from "../_markdown.ts";
import { configOf, env, mistakesOf } from "./_load.ts";

const host = "https://acme.openai.azure.com";
const key = 'auth: { api_key: "${TOKEN}" }';
const model = "models: { m: a/gpt-4o }\n";

describe("a provider of type azure", () => {
  test.each([
    ["a key", key, { kind: "api_key" }],
    ["a token", 'auth: { bearer: "${TOKEN}" }', { kind: "bearer" }],
    ["a header", 'auth: { header: { name: Ocp-Apim-Subscription-Key, value: "${TOKEN}" } }', { kind: "header" }],
    ["what is said to be enough", "auth: none", { kind: "none" }],
    [
      "Entra ID",
      "auth: entra",
      { kind: "entra", scope: "https://cognitiveservices.azure.com/.default", authority: undefined },
    ],
  ])("is content with %s", (_name, auth, kind) => {
    const [provider] = configOf(`providers: { a: { type: azure, base_url: "${host}", ${auth} } }\n${model}`).providers;
    expect(provider).toMatchObject({ type: "azure", auth: kind, baseUrl: host, apiVersion: "v1" });
  });

  test.each([
    ["https://acme.openai.azure.com", "https://cognitiveservices.azure.com/.default", undefined],
    ["https://acme.services.ai.azure.com", "https://cognitiveservices.azure.com/.default", undefined],
    ["https://apim.example", "https://cognitiveservices.azure.com/.default", undefined],
    ["https://azure.us.example", "https://cognitiveservices.azure.com/.default", undefined],
    ["https://acme.openai.azure.us", "https://cognitiveservices.azure.us/.default", "https://login.microsoftonline.us"],
    ["https://acme.openai.azure.cn", "https://cognitiveservices.azure.cn/.default", "https://login.chinacloudapi.cn"],
  ])("tokens for %s are of its cloud", (url, scope, authority) => {
    const [provider] = configOf(
      `providers: { a: { type: azure, base_url: "${url}", auth: entra } }\n${model}`,
    ).providers;
    expect(provider?.auth).toEqual({ kind: "entra", scope, authority });
  });

  test("needs no credential behind a base URL of one's own", () => {
    const [provider] = configOf(
      `providers: { a: { type: azure, base_url: "https://apim.example" } }\n${model}`,
    ).providers;
    expect(provider?.auth).toEqual({ kind: "none" });
  });

  test.each(["v1", "preview", "2024-10-21", "2025-04-01-preview"])("knows version %s", (version) => {
    const text = `providers: { a: { type: azure, base_url: "${host}", api_version: ${version}, ${key} } }\n${model}`;
    expect(configOf(text).providers[0]?.apiVersion).toBe(version);
  });
});

interface Row {
  readonly name: string;
  readonly text: string;
  readonly want: readonly (readonly [place: string, message: string, suggestion?: string])[];
}

const credentials = "as in entra or { api_key: ${AZURE_OPENAI_API_KEY} }";
const versionIs = "`api_version` is v1, preview or a date, as in 2024-10-21 or 2025-04-01-preview, not";
const ends =
  "`base_url` ends with the resource's host, or with `/openai`; deployments and operations are appended to it";

const rows: readonly Row[] = [
  {
    name: "no base URL",
    text: `providers:\n  a: { type: azure, ${key} }\n${model}`,
    want: [["2:3", "`a` needs `base_url`, the resource's own, as in https://my-resource.openai.azure.com"]],
  },
  {
    name: "no credential at Azure's own host",
    text: `providers:\n  a: { type: azure, base_url: "${host}" }\n${model}`,
    want: [["2:3", `\`a\` needs \`auth\`, ${credentials}; Azure answers nobody without`]],
  },
  {
    name: "Google's credential",
    text: `providers:\n  a: { type: azure, base_url: "${host}", auth: adc }\n${model}`,
    want: [
      ["2:64", `\`auth\` is a credential of Google's, which Azure does not know; give it its own, ${credentials}`],
    ],
  },
  {
    name: "a mistaken word for the credential",
    text: `providers:\n  a: { type: azure, base_url: "${host}", auth: entre }\n${model}`,
    want: [["2:70", expect.stringContaining("not `entre`"), "entra"]],
  },
  ...(
    [
      ["latest", "preview"],
      ["V1", "v1"],
      ["2024", undefined],
      ["2024-10-21-beta", undefined],
    ] as const
  ).map(([version, suggestion]) => ({
    name: `version ${version}`,
    text: `providers:\n  a: { type: azure, base_url: "${host}", api_version: "${version}", ${key} }\n${model}`,
    want: [["2:77", expect.stringContaining(versionIs), suggestion]] as Row["want"],
  })),
  {
    name: "the URL of a deployment",
    text: `providers:\n  a: { type: azure, base_url: "${host}/openai/deployments/gpt-4o", ${key} }\n${model}`,
    want: [["2:31", ends, `${host}/openai`]],
  },
  {
    name: "the URL of an operation",
    text: `providers:\n  a: { type: azure, base_url: "${host}/openai/v1/chat/completions", ${key} }\n${model}`,
    want: [["2:31", ends, `${host}/openai`]],
  },
  {
    name: "the v1 surface and a date",
    text: `providers:\n  a: { type: azure, base_url: "${host}/openai/v1", api_version: 2024-10-21, ${key} }\n${model}`,
    want: [["2:31", expect.stringContaining("which has no dated versions"), `${host}/openai`]],
  },
  {
    name: "a version within the URL",
    text: `providers:\n  a: { type: azure, base_url: "${host}?api-version=2024-10-21", ${key} }\n${model}`,
    want: [["2:31", "`base_url` ends before `?` and `#`; the API path is appended to it"]],
  },
  {
    name: "a server that nobody knows, nowhere",
    text: "providers:\n  a: { type: openai, server: other }\nmodels: { m: a/x }\n",
    want: [["2:3", "`a` needs `base_url`: where another server is found is not known"]],
  },
  {
    name: "a model with a publisher",
    text: `providers: { a: { type: azure, base_url: "${host}", ${key} } }\nmodels:\n  m: a/openai/gpt-4o\n`,
    want: [["3:6", "`a/openai/gpt-4o` is no name of a deployment: those hold no `/`", "a/gpt-4o"]],
  },
  {
    name: "a model without a name",
    text: `providers: { a: { type: azure, base_url: "${host}", ${key} } }\nmodels:\n  m: a/openai/\n`,
    want: [["3:6", "`a/openai/` ends before the name of a deployment"]],
  },
];

test.each(rows)("$name", ({ text, want }) => {
  const found = mistakesOf(text).map(({ line, column, message, suggestion }) => [
    `${line}:${column}`,
    message,
    suggestion,
  ]);
  expect(found).toEqual(want.map(([place, message, suggestion]) => [place, message, suggestion]));
});

describe("docs/azure.md", () => {
  const examples = snippetsOf("docs/azure.md").filter(({ language }) => language === "yaml");

  test.each(examples.map(({ text }) => text))("%s", (text) => {
    const loaded = parseRoutes(text, { file: "routes.yaml", env: { ...env, AZURE_OPENAI_API_KEY: env["TOKEN"] } });
    expect(loaded).toHaveProperty("config");
    expect("config" in loaded ? loaded.config.warnings : undefined).toEqual([]);
  });
});
