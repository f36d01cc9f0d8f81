import { operations } from "../../generated/operations.ts";
import type { ProviderConfig } from "../config/config.ts";
import { makesVectors, prepareDeveloperEmbeddings } from "./google-embeddings.ts";
import { prepareCall } from "./prepare-call.ts";
import type { Provider } from "./provider.ts";

/**
 * The Gemini Developer API: Gemini models by name and a key, without project or location.
 *
 * @see specs/gemini.yaml
 * @see reference: openai-chat-to-gemini §§1, 14
 */
export const gemini: Provider = {
  type: "gemini",
  apiKeyHeader: "x-goog-api-key",
  hostOf: () => "gemini",
  dialects: ["gemini"],
  dialectOf: () => "gemini",
  modelOf: (_provider, upstreamModel) => upstreamModel,
  prepare(provider, upstreamModel, operation) {
    const { baseUrl = "https://generativelanguage.googleapis.com" } = provider;
    if (operation === "embeddings") return prepareDeveloperEmbeddings(provider, baseUrl, toModel(upstreamModel));
    if (operation !== "chat" || makesVectors(toModel(upstreamModel))) return undefined;
    const { unary, stream, params } = pathsOf(provider, upstreamModel);
    return {
      unary: prepareCall(provider, baseUrl, unary, params, {}),
      // Without alt=sse the stream is one long JSON array.
      stream: prepareCall(provider, baseUrl, stream, params, { alt: "sse" }),
    };
  },
};

const { generateContent, streamGenerateContent, generateContentTuned, streamGenerateContentTuned } = operations.gemini;

function pathsOf({ apiVersion }: ProviderConfig, upstreamModel: string) {
  const base = { api_version: apiVersion };
  const [, tuned] = /^tunedModels\/(.+)$/s.exec(upstreamModel) ?? [];
  if (tuned !== undefined) {
    const params = { ...base, tuned_model: tuned };
    return { unary: generateContentTuned.path, stream: streamGenerateContentTuned.path, params };
  }
  const params = { ...base, model: toModel(upstreamModel) };
  return { unary: generateContent.path, stream: streamGenerateContent.path, params };
}

/** All publishers here are Google; names are taken over from Vertex AI, from OpenRouter and from lists of models. */
const toModel = (upstreamModel: string): string =>
  upstreamModel
    .replace(/^publishers\/google\//, "")
    .replace(/^google\//, "")
    .replace(/^models\//, "");
