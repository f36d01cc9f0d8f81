import type { ProviderConfig } from "../config/config.ts";
import type { OperationName } from "../operations/types.ts";
import { prepareCall } from "./prepare-call.ts";
import type { PreparedCall, Provider } from "./provider.ts";

/** Paths below the API's root, and below a deployment's. */
const paths: Readonly<Record<OperationName, string>> = {
  chat: "/chat/completions",
  completions: "/completions",
  embeddings: "/embeddings",
};

/** Deployments are mostly named after their model: the last ones that complete a text, as Azure writes them too. */
const completionModels = /^(?:gpt-3\.?5-turbo-instruct|davinci-002|babbage-002)/;

/** From here on streams can be asked for their counts, and limits have the newer name. */
const newerFrom = "2024-09-01";

/**
 * Azure OpenAI, in all its clouds: OpenAI's language at a host of one's own, where a model is called by the name of its
 * deployment. A dated `api_version` asks `/openai/deployments/{deployment}`, where the path names the model; anything
 * else asks `/openai/v1`, where the body does.
 *
 * @see reference: upstream-auth §3
 */
export const azure: Provider = {
  type: "azure",
  apiKeyHeader: "api-key",
  hostOf: ({ apiVersion }) => (isDated(apiVersion) && apiVersion < newerFrom ? "azure-older" : "azure"),
  dialects: ["openai"],
  dialectOf: () => "openai",
  modelOf: (_provider, upstreamModel) => upstreamModel,
  prepare(provider, upstreamModel, operation) {
    if (operation === "completions" && !completionModels.test(upstreamModel)) return undefined;
    const call = callOf(provider, upstreamModel, paths[operation]);
    return { unary: call, stream: call };
  },
};

const isDated = (version: string): boolean => /^\d/.test(version);

function callOf(provider: ProviderConfig, deployment: string, path: string): PreparedCall {
  const { apiVersion } = provider;
  const query = { "api-version": apiVersion };
  const root = rootOf(provider);
  if (isDated(apiVersion)) {
    return prepareCall(provider, root, `/openai/deployments/{deployment}${path}`, { deployment }, query);
  }
  // `v1` is what the path says already.
  return prepareCall(provider, root, `/openai/v1${path}`, {}, apiVersion === "v1" ? {} : query);
}

/** The base URL without the path that belongs to the API; a prefix of a gateway before it stays. */
function rootOf({ baseUrl, name }: ProviderConfig): string {
  if (baseUrl === undefined) throw new Error(`provider ${name} has no base_url, which was not checked`);
  return baseUrl.replace(/\/openai(?:\/v1)?$/, "");
}
