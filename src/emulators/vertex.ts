import { matchVertexRoute } from "./anthropic/route.ts";
import { respondVertex, type VertexClaudeOptions } from "./anthropic/vertex.ts";
import { isObject, parseJson } from "./json.ts";
import type { Journal } from "./record.ts";
import { createRules } from "./rules.ts";
import type { Script } from "./script.ts";
import { type ListenOptions, type ReceivedRequest, startServer } from "./serve.ts";
import { type AuthOptions, checkAuth } from "./vertex/auth.ts";
import { embeddingFamilyOf } from "./vertex/embeddings/families.ts";
import { respondEmbeddings } from "./vertex/embeddings/respond.ts";
import { respondOpenModel } from "./vertex/open-models.ts";
import { type Refusal, refusal, unknownPathPage } from "./vertex/refusals.ts";
import { type Director, respond, respondRefused } from "./vertex/respond.ts";
import { matchRoute, type Route } from "./vertex/route.ts";
import { olderVertexSurface, vertexSurface } from "./vertex/surface.ts";
import { texts } from "./vertex/texts.ts";
import type { Reply } from "./write.ts";

/** How the emulated Vertex AI behaves. */
export interface VertexEmulatorOptions extends ListenOptions, AuthOptions, VertexClaudeOptions {
  readonly script?: Script | undefined;
  /** A path before Google's own, as gateways put one. */
  readonly prefix?: string | undefined;
  /** The model behind tuned endpoints; their ids do not tell. */
  readonly endpointModel?: string | undefined;
  /** The model behind tuned endpoints that make vectors. */
  readonly embeddingEndpointModel?: string | undefined;
}

/** A running emulator. The journal tells what it received. */
export interface VertexEmulator extends Journal {
  readonly url: string;
  /** Goes on with another script, its counters at zero. */
  use(script: Script): void;
  close(): Promise<void>;
}

/**
 * Plays Vertex AI on loopback: checks every request as Google would, and answers from a script or by a built-in model.
 *
 * @see specs/vertex.yaml
 * @see specs/emulator.yaml
 */
export async function startVertexEmulator(options: VertexEmulatorOptions = {}): Promise<VertexEmulator> {
  let script = options.script ?? { answers: [] };
  let director = directorFor(script);
  const server = await startServer((request) => answer(request, options, director, script), options);
  const use = (next: Script): void => {
    script = next;
    director = directorFor(next);
  };
  return { ...server, use };
}

const directorFor = (script: Script): Director => ({ ...createRules(script), otherwise: script.otherwise ?? "model" });

function answer(request: ReceivedRequest, options: VertexEmulatorOptions, director: Director, script: Script): Reply {
  const { prefix = "" } = options;
  const path = request.path.startsWith(prefix) ? request.path.slice(prefix.length) : "";
  const toClaude = matchVertexRoute(request.method, path);
  if (toClaude !== undefined) return respondVertex(request, toClaude, options, { director, script });
  const route = matchRoute(request.method, path);
  if (route === undefined) return notFoundPage(request.path);
  const model = route.model ?? endpointModelOf(route, options);
  const call = {
    text: request.text,
    model,
    surface: script.server?.includes("older") === true ? olderVertexSurface : vertexSurface,
    stream: route.stream ? (request.query.get("alt") === "sse" ? "sse" : "array") : undefined,
  } as const;
  const refused = checkAuth(request, route, options) ?? unknownModel(route);
  if (refused !== undefined) return respondRefused(refused, route.operation === "chat" ? formOf(request.text) : call);
  if (route.operation === "chat") return respondOpenModel(request.text, director, script);
  const family = embeddingFamilyOf(model);
  if (route.operation === "generate" || family === undefined) return respond(call, director);
  return respondEmbeddings({ text: request.text, model, call: route.operation, family, stream: undefined }, director);
}

/** In OpenAI's language the body says whether it is to be a stream; Google's errors are in an array then. */
function formOf(text: string): { readonly stream: "array" | undefined } {
  const body = parseJson(text);
  return { stream: isObject(body) && body["stream"] === true ? "array" : undefined };
}

function endpointModelOf({ operation }: Route, options: VertexEmulatorOptions): string {
  if (operation === "generate") return options.endpointModel ?? "gemini-2.5-flash";
  return options.embeddingEndpointModel ?? "text-embedding-005";
}

const notFoundPage = (path: string): Reply => ({
  status: 404,
  headers: { "content-type": "text/html; charset=UTF-8" },
  frames: [unknownPathPage(path)],
});

/**
 * Only Google's own models speak generateContent; of others' models some make vectors. Tuned endpoints have no model in
 * their path.
 */
function unknownModel({ operation, publisher, model, project, location }: Route): Refusal | undefined {
  const isKnown = (name: string): boolean =>
    operation === "generate" ? name.startsWith("gemini-") : embeddingFamilyOf(name) !== undefined;
  const isTheirs = (publisher === "google") !== (model?.endsWith("-maas") === true);
  if (publisher === undefined || (isTheirs && model !== undefined && isKnown(model))) return undefined;
  const place = project === undefined ? "" : `projects/${project}/locations/${location}/`;
  return refusal(404, texts.model(`${place}publishers/${publisher}/models/${model}`));
}
