import type { ErrorEnvelope } from "../errors.ts";
import type { AnyBody, ChatUsage, Piece } from "../operations/types.ts";

/**
 * Chunks as server-sent events, in one piece of text. OpenAI says null on every chunk but the last where the counts
 * were asked for.
 */
export function toEvents(pieces: readonly Piece<AnyBody>[], withNullUsage: boolean): string {
  let events = "";
  for (const { chunk, text = JSON.stringify(chunk) } of pieces) {
    events += withNullUsage ? `data: ${text.slice(0, -1)},"usage":null}\n\n` : `data: ${text}\n\n`;
  }
  return events;
}

/** The extra chunk that `stream_options.include_usage` asks for: no choices, all the counts. */
export function toUsageEvent(last: AnyBody, usage: ChatUsage): string {
  return `data: ${JSON.stringify({ ...last, choices: [], usage })}\n\n`;
}

/** The end of a stream that was complete. */
export const doneEvent = "data: [DONE]\n\n";

/** The end of a stream that was not: OpenAI's clients throw on it, and no `[DONE]` follows. */
export function toErrorEvent(envelope: ErrorEnvelope): string {
  return `data: ${JSON.stringify(envelope)}\n\n`;
}
