import { expect, test } from "vitest";
import type { ChatChunk } from "../../../src/operations/types.ts";
import { type Asking, callId, type Folded, fold, openChat } from "./_translate.ts";

type Json = Readonly<Record<string, unknown>>;

/** What every chunk of a server's stream repeats. */
export const head: Json & { readonly id: string; readonly created: number } = {
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "up",
};

/** A chunk with these choices. */
export const chunkOf = (choices: readonly unknown[], members: object = {}): object => ({
  ...head,
  choices,
  ...members,
});

/** A chunk of one choice, whose delta and other members are given. */
export const saying = (delta: unknown, members: object = {}): object =>
  chunkOf([{ index: 0, delta, logprobs: null, finish_reason: null, ...members }]);

/** The chunk that tells why the answer ends. */
export const ending = (finish_reason: unknown = "stop", members: object = {}): object =>
  saying({}, { finish_reason, ...members });

export const opening: Json = { role: "assistant", content: "", refusal: null };
export const opens: object = saying(opening);
export const done = "[DONE]";

/** A delta with a part of a call. */
export const calling = (...calls: readonly unknown[]): object => saying({ tool_calls: calls });

/** The first delta of a call, a later one, and the first of another call. */
export const begin = (members: object = {}): object => ({
  index: 0,
  id: "call_1",
  type: "function",
  function: { name: "f", arguments: "" },
  ...members,
});
export const more = (text: string, members: object = {}): object => ({
  index: 0,
  function: { arguments: text },
  ...members,
});
export const second: Json = { index: 1, id: "call_2", function: { name: "g", arguments: "" } };
export const ended: readonly (object | string)[] = [ending("tool_calls"), done];
/** The id of a call that a server gave none. */
export const own = (index: number): string => `call_${callId}_${index}`;

/** A stream that was asked for, and folded to its end. */
export const foldChat = (events: readonly (object | string)[], asking: Asking = {}): Folded<ChatChunk> =>
  fold(openChat({ kind: "stream", ...asking, request: { stream: true, ...asking.request } }), events);

/** The same for a stream that must be whole. */
export function foldWell(events: readonly (object | string)[], asking?: Asking): Folded<ChatChunk> {
  const folded = foldChat(events, asking);
  if (folded.failure !== undefined) throw folded.failure;
  return folded;
}

/** A choice of a chunk in short: its delta, and after the last one why it ended. */
export const saidIn = ({ choices }: ChatChunk): readonly unknown[] =>
  choices.flatMap(({ delta, finish_reason }) => [
    ...(finish_reason === null || Object.keys(delta).length > 0 ? [delta] : []),
    ...(finish_reason === null ? [] : [finish_reason]),
  ]);

/** What a client hears, in short. */
export const heard = ({ pieces }: Folded<ChatChunk>): readonly unknown[] =>
  pieces.flatMap(({ chunk }) => saidIn(chunk));

/** Events of a server, beside what a client hears. */
export type StreamRow = readonly [name: string, events: readonly (object | string)[], want: unknown, asking?: Asking];

/** A test for each row. */
export function expectStreams(rows: readonly StreamRow[]): void {
  for (const [name, events, want, asking] of rows) {
    test(name, () => expect(heard(foldWell(events, asking))).toEqual(want));
  }
}
