import { visibleSpace } from "./instruct.ts";
import type { Trim } from "./trim.ts";

/** How many lines before the seam a reply is looked through for. */
const maxLines = 20;
/** Letters, digits and underscores that make a repetition of whole lines no accident. */
const telling = 6;
const maxBlanks = 64;
const maxWord = 200;

/**
 * Cuts off what a reply repeats of the text it continues, and puts its first space back. Held back: the beginning,
 * while it may still be a repetition.
 *
 * @param before the text up to the seam
 * @param wholeLines whether lines that were complete count too: in a gap nobody writes them twice, in a text that goes
 * on they may come again
 */
export function createSeamTrim(before: string, wholeLines: boolean): Trim {
  const repeats = repeatsOf(before, wholeLines);
  /** Those that begin with all that came so far, and go on. */
  let open = repeats;
  let head: string | undefined = "";
  let skipped = 0;

  function cut(text: string): string {
    head = undefined;
    const repeat = repeats.find((one) => text.startsWith(one));
    skipped = repeat?.length ?? 0;
    const rest = text.slice(skipped);
    if (skipped > 0 || !rest.startsWith(visibleSpace) || before.includes(visibleSpace)) return rest;
    if (/\S$/.test(before)) return ` ${rest.slice(visibleSpace.length)}`;
    skipped = visibleSpace.length;
    return rest.slice(skipped);
  }

  return {
    push(text) {
      if (head === undefined) return text;
      const { length } = head;
      head += text;
      open = open.filter((repeat) => repeat.length > length + text.length && repeat.startsWith(text, length));
      return open.length > 0 || head === "" ? "" : cut(head);
    },
    end: () => (head === undefined ? "" : cut(head)),
    skipped: () => skipped,
    ended: () => false,
  };
}

/** What a reply may begin with that stands before the seam already; longest first. */
function repeatsOf(before: string, wholeLines: boolean): readonly string[] {
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.slice(lineStart);
  const found = new Set<string>();
  const add = (text: string, isTelling: boolean): void => {
    if (isTelling) found.add(text);
  };
  // All of the text, and the last lines of it.
  if (wholeLines || line.trim() !== "") {
    add(before, hasLetters(before, telling));
    for (let i = 0, from = lineStart; i < maxLines && from > 0; i++) {
      from = before.lastIndexOf("\n", from - 2) + 1;
      const lines = before.slice(from);
      add(lines, hasLetters(lines, telling));
    }
  }
  // The line that is not complete, and its last word: "const a = fo" goes on with "foo".
  for (const part of [line, line.trimStart()]) add(part, isPart(part));
  const word = lastWord(line);
  add(word, isPart(word));
  // Its indentation, or the space after its last word.
  const blanks = /[ \t]*$/.exec(line.slice(-maxBlanks))?.[0] ?? "";
  for (let i = 0; i < blanks.length; i++) add(blanks.slice(i), true);
  return [...found].sort((a, b) => b.length - a.length);
}

/** Long enough not to be the beginning of another word: "a" is in "and", "in" in "into". */
function isPart(text: string): boolean {
  if (text.trim() === "") return false;
  return /[\p{L}\p{N}_$]$/u.test(text) ? text.length >= 3 : text.length >= 2 && /[\p{L}\p{N}\s]/u.test(text);
}

/** The word a line ends with; none that is longer than words are. Only the end is read: lines may be long. */
function lastWord(line: string): string {
  const end = line.slice(-maxWord);
  const word = /[\p{L}\p{N}_$]+$/u.exec(end)?.[0] ?? "";
  return word.length < maxWord ? word : "";
}

/** Whether a text has so many letters, digits and underscores. Reads no further than it must. */
export function hasLetters(text: string, count: number): boolean {
  const letter = /[\p{L}\p{N}_]/gu;
  for (let found = 0; found < count; found++) if (!letter.test(text)) return false;
  return true;
}
