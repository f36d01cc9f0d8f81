import type { Trim } from "./trim.ts";

/**
 * A fence at the beginning of a reply: blank lines, backticks, a language, the end of its line. None of them is long:
 * each piece of a stream looks again at what is held back.
 */
const opening = /^\s{0,99}`{3,99}[^\n`]{0,99}\n/;
/** The beginning of one. */
const openingBegun = /^\s{0,99}(?:`{0,2}|`{3,99}[^\n`]{0,99})$/;
const closingLine = /^ {0,3}`{3,99}[ \t\r]{0,99}$/;
const innerOpeningLine = /^ {0,3}`{3,99}[^\n`]{1,99}$/;
/** The beginning of a line that may become a fence. */
const lineBegun = /^ {0,3}(?:`{0,2}|`{3,99}[^\n`]{0,99})$/;

/**
 * Takes the code fence off that a model put around its reply, and the remarks after it. Fences within stay. Held back:
 * the beginning, until it can be no fence, and each line, until it can be no fence.
 */
export function createFenceTrim(): Trim {
  let state: "beginning" | "plain" | "fenced" | "closed" = "beginning";
  let held = "";
  let skipped = 0;
  let depth = 0;
  /** The end of the line before, which belongs to the closing fence if that is next. */
  let newline = "";
  let atLineStart = true;

  function begin(): string {
    const [fence] = opening.exec(held) ?? [];
    if (fence !== undefined) {
      skipped = fence.length;
      held = held.slice(skipped);
      state = "fenced";
      return inside();
    }
    if (openingBegun.test(held)) return "";
    state = "plain";
    return release();
  }

  function release(): string {
    const text = held;
    held = "";
    return text;
  }

  function inside(): string {
    let kept = "";
    while (held !== "") {
      const end = held.indexOf("\n");
      if (atLineStart) {
        const line = end < 0 ? held : held.slice(0, end);
        if (end < 0 ? lineBegun.test(line) : isClosed(line)) break;
        kept += newline;
        newline = "";
        atLineStart = false;
      }
      if (end < 0) return kept + release();
      kept += held.slice(0, end);
      held = held.slice(end + 1);
      newline = "\n";
      atLineStart = true;
    }
    return kept;
  }

  /** Looks at a whole line: true where it ends the outermost fence. */
  function isClosed(line: string): boolean {
    if (innerOpeningLine.test(line)) depth++;
    else if (closingLine.test(line) && --depth < 0) state = "closed";
    return state === "closed";
  }

  return {
    push(text) {
      if (state === "plain") return text;
      if (state === "closed") return "";
      held += text;
      return state === "beginning" ? begin() : inside();
    },
    end() {
      if (state === "closed") return "";
      // A reply that is nothing but the beginning of a fence was cut short.
      if (state === "beginning") return /^\s{0,99}`{3,}/.test(held) ? "" : release();
      if (state === "fenced" && atLineStart && held !== "" && isClosed(held)) return "";
      return newline + release();
    },
    skipped: () => skipped,
    ended: () => state === "closed",
  };
}
