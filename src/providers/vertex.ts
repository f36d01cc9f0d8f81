import { operations } from "../../generated/operations.ts";
import type { ProviderConfig } from "../config/config.ts";
import { toVertexModel, type VertexModel } from "../config/vertex-model.ts";
import type { DialectName } from "../dialects/dialect.ts";
import { makesVectors, prepareVertexEmbeddings } from "./google-embeddings.ts";
import { prepareCall } from "./prepare-call.ts";
import type { PreparedCalls, Provider } from "./provider.ts";

/**
 * Vertex AI: Gemini models by project and location, by tuned endpoint, or in express mode with an API key alone; Claude
 * by `rawPredict`, which hands its body on; open models by Vertex AI's endpoint that speaks OpenAI's language.
 *
 * @see specs/vertex.yaml
 * @see reference: openai-chat-to-gemini §1, openai-chat-to-anthropic §1
 */
export const vertex: Provider = {
  type: "vertex",
  apiKeyHeader: "x-goog-api-key",
  hostOf: (provider, upstreamModel) => languageOf(toVertexModel(upstreamModel, provider)).host,
  dialects: ["anthropic", "gemini", "openai"],
  dialectOf: (provider, upstreamModel) => languageOf(toVertexModel(upstreamModel, provider)).dialect,
  modelOf: (provider, upstreamModel) => {
    const named = toVertexModel(upstreamModel, provider);
    return named.kind === "open" || named.kind === "claude" ? named.model : upstreamModel;
  },
  prepare(provider, upstreamModel, operation) {
    const baseUrl = provider.baseUrl ?? `https://${hostOf(provider.location)}`;
    if (operation === "embeddings") {
      return prepareVertexEmbeddings(provider, baseUrl, toVertexModel(upstreamModel, provider));
    }
    if (operation !== "chat") return undefined;
    const named = toVertexModel(upstreamModel, provider);
    if (named.kind === "model" && makesVectors(named.model)) return undefined;
    const paths = pathsOf(provider, named);
    return paths && callsOf(provider, baseUrl, paths);
  },
};

interface Language {
  readonly dialect: DialectName;
  /** What the dialect calls this host. */
  readonly host: string;
}

function languageOf({ kind }: VertexModel): Language {
  if (kind === "claude") return { dialect: "anthropic", host: "vertex-anthropic" };
  return kind === "open" ? { dialect: "openai", host: "vertex-openapi" } : { dialect: "gemini", host: "vertex" };
}

interface Paths {
  readonly unary: string;
  readonly stream: string;
  readonly params: Readonly<Record<string, string>>;
  /** Of the call that streams. */
  readonly query?: Readonly<Record<string, string>>;
}

function callsOf(provider: ProviderConfig, baseUrl: string, paths: Paths): PreparedCalls {
  const { unary, stream, params, query = {} } = paths;
  const whole = prepareCall(provider, baseUrl, unary, params, {});
  // In OpenAI's language the body says whether it streams.
  return { unary: whole, stream: unary === stream ? whole : prepareCall(provider, baseUrl, stream, params, query) };
}

/** Without it Google's own stream is one long JSON array. */
const query = { alt: "sse" };

const {
  generateContent,
  streamGenerateContent,
  generateContentExpress,
  streamGenerateContentExpress,
  generateContentEndpoint,
  streamGenerateContentEndpoint,
  rawPredict,
  streamRawPredict,
  createChatCompletionOpenModel,
} = operations.vertex;

/** Undefined where there is no such call: express mode has Google's own models and nothing else. */
function pathsOf(provider: ProviderConfig, named: VertexModel): Paths | undefined {
  const { apiVersion, project, location } = provider;
  const base = { api_version: apiVersion };
  const place = project === undefined || location === undefined ? undefined : { ...base, project, location };
  switch (named.kind) {
    case "model": {
      const params = { ...(place ?? base), publisher: named.publisher, model: named.model };
      if (place !== undefined)
        return { unary: generateContent.path, stream: streamGenerateContent.path, params, query };
      return { unary: generateContentExpress.path, stream: streamGenerateContentExpress.path, params, query };
    }
    case "endpoint": {
      if (place === undefined) return undefined;
      const params = { ...place, endpoint: named.endpoint };
      return { unary: generateContentEndpoint.path, stream: streamGenerateContentEndpoint.path, params, query };
    }
    case "claude": {
      const params = { ...place, publisher: "anthropic", model: named.model };
      return place && { unary: rawPredict.path, stream: streamRawPredict.path, params };
    }
    case "open": {
      const { path } = createChatCompletionOpenModel;
      return place && { unary: path, stream: path, params: place };
    }
    case "foreign":
    case "elsewhere":
      return undefined;
    default:
      return named satisfies never;
  }
}

function hostOf(location: string | undefined): string {
  if (location === undefined || location === "global") return "aiplatform.googleapis.com";
  if (location === "us" || location === "eu") return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}
