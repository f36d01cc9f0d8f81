import type { AnsweredPart, Candidate } from "../types.ts";
import type { ClientTool, GeminiContext } from "./context.ts";

/** One thing a part says, in the client's terms. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "thought"; readonly text: string }
  | { readonly kind: "image"; readonly url: string; readonly index: number }
  | { readonly kind: "signature"; readonly signature: string }
  | {
      readonly kind: "call";
      readonly id: string;
      readonly index: number;
      readonly tool: ClientTool;
      /** Arguments as JSON text; for a custom tool, its input. */
      readonly text: string;
      readonly signature: string | undefined;
    };

/** Reads the parts of one candidate, over all events of a stream or from one answer. */
export interface CandidateReader {
  readonly read: (candidate: Candidate) => readonly Piece[];
  /** What the finish reason must speak of. */
  readonly calls: () => "none" | "tool_calls" | "function_call";
}

/** Makes a reader with fresh counts: calls and images are numbered over the whole answer, not per event. */
export function createCandidateReader(context: GeminiContext, choice: number): CandidateReader {
  let callCount = 0;
  let imageCount = 0;
  let answered = false;
  const limit = context.onlyFirstCall || context.legacyCalls ? 1 : Number.POSITIVE_INFINITY;

  function readPart(part: AnsweredPart): readonly Piece[] {
    if (part.functionCall != null) return readCall(part.functionCall, part.thoughtSignature ?? undefined);
    const pieces: Piece[] = [];
    if (part.text) pieces.push({ kind: part.thought === true ? "thought" : "text", text: part.text });
    if (part.inlineData?.data != null && part.inlineData.mimeType?.startsWith("image/") === true) {
      const url = `data:${part.inlineData.mimeType};base64,${part.inlineData.data}`;
      pieces.push({ kind: "image", url, index: imageCount++ });
    }
    // Often alone on a last part with an empty text.
    if (part.thoughtSignature) pieces.push({ kind: "signature", signature: part.thoughtSignature });
    return pieces;
  }

  function readCall(call: NonNullable<AnsweredPart["functionCall"]>, signature: string | undefined): readonly Piece[] {
    const name = call.name ?? "";
    const args = call.args ?? {};
    if (name === context.answerTool) {
      // Models may call it in parallel like any other function; two documents are not JSON.
      if (answered) return [];
      answered = true;
      return [{ kind: "text", text: JSON.stringify(args) }];
    }
    if (callCount >= limit) return [];
    const index = callCount++;
    const tool = context.tools.get(name) ?? { name, kind: "function" };
    const id = call.id || `call_${context.facts.callId}_${choice === 0 ? "" : `${choice}_`}${index}`;
    const input = args["input"];
    const text = tool.kind === "custom" && typeof input === "string" ? input : JSON.stringify(args);
    return [{ kind: "call", id, index, tool, text, signature }];
  }

  return {
    read: (candidate) => (candidate.content?.parts ?? []).flatMap(readPart),
    calls: () => (callCount === 0 ? "none" : context.legacyCalls ? "function_call" : "tool_calls"),
  };
}
