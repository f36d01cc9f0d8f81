import type { ProviderConfig, ServerKind } from "../config/config.ts";
import type { OperationName } from "../operations/types.ts";
import { prepareCall } from "./prepare-call.ts";
import type { Provider } from "./provider.ts";
import { serverAt } from "./server-at.ts";

/** Paths below the base URL, which mostly ends in `/v1`. */
const paths: Readonly<Record<OperationName, string>> = {
  chat: "/chat/completions",
  completions: "/completions",
  embeddings: "/embeddings",
};

/** The last models of OpenAI's that complete a text; its others know conversations only. */
const completionModels = /^(?:ft:)?(?:gpt-3\.5-turbo-instruct|davinci-002|babbage-002)/;

/**
 * OpenAI, and every server that speaks its language.
 *
 * @see specs/openai.yaml
 * @see reference: upstream-auth §§5–9
 */
export const openai: Provider = {
  type: "openai",
  apiKeyHeader: "authorization",
  hostOf,
  dialects: ["openai"],
  dialectOf: () => "openai",
  modelOf: (_provider, upstreamModel) => upstreamModel,
  prepare(provider, upstreamModel, operation) {
    if (!hasOperation(serverOf(provider), upstreamModel, operation)) return undefined;
    const call = prepareCall(provider, baseUrlOf(provider), paths[operation], {}, {});
    return { unary: call, stream: call };
  },
};

/** What a server does not have: there is no such path. */
const missing: Readonly<Partial<Record<ServerKind, readonly OperationName[]>>> = {
  deepseek: ["completions", "embeddings"],
  groq: ["completions", "embeddings"],
  // Its own path for texts with a gap takes other members.
  mistral: ["completions"],
  // Its thinking models have none, and hardly any other is left.
  xai: ["completions", "embeddings"],
};

function hasOperation(server: ServerKind, model: string, operation: OperationName): boolean {
  if (operation === "completions" && server === "openai") return completionModels.test(model);
  return missing[server]?.includes(operation) !== true;
}

/** Models that think before they answer, where their server then takes less. */
const thinkers: Readonly<Partial<Record<ServerKind, RegExp>>> = {
  deepseek: /reasoner|-r1\b/,
  // All but the older ones, and those that say so.
  xai: /^grok-(?:3-mini|code|build|[4-9](?!.*non-reasoning))/,
};

/** The server's word; another one for models that take less of a request. */
function hostOf(provider: ProviderConfig, upstreamModel: string): string {
  const server = serverOf(provider);
  return thinkers[server]?.test(upstreamModel) === true ? `${server}-reasoning` : server;
}

function serverOf({ baseUrl, server }: ProviderConfig): ServerKind {
  return server ?? serverAt(baseUrl);
}

/** Where a server is found unless it is told, and where its API begins there. Of any other only its base URL can tell. */
const places: Readonly<Record<ServerKind, readonly [origin: string, root: string]>> = {
  openai: ["https://api.openai.com", "/v1"],
  openrouter: ["https://openrouter.ai", "/api/v1"],
  deepseek: ["https://api.deepseek.com", "/v1"],
  groq: ["https://api.groq.com", "/openai/v1"],
  mistral: ["https://api.mistral.ai", "/v1"],
  xai: ["https://api.x.ai", "/v1"],
  vllm: ["http://127.0.0.1:8000", "/v1"],
  ollama: ["http://127.0.0.1:11434", "/v1"],
  lmstudio: ["http://127.0.0.1:1234", "/v1"],
  llamacpp: ["http://127.0.0.1:8080", "/v1"],
  other: ["", ""],
};

/** A base URL that is a bare host gets the path that its server has; one with a path stays as it is. */
function baseUrlOf(provider: ProviderConfig): string {
  const [origin, root] = places[serverOf(provider)];
  const { baseUrl = origin } = provider;
  return URL.parse(baseUrl)?.pathname === "/" ? baseUrl + root : baseUrl;
}
