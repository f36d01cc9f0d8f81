import type { ChatCompletion, Completion } from "../types.ts";
import { createFenceTrim } from "./fences.ts";
import { textOf } from "./gap.ts";
import { createLogprobReader } from "./logprobs.ts";
import { createOverrunTrim } from "./overrun.ts";
import { createSeamTrim } from "./seam.ts";
import { createStopTrim } from "./stops.ts";
import type { ChatPlan } from "./to-chat.ts";
import { chainTrims, type Trim } from "./trim.ts";

type ChatLogprobs = ChatCompletion["choices"][number]["logprobs"];

/** A piece of a completion: what is new of its text, and of its tokens where they were asked for. */
export type TextPiece = Pick<Completion["choices"][number], "text" | "logprobs">;

/** A model's reply on its way to becoming the text that was asked for; one per choice. */
export interface ReplyText {
  readonly push: (content: string, logprobs: ChatLogprobs | undefined) => TextPiece;
  /** The reply is over: what was held back of it and stays. */
  readonly end: () => TextPiece;
  /** A reply that came in one piece. */
  readonly whole: (content: string, logprobs: ChatLogprobs) => TextPiece;
  /** The text was complete before the reply was. */
  readonly ended: () => boolean;
}

/** Reads a reply piece by piece. Whatever the pieces, they add up to the same text. */
export function createReplyText(plan: ChatPlan): ReplyText {
  const trim = trimFor(plan);
  const tokens = createLogprobReader(plan.prompt);
  let length = 0;
  let first = "";

  function piece(text: string, atEnd: boolean): TextPiece {
    if (length === 0) first = text.slice(0, 1);
    length += text.length;
    const from = trim.skipped();
    return { text, logprobs: tokens.take({ from, to: from + length, first }, atEnd) };
  }

  return {
    push(content, logprobs) {
      tokens.push(logprobs);
      return piece(trim.push(content), false);
    },
    end: () => piece(trim.end(), true),
    whole(content, logprobs) {
      tokens.push(logprobs);
      return piece(trim.push(content) + trim.end(), true);
    },
    ended: trim.ended,
  };
}

function trimFor({ prompt, gap, stops }: ChatPlan): Trim {
  const stop = createStopTrim(stops);
  if (gap === undefined) return chainTrims([createSeamTrim(textOf(prompt), false), stop]);
  const { prefix, suffix } = gap;
  // Where the text itself has fences, one around the reply may be part of it.
  const fences = /```/.test(prefix + suffix) ? [] : [createFenceTrim()];
  return chainTrims([...fences, createSeamTrim(prefix, true), createOverrunTrim(suffix), stop]);
}
