import type { ChatChunk } from "../../../operations/types.ts";
import type { Piece } from "./candidate.ts";
import type { GeminiContext } from "./context.ts";
import { signatureOf, toImage } from "./response.ts";

export type Delta = ChatChunk["choices"][number]["delta"];

/** A piece of the answer as a chunk's delta. Sound is not among them: it has to be cut anew. */
export function toDelta(piece: Exclude<Piece, { kind: "audio" }>, context: GeminiContext): Delta {
  switch (piece.kind) {
    case "text":
      return { content: piece.text };
    case "thought":
      return { reasoning_content: piece.text };
    case "image":
      return { images: [toImage(piece)] };
    case "signature":
      return { extra_content: { google: { thought_signature: piece.signature } } };
    case "call":
      return context.legacyCalls
        ? { function_call: { name: piece.tool.name, arguments: piece.text }, ...signatureOf(piece) }
        : { tool_calls: [toCallDelta(piece)] };
    case "arguments":
      return context.legacyCalls
        ? { function_call: { arguments: piece.text } }
        : { tool_calls: [{ index: piece.index, function: { arguments: piece.text } }] };
  }
}

function toCallDelta(piece: Extract<Piece, { kind: "call" }>): NonNullable<Delta["tool_calls"]>[number] {
  const { id, index, tool, text } = piece;
  const extra = signatureOf(piece);
  return tool.kind === "custom"
    ? { index, id, type: "custom", custom: { name: tool.name, input: text }, ...extra }
    : { index, id, type: "function", function: { name: tool.name, arguments: text }, ...extra };
}
