import { onTestFinished } from "vitest";
import { startAzureEmulator } from "../../src/emulators/azure.ts";
import { startBedrockEmulator } from "../../src/emulators/bedrock.ts";
import { startGeminiEmulator } from "../../src/emulators/gemini.ts";
import { personalities } from "../../src/emulators/openai/personalities/index.ts";
import type { ServerName } from "../../src/emulators/openai.ts";
import { vectorOf } from "../../src/emulators/vectors.ts";
import { type GatewayOptions, project, secrets, startOpenAIServer, startVertex } from "../_setup.ts";

/** A provider with a model that makes vectors, and what the suite must know of it. */
export interface EmbeddingProvider extends Pick<GatewayOptions, "providers" | "upstream"> {
  readonly name: string;
  /** `provider/upstream model`. */
  readonly use: string;
  /** Length of its vectors. */
  readonly dimensions: number;
  /** Texts of one call. */
  readonly perCall: number;
  /** The upstream speaks the client's language. */
  readonly isOpenAI: boolean;
  /** Refuses members that it does not know. */
  readonly strict: boolean;
  /** Takes the ids of tokens itself. */
  readonly tokens: boolean;
  /** Says how many tokens the texts have. */
  readonly counts: boolean;
  /** A length that is less, and may be asked for; 64 unless told. */
  readonly shorter?: number;
  /** The refusal of a text that is too long. */
  readonly tooLong: object;
}

const server = (name: string, kind: ServerName, model: string, dimensions: number): EmbeddingProvider => ({
  name,
  upstream: (script) => startOpenAIServer(script, kind),
  providers: `
providers:
  up: { type: openai, server: ${kind}, base_url: "\${UPSTREAM}/v1", auth: { bearer: "\${TOKEN}" } }
`,
  use: `up/${model}`,
  dimensions,
  perCall: 2048,
  isOpenAI: true,
  strict: personalities[kind].strict,
  tokens: kind !== "ollama" && kind !== "lmstudio" && kind !== "mistral",
  counts: true,
  tooLong: {
    status: 400,
    code: "context_length_exceeded",
    message: "This model's maximum context length is 2048 tokens, however you requested 3000 tokens.",
  },
});

/** OpenAI's models at Azure, under a version of its API. */
const azure = (
  name: string,
  version: string,
  perCall: number,
  credential: "api_key" | "bearer" = "api_key",
): EmbeddingProvider => ({
  ...server(name, "openai", "text-embedding-3-small", 1536),
  async upstream(script) {
    const upstream = await startAzureEmulator({ script, token: secrets.token });
    onTestFinished(() => upstream.close());
    return upstream;
  },
  providers: `
providers:
  up: { type: azure, base_url: "\${UPSTREAM}", api_version: ${version}, auth: { ${credential}: "\${TOKEN}" } }
`,
  perCall,
});

const vertex = (model: string, dimensions: number, perCall: number): EmbeddingProvider => ({
  name: `${model} on Vertex AI`,
  upstream: startVertex,
  providers: `
providers:
  up:
    { type: vertex, project: ${project}, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`,
  use: `up/${model}`,
  dimensions,
  perCall,
  isOpenAI: false,
  strict: true,
  tokens: false,
  counts: true,
  tooLong: {
    status: 400,
    message: "Unable to submit request because the input token count is 3000 but the model supports up to 2048.",
  },
});

/** The Developer API, whose answers have no counts. */
const developer = (model: string): EmbeddingProvider => ({
  ...vertex(model, 3072, 100),
  name: `${model} of the Developer API`,
  async upstream(script) {
    const upstream = await startGeminiEmulator({ script, token: secrets.token });
    onTestFinished(() => upstream.close());
    return upstream;
  },
  providers: `
providers:
  up: { type: gemini, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`,
  counts: false,
  tooLong: {
    status: 400,
    message: "The input token count (3000) exceeds the maximum number of tokens allowed (2048).",
  },
});

/** Titan and Cohere on Bedrock. */
const bedrock = (name: string, model: string, dimensions: number, perCall = 1): EmbeddingProvider => ({
  ...vertex(model, dimensions, perCall),
  name: `${name} on Bedrock`,
  async upstream(script) {
    const upstream = await startBedrockEmulator({ script, token: secrets.token, region: "us-east-1" });
    onTestFinished(() => upstream.close());
    return upstream;
  },
  providers: `
providers:
  up: { type: bedrock, region: us-east-1, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`,
  shorter: 256,
  tooLong: { status: 400, message: "Too many input tokens. Max input tokens: 2048, request input token count: 3000" },
});

/** Cohere's, which takes many texts at once, and has words of its own. */
const cohere = (name: string, model: string, dimensions: number): EmbeddingProvider => ({
  ...bedrock(name, model, dimensions, 96),
  tooLong: {
    status: 400,
    message: "too many tokens: total number of tokens in the prompt cannot exceed 2048 - received 3000.",
  },
});

/** Every provider that makes vectors passes the same suite. A new one is a row here. */
export const embeddingProviders: readonly EmbeddingProvider[] = [
  vertex("text-embedding-005", 768, 250),
  vertex("text-multilingual-embedding-002", 768, 250),
  vertex("gemini-embedding-001", 3072, 1),
  vertex("gemini-embedding-2", 3072, 1),
  vertex("intfloat/multilingual-e5-large-instruct-maas", 1024, 1),
  vertex("endpoints/4711", 768, 1),
  developer("gemini-embedding-001"),
  developer("gemini-embedding-2"),
  bedrock("Titan Text Embeddings V2", "amazon.titan-embed-text-v2:0", 1024),
  bedrock("Titan Text Embeddings V1", "amazon.titan-embed-text-v1", 1536),
  bedrock("Titan Multimodal Embeddings", "amazon.titan-embed-image-v1", 1024),
  cohere("Cohere Embed v3", "cohere.embed-multilingual-v3", 1024),
  cohere("Cohere Embed v4", "us.cohere.embed-v4:0", 1536),
  server("OpenAI", "openai", "text-embedding-3-small", 1536),
  azure("Azure OpenAI", "v1", 2048),
  azure("Azure OpenAI with Entra", "v1", 2048, "bearer"),
  azure("Azure OpenAI, of older days", "2024-06-01", 16),
  azure("Azure OpenAI, of older days with Entra", "2024-06-01", 16, "bearer"),
  server("Mistral", "mistral", "codestral-embed", 1024),
  server("vLLM", "vllm", "BAAI/bge-m3", 768),
  server("Ollama", "ollama", "nomic-embed-text", 768),
  server("LM Studio", "lmstudio", "text-embedding-nomic-embed-text-v1.5", 768),
  server("llama.cpp", "llamacpp", "nomic-embed-text", 768),
  server("OpenRouter", "openrouter", "openai/text-embedding-3-small", 768),
];

/** How {@link import("../_setup.ts").startGateway} starts a provider with one model, `test-model`. */
export function embeddingSetup(
  { providers, upstream, use }: EmbeddingProvider,
  more: Pick<GatewayOptions, "script" | "planned"> & { readonly model?: string; readonly routes?: string } = {},
): GatewayOptions {
  const { model, routes = "", ...rest } = more;
  const entry = `{ deployments: ["${use}"], conformance: enforce${model === undefined ? "" : `, ${model}`} }`;
  return {
    ...(providers !== undefined && { providers }),
    ...(upstream !== undefined && { upstream }),
    routes: `models: { test-model: ${entry} }\n${routes}`,
    ...rest,
  };
}

/** The vector that an emulator makes of a text, as floats of 32 bits. */
export function expectedVector(text: string, dimensions: number): readonly number[] {
  return [...vectorOf(text, dimensions)];
}
