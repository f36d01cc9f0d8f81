import { validateCreateChatCompletionStreamResponse } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { ChatChunk, Piece } from "../../../operations/types.ts";
import type { Fold } from "../../dialect.ts";
import { fit } from "../fit.ts";
import { foldEvents, streamCut } from "../fold.ts";
import { type Frame, frameOf, putFrame } from "../frame.ts";
import { hostFacts } from "../hosts.ts";
import { isJson, type Json } from "../json.ts";
import { withText } from "../splice.ts";
import { nameTier } from "../tiers.ts";
import { createChoice, type StreamedChoice } from "./choice.ts";
import type { OpenAIContext } from "./request.ts";

/** An event that may still leave in its own bytes. */
interface Original {
  readonly event: Json;
  /** Undefined where its bytes are of no use any more. */
  readonly text: string | undefined;
  /** The model's name in it. */
  readonly said: string;
}

/** A choice, and the last chunk of it, held back. */
interface Followed extends StreamedChoice {
  closing: (Original & { readonly choice: Json }) | undefined;
}

/**
 * Folds a server's events into chat chunks. An event that is fine as it is leaves in its own bytes, with the model's
 * name written anew; what a server does differently is put right.
 *
 * Finish chunks are held back until the upstream ends, since some servers have more to say after them. An end without a
 * finish reason is a cut, `[DONE]` or not.
 *
 * @see reference: openai-surface §7, upstream-auth §§5–9
 */
export function foldChatChunks(context: OpenAIContext): Fold<ChatChunk> {
  const { facts } = context;
  const { tiers } = hostFacts(facts.host);
  const choices = new Map<number, Followed>();
  let frame: Frame | undefined;
  /** What came in events without choices, beside the counts: Azure's findings, llama.cpp's timings. */
  let aside: Json = {};

  function choiceAt(index: number): Followed {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const idOf = (call: number): string => `call_${facts.callId}_${index === 0 ? "" : `${index}_`}${call}`;
    const made: Followed = { ...createChoice(idOf, context), closing: undefined };
    choices.set(index, made);
    return made;
  }

  function read(event: Json, text: string | undefined): readonly Piece<ChatChunk>[] | GatewayError {
    const listed: readonly unknown[] = Array.isArray(event["choices"]) ? event["choices"] : [];
    const fresh = listed.filter(isJson);
    if (fresh.length === 0) {
      // Nothing that a client waits for.
      if (Array.isArray(event["choices"])) aside = { ...aside, ...event };
      return [];
    }
    const said = typeof event["model"] === "string" ? event["model"] : "";
    frame ??= frameOf(event, facts, "chatcmpl");
    let reframed = putFrame(event, frame, "chat.completion.chunk") === "yes";
    if (tiers.size > 0) reframed = nameTier(event, tiers) || reframed;
    const alone = listed.length === 1 && !reframed;
    const pieces: Piece<ChatChunk>[] = [];
    for (const [at, choice] of fresh.entries()) {
      const { index } = choice;
      const place = typeof index === "number" && Number.isInteger(index) ? index : at;
      choice["index"] = place;
      const followed = choiceAt(place);
      const made = followed.read(choice);
      if (made instanceof GatewayError) return made;
      const untouched = alone && place === index && !made.changed;
      const original: Original = { event, text: untouched ? text : undefined, said };
      if (made.closing !== undefined) followed.closing ??= { ...original, choice: made.closing };
      for (const part of made.parts) {
        const piece = toPiece(part, original);
        if (piece instanceof GatewayError) return piece;
        pieces.push(piece);
      }
    }
    return pieces;
  }

  function toPiece(choice: Json, { event, text, said }: Original): Piece<ChatChunk> | GatewayError {
    // Bytes that can be used say just this choice.
    const chunk = text === undefined ? { ...event, choices: [choice] } : event;
    const made = fit(chunk, validateCreateChatCompletionStreamResponse);
    if (made instanceof GatewayError) return made;
    const kept = made.taken ? undefined : text;
    return { chunk: made.value, text: kept && withText(kept, "model", said, made.value.model) };
  }

  /** What was held back, once all of it is known to be complete. */
  function finish(): readonly Piece<ChatChunk>[] | GatewayError {
    const pieces: Piece<ChatChunk>[] = [];
    for (const [index, { closing, reason, rest }] of choices) {
      const finishReason = reason();
      if (closing === undefined || finishReason === undefined) return streamCut();
      const delta = rest();
      const { choice, ...original } = closing;
      const same = choice["finish_reason"] === finishReason;
      const last = withAside(original);
      for (const part of [
        ...(delta === undefined
          ? []
          : [toPiece({ index, delta, finish_reason: null }, { ...original, text: undefined })]),
        toPiece({ ...choice, finish_reason: finishReason }, same ? last : { ...last, text: undefined }),
      ]) {
        if (part instanceof GatewayError) return part;
        pieces.push(part);
      }
    }
    return pieces.length > 0 ? pieces : streamCut();
  }

  /** The event with what was said aside, where it does not say the same. */
  function withAside({ event, text, said }: Original): Original {
    const { obfuscation: _padding, ...members } = aside;
    const fresh = Object.entries(members).filter(([name]) => !(name in event));
    aside = {};
    return fresh.length === 0
      ? { event, text, said }
      : { event: { ...event, ...Object.fromEntries(fresh) }, text: undefined, said };
  }

  return foldEvents(facts, { read, finish });
}
