import type { ChatMessage } from "../../../operations/types.ts";
import type { RedactedThinkingBlock, ThinkingBlock } from "../types.ts";

type AssistantMessage = Extract<ChatMessage, { role: "assistant" }>;
type Thought = ThinkingBlock | RedactedThinkingBlock;

/**
 * The signed thoughts that a client has kept of a turn, as they were: in LiteLLM's member, else in OpenRouter's. Text
 * without a signature is of no use, and signatures of another maker are refused.
 *
 * @see reference: openai-chat-to-anthropic §7
 */
export function thoughtsOf(message: AssistantMessage): readonly Thought[] {
  if (isGoogles(message)) return [];
  const blocks = (message.thinking_blocks ?? []).flatMap(({ thinking, signature, data }) =>
    toThought({ text: thinking, signature, data }),
  );
  if (blocks.length > 0) return blocks;
  const details = (message.reasoning_details ?? []).filter(({ format }) => format == null || isClaudes(format));
  return joined(details).flatMap(toThought);
}

/** Streams bring a thought in parts, which clients keep as they came: its signature is the last of them. */
function joined(details: NonNullable<AssistantMessage["reasoning_details"]>): readonly Piece[] {
  const pieces: Piece[] = [];
  let said = "";
  for (const { text, signature, data } of details) {
    if (data) pieces.push({ text: undefined, signature: undefined, data });
    said += text ?? "";
    if (!signature) continue;
    pieces.push({ text: said, signature, data: undefined });
    said = "";
  }
  return pieces;
}

interface Piece {
  readonly text: string | null | undefined;
  readonly signature: string | null | undefined;
  readonly data: string | null | undefined;
}

/** Hidden thoughts may have no text: their signature is all there is of them. */
function toThought({ text, signature, data }: Piece): Thought[] {
  if (data) return [{ type: "redacted_thinking", data }];
  return signature ? [{ type: "thinking", thinking: text ?? "", signature }] : [];
}

const isClaudes = (format: string): boolean => /anthropic|claude/.test(format);

/** Google signs calls, and gateways put its signatures where Anthropic's are, too. */
function isGoogles({ tool_calls: calls, extra_content: extra }: AssistantMessage): boolean {
  if (extra?.google?.thought_signature) return true;
  return (calls ?? []).some(
    (call) =>
      call.extra_content?.google?.thought_signature ||
      call.id.includes("__thought__") ||
      (call.type === "function" && call.function.thought_signature),
  );
}

/** The messages that the model's last turn is made of: those side by side are one turn, and those that say nothing none. */
export function lastTurnOf(messages: readonly ChatMessage[]): readonly AssistantMessage[] {
  const turn: AssistantMessage[] = [];
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i];
    if (message?.role === "assistant" && saysSomething(message)) turn.push(message);
    const isOthers =
      message?.role === "tool" ||
      message?.role === "function" ||
      (message?.role === "user" && !isBlank(message.content));
    if (isOthers && turn.length > 0) break;
  }
  return turn.toReversed();
}

function saysSomething({ content, refusal, tool_calls: calls, function_call: call }: AssistantMessage): boolean {
  return !isBlank(content) || !isBlank(refusal) || (calls ?? []).length > 0 || call != null;
}

type Content = Extract<ChatMessage, { role: "user" | "assistant" }>["content"];

/** Whether it is white space alone, of which nothing is sent. */
function isBlank(content: Content): boolean {
  if (content == null || typeof content === "string") return (content ?? "").trim() === "";
  return content.every((part) => {
    if (part.type === "refusal") return part.refusal.trim() === "";
    return part.type === "text" && part.text.trim() === "";
  });
}
