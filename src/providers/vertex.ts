import { operations } from "../../generated/operations.ts";
import type { ProviderConfig } from "../config/config.ts";
import { gemini } from "../dialects/gemini/index.ts";
import { prepareCall } from "./prepare-call.ts";
import type { Provider } from "./provider.ts";

/**
 * Vertex AI: Gemini models by project and location, by tuned endpoint, or in express mode with an API key alone.
 *
 * @see specs/vertex.yaml
 * @see reference: openai-chat-to-gemini §1
 */
export const vertex: Provider = {
  type: "vertex",
  apiKeyHeader: "x-goog-api-key",
  hostOf: () => "vertex",
  dialectOf: () => gemini,
  prepare(provider, upstreamModel, operation) {
    if (operation !== "chat") return undefined;
    const { unary, stream, params } = pathsOf(provider, upstreamModel);
    const baseUrl = provider.baseUrl ?? `https://${hostOf(provider.location)}`;
    return {
      unary: prepareCall(provider, baseUrl, unary, params, {}),
      // Without alt=sse the stream is one long JSON array.
      stream: prepareCall(provider, baseUrl, stream, params, { alt: "sse" }),
    };
  },
};

interface Paths {
  readonly unary: string;
  readonly stream: string;
  readonly params: Readonly<Record<string, string>>;
}

const {
  generateContent,
  streamGenerateContent,
  generateContentExpress,
  streamGenerateContentExpress,
  generateContentEndpoint,
  streamGenerateContentEndpoint,
} = operations.vertex;

function pathsOf(provider: ProviderConfig, upstreamModel: string): Paths {
  const { apiVersion, project, location } = provider;
  const base = { api_version: apiVersion };
  // `google/gemini-2.5-flash` and `publishers/google/models/gemini-2.5-flash` are the same model.
  const [publisher, model] = splitModel(upstreamModel);
  if (project === undefined || location === undefined) {
    const params = { ...base, publisher, model };
    return { unary: generateContentExpress.path, stream: streamGenerateContentExpress.path, params };
  }
  const place = { ...base, project, location };
  if (publisher === "endpoints") {
    const params = { ...place, endpoint: model };
    return { unary: generateContentEndpoint.path, stream: streamGenerateContentEndpoint.path, params };
  }
  return { unary: generateContent.path, stream: streamGenerateContent.path, params: { ...place, publisher, model } };
}

/** A publisher as Google names them. Anything else before a slash is part of a name a client made up. */
const publisherName = /^[a-z0-9][a-z0-9_-]*$/i;

function splitModel(upstreamModel: string): [publisher: string, model: string] {
  const named = upstreamModel.replace(/^publishers\//, "").replace(/^([^/]+)\/models\//, "$1/");
  const slash = named.indexOf("/");
  const publisher = named.slice(0, Math.max(0, slash));
  return publisherName.test(publisher) ? [publisher, named.slice(slash + 1)] : ["google", named];
}

function hostOf(location: string | undefined): string {
  if (location === undefined || location === "global") return "aiplatform.googleapis.com";
  if (location === "us" || location === "eu") return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}
