import { validateCreateChatCompletionStreamResponse } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { ChatChunk, Piece } from "../../../operations/types.ts";
import type { Usage } from "../../../usage/usage.ts";
import type { Fold } from "../../dialect.ts";
import { readCounts } from "../counts.ts";
import { failureIn } from "../errors.ts";
import { fit } from "../fit.ts";
import { type Frame, frameOf, putFrame } from "../frame.ts";
import { isJson, type Json, parseJson } from "../json.ts";
import { withoutNull, withText } from "../splice.ts";
import { toUsage } from "../usage.ts";
import { createChoice, type StreamedChoice } from "./choice.ts";
import type { OpenAIContext } from "./request.ts";

/**
 * Folds a server's events into chat chunks. An event that is fine as it is leaves in its own bytes, with the model's
 * name written anew; what a server does differently is put right.
 *
 * Counts are kept for the gateway, whichever event brings them, the last ones winning. Finish chunks are held back
 * until the upstream ends, since some servers have more to say after them. An end without a finish reason is a cut,
 * `[DONE]` or not.
 *
 * @see reference: openai-surface §7, upstream-auth §§5–9
 */
export function foldChatChunks(context: OpenAIContext): Fold<ChatChunk> {
  const { facts } = context;
  const choices = new Map<number, StreamedChoice>();
  let frame: Frame | undefined;
  let usage: Usage | undefined;
  let ended = false;

  function choiceAt(index: number): StreamedChoice {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const made = createChoice((call) => `call_${facts.callId}_${index === 0 ? "" : `${index}_`}${call}`, context);
    choices.set(index, made);
    return made;
  }

  /** Takes the counts out of an event; the text that is left of it, where its bytes can still be used. */
  function takeCounts(event: Json, data: string): string | undefined {
    if (!("usage" in event)) return data;
    const counts = readCounts(event["usage"]);
    if (counts !== undefined) usage = toUsage(counts);
    const isNull = event["usage"] === null;
    delete event["usage"];
    return isNull ? withoutNull(data, "usage") : undefined;
  }

  function toPieces(event: Json, data: string): readonly Piece<ChatChunk>[] | GatewayError {
    const said = typeof event["model"] === "string" ? event["model"] : "";
    let text = takeCounts(event, data);
    const listed = Array.isArray(event["choices"]) ? event["choices"].filter(isJson) : [];
    // Counts alone, or Azure's opening about the prompt: nothing that a client waits for.
    if (listed.length === 0) return [];
    frame ??= frameOf(event, facts, "chatcmpl");
    if (putFrame(event, frame, "chat.completion.chunk") === "yes") text = undefined;
    const pieces: Piece<ChatChunk>[] = [];
    for (const [at, choice] of listed.entries()) {
      const index = typeof choice["index"] === "number" ? choice["index"] : at;
      const read = choiceAt(index).read({ ...choice, index });
      if (read instanceof GatewayError) return read;
      const whole = listed.length === 1 && read.parts.length === 1 && !read.changed;
      for (const part of read.parts) {
        const made = fit(whole ? event : { ...event, choices: [part] }, validateCreateChatCompletionStreamResponse);
        if (made instanceof GatewayError) return made;
        const kept = whole && !made.taken && text !== undefined;
        pieces.push({ chunk: made.value, text: kept ? withText(text ?? "", "model", said, frame.model) : undefined });
      }
    }
    return pieces;
  }

  /** What was held back, once all of it is known to be complete. */
  function finish(): readonly Piece<ChatChunk>[] | GatewayError {
    const pieces: Piece<ChatChunk>[] = [];
    for (const [index, choice] of choices) {
      const last = choice.end(index);
      if (last === undefined || frame === undefined) return streamCut();
      const chunk = fit(
        { ...frame, object: "chat.completion.chunk", choices: [last] },
        validateCreateChatCompletionStreamResponse,
      );
      if (chunk instanceof GatewayError) return chunk;
      pieces.push({ chunk: chunk.value });
    }
    return pieces.length > 0 ? pieces : streamCut();
  }

  return {
    onEvent(data) {
      if (ended) return [];
      if (data.trim() === "[DONE]") {
        ended = true;
        return finish();
      }
      const event = parseJson(data);
      const failure = failureIn(event, facts);
      if (failure !== undefined) return failure;
      return isJson(event) ? toPieces(event, data) : [];
    },
    // Some servers leave [DONE] out.
    onEnd: () => (ended ? [] : finish()),
    usage: () => usage,
    changes: () => [],
  };
}

function streamCut(): GatewayError {
  return new GatewayError("upstream_stream_cut", "The upstream's stream ended before the answer was complete.");
}
