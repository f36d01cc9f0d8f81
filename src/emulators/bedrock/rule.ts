import type { Family } from "./families.ts";
import type { Refusal } from "./refusals.ts";
import type { ConverseRequest, InputBlock, InputMessage } from "./types.ts";

/** What a rule looks at. */
export interface Checked {
  readonly request: ConverseRequest;
  readonly family: Family;
  /** Id of the model, without its region. */
  readonly model: string;
  readonly stream: boolean;
}

/** One reason to refuse a request: the text, a refusal of another kind, or undefined where the request keeps to it. */
export type Rule = (checked: Checked) => string | Refusal | undefined;

/** A block, and where it is. */
export interface PlacedBlock {
  readonly block: InputBlock;
  readonly message: InputMessage;
  /** Position of the message. */
  readonly index: number;
  /** `messages.1.content.0` */
  readonly path: string;
}

/** The messages of a conversation. */
export const messagesOf = ({ messages = [] }: ConverseRequest): readonly InputMessage[] => messages;

/** All blocks of a conversation, in order. */
export const placedBlocks = (request: ConverseRequest): readonly PlacedBlock[] =>
  messagesOf(request).flatMap((message, index) =>
    message.content.map((block, at) => ({ block, message, index, path: `messages.${index}.content.${at}` })),
  );

/** A rule about single messages: the first one it speaks of. */
export const eachMessage =
  (rule: (message: InputMessage, index: number, checked: Checked) => string | undefined): Rule =>
  (checked) =>
    first(messagesOf(checked.request), (message, index) => rule(message, index, checked));

/** A rule about single blocks of messages: the first one it speaks of. */
export const eachBlock =
  (rule: (placed: PlacedBlock, checked: Checked) => string | undefined): Rule =>
  (checked) =>
    first(placedBlocks(checked.request), (placed) => rule(placed, checked));

/** What the first value that has something to be said against gets. */
export function first<T, Said>(
  values: readonly T[],
  say: (value: T, index: number) => Said | undefined,
): Said | undefined {
  for (const [index, value] of values.entries()) {
    const said = say(value, index);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** The members of an object that are set. Of a union it has to be just one. */
export const keysOf = (value: object): readonly string[] =>
  Object.entries(value).flatMap(([key, member]) => (member === undefined || member === null ? [] : [key]));
