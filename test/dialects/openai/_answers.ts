import { expect, test } from "vitest";
import type { ChatCompletion } from "../../../src/operations/types.ts";
import { type Asking, openChat, readWell } from "./_translate.ts";

type Json = Readonly<Record<string, unknown>>;

/** A chat completion as OpenAI gives it, in its parts. */
export const head: Json & { readonly id: string; readonly created: number } = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "up",
};
export const say: Json = { role: "assistant", content: "Hi.", refusal: null };
export const silent: Json = { role: "assistant", content: null, refusal: null };
export const choice: Json = { index: 0, message: say, logprobs: null, finish_reason: "stop" };
export const whole: Json = { ...head, choices: [choice] };
export const call: Json = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } };

/** A choice with other members. */
export const choiceWith = (members: object): object => ({ ...whole, choices: [{ ...choice, ...members }] });
/** A message with other members. */
export const saying = (members: object, finish_reason: unknown = "stop"): object =>
  choiceWith({ message: { ...say, ...members }, finish_reason });
export const called = (...calls: readonly unknown[]): object =>
  saying({ content: null, tool_calls: calls }, "tool_calls");

/** What a server says, beside what becomes of it. */
export type AnswerRow = readonly [name: string, body: object, want: unknown, asking?: Asking];

/** The answer a client gets for what a server says. */
export const toBody = (body: object, asking?: Asking): ChatCompletion => readWell(openChat(asking), body).body;

/** A test for each row; `seen` is the part of the answer that the rows speak of. */
export function expectAnswers(rows: readonly AnswerRow[], seen: (body: ChatCompletion) => unknown): void {
  for (const [name, body, want, asking] of rows) {
    test(name, () => expect(seen(toBody(body, asking))).toEqual(want));
  }
}

export const without = (object: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
