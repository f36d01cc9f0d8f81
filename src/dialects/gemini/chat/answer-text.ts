import type { Segment } from "../types.ts";

/** A stretch of an answer as Gemini counts its parts, and where it stands in the client's content. */
interface Run {
  readonly at: number;
  length: number;
  readonly shown: boolean;
}

/** From the first character to the one after the last, in UTF-16 units of the content. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text of one choice as it grows, and which of Gemini's parts each stretch of it is from. */
export interface AnswerText {
  /** A part that is text of the answer. */
  readonly add: (text: string) => void;
  /** A part that is not: a thought, a picture, a call. `kind` tells whether it goes on with the one before. */
  readonly skip: (kind: "thought" | "other") => void;
  /** Text of ours that Gemini does not count, such as the fences around code. */
  readonly insert: (text: string) => void;
  /** The content by now. */
  readonly content: () => string;
  /** Where a passage stands in the content; beyond its ends is at its ends. */
  readonly spanOf: (segment: Segment | null | undefined) => Span;
  /** The same for bytes that are counted over all parts of the text. */
  readonly spanOfAll: (bytes: Pick<Segment, "startIndex" | "endIndex">) => Span;
}

/**
 * Keeps what is needed to find Gemini's passages in the client's content.
 *
 * Gemini counts bytes of UTF-8 within one part, and thoughts and calls are parts too. The client's positions are UTF-16
 * units of `content`, so that `content.slice(start, end)` is the passage in the language of most clients. OpenAI's
 * description says "character" and leaves open which kind; the three kinds differ only beyond the basic plane.
 *
 * In a stream every event brings parts of its own, and Gemini counts over the text put together: neighbours of a kind
 * count as one part there, and a passage without a part index counts over all of the text.
 */
export function createAnswerText(streamed: boolean): AnswerText {
  const runs: Run[] = [];
  let content = "";
  let last: "text" | "thought" | "other" | undefined;

  function begin(kind: "text" | "thought" | "other"): Run {
    const run = { at: content.length, length: 0, shown: kind === "text" };
    runs.push(run);
    last = kind;
    return run;
  }

  const textOf = (run: Run): string => content.slice(run.at, run.at + run.length);

  const shown = (): readonly Run[] => runs.filter((run) => run.shown);

  /** The stretches a passage may count over, the likeliest first. */
  function basesOf(index: number): readonly (readonly Run[])[] {
    const all = shown();
    const own = runs[index];
    if (own?.shown !== true) return [all];
    return streamed && index === 0 ? [all, [own]] : [[own], all];
  }

  function spanIn(base: readonly Run[], { startIndex, endIndex }: Pick<Segment, "startIndex" | "endIndex">): Span {
    const start = placeOf(base, startIndex ?? 0, false);
    const end = endIndex == null ? endOf(base) : placeOf(base, endIndex, true);
    return { start, end: Math.max(start, end) };
  }

  function endOf(base: readonly Run[]): number {
    const run = base.at(-1);
    return run === undefined ? 0 : run.at + run.length;
  }

  /** A byte of the base as a place in the content. Between two stretches it closes the first or opens the second. */
  function placeOf(base: readonly Run[], bytes: number, closes: boolean): number {
    let left = Math.max(0, bytes);
    for (const run of base) {
      const text = textOf(run);
      const size = Buffer.byteLength(text);
      if (left < size || (closes && left === size)) return run.at + unitsIn(text, size, left);
      left -= size;
    }
    return endOf(base);
  }

  return {
    add(text) {
      const run = (streamed && last === "text" && runs.at(-1)) || begin("text");
      run.length += text.length;
      content += text;
    },
    skip(kind) {
      if (!streamed || last !== kind || kind === "other") begin(kind);
    },
    insert(text) {
      content += text;
      last = undefined;
    },
    content: () => content,
    spanOfAll: (bytes) => spanIn(shown(), bytes),
    spanOf(segment) {
      if (segment == null) return { start: 0, end: content.length };
      const bases = basesOf(segment.partIndex ?? 0);
      const spans = bases.map((base) => spanIn(base, segment));
      const { text } = segment;
      if (text) {
        // Hosts differ in what they count over; the passage itself tells.
        const right = spans.find(({ start, end }) => content.slice(start, end) === text);
        if (right !== undefined) return right;
        const at = content.indexOf(text);
        if (at >= 0) return { start: at, end: at + text.length };
      }
      return spans[0] ?? { start: 0, end: 0 };
    },
  };
}

/** How many UTF-16 units of a text lie before a byte of its UTF-8 form, whole characters only. */
function unitsIn(text: string, size: number, bytes: number): number {
  if (size === text.length || bytes >= size) return Math.min(bytes, text.length);
  let units = 0;
  let used = 0;
  while (units < text.length) {
    const code = text.codePointAt(units) ?? 0;
    used += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (used > bytes) break;
    units += code < 0x10000 ? 1 : 2;
  }
  return units;
}
