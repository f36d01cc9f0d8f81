import type { ErrorEnvelope } from "../errors.ts";
import type { ChatChunk, ChatUsage } from "../operations/types.ts";

/** Chunks as server-sent events, in one piece of text. */
export function toEvents(chunks: readonly ChatChunk[]): string {
  let text = "";
  for (const chunk of chunks) text += toEvent(chunk);
  return text;
}

/** The extra chunk that `stream_options.include_usage` asks for: no choices, all the counts. */
export function toUsageEvent(last: ChatChunk, usage: ChatUsage): string {
  return toEvent({ ...last, choices: [], usage });
}

/** The end of a stream that was complete. */
export const doneEvent = "data: [DONE]\n\n";

/** The end of a stream that was not: OpenAI's clients throw on it, and no `[DONE]` follows. */
export function toErrorEvent(envelope: ErrorEnvelope): string {
  return `data: ${JSON.stringify(envelope)}\n\n`;
}

function toEvent(chunk: ChatChunk): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
