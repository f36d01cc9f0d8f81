import type { ProviderType, ServerKind } from "../../config/config.ts";

/** A provider of LiteLLM's, as the word before a model's first slash names it. */
export interface Host {
  /** What its entry under `providers` is called where there is one alone. */
  readonly kind: string;
  readonly type: ProviderType;
  readonly server?: ServerKind;
  /** Where it is found, where Specgate does not know. */
  readonly base?: string;
  /** What LiteLLM reads where `api_key` is not there. */
  readonly key: string;
  /** It answers without a key too. */
  readonly keyless?: true;
  /** What LiteLLM reads where `api_base` is not there, which it must know. */
  readonly baseVariable?: string;
  /** What LiteLLM appends to `api_base`, and Specgate does not. */
  readonly below?: string;
  /** In front of a model that has no slash. */
  readonly modelPrefix?: string;
}

const openai = (kind: string, key: string, more: Omit<Host, "kind" | "type" | "key"> = {}): Host => ({
  kind,
  type: "openai",
  key,
  ...more,
});

const bedrock: Host = { kind: "bedrock", type: "bedrock", key: "AWS_BEARER_TOKEN_BEDROCK", keyless: true };
const vertex: Host = { kind: "vertex", type: "vertex", key: "GOOGLE_API_KEY", keyless: true };
const azure: Host = { kind: "azure", type: "azure", key: "AZURE_API_KEY", baseVariable: "AZURE_API_BASE" };
const ollama = openai("ollama", "OLLAMA_API_KEY", {
  server: "ollama",
  base: "http://127.0.0.1:11434/v1",
  below: "/v1",
  keyless: true,
});
const ownServer = openai("openai", "OPENAI_API_KEY");

/** Hosts by LiteLLM's word for them. What is not here speaks a language that this version does not. */
const hosts: ReadonlyMap<string, Host> = new Map([
  ["openai", ownServer],
  ["text-completion-openai", ownServer],
  ["custom_openai", ownServer],
  ["openai_like", ownServer],
  ["azure", azure],
  ["azure_text", azure],
  ["azure_ai", { ...azure, key: "AZURE_AI_API_KEY", baseVariable: "AZURE_AI_API_BASE" }],
  ["anthropic", { kind: "anthropic", type: "anthropic", key: "ANTHROPIC_API_KEY" }],
  ["bedrock", bedrock],
  ["bedrock_converse", bedrock],
  ["vertex_ai", vertex],
  ["vertex_ai_beta", vertex],
  ["gemini", { kind: "gemini", type: "gemini", key: "GEMINI_API_KEY" }],
  ["openrouter", openai("openrouter", "OPENROUTER_API_KEY", { server: "openrouter" })],
  ["groq", openai("groq", "GROQ_API_KEY", { server: "groq" })],
  ["mistral", openai("mistral", "MISTRAL_API_KEY", { server: "mistral" })],
  ["deepseek", openai("deepseek", "DEEPSEEK_API_KEY", { server: "deepseek" })],
  ["xai", openai("xai", "XAI_API_KEY", { server: "xai" })],
  ["ollama", ollama],
  ["ollama_chat", ollama],
  [
    "hosted_vllm",
    openai("vllm", "HOSTED_VLLM_API_KEY", { server: "vllm", baseVariable: "HOSTED_VLLM_API_BASE", keyless: true }),
  ],
  [
    "lm_studio",
    openai("lmstudio", "LM_STUDIO_API_KEY", { server: "lmstudio", baseVariable: "LM_STUDIO_API_BASE", keyless: true }),
  ],
  [
    "llamafile",
    openai("llamafile", "LLAMAFILE_API_KEY", {
      server: "llamacpp",
      base: "http://127.0.0.1:8080/v1",
      keyless: true,
    }),
  ],
  [
    "litellm_proxy",
    openai("litellm", "LITELLM_PROXY_API_KEY", { baseVariable: "LITELLM_PROXY_API_BASE", keyless: true }),
  ],
  ["together_ai", openai("together", "TOGETHERAI_API_KEY", { base: "https://api.together.xyz/v1" })],
  [
    "fireworks_ai",
    openai("fireworks", "FIREWORKS_API_KEY", {
      base: "https://api.fireworks.ai/inference/v1",
      modelPrefix: "accounts/fireworks/models/",
    }),
  ],
  ["perplexity", openai("perplexity", "PERPLEXITYAI_API_KEY", { base: "https://api.perplexity.ai" })],
  ["deepinfra", openai("deepinfra", "DEEPINFRA_API_KEY", { base: "https://api.deepinfra.com/v1/openai" })],
  ["cerebras", openai("cerebras", "CEREBRAS_API_KEY", { base: "https://api.cerebras.ai/v1" })],
  ["nvidia_nim", openai("nvidia", "NVIDIA_NIM_API_KEY", { base: "https://integrate.api.nvidia.com/v1" })],
  ["sambanova", openai("sambanova", "SAMBANOVA_API_KEY", { base: "https://api.sambanova.ai/v1" })],
  ["moonshot", openai("moonshot", "MOONSHOT_API_KEY", { base: "https://api.moonshot.ai/v1" })],
]);

/** Providers of LiteLLM's that have no counterpart, so that a word before a slash is known to be one. */
const foreign: ReadonlySet<string> = new Set([
  ...["ai21", "aleph_alpha", "anyscale", "assemblyai", "bytez", "cloudflare", "codestral", "cohere", "cohere_chat"],
  ...["custom", "dashscope", "databricks", "datarobot", "deepgram", "elevenlabs", "empower", "featherless_ai"],
  ...["friendliai", "galadriel", "github", "github_copilot", "huggingface", "hyperbolic", "infinity", "jina_ai"],
  ...["lambda_ai", "maritalk", "meta_llama", "morph", "nebius", "nlp_cloud", "novita", "nscale", "oci", "oobabooga"],
  ...["palm", "petals", "predibase", "recraft", "replicate", "sagemaker", "sagemaker_chat", "snowflake"],
  ...["text-completion-codestral", "topaz", "triton", "v0", "vercel_ai_gateway", "vllm", "volcengine", "voyage"],
  ...["wandb", "watsonx", "watsonx_text", "xinference", "zai"],
]);

/** Models that LiteLLM knows without a word before them. The first that fits holds. */
const bareNames: readonly (readonly [RegExp, string])[] = [
  [/^(?:gpt-|chatgpt-|o[134](?:-|$)|text-embedding-(?:3|ada)|davinci-002|babbage-002|ft:)/, "openai"],
  [/^claude-[\w.-]+@\d/, "vertex_ai"],
  [/^claude-/, "anthropic"],
  [/^(?:gemini-|text-embedding-0|text-multilingual|textembedding)/, "vertex_ai"],
  [/^(?:(?:us|eu|apac|global|us-gov)\.)?(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek)\./, "bedrock"],
  [/^(?:arn:aws[\w-]*:bedrock:)/, "bedrock"],
];

/** Which host a model is at, and what it is called there. */
export interface Located {
  /** LiteLLM's word for the host. */
  readonly word: string;
  readonly host: Host;
  readonly model: string;
}

/** Reads `litellm_params.model`, or says why no host of routes.yaml answers for it. */
export function locate(text: string, provider: string | undefined): Located | string {
  const slash = text.indexOf("/");
  const before = text.slice(0, Math.max(0, slash));
  const isWord = hosts.has(before) || foreign.has(before);
  const word = provider ?? (isWord ? before : bareNames.find(([shape]) => shape.test(text))?.[1]);
  if (text === "*") return "`*` alone leaves it to LiteLLM where a model is; write a line for each host, as `openai/*`";
  if (word === undefined) return "the model's name does not tell which host has it";
  const host = hosts.get(word);
  if (host === undefined) return `no provider of routes.yaml speaks the language of \`${word}\``;
  const named = before === word ? text.slice(slash + 1) : text;
  const model = host.modelPrefix !== undefined && !/[/*]/.test(named) ? `${host.modelPrefix}${named}` : named;
  return model === "" ? "the name ends before the model" : { word, host, model };
}
