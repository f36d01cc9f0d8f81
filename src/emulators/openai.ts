import { type AuthOptions, checkAuth } from "./openai/auth.ts";
import { hasModel, listModels, type ModelOptions } from "./openai/models.ts";
import { personalities } from "./openai/personalities/index.ts";
import type { ServerName } from "./openai/personality.ts";
import { replyJson, replyRefused } from "./openai/reply.ts";
import { respondChat, respondCompletion, respondEmbeddings, type Setting } from "./openai/respond.ts";
import { matchRoute } from "./openai/route.ts";
import type { Journal } from "./record.ts";
import { createRules } from "./rules.ts";
import type { Script } from "./script.ts";
import { type ListenOptions, type ReceivedRequest, startServer } from "./serve.ts";
import type { Reply } from "./write.ts";

export type { ServerName } from "./openai/personality.ts";

/** How the emulated server behaves. */
export interface OpenAIEmulatorOptions extends ListenOptions, AuthOptions, ModelOptions {
  readonly script?: Script | undefined;
  /** Which server is played; OpenAI's own unless said otherwise. */
  readonly personality?: ServerName | undefined;
}

/** A running emulator; its API is below `url` + `/v1`. The journal tells what it received. */
export interface OpenAIEmulator extends Journal {
  readonly url: string;
  /** Goes on with another script, its counters at zero. */
  use(script: Script): void;
  close(): Promise<void>;
}

/**
 * Plays OpenAI or a server that speaks its language on loopback: checks every request as that server would, and answers
 * from a script or by a built-in model.
 *
 * @see specs/openai.yaml
 * @see specs/emulator.yaml
 * @see reference: upstream-auth.md §§5-9
 */
export async function startOpenAIEmulator(options: OpenAIEmulatorOptions = {}): Promise<OpenAIEmulator> {
  let setting = settingFor(options.script ?? { answers: [] }, options);
  const server = await startServer((request) => answer(request, options, setting), options);
  const use = (script: Script): void => {
    setting = settingFor(script, options);
  };
  return { ...server, use };
}

function settingFor(script: Script, { personality = "openai", models }: OpenAIEmulatorOptions): Setting {
  return {
    director: { ...createRules(script), otherwise: script.otherwise ?? "model" },
    personality: personalities[personality],
    switches: new Set(script.server),
    models,
  };
}

/** Whether a path of OpenAI's is none here. */
const isLacking = (route: ReturnType<typeof matchRoute>, { lacks = [] }: Setting["personality"]): boolean =>
  lacks.some((operation) => operation === route?.operation);

function answer(request: ReceivedRequest, options: OpenAIEmulatorOptions, setting: Setting): Reply {
  const { personality, switches } = setting;
  const { method, path, text } = request;
  const { errors, models } = personality;
  const found = matchRoute(method, path.replace(personality.root ?? /^(?!)/, ""));
  const route = isLacking(found, personality) ? undefined : found;
  const refused = checkAuth(request, options, personality);
  if (refused !== undefined) return replyRefused(refused, setting);
  switch (route?.operation) {
    case "chat":
      return respondChat(text, setting);
    case "completions":
      return respondCompletion(text, setting);
    case "embeddings":
      return respondEmbeddings(text, setting);
    case "models":
      return replyJson(listModels(setting, personality, switches), setting);
    case "model": {
      const { model = "" } = route;
      if (!models.retrieves) return replyRefused(errors.noRoute(method, path, switches), setting);
      if (!hasModel(model, setting, personality)) return replyRefused(errors.unknownModel(model, switches), setting);
      return replyJson(models.describe(model, switches), setting);
    }
    case "method": {
      const reply = replyRefused(errors.wrongMethod(method, path, switches), setting);
      return reply.status === 405 ? { ...reply, headers: { ...reply.headers, allow: route.allow } } : reply;
    }
    case undefined:
      return replyRefused(errors.noRoute(method, path, switches), setting);
    default:
      return route satisfies never;
  }
}
