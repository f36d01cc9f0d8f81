import type { AssistantMessage, Continuity, Identity } from "../../dialect.ts";
import { modelOf } from "../models.ts";
import { callSignature, nonEmpty, textSignature } from "./signatures.ts";

type ToolCall = NonNullable<AssistantMessage["tool_calls"]>[number];

/**
 * Google signs the first call of each turn, and since Gemini 3 what is said as well. Since Gemini 3 a call of the
 * current turn is refused without its signature; for all else they make answers better.
 *
 * @see reference: openai-chat-to-gemini §9
 */
export const continuity: Continuity = {
  // Signatures of another model or project may be refused.
  maker: ({ family, upstreamModel, host }) => ({
    name: `${host} ${(family ?? upstreamModel).split("/").at(-1)}`,
    portable: false,
  }),

  missing(request, identity) {
    const isMissing = wantedBy(identity);
    if (isMissing === undefined) return none;
    const { messages } = request;
    const places: number[] = [];
    let isCurrent = true;
    for (let i = messages.length - 1; i >= 0; i--) {
      const message = messages[i];
      if (message?.role === "user") isCurrent = false;
      if (message?.role === "assistant" && isMissing(message, isCurrent)) places.push(i);
    }
    return places.reverse();
  },

  keep({ tool_calls: calls, extra_content: extra }) {
    const turn = nonEmpty(extra?.google?.thought_signature);
    const signatures = (calls ?? []).map((call) => nonEmpty(call.extra_content?.google?.thought_signature) ?? null);
    const isSigned = signatures.some((signature) => signature !== null);
    if (turn === undefined && !isSigned) return undefined;
    return { ...(turn !== undefined && { turn }), ...(isSigned && { calls: signatures }) };
  },

  restore(message, { turn, calls = [] }) {
    const restored = { ...message };
    const signature = nonEmpty(turn);
    if (signature !== undefined && textSignature(message) === undefined) {
      restored.extra_content = withSignature(message.extra_content, signature);
    }
    if (message.tool_calls == null) return restored;
    if (!isSigned(message))
      restored.tool_calls = message.tool_calls.map((call, i) => withCallSignature(call, calls[i]));
    return restored;
  },
};

const none: readonly number[] = [];

type IsMissing = (message: AssistantMessage, isCurrent: boolean) => boolean;

/** Which turns a model wants to have signed; undefined where it knows no signatures. */
function wantedBy(identity: Identity): IsMissing | undefined {
  const { signatures } = modelOf(identity);
  if (signatures === "none") return undefined;
  if (signatures === "demanded") return (message) => (speaks(message) || calls(message)) && !isSigned(message, 1);
  // Where they are welcome alone, those of the turn that still goes on are worth a look.
  return (message, isCurrent) =>
    isCurrent && calls(message) && !isSigned(message) && textSignature(message) === undefined;
}

const calls = ({ tool_calls: made, function_call: legacy }: AssistantMessage): boolean =>
  (made ?? []).length > 0 || legacy != null;

function speaks({ content }: AssistantMessage): boolean {
  return typeof content === "string" ? content.trim() !== "" : (content ?? []).length > 0;
}

/** Whether one of the first so many calls is signed. Where a later one is, the client has changed their order. */
function isSigned(message: AssistantMessage, count = Number.POSITIVE_INFINITY): boolean {
  const { tool_calls: made } = message;
  if (made == null || made.length === 0) return textSignature(message) !== undefined;
  return made.some((call, i) => i < count && callSignature(call, i, message) !== undefined);
}

function withCallSignature(call: ToolCall, signature: string | null | undefined): ToolCall {
  return signature == null ? call : { ...call, extra_content: withSignature(call.extra_content, signature) };
}

type Extra = NonNullable<AssistantMessage["extra_content"]>;

function withSignature(extra: Extra | null | undefined, thought_signature: string): Extra {
  return { ...extra, google: { ...extra?.google, thought_signature } };
}
