import { type BedrockAuthOptions, checkAuth } from "./bedrock/auth.ts";
import { respondEmbedding } from "./bedrock/embed.ts";
import { embeddingFamilyOf, familyOf, modelOf } from "./bedrock/families.ts";
import { respondInvoke } from "./bedrock/invoke.ts";
import { invalid } from "./bedrock/refusals.ts";
import { replyRefused, replyUnknownPath } from "./bedrock/reply.ts";
import { respondConverse, respondCount, type Setting } from "./bedrock/respond.ts";
import { matchRoute, type Route } from "./bedrock/route.ts";
import { texts } from "./bedrock/texts.ts";
import type { Journal } from "./record.ts";
import { createRules } from "./rules.ts";
import type { Script } from "./script.ts";
import { type ListenOptions, type ReceivedRequest, startServer } from "./serve.ts";
import type { Reply } from "./write.ts";

/** How the emulated API behaves. */
export interface BedrockEmulatorOptions extends ListenOptions, BedrockAuthOptions {
  readonly script?: Script | undefined;
  /** The model that an ARN runs whose name does not tell it: an application's own profile, provisioned throughput. */
  readonly profileModel?: string | undefined;
}

/** A running emulator. The journal tells what it received. */
export interface BedrockEmulator extends Journal {
  readonly url: string;
  /** Goes on with another script, its counters at zero. */
  use(script: Script): void;
  close(): Promise<void>;
}

/**
 * Plays Amazon Bedrock's runtime on loopback: verifies who calls, checks every request as Bedrock and the model behind it
 * would, and answers from a script or by a built-in model.
 *
 * @see specs/bedrock.yaml
 * @see specs/emulator.yaml
 */
export async function startBedrockEmulator(options: BedrockEmulatorOptions = {}): Promise<BedrockEmulator> {
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

function answer(request: ReceivedRequest, options: BedrockEmulatorOptions, setting: Setting): Reply {
  const route = matchRoute(request.method, request.path);
  if (route === undefined) return replyUnknownPath();
  const refused = checkAuth(request, options);
  return refused === undefined ? respond(request, route, options, setting) : replyRefused(refused);
}

function respond(
  { text, headers }: ReceivedRequest,
  { operation, model: asked, stream }: Route,
  { profileModel }: BedrockEmulatorOptions,
  setting: Setting,
): Reply {
  const model = modelOf(asked, profileModel);
  const vectors = embeddingFamilyOf(model.id);
  if (vectors !== undefined && operation === "invokeModel") {
    return respondEmbedding({ text, model, family: vectors }, setting);
  }
  if (vectors !== undefined) return replyRefused(invalid(stream ? texts.noStream() : texts.noChat()));
  const family = familyOf(model.id);
  if (family === undefined) return replyRefused(invalid(texts.unknownModel()));
  if (model.byProfileOnly) return replyRefused(invalid(texts.profileOnly(asked)));
  const call = { text, model, family, stream, headers };
  if (operation === "countTokens") return respondCount(call, setting);
  return operation === "converse" || operation === "converseStream"
    ? respondConverse(call, setting)
    : respondInvoke(call, setting);
}
