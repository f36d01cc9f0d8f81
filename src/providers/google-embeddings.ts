import { operations } from "../../generated/operations.ts";
import type { ProviderConfig } from "../config/config.ts";
import type { VertexModel } from "../config/vertex-model.ts";
import { embedderOf } from "../dialects/gemini/embeddings/forms.ts";
import { prepareCall } from "./prepare-call.ts";
import type { PreparedCalls } from "./provider.ts";

/**
 * Where Vertex AI makes vectors: `predict` or `embedContent`, as the model's family has it, or a tuned endpoint.
 * Fails with undefined for a model that makes none, and in express mode, which has neither call.
 *
 * @see specs/vertex.yaml
 * @see reference: openai-chat-to-gemini §13
 */
export function prepareVertexEmbeddings(
  provider: ProviderConfig,
  baseUrl: string,
  named: VertexModel,
): PreparedCalls | undefined {
  const { apiVersion, project, location } = provider;
  if (project === undefined || location === undefined) return undefined;
  const place = { api_version: apiVersion, project, location };
  const { predict, predictEndpoint, embedContent } = operations.vertex;
  if (named.kind === "endpoint") {
    return unaryCalls(provider, baseUrl, predictEndpoint.path, { ...place, endpoint: named.endpoint });
  }
  const embedder = named.kind === "model" ? embedderOf(named.model) : undefined;
  if (named.kind !== "model" || embedder === undefined) return undefined;
  const { path } = embedder.form === "predict" ? predict : embedContent;
  return unaryCalls(provider, baseUrl, path, { ...place, publisher: named.publisher, model: named.model });
}

/**
 * Where the Developer API makes vectors. Fails with undefined for a model that makes none.
 *
 * @see specs/gemini.yaml
 */
export function prepareDeveloperEmbeddings(
  provider: ProviderConfig,
  baseUrl: string,
  model: string,
): PreparedCalls | undefined {
  if (embedderOf(model) === undefined) return undefined;
  const { path } = operations.gemini.batchEmbedContents;
  return unaryCalls(provider, baseUrl, path, { api_version: provider.apiVersion, model });
}

/** Models that make vectors make nothing else: another deployment is to answer a conversation. */
export const makesVectors = (model: string): boolean => embedderOf(model) !== undefined;

/** Vectors are never streamed. */
function unaryCalls(
  provider: ProviderConfig,
  baseUrl: string,
  path: string,
  params: Readonly<Record<string, string>>,
): PreparedCalls {
  const call = prepareCall(provider, baseUrl, path, params, {});
  return { unary: call, stream: call };
}
