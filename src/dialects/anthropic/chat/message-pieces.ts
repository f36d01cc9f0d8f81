import type { ChatCompletion } from "../../../operations/types.ts";
import type { Piece } from "./answer-blocks.ts";

type Message = ChatCompletion["choices"][number]["message"];
type ToolCall = NonNullable<Message["tool_calls"]>[number];

/** Adds what was read of an answer to the message it becomes. `legacyCalls` is for clients of the older functions. */
export function addPiece(message: Message, piece: Piece, legacyCalls: boolean): void {
  switch (piece.kind) {
    case "text":
      message.content = (message.content ?? "") + piece.text;
      return;
    case "thought":
      message.reasoning_content = (message.reasoning_content ?? "") + piece.text;
      return;
    case "thinking":
      message.thinking_blocks = [...(message.thinking_blocks ?? []), piece.block];
      return;
    case "call":
      if (legacyCalls) message.function_call = { name: piece.tool.name, arguments: piece.text };
      else message.tool_calls = [...(message.tool_calls ?? []), toToolCall(piece)];
      return;
    case "arguments":
      addArguments(message, piece);
      return;
  }
}

function addArguments(message: Message, { index, text }: Extract<Piece, { kind: "arguments" }>): void {
  const call = message.tool_calls?.[index];
  if (call?.type === "function") call.function.arguments += text;
  else if (message.function_call != null) message.function_call.arguments += text;
}

function toToolCall({ id, tool, text }: Extract<Piece, { kind: "call" }>): ToolCall {
  return tool.kind === "custom"
    ? { id, type: "custom", custom: { name: tool.name, input: text } }
    : { id, type: "function", function: { name: tool.name, arguments: text } };
}
