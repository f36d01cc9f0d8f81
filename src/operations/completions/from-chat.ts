import type { Answer, Change, ChatChunk, ChatCompletion, Completion, CompletionAnswer } from "../types.ts";
import { createReplyText } from "./reply-text.ts";
import type { ChatPlan } from "./to-chat.ts";

type ChatChoice = ChatCompletion["choices"][number];
type Choice = Completion["choices"][number];

/** How a completion is to look, whole or in chunks. */
export interface CompletionForm {
  readonly plan: ChatPlan;
  readonly id: string;
  /** What is put before the text of each choice: the prompt, or nothing. */
  readonly echo: string;
}

/** A whole chat answer as a legacy completion. Counts stay as they were told. */
export function fromChat(answer: Answer<ChatCompletion>, form: CompletionForm): CompletionAnswer {
  const { body } = answer;
  const choices = body.choices.map((choice) => toChoice(choice, form));
  const completion: Completion = { ...headOf(body, form), choices };
  if (body.usage !== undefined) completion.usage = body.usage;
  const unshown = body.choices.flatMap(({ message }) => unshownIn(message));
  return { body: completion, usage: answer.usage, changes: [...answer.changes, ...unshown] };
}

/** What all of an answer's chunks share. */
export function headOf(body: ChatCompletion | ChatChunk, { id }: CompletionForm): Omit<Completion, "choices"> {
  const { created, model, system_fingerprint, provider, prompt_filter_results } = body;
  return {
    id,
    object: "text_completion",
    created,
    model,
    ...(system_fingerprint === undefined ? {} : { system_fingerprint }),
    ...(provider === undefined ? {} : { provider }),
    ...(prompt_filter_results === undefined ? {} : { prompt_filter_results }),
  };
}

function toChoice({ index, message, logprobs, finish_reason }: ChatChoice, { plan, echo }: CompletionForm): Choice {
  const reader = createReplyText(plan);
  const reply = reader.whole(message.content ?? "", logprobs);
  const finish = toFinish(finish_reason, { refused: isSaid(message.refusal), complete: reader.ended() });
  return { text: echo + reply.text, index, logprobs: reply.logprobs, finish_reason: finish };
}

/** What became of a reply beside its own reason to end. */
export interface ReplyEnd {
  readonly refused: boolean;
  /** What was still said is no part of the text. */
  readonly complete: boolean;
}

/**
 * Why an answer ended. Texts make no calls, so that a reason which speaks of some means that all is said. A refusal has
 * no place in a text: it reads as what it is, an answer withheld.
 */
export function toFinish(
  reason: ChatChoice["finish_reason"],
  { refused, complete }: ReplyEnd,
): Choice["finish_reason"] {
  if (refused || reason === "content_filter") return "content_filter";
  return reason === "length" && !complete ? "length" : "stop";
}

/** Whether a text is there and says something. */
export function isSaid(text: string | null | undefined): boolean {
  return text != null && text !== "";
}

type Message = ChatChoice["message"] | ChatChunk["choices"][number]["delta"];

/** What a message held and a text cannot show. */
export function unshownIn(message: Message): readonly Change[] {
  return (["annotations", "images"] as const).flatMap((member) => {
    const { length } = message[member] ?? [];
    return length > 0 ? [{ verb: "reported" as const, path: `choices[].message.${member}` }] : [];
  });
}
