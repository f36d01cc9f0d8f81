import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
import { secret } from "../_canary.ts";
import { configOf } from "./_load.ts";

const env = {
  VERTEX_PROJECT: "p",
  VERTEX_BASE_URL: "https://corp.example/vertex",
  USER: "me",
  GOOGLE_API_KEY: secret("google"),
  PROXY_TOKEN: secret("proxy"),
  ANTHROPIC_API_KEY: secret("anthropic"),
  AZURE_OPENAI_API_KEY: secret("azure"),
  OPENROUTER_API_KEY: secret("openrouter"),
  ALICE_KEY: secret("alice"),
  SPECGATE_SECRET: secret("specgate-secret"),
  REDIS_URL: "redis://127.0.0.1:6379",
  DATABASE_URL: "postgres://127.0.0.1:5432/specgate",
  ALERT_URL: "https://alerts.example/hook",
};

/** The example of the design page, with everything the format will hold one day. */
const wholeFormat = `server:
  host: 127.0.0.1
  port: 4000
  master_key: \${SPECGATE_MASTER_KEY:-}
  secret: \${SPECGATE_SECRET:-}
  default_model: gemini-2.5-flash

providers:
  vertex:
    type: vertex
    project: \${VERTEX_PROJECT}
    location: \${VERTEX_LOCATION:-us-central1}
    auth: adc
  corp:
    type: vertex
    project: \${VERTEX_PROJECT}
    base_url: \${VERTEX_BASE_URL}
    auth: { command: [helix, auth, access-token, print, -a], ttl: 600s, refresh_margin: 60s }
    headers: { x-custom-userid: "\${USER}" }
    tls: { ca_file: ./CAChain_PROD.pem }
  anthropic:  { type: anthropic, auth: { api_key: "\${ANTHROPIC_API_KEY}" } }
  bedrock:    { type: bedrock, region: us-east-1, auth: aws }
  azure:      { type: azure, base_url: "https://acme.openai.azure.com", auth: { api_key: "\${AZURE_OPENAI_API_KEY}" } }
  openrouter: { type: openai, base_url: "https://openrouter.ai/api/v1", auth: { bearer: "\${OPENROUTER_API_KEY}" } }
  vllm:       { type: openai, base_url: "http://127.0.0.1:8000/v1" }
  ollama:     { type: openai, base_url: "http://127.0.0.1:11434/v1" }

models:
  gemini-2.5-flash: vertex/gemini-2.5-flash
  claude-sonnet-4-5:
    strategy: fallback
    deployments:
      - vertex/claude-sonnet-4-5@20250929
      - { use: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0, weight: 2 }
    price: { input: "3.00", output: "15.00", cache_read: "0.30" }
  "ollama/*": ollama/*

aliases: { gpt-4o: gemini-2.5-flash }
`;

test("the whole format has no mistakes", () => {
  expect(configOf(wholeFormat, env).providers.map(({ type }) => type)).toContain("bedrock");
});

test("the file at the repository's root is fine", () => {
  const text = readFileSync(new URL("../../routes.yaml", import.meta.url), "utf8");
  const config = configOf(text, { VERTEX_PROJECT: "p" });
  expect(config.models.map(({ name }) => name)).toEqual(["gemini-2.5-flash", "gemini-2.5-pro"]);
  expect(config.aliases.get("gpt-4o")).toBe("gemini-2.5-flash");
  expect(config.warnings).toEqual([]);
});

/** The examples of a page. */
function examplesIn(name: string): readonly string[] {
  const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
  return [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => text);
}

/** What an example leaves out: hosts, models, and where it is all kept. */
const missing: Readonly<Record<string, string>> = {
  providers: "{ vertex: { type: vertex, project: p, location: global } }",
  models: "{ gemini-2.5-flash: vertex/gemini-2.5-flash }",
  server: '{ secret: "${SPECGATE_SECRET}" }',
  database: '{ url: "${DATABASE_URL}" }',
};

function expectWhole(text: string): void {
  const added = Object.entries(missing).filter(([section]) => !new RegExp(`^${section}:`, "m").test(text));
  const whole = added.map(([section, value]) => `${section}: ${value}\n`).join("") + text;
  expect(parseRoutes(whole, { file: "routes.yaml", env })).toHaveProperty("config");
}

describe("docs/routes.md", () => {
  const examples = examplesIn("routes.md");

  test("has an example for each section", () => {
    const sections = ["server", "keys", "log", "timeouts", "providers", "models", "aliases", "redis", "database"];
    for (const section of [...sections, "users", "teams", "end_users", "key_defaults", "ledger"]) {
      expect(examples.some((text) => new RegExp(`^${section}:`, "m").test(text))).toBe(true);
    }
  });

  test.each(examples)("%s", expectWhole);
});

describe("docs/budgets.md", () => {
  test.each(examplesIn("budgets.md"))("%s", expectWhole);
});
