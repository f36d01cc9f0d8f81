import { operations } from "../../generated/operations.ts";
import { prepareCall } from "./prepare-call.ts";
import type { Provider } from "./provider.ts";

/** The version that all of Claude knows. A later one takes no sampling parameters, of any model. */
const version = { "anthropic-version": "2023-06-01" };

/**
 * Anthropic's own API: Claude by name and a key.
 *
 * @see specs/anthropic.yaml
 * @see reference: openai-chat-to-anthropic §1, upstream-auth §2
 */
export const anthropic: Provider = {
  type: "anthropic",
  apiKeyHeader: "x-api-key",
  hostOf: () => "anthropic",
  dialects: ["anthropic"],
  dialectOf: () => "anthropic",
  modelOf: (_provider, upstreamModel) => toModel(upstreamModel),
  prepare(provider, _upstreamModel, operation) {
    if (operation !== "chat") return undefined;
    const { baseUrl = "https://api.anthropic.com" } = provider;
    const { headers, ...call } = prepareCall(provider, baseUrl, operations.anthropic.createMessage.path, {}, {});
    // The body says the model, and whether it streams.
    const prepared = { ...call, headers: { ...version, ...headers } };
    return { unary: prepared, stream: prepared };
  },
};

/** Names are taken over from Vertex AI, from OpenRouter and from lists of models. */
const toModel = (upstreamModel: string): string =>
  upstreamModel
    .replace(/^publishers\/anthropic\//, "")
    .replace(/^anthropic\//, "")
    .replace(/^models\//, "");
