import type { ChatChunk, Piece as ChunkPiece } from "../../../operations/types.ts";

/**
 * The text of an event that is written as its service writes those that say one more piece of text, which are nearly
 * all: to read them as JSON takes several times as long.
 *
 * Shape: an event's bytes, what stands before the text up to its opening quote, and what may stand from its closing
 * quote on → the text; undefined where the event is written in any other way, which says nothing about what it says.
 * Pure.
 *
 * Between such bytes stands one string of JSON or the event is none of these, so that there is one way to read it.
 */
export function textBetween(data: string, before: string, after: RegExp): string | undefined {
  if (!data.startsWith(before)) return undefined;
  const end = endOfText(data, before.length);
  if (end < 0 || !after.test(data.slice(end))) return undefined;
  const written = data.slice(before.length, end);
  return written.length > briefLength || special.test(written) ? read(written) : written;
}

/** A slice as short as this is a copy; a longer one keeps all that was read with it, for as long as the answer lasts. */
const briefLength = 12;

/** An event of text, as Anthropic and Bedrock write it; there may be spaces in it, to hide its length. */
export const beforeClaudeText = (block: number): string =>
  `{"type":"content_block_delta","index":${block},"delta":{"type":"text_delta","text":"`;
export const afterClaudeText: RegExp = /^"\} *\}$/;

/** What is not read as it is written. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON's strings have none, so that a text with one is refused.
const special = /[\\\u0000-\u001f]/;

/** Where the closing quote stands: the first that no backslash escapes. */
function endOfText(data: string, start: number): number {
  let end = data.indexOf('"', start);
  while (end >= 0 && isEscaped(data, start, end)) end = data.indexOf('"', end + 1);
  return end;
}

function isEscaped(data: string, start: number, at: number): boolean {
  let first = at;
  while (first > start && data[first - 1] === "\\") first--;
  return (at - first) % 2 === 1;
}

function read(written: string): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${written}"`);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Chunks that say a piece of text, with their JSON: all but the text is the same in each, and written once.
 *
 * `isPlain`: the event says nothing but this text, so that from the second chunk on it is one before it over again.
 */
export function createTextChunks(
  chunk: (delta: { content: string }) => ChunkPiece<ChatChunk>,
): (text: string, isPlain: boolean) => ChunkPiece<ChatChunk> {
  let before: string | undefined;
  let after = "";
  return (text, isPlain) => {
    const repeats = (isPlain && before !== undefined) || undefined;
    if (before === undefined) {
      const json = JSON.stringify(chunk({ content: "" }).chunk);
      // Inside of a string its quotes would be escaped.
      const at = json.indexOf(noText) + noText.length - 2;
      before = json.slice(0, at);
      after = json.slice(at + 2);
    }
    return { ...chunk({ content: text }), text: before + JSON.stringify(text) + after, repeats };
  };
}

const noText = '"content":""';
