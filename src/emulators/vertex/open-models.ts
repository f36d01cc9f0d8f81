import { isOpenModel } from "../openai/personalities/dress.ts";
import { vllm } from "../openai/personalities/vllm.ts";
import type { Personality } from "../openai/personality.ts";
import { respondChat } from "../openai/respond.ts";
import type { Switches } from "../openai/types.ts";
import type { Script } from "../script.ts";
import type { Reply } from "../write.ts";
import type { Director } from "./respond.ts";

/** Models are named `publisher/model` here, Google's own too. */
const knows = (model: string): boolean =>
  /^[\w-]+\/[\w.@-]+$/.test(model) && (isOpenModel(model) || /^(google\/gem|xai\/grok-)/.test(model));

/**
 * What serves open models on Vertex AI: vLLM, behind Google's door. It has no headers of its own, and takes the older
 * functions as Google's own layer over Gemini does.
 */
const personality: Personality = {
  ...vllm,
  types: { json: "application/json; charset=UTF-8", stream: "text/event-stream" },
  headers: () => ({}),
  models: { ...vllm.models, knows },
  chat: { ...vllm.chat, functions: true },
};

/** Answers a chat request in OpenAI's language, whose path and credential are fine. */
export function respondOpenModel(text: string, director: Director, script: Script): Reply {
  // Google starts its servers so that models pick tools by themselves.
  const switches: Switches = new Set(["auto_tools", ...(script.server ?? [])]);
  return respondChat(text, { director, personality, switches, models: undefined });
}
