import type { GatewayError } from "../../../errors.ts";
import type { AnsweredPart, Candidate } from "../types.ts";
import { type CallPiece, type CallReader, createCallReader } from "./answer-calls.ts";
import { type AnswerText, createAnswerText } from "./answer-text.ts";
import { isMisread } from "./audio.ts";
import { toCodeBlock } from "./code.ts";
import type { GeminiContext } from "./context.ts";
import { createUnquoter } from "./unquote.ts";
import type { Tell } from "./untranslated.ts";

/** One thing a part says, in the client's terms. */
export type Piece =
  | TextPiece
  | { readonly kind: "image"; readonly url: string; readonly index: number }
  | { readonly kind: "audio"; readonly mimeType: string; readonly data: string }
  | { readonly kind: "signature"; readonly signature: string }
  | CallPiece;

/** A piece of what is said or thought. */
export interface TextPiece {
  readonly kind: "text" | "thought";
  readonly text: string;
}

/** Reads the parts of one candidate, over all events of a stream or from one answer. */
export interface CandidateReader {
  readonly read: (candidate: Candidate) => readonly Piece[];
  /** Reads a candidate whose one part is a text, which is not empty, and nothing else. */
  readonly readText: (text: string, isThought: boolean) => TextPiece;
  /** What completes the answer, once there is no more to read. */
  readonly end: () => readonly CallPiece[];
  /** What the finish reason must speak of. */
  readonly calls: CallReader["seen"];
  readonly text: AnswerText;
  /** Why what was read cannot be handed on. */
  readonly failure: () => GatewayError | undefined;
}

const nothing: readonly Piece[] = [];

/** Makes a reader with fresh counts: calls and images are numbered over the whole answer, not per event. */
export function createCandidateReader(
  context: GeminiContext,
  choice: number,
  tell: Tell,
  streamed: boolean,
): CandidateReader {
  const text = createAnswerText(streamed);
  const calls = createCallReader(context, choice, text);
  const unquoted = context.quoted ? createUnquoter() : undefined;
  let imageCount = 0;

  function readPart(part: AnsweredPart): readonly Piece[] {
    if (part.functionCall != null) {
      text.skip("other");
      return calls.read(part.functionCall, part.thoughtSignature ?? undefined);
    }
    const isThought = part.thought === true;
    const shown = part.text && unquoted !== undefined && !isThought ? unquoted(part.text) : part.text;
    const said = shown ? readText(shown, isThought) : readOther(part);
    // Often alone on a last part with an empty text.
    if (!part.thoughtSignature) return said === undefined ? nothing : [said];
    const signature: Piece = { kind: "signature", signature: part.thoughtSignature };
    return said === undefined ? [signature] : [said, signature];
  }

  function readText(said: string, isThought: boolean): TextPiece {
    if (isThought) text.skip("thought");
    else text.add(said);
    return { kind: isThought ? "thought" : "text", text: said };
  }

  function readOther(part: AnsweredPart): Piece | undefined {
    if (part.text == null) text.skip("other");
    else if (part.thought === true) text.skip("thought");
    else text.add("");
    if (part.inlineData?.data != null) return readMedia(part.inlineData, part.thought === true);
    if (context.codeExecution) {
      const block = toCodeBlock(part, text.content());
      if (block) {
        text.insert(block);
        return { kind: "text", text: block };
      }
      if (block === "") return undefined;
    }
    for (const member of untold) if (part[member] != null) tell(`candidates[].content.parts[].${member}`);
    // A kind of part that is newer than the spec.
    for (const member in part) if (!members.has(member)) tell("candidates[].content.parts[]");
    return undefined;
  }

  function readMedia(blob: NonNullable<AnsweredPart["inlineData"]>, isThought: boolean): Piece | undefined {
    const { mimeType = "", data = "" } = blob;
    // A picture among the thoughts is a draft, and no client has a place for drafts.
    if (mimeType?.startsWith("image/") === true && !isThought) {
      return { kind: "image", url: `data:${mimeType};base64,${data}`, index: imageCount++ };
    }
    if (mimeType?.startsWith("audio/") === true && !isThought) {
      if (isMisread(mimeType, context.audio)) tell("candidates[].content.parts[].inlineData.mimeType");
      return { kind: "audio", mimeType, data: data ?? "" };
    }
    tell("candidates[].content.parts[].inlineData");
    return undefined;
  }

  return {
    read: (candidate) => {
      const parts = candidate.content?.parts;
      if (parts == null || parts.length === 0) return nothing;
      const [only] = parts;
      return parts.length === 1 && only !== undefined ? readPart(only) : parts.flatMap(readPart);
    },
    readText,
    end: calls.end,
    calls: calls.seen,
    text,
    failure: calls.failure,
  };
}

/** Parts that the client does not get to see, where nobody asked for them. */
const untold = ["executableCode", "codeExecutionResult", "toolCall", "toolResponse", "fileData"] as const;

/** All that a part may hold, as the spec knows it. */
const members: ReadonlySet<string> = new Set([
  ...untold,
  ...["text", "thought", "thoughtSignature", "inlineData", "functionCall", "functionResponse"],
  ...["videoMetadata", "mediaResolution", "partMetadata"],
]);
