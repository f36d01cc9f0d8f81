import { checkAuth } from "./gemini/auth.ts";
import { respondCount } from "./gemini/count.ts";
import { isEmbedder, respondEmbeddings } from "./gemini/embeddings.ts";
import { matchRoute, type Route } from "./gemini/route.ts";
import { developerSurface } from "./gemini/surface.ts";
import { ownTexts } from "./gemini/texts.ts";
import type { Journal } from "./record.ts";
import { createRules } from "./rules.ts";
import type { Script } from "./script.ts";
import { type ListenOptions, type ReceivedRequest, startServer } from "./serve.ts";
import type { AuthOptions } from "./vertex/auth.ts";
import { type Refusal, refusal, unknownPathPage } from "./vertex/refusals.ts";
import { type Director, respond, respondRefused } from "./vertex/respond.ts";
import type { Reply } from "./write.ts";

/** How the emulated Developer API behaves. */
export interface GeminiEmulatorOptions extends ListenOptions, AuthOptions {
  readonly script?: Script | undefined;
  /** The model behind tuned ones; their ids do not tell. */
  readonly tunedModel?: string | undefined;
}

/** A running emulator. The journal tells what it received. */
export interface GeminiEmulator extends Journal {
  readonly url: string;
  /** Goes on with another script, its counters at zero. */
  use(script: Script): void;
  close(): Promise<void>;
}

/**
 * Plays the Gemini Developer API on loopback: checks every request as Google would, and answers from a script or by a
 * built-in model. It shares all that it can with the emulated Vertex AI.
 *
 * @see specs/gemini.yaml
 * @see specs/emulator.yaml
 * @see reference: openai-chat-to-gemini.md §14
 */
export async function startGeminiEmulator(options: GeminiEmulatorOptions = {}): Promise<GeminiEmulator> {
  let director = directorFor(options.script ?? { answers: [] });
  const server = await startServer((request) => answer(request, options, director), options);
  const use = (script: Script): void => {
    director = directorFor(script);
  };
  return { ...server, use };
}

const directorFor = (script: Script): Director => ({ ...createRules(script), otherwise: script.otherwise ?? "model" });

function answer(request: ReceivedRequest, options: GeminiEmulatorOptions, director: Director): Reply {
  const route = matchRoute(request.method, request.path);
  if (route === undefined) return notFoundPage(request.path);
  const { text } = request;
  const { call, model = options.tunedModel ?? "gemini-2.5-flash" } = route;
  const form = request.query.get("alt") === "sse" ? "sse" : "array";
  const stream = call === "streamGenerateContent" ? form : undefined;
  const refused = checkAuth(request, options) ?? unknownModel(route);
  if (refused !== undefined) return respondRefused(refused, { stream });
  switch (call) {
    case "generateContent":
    case "streamGenerateContent":
      return respond({ text, model, surface: developerSurface, stream }, director);
    case "countTokens":
      return respondCount(text, model, director);
    case "embedContent":
    case "batchEmbedContents":
      return respondEmbeddings({ text, model, batch: call === "batchEmbedContents" }, director);
    default:
      return call satisfies never;
  }
}

const notFoundPage = (path: string): Reply => ({
  status: 404,
  headers: { "content-type": "text/html; charset=UTF-8" },
  frames: [unknownPathPage(path)],
});

/** There are Google's own models only, and those that make vectors do nothing else. */
function unknownModel({ call, version, model }: Route): Refusal | undefined {
  if (model === undefined) return undefined;
  const fits = isEmbedder(model) === (call === "embedContent" || call === "batchEmbedContents");
  if (/^(gemini|gemma)-/.test(model) && (fits || call === "countTokens")) return undefined;
  return refusal(404, ownTexts.unknownModel(model, version, call));
}
