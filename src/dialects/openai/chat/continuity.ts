import type { ChatRequest } from "../../../operations/types.ts";
import type { AssistantMessage, Continuity, Identity } from "../../dialect.ts";
import { hostFacts } from "../hosts.ts";

/**
 * DeepSeek wants the thoughts back that led to calls, in all that follows: without the member a request is refused, and
 * with an empty one the model does not know any more why it called. They are plain text, and good wherever it is served.
 *
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 */
export const continuity: Continuity = {
  at: (host) => hostFacts(host).wantsThoughts,
  maker: ({ family, upstreamModel }) => ({ name: family ?? upstreamModel, portable: true }),
  missing: lostThoughts,

  keep({ reasoning_content: thoughts, ...turn }) {
    return thoughts && calls(turn) ? { turn: thoughts } : undefined;
  },

  restore(message, { turn }) {
    return typeof turn === "string" && message.reasoning_content == null
      ? { ...message, reasoning_content: turn }
      : message;
  },
};

const none: readonly number[] = [];

/** The places of turns with calls whose thoughts a client did not send back to a model that thinks. */
export function lostThoughts(request: ChatRequest, identity: Identity): readonly number[] {
  if (!thinks(request, identity)) return none;
  return request.messages.flatMap((message, at) =>
    message.role === "assistant" && message.reasoning_content == null && calls(message) ? [at] : [],
  );
}

/** Models of the newer names think unless they are told not to, the older chat model only where it is told to. */
function thinks({ thinking }: ChatRequest, { host, family, upstreamModel }: Identity): boolean {
  if (host === "deepseek-reasoning" || thinking?.type === "enabled") return true;
  return thinking?.type !== "disabled" && !/^deepseek-(?:chat|coder)/.test(family ?? upstreamModel);
}

const calls = ({ tool_calls: made, function_call: older }: Pick<AssistantMessage, "tool_calls" | "function_call">) =>
  (made ?? []).length > 0 || older != null;
