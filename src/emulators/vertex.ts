import type { Journal } from "./record.ts";
import { createRules } from "./rules.ts";
import type { Script } from "./script.ts";
import { type ListenOptions, type ReceivedRequest, startServer } from "./serve.ts";
import { type AuthOptions, checkAuth } from "./vertex/auth.ts";
import { type Refusal, refusal, unknownPathPage } from "./vertex/refusals.ts";
import { type Director, respond, respondRefused } from "./vertex/respond.ts";
import { matchRoute, type Route } from "./vertex/route.ts";
import { texts } from "./vertex/texts.ts";
import type { Reply } from "./write.ts";

/** How the emulated Vertex AI behaves. */
export interface VertexEmulatorOptions extends ListenOptions, AuthOptions {
  readonly script?: Script | undefined;
  /** A path before Google's own, as gateways put one. */
  readonly prefix?: string | undefined;
  /** The model behind tuned endpoints; their ids do not tell. */
  readonly endpointModel?: string | undefined;
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
  let director = directorFor(options.script ?? { answers: [] });
  const server = await startServer((request) => answer(request, options, director), options);
  const use = (script: Script): void => {
    director = directorFor(script);
  };
  return { ...server, use };
}

const directorFor = (script: Script): Director => ({ ...createRules(script), otherwise: script.otherwise ?? "model" });

function answer(request: ReceivedRequest, options: VertexEmulatorOptions, director: Director): Reply {
  const { prefix = "", endpointModel = "gemini-2.5-flash" } = options;
  const path = request.path.startsWith(prefix) ? request.path.slice(prefix.length) : "";
  const route = matchRoute(request.method, path);
  if (route === undefined) return notFoundPage(request.path);
  const call = {
    text: request.text,
    model: route.model ?? endpointModel,
    stream: route.stream ? (request.query.get("alt") === "sse" ? "sse" : "array") : undefined,
  } as const;
  const refused = checkAuth(request, route, options) ?? unknownModel(route);
  return refused === undefined ? respond(call, director) : respondRefused(refused, call);
}

const notFoundPage = (path: string): Reply => ({
  status: 404,
  headers: { "content-type": "text/html; charset=UTF-8" },
  frames: [unknownPathPage(path)],
});

/** Only Google's own models speak generateContent. Tuned endpoints have no model in their path. */
function unknownModel({ publisher, model, project, location }: Route): Refusal | undefined {
  if (publisher === undefined || (publisher === "google" && model?.startsWith("gemini-"))) return undefined;
  const place = project === undefined ? "" : `projects/${project}/locations/${location}/`;
  return refusal(404, texts.model(`${place}publishers/${publisher}/models/${model}`));
}
