import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { startAnthropicEmulator } from "../../src/emulators/anthropic.ts";
import { startAzureEmulator } from "../../src/emulators/azure.ts";
import { startBedrockEmulator } from "../../src/emulators/bedrock.ts";
import { startOpenAIEmulator } from "../../src/emulators/openai.ts";
import { secret } from "../_canary.ts";
import { says, secrets, startGateway } from "../_setup.ts";
import { imported } from "./_import.ts";

/** Where the file is that the master key makes one of. */
const folder = mkdtempSync(join(tmpdir(), "specgate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = `
model_list:
  - model_name: claude
    litellm_params:
      model: anthropic/claude-sonnet-4-5-20250929
      api_base: os.environ/ANTHROPIC_URL
      api_key: os.environ/TOKEN
  - model_name: claude-bedrock
    litellm_params:
      model: bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0
      aws_region_name: us-east-1
      aws_bedrock_runtime_endpoint: os.environ/BEDROCK_URL
      api_key: os.environ/TOKEN
  - model_name: gemini
    litellm_params: { model: vertex_ai/gemini-2.5-flash, api_base: os.environ/UPSTREAM, vertex_project: p, vertex_location: us-central1 }
  - model_name: gpt-4o
    litellm_params: { model: azure/gpt-4o, api_base: os.environ/AZURE_URL, api_key: os.environ/TOKEN, api_version: 2024-10-21, weight: 2 }
  - model_name: gpt-4o
    litellm_params: { model: azure/gpt-4o-b, api_base: os.environ/AZURE_URL, api_key: os.environ/TOKEN, api_version: 2024-10-21, weight: 1 }
  - model_name: "ollama/*"
    litellm_params: { model: "ollama_chat/*", api_base: os.environ/OLLAMA_URL }
router_settings:
  model_group_alias: { gpt-4: gpt-4o }
  fallbacks: [{ gemini: [claude] }]
general_settings: { master_key: os.environ/KEY }
`;

async function startUpstreams(): Promise<Readonly<Record<string, string>>> {
  const { token } = secrets;
  const anthropic = await startAnthropicEmulator({ token });
  const bedrock = await startBedrockEmulator({ token, region: "us-east-1" });
  const azure = await startAzureEmulator({ token });
  const ollama = await startOpenAIEmulator({ personality: "ollama" });
  for (const one of [anthropic, bedrock, azure, ollama]) onTestFinished(() => one.close());
  return {
    ANTHROPIC_URL: anthropic.url,
    BEDROCK_URL: bedrock.url,
    AZURE_URL: azure.url,
    OLLAMA_URL: ollama.url,
    SPECGATE_SECRET: secret("sealing"),
  };
}

/** The imported file, with the emulator's credential, and a database of its own. */
function routesIn(name: string): string {
  return imported(config)
    .routes.replace("auth: adc", 'auth: { bearer: "${TOKEN}" }')
    .replace("sqlite:specgate.db", `sqlite:${join(folder, name)}`);
}

describe("a gateway on an imported file", () => {
  test("answers OpenAI's SDK for every model", async () => {
    const env = await startUpstreams();
    const routes = routesIn("a.db");
    const { client, url } = await startGateway({ providers: "", routes, env });
    for (const model of ["claude", "claude-bedrock", "gemini", "gpt-4o", "gpt-4", "ollama/llama3.2"]) {
      const answer = await client.chat.completions.create({ model, ...says("Hello!") });
      expect([model, answer.choices[0]?.message.content]).toEqual([model, expect.stringMatching(/\w/)]);
    }
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: "sk-somebody-else", maxRetries: 0 });
    await expect(stranger.chat.completions.create({ model: "claude", ...says("Hello!") })).rejects.toMatchObject({
      status: 401,
    });
  });

  test("asks those behind a model when it fails", async () => {
    const env = await startUpstreams();
    const routes = routesIn("b.db");
    const script = "answers: [{ error: { status: 503 } }]";
    const { client, upstream } = await startGateway({ providers: "", routes, env, script });
    const answer = await client.chat.completions.create({ model: "gemini", ...says("Hello!") });
    expect(answer.choices[0]?.message.content).toMatch(/\w/);
    expect(upstream.requests).toHaveLength(1);
  });
});
