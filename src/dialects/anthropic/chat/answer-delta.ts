import type { ChatChunk } from "../../../operations/types.ts";
import type { Piece } from "./answer-blocks.ts";
import type { AnthropicContext } from "./context.ts";

export type Delta = ChatChunk["choices"][number]["delta"];

/** A piece of the answer as a chunk's delta. */
export function toDelta(piece: Piece, { legacyCalls }: AnthropicContext): Delta {
  switch (piece.kind) {
    case "text":
      return { content: piece.text };
    case "thought":
      return { reasoning_content: piece.text };
    case "thinking":
      return { thinking_blocks: [piece.block] };
    case "call":
      return legacyCalls
        ? { function_call: { name: piece.tool.name, arguments: piece.text } }
        : { tool_calls: [toCallDelta(piece)] };
    case "arguments":
      return legacyCalls
        ? { function_call: { arguments: piece.text } }
        : { tool_calls: [{ index: piece.index, function: { arguments: piece.text } }] };
  }
}

function toCallDelta({
  id,
  index,
  tool,
  text,
}: Extract<Piece, { kind: "call" }>): NonNullable<Delta["tool_calls"]>[number] {
  return tool.kind === "custom"
    ? { index, id, type: "custom", custom: { name: tool.name, input: text } }
    : { index, id, type: "function", function: { name: tool.name, arguments: text } };
}
