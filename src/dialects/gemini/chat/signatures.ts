import type { ChatMessage } from "../../../operations/types.ts";

type AssistantMessage = Extract<ChatMessage, { role: "assistant" }>;
type ToolCall = NonNullable<AssistantMessage["tool_calls"]>[number];

/** What Google takes in place of a signature that was lost. */
export const standIn = "skip_thought_signature_validator";

const separator = "__thought__";

/** An id as LiteLLM makes them, taken apart: the id itself, and the signature behind it. */
export function splitId(id: string): { readonly id: string; readonly signature: string | undefined } {
  const at = id.indexOf(separator);
  if (at < 0) return { id, signature: undefined };
  return { id: id.slice(0, at), signature: nonEmpty(id.slice(at + separator.length)) };
}

/**
 * The signature a client has kept for a call, in any of the places where gateways put it. Signatures that stand on the
 * message belong to the call they name, else to the first one.
 *
 * @see reference: openai-chat-to-gemini §9.3
 */
export function callSignature(call: ToolCall, index: number, message: AssistantMessage): string | undefined {
  return (
    nonEmpty(call.extra_content?.google?.thought_signature) ??
    (call.type === "function" ? fromFunction(call) : undefined) ??
    splitId(call.id).signature ??
    fromDetails(call.id, index, message) ??
    (index === 0 ? fromThinking(call.id, message) : undefined)
  );
}

/** The signature of what a message says, in Google's own place for it. A call of the deprecated form is signed there. */
export function textSignature(message: AssistantMessage): string | undefined {
  return nonEmpty(message.extra_content?.google?.thought_signature);
}

function fromFunction(call: Extract<ToolCall, { type: "function" }>): string | undefined {
  return (
    nonEmpty(call.function.thought_signature) ??
    nonEmpty(call.provider_specific_fields?.["thought_signature"]) ??
    nonEmpty(call.function.provider_specific_fields?.["thought_signature"])
  );
}

/** OpenRouter's pieces say whose they are; those of other makers are no signatures of Google's. */
function fromDetails(id: string, index: number, { reasoning_details: details }: AssistantMessage): string | undefined {
  const pieces = (details ?? []).filter(
    ({ type, format }) => type === "reasoning.encrypted" && (format == null || /google|gemini/.test(format)),
  );
  const own = pieces.find((piece) => piece.id === id);
  const nameless = index === 0 ? pieces.find((piece) => piece.id == null) : undefined;
  return nonEmpty((own ?? nameless)?.data);
}

/** Claude signs its thoughts too. Its calls are known by their ids, and its signatures would be refused. */
function fromThinking(id: string, { thinking_blocks: blocks }: AssistantMessage): string | undefined {
  if (/^tool(?:u|use)_/.test(id)) return undefined;
  return nonEmpty(blocks?.find((block) => nonEmpty(block.signature) !== undefined)?.signature);
}

/** A text that says something; anything else is none. */
export function nonEmpty(text: unknown): string | undefined {
  return typeof text === "string" && text !== "" ? text : undefined;
}
