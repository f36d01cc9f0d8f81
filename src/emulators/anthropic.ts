import { type AuthOptions, betasOf, checkAuth, checkBetas, checkVersion, versionOf } from "./anthropic/auth.ts";
import { listModels } from "./anthropic/models.ts";
import { refusal } from "./anthropic/refusals.ts";
import { replyJson, replyRefused } from "./anthropic/reply.ts";
import { respond, type Setting } from "./anthropic/respond.ts";
import { matchRoute, matchVertexRoute } from "./anthropic/route.ts";
import { directSurface } from "./anthropic/surface.ts";
import { texts } from "./anthropic/texts.ts";
import { respondVertex, type VertexClaudeOptions } from "./anthropic/vertex.ts";
import type { Journal } from "./record.ts";
import { createRules } from "./rules.ts";
import type { Script } from "./script.ts";
import { type ListenOptions, type ReceivedRequest, startServer } from "./serve.ts";
import type { Reply } from "./write.ts";

/** How the emulated API behaves. */
export interface AnthropicEmulatorOptions extends ListenOptions, AuthOptions, VertexClaudeOptions {
  readonly script?: Script | undefined;
}

/** A running emulator. The journal tells what it received. */
export interface AnthropicEmulator extends Journal {
  readonly url: string;
  /** Goes on with another script, its counters at zero. */
  use(script: Script): void;
  close(): Promise<void>;
}

/**
 * Plays Anthropic's API on loopback, and Claude on Vertex AI at Vertex AI's paths: checks every request as Anthropic
 * would, and answers from a script or by a built-in model.
 *
 * @see specs/anthropic.yaml
 * @see specs/emulator.yaml
 */
export async function startAnthropicEmulator(options: AnthropicEmulatorOptions = {}): Promise<AnthropicEmulator> {
  let setting = settingFor(options.script ?? { answers: [] });
  const server = await startServer((request) => answer(request, options, setting), options);
  const use = (script: Script): void => {
    setting = settingFor(script);
  };
  return { ...server, use };
}

const settingFor = (script: Script): Setting => ({
  director: { ...createRules(script), otherwise: script.otherwise ?? "model" },
  script,
});

function answer(request: ReceivedRequest, options: AnthropicEmulatorOptions, setting: Setting): Reply {
  const { method, path, headers, query, text } = request;
  const onVertex = matchVertexRoute(method, path);
  if (onVertex !== undefined) return respondVertex(request, onVertex, options, setting);
  const surface = directSurface;
  const operation = matchRoute(method, path);
  if (operation === undefined) return replyRefused(refusal(404, texts.noPath()), surface);
  if (operation === "method") return replyRefused(refusal(405, texts.wrongMethod()), surface);
  const refused = checkAuth(headers, options);
  if (refused !== undefined) return replyRefused(refused, surface);
  const version = versionOf(headers);
  const betas = betasOf(headers);
  if (operation !== "models") return respond({ text, surface, operation, path: undefined, version, betas }, setting);
  const wrong = checkVersion(version, surface) ?? checkBetas(betas, surface);
  if (wrong !== undefined) return replyRefused(wrong, surface);
  const listed = listModels(query);
  return "refusal" in listed ? replyRefused(listed.refusal, surface) : replyJson(listed.page, surface);
}
