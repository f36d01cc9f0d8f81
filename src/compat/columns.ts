import type { Config } from "../config/config.ts";
import { parseRoutes } from "../config/load.ts";
import { formatMistakes } from "../config/mistakes.ts";
import type { Facts } from "../dialects/dialect.ts";
import type { OperationName } from "../operations/types.ts";
import { loadDialectsOf, prepareTarget, type Target } from "../upstream/target.ts";
import { noCredential } from "./model.ts";
import { factsOf } from "./read.ts";
import { atOnce, type Slices } from "./slices.ts";

/**
 * The models and hosts of the matrix, as a routes.yaml: a new column is a line under `models`. Hosts and credentials are
 * made up; nothing is asked.
 */
const routes = `
providers:
  vertex: { type: vertex, project: p, location: us-central1, auth: none }
  gemini: { type: gemini, auth: none }
  anthropic: { type: anthropic, auth: none }
  openai: { type: openai, auth: none }
  azure: { type: azure, base_url: "https://acme.openai.azure.com", auth: none }
  bedrock: { type: bedrock, region: us-east-1, auth: aws }
  deepseek: { type: openai, server: deepseek, base_url: "https://api.deepseek.com" }
  groq: { type: openai, server: groq, base_url: "https://api.groq.com/openai/v1" }
  mistral: { type: openai, server: mistral, base_url: "https://api.mistral.ai/v1" }
  xai: { type: openai, server: xai, base_url: "https://api.x.ai/v1" }
  openrouter: { type: openai, server: openrouter, base_url: "https://openrouter.ai/api/v1" }
  vllm: { type: openai, server: vllm, base_url: "http://127.0.0.1:8000/v1" }
  ollama: { type: openai, server: ollama, base_url: "http://127.0.0.1:11434/v1" }
  lmstudio: { type: openai, server: lmstudio, base_url: "http://127.0.0.1:1234/v1" }
  llamacpp: { type: openai, server: llamacpp, base_url: "http://127.0.0.1:8080/v1" }
models:
  Gemini 2.5 on Vertex AI: vertex/gemini-2.5-flash
  Gemini 3 on Vertex AI: vertex/gemini-3-flash-preview
  Gemini 3.6 on Vertex AI: vertex/gemini-3.6-flash
  Gemini 2.5, Developer API: gemini/gemini-2.5-flash
  Gemini 3, Developer API: gemini/gemini-3-flash-preview
  Claude Sonnet 4.5: anthropic/claude-sonnet-4-5
  Claude Opus 5: anthropic/claude-opus-5
  Claude Sonnet 4.5 on Vertex AI: vertex/claude-sonnet-4-5@20250929
  Claude Sonnet 4.5 on Bedrock: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0
  Nova on Bedrock: bedrock/us.amazon.nova-pro-v1:0
  Llama on Bedrock: bedrock/us.meta.llama3-3-70b-instruct-v1:0
  OpenAI: openai/gpt-4o
  Azure OpenAI: azure/gpt-4o
  Open models on Vertex AI: vertex/meta/llama-3.3-70b-instruct-maas
  DeepSeek: deepseek/deepseek-chat
  Groq: groq/llama-3.3-70b-versatile
  Mistral: mistral/mistral-large-latest
  xAI: xai/grok-3
  OpenRouter: openrouter/openai/gpt-4o
  vLLM: vllm/llama-3.1-8b
  Ollama: ollama/llama3.2
  LM Studio: lmstudio/google/gemma-3-4b
  llama.cpp: llamacpp/any.gguf
  text-embedding-005 on Vertex AI: vertex/text-embedding-005
  gemini-embedding-001 on Vertex AI: vertex/gemini-embedding-001
  gemini-embedding-2 on Vertex AI: vertex/gemini-embedding-2
  gemini-embedding-001, Developer API: gemini/gemini-embedding-001
  Titan Text Embeddings V2 on Bedrock: bedrock/amazon.titan-embed-text-v2:0
  Cohere Embed v3 on Bedrock: bedrock/cohere.embed-multilingual-v3
`;

/** A model at a host, and what decides its fates. */
export interface Column {
  readonly id: string;
  readonly title: string;
  /** The host type, as routes.yaml calls it. */
  readonly provider: string;
  /** The upstream model that stands for its family. */
  readonly model: string;
  readonly operations: readonly OperationName[];
  readonly target: Target;
  readonly facts: Facts;
}

/** A target as a column. */
export function toColumn(title: string, target: Target): Column {
  const names = ["chat", "completions", "embeddings"] as const;
  const id = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return {
    id: id.replaceAll(/^-|-$/g, ""),
    title,
    provider: target.deployment.provider.type,
    model: target.upstreamModel,
    operations: names.filter((name) => target[name] !== undefined),
    target,
    facts: factsOf(target, title),
  };
}

/** The columns of the published matrix. */
export async function standardColumns(): Promise<readonly Column[]> {
  await loadStandard();
  return atOnce(standardColumnSlices());
}

/** Loads the languages of the published matrix. */
export async function loadStandard(): Promise<void> {
  await loadDialectsOf(standardConfig());
}

function standardConfig(): Config {
  const loaded = parseRoutes(routes, { file: "matrix", env: {} });
  if (!("config" in loaded)) throw new Error(formatMistakes(loaded.mistakes, "matrix"));
  return loaded.config;
}

/** The same in slices, after {@link loadStandard}. */
export function* standardColumnSlices(): Slices<readonly Column[]> {
  const columns: Column[] = [];
  for (const { name, deployments } of standardConfig().models) {
    yield;
    for (const deployment of deployments) {
      columns.push(toColumn(name, prepareTarget(deployment, deployment.upstreamModel, noCredential)));
    }
  }
  return columns;
}
