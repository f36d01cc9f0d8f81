import type { ProviderConfig, ServerKind } from "../config/config.ts";
import { openai as dialect } from "../dialects/openai/index.ts";
import type { OperationName } from "../operations/types.ts";
import { prepareCall } from "./prepare-call.ts";
import type { Provider } from "./provider.ts";
import { serverAt } from "./server-at.ts";

/** Paths below the base URL, which ends in `/v1`. */
const paths: Readonly<Record<OperationName, string>> = { chat: "/chat/completions", completions: "/completions" };

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

function baseUrlOf({ baseUrl = "https://api.openai.com/v1" }: ProviderConfig): string {
  return baseUrl;
}
