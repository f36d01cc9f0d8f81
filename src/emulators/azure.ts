import { checkKey, type KeyOptions } from "./azure/auth.ts";
import { type DeploymentOptions, openCall } from "./azure/call.ts";
import { azureAt } from "./azure/personality.ts";
import { matchAzureRoute } from "./azure/route.ts";
import { listModels } from "./openai/models.ts";
import { replyJson, replyRefused } from "./openai/reply.ts";
import { respondChat, respondCompletion, respondEmbeddings, type Setting } from "./openai/respond.ts";
import type { Journal } from "./record.ts";
import { createRules } from "./rules.ts";
import type { Script } from "./script.ts";
import { type ListenOptions, type ReceivedRequest, startServer } from "./serve.ts";
import type { Reply } from "./write.ts";

/** How the emulated resource behaves. */
export interface AzureEmulatorOptions extends ListenOptions, KeyOptions, DeploymentOptions {
  readonly script?: Script | undefined;
}

/** A running emulator; its API is below `url` + `/openai`. The journal tells what it received. */
export interface AzureEmulator extends Journal {
  readonly url: string;
  /** Goes on with another script, its counters at zero. */
  use(script: Script): void;
  close(): Promise<void>;
}

/**
 * Plays a resource of Azure OpenAI on loopback: deployments by URL and by body, versions, keys and tokens, and content
 * filters; checks requests as OpenAI does, and answers from a script or by a built-in model.
 *
 * @see specs/openai.yaml
 * @see specs/emulator.yaml
 * @see reference: upstream-auth.md §3
 */
export async function startAzureEmulator(options: AzureEmulatorOptions = {}): Promise<AzureEmulator> {
  let script = options.script ?? { answers: [] };
  let rules = createRules(script);
  const server = await startServer((request) => {
    const director = { ...rules, otherwise: script.otherwise ?? "model" };
    return answer(request, options, { director, switches: new Set(script.server), models: undefined });
  }, options);
  const use = (next: Script): void => {
    script = next;
    rules = createRules(next);
  };
  return { ...server, use };
}

function answer(request: ReceivedRequest, options: AzureEmulatorOptions, common: Omit<Setting, "personality">): Reply {
  const { method, path, query, text } = request;
  const route = matchAzureRoute(method, path, query.get("api-version"));
  const setting: Setting = { ...common, personality: azureAt(route.version) };
  const refused = checkKey(request, options) ?? route.problem;
  if (refused !== undefined) return replyRefused(refused, setting);
  if (route.operation === "models") {
    return replyJson(
      listModels(
        { models: options.deployments && [...options.deployments.keys()] },
        setting.personality,
        setting.switches,
      ),
      setting,
    );
  }
  const call = openCall(text, route, options);
  if ("problem" in call) return replyRefused(call.problem, setting);
  switch (route.operation) {
    case "chat":
      return respondChat(call.text, setting);
    case "completions":
      return respondCompletion(call.text, setting);
    case "embeddings":
      return respondEmbeddings(call.text, setting);
    default:
      return route.operation satisfies never;
  }
}
