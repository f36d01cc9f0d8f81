import { hasLetters } from "./seam.ts";
import { overlap } from "./stops.ts";
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
    end() {
      done ||= hasLetters(held, cutShort);
      return done ? "" : held;
    },
    skipped: () => 0,
    ended: () => done,
  };
}

/** As many lines of a text as tell it from others; undefined where even all of it would not. */
function beginningOf(text: string): string | undefined {
  const start = text.slice(0, maxLength);
  for (let end = start.indexOf("\n"); end >= 0; end = start.indexOf("\n", end + 1)) {
    if (hasLetters(start.slice(0, end), telling)) return start.slice(0, end);
  }
  return hasLetters(start, telling) ? start.trimEnd() : undefined;
}
