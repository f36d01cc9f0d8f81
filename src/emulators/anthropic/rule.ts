import type { Family } from "./families.ts";
import type { Surface } from "./surface.ts";
import type { InputBlock, InputMessage, MessageRequest } from "./types.ts";

/** What a rule looks at. */
export interface Checked {
  readonly request: MessageRequest;
  readonly family: Family;
  /** The model as it was asked for. */
  readonly model: string;
  readonly surface: Surface;
  /** Beta features that are switched on. */
  readonly betas: ReadonlySet<string>;
  /** Whether the newer version of the API is spoken. */
  readonly newerVersion: boolean;
  /** Signatures a script gave out, which hold wherever they come back. */
  readonly scripted: ReadonlySet<string>;
  /** An account from before 31 Aug 2026, in which thinking is bound to its conversation only where that is asked for. */
  readonly olderAccount: boolean;
}

/** One reason to refuse a request: the text, or undefined where the request keeps to it. */
export type Rule = (checked: Checked) => string | undefined;

/** The content of a message as blocks; a text is the same as one block of it. */
export const blocksOf = ({ content }: InputMessage): readonly InputBlock[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content;

/** A rule about single messages: the first one it speaks of. */
export function eachMessage(
  rule: (message: InputMessage, index: number, checked: Checked) => string | undefined,
): Rule {
  return (checked) => first(checked.request.messages, (message, index) => rule(message, index, checked));
}

/** A block, and where it is. */
export interface PlacedBlock {
  readonly block: InputBlock;
  readonly message: InputMessage;
  /** Position of the message. */
  readonly index: number;
  /** Position of the block within it. */
  readonly at: number;
  /** `messages.1.content.0` */
  readonly path: string;
}

/** All blocks of a conversation, in order. */
export const placedBlocks = ({ messages }: MessageRequest): readonly PlacedBlock[] =>
  messages.flatMap((message, index) =>
    blocksOf(message).map((block, at) => ({ block, message, index, at, path: `messages.${index}.content.${at}` })),
  );

/** A rule about single blocks of messages: the first one it speaks of. */
export function eachBlock(rule: (placed: PlacedBlock, checked: Checked) => string | undefined): Rule {
  return (checked) => first(placedBlocks(checked.request), (placed) => rule(placed, checked));
}

/** What the first value that has something to be said against gets. */
export function first<T>(
  values: readonly T[],
  say: (value: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, value] of values.entries()) {
    const text = say(value, index);
    if (text !== undefined) return text;
  }
  return undefined;
}
