import type { ChatMessage } from "../../../operations/types.ts";

/** What LiteLLM puts between an id and the signature of Gemini's that it hides behind it. */
const separator = "__thought__";

/**
 * Messages whose ids bear no signatures of Gemini's, on calls and on their results alike; the very same list where none
 * does. Such ids hold kilobytes, and servers refuse ids beyond a few dozen characters.
 *
 * @see reference: openai-chat-to-gemini §9.3
 */
export function withoutSignedIds(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return messages.some(isSigned)
    ? messages.map((message) => (isSigned(message) ? toPlain(message) : message))
    : messages;
}

function isSigned(message: ChatMessage): boolean {
  if (message.role === "tool") return message.tool_call_id.includes(separator);
  return message.role === "assistant" && (message.tool_calls ?? []).some((call) => call.id.includes(separator));
}

function toPlain(message: ChatMessage): ChatMessage {
  if (message.role === "tool") return { ...message, tool_call_id: plainId(message.tool_call_id) };
  if (message.role !== "assistant" || message.tool_calls == null) return message;
  return { ...message, tool_calls: message.tool_calls.map((call) => ({ ...call, id: plainId(call.id) })) };
}

function plainId(id: string): string {
  const at = id.indexOf(separator);
  return at < 0 ? id : id.slice(0, at);
}
