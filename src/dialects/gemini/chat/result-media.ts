import type { ChatMessage } from "../../../operations/types.ts";
import type { FunctionResponsePart, Part } from "../types.ts";
import { toPicturePart } from "./content-parts.ts";
import type { Draft } from "./context.ts";
import { toAudioPart, toFilePart } from "./media.ts";

type ToolContent = Extract<ChatMessage, { role: "tool" }>["content"];
type ToolPart = Exclude<ToolContent, string>[number];

/** What a tool has seen or made, besides texts. */
export interface ResultMedia {
  /** What the result itself holds. */
  readonly within: FunctionResponsePart[];
  /** What stands behind all results. */
  readonly beside: readonly Part[];
}

/** The media types that a result holds. */
const heldTypes: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "application/pdf",
  "text/plain",
]);

/**
 * The media of a tool's result. Results hold them since Gemini 3, inline or in a bucket; other types, web addresses and
 * all media for older models stand behind the results, in a turn of the user's.
 *
 * Fails: as {@link toPicturePart} and its like, on what cannot be read.
 *
 * @see reference: openai-chat-to-gemini §5.2
 */
export function toResultMedia(content: ToolContent | null, param: string, draft: Draft): ResultMedia {
  const within: FunctionResponsePart[] = [];
  const beside: Part[] = [];
  for (const [i, one] of typeof content === "string" ? [] : (content ?? []).entries()) {
    const part = toMedia(one, `${param}[${i}]`, draft);
    if (part === undefined) continue;
    const held = draft.model.resultMedia ? toHeld(part) : undefined;
    if (held === undefined) beside.push(part);
    else within.push(held);
  }
  return { within, beside };
}

function toMedia(part: ToolPart, param: string, draft: Draft): Part | undefined {
  switch (part.type) {
    case "text":
      return undefined;
    case "image_url":
      return toPicturePart(part.image_url, `${param}.image_url`, draft);
    case "input_audio":
      return toAudioPart(part.input_audio.data, part.input_audio.format, `${param}.input_audio`);
    case "file":
      return toFilePart(part.file, `${param}.file`, draft);
  }
}

/** The part as a result holds it; undefined where none does. */
function toHeld({ inlineData, fileData }: Part): FunctionResponsePart | undefined {
  if (inlineData !== undefined && heldTypes.has(inlineData.mimeType)) return { inlineData };
  const isStored = fileData?.fileUri.startsWith("gs://") === true && heldTypes.has(fileData.mimeType);
  return isStored ? { fileData } : undefined;
}
