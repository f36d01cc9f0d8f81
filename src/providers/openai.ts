import type { ProviderConfig, ServerKind } from "../config/config.ts";
import { openai as dialect } from "../dialects/openai/index.ts";
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
  dialectOf: () => dialect,
  modelOf: (_provider, upstreamModel) => upstreamModel,
  prepare(provider, upstreamModel, operation) {
    const chatOnly = hostOf(provider) === "openai" && !completionModels.test(upstreamModel);
    if (operation === "completions" && chatOnly) return undefined;
    const call = prepareCall(provider, baseUrlOf(provider), paths[operation], {}, {});
    return { unary: call, stream: call };
  },
};

function hostOf({ baseUrl, server }: ProviderConfig): ServerKind {
  return server ?? serverAt(baseUrl);
}

/** Where the API of a known server begins. Of any other host only its base URL can tell. */
const roots: Readonly<Record<ServerKind, string>> = {
  openai: "/v1",
  openrouter: "/api/v1",
  vllm: "/v1",
  ollama: "/v1",
  lmstudio: "/v1",
  llamacpp: "/v1",
  other: "",
};

/** A base URL that is a bare host gets the path that its server has; one with a path stays as it is. */
function baseUrlOf(provider: ProviderConfig): string {
  const { baseUrl = "https://api.openai.com" } = provider;
  return URL.parse(baseUrl)?.pathname === "/" ? baseUrl + roots[hostOf(provider)] : baseUrl;
}
