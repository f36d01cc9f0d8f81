import { countWord } from "./seam.ts";
import type { Trim } from "./trim.ts";

/** Letters, digits and underscores that make a repetition no accident: any code closes blocks with `}` or `end` twice. */
const telling = 8;
/** The same for the beginning of a repetition that the end of the reply cut short. */
const cutShort = 6;
const maxLength = 200;

/**
 * Ends a reply where it goes on with the text after its gap. Held back: what may be the beginning of that text.
 *
 * @param after the text after the gap
 */
export function createOverrunTrim(after: string): Trim {
  const beginning = beginningOf(after);
  let held = "";
  let done = false;

  function look(): string {
    if (beginning === undefined) return keep(held.length);
    const at = held.indexOf(beginning);
    if (at < 0) return keep(held.length - overlap(held, beginning));
    done = true;
    return held.slice(0, at);
  }

  function keep(length: number): string {
    const kept = held.slice(0, length);
    held = held.slice(length);
    return kept;
  }

  return {
    push(text) {
      if (done) return "";
      held += text;
      return look();
    },
    end: () => (done || countWord(held) >= cutShort ? "" : held),
    skipped: () => 0,
  };
}

/** As many lines of a text as tell it from others; undefined where even all of it would not. */
function beginningOf(text: string): string | undefined {
  const start = text.slice(0, maxLength);
  for (let end = start.indexOf("\n"); end >= 0; end = start.indexOf("\n", end + 1)) {
    if (countWord(start.slice(0, end)) >= telling) return start.slice(0, end);
  }
  return countWord(start) >= telling ? start.trimEnd() : undefined;
}

/** The length of the longest end of a text that another one begins with. */
function overlap(text: string, next: string): number {
  for (let length = Math.min(text.length, next.length - 1); length > 0; length--) {
    if (text.endsWith(next.slice(0, length))) return length;
  }
  return 0;
}
