import type { Fold } from "../../dialects/dialect.ts";
import { GatewayError } from "../../errors.ts";
import type { Change, ChatChunk, Completion, Piece } from "../types.ts";
import { type CompletionForm, headOf, isSaid, toFinish, unshownIn } from "./from-chat.ts";
import { createReplyText, type ReplyText, type TextPiece } from "./reply-text.ts";

type ChatChoice = ChatChunk["choices"][number];
type Choice = Completion["choices"][number];

interface Progress {
  readonly reply: ReplyText;
  refused: boolean;
}

/**
 * Folds chat's chunks into those of a legacy completion. The first chunk of a choice holds the echo, or nothing: it says
 * that the answer has begun. What is held back of a text leaves with its finish reason at the latest.
 */
export function foldChat(chat: Fold<ChatChunk>, form: CompletionForm): Fold<Completion> {
  const choices = new Map<number, Progress>();
  const changes: Change[] = [];

  function toChoices({ index, delta, logprobs, finish_reason }: ChatChoice): readonly Choice[] {
    const made: Choice[] = [];
    const add = (piece: TextPiece, finish: Choice["finish_reason"]): void => {
      made.push({ text: piece.text, index, logprobs: piece.logprobs, finish_reason: finish });
    };
    let progress = choices.get(index);
    if (progress === undefined) {
      progress = { reply: createReplyText(form.plan), refused: false };
      choices.set(index, progress);
      add({ text: form.echo, logprobs: null }, null);
    }
    progress.refused ||= isSaid(delta.refusal);
    changes.push(...unshownIn(delta));
    const piece = progress.reply.push(delta.content ?? "", logprobs);
    if (piece.text !== "" || piece.logprobs !== null) add(piece, null);
    if (finish_reason === null) return made;
    const { reply, refused } = progress;
    const last = reply.end();
    add(last, toFinish(finish_reason, { refused, complete: reply.ended() }));
    return made;
  }

  function convert(pieces: readonly Piece<ChatChunk>[] | GatewayError): readonly Piece<Completion>[] | GatewayError {
    if (pieces instanceof GatewayError) return pieces;
    return pieces.flatMap(({ chunk }) => {
      const head = headOf(chunk, form);
      return chunk.choices.flatMap(toChoices).map((choice) => ({ chunk: { ...head, choices: [choice] } }));
    });
  }

  return {
    onEvent: (data) => convert(chat.onEvent(data)),
    onBody: (text) => {
      const pieces = chat.onBody?.(text);
      return pieces && convert(pieces);
    },
    onEnd: () => convert(chat.onEnd()),
    isOver: chat.isOver,
    usage: chat.usage,
    isCounted: chat.isCounted,
    changes: () => [...chat.changes(), ...changes],
  };
}
