/** Takes the fences of Markdown away that stand around a whole text, which may come in pieces. */
export interface Unfencer {
  /** One piece → what of the text is sure by now. */
  readonly push: (text: string) => string;
  /** The text is over → the rest of it. */
  readonly end: () => string;
  /** How many characters were taken away at the beginning. */
  readonly lead: () => number;
}

const opening = /^\s*```[\w+-]*[ \t]*\r?\n/;
/** What may yet become an opening. */
const openingByNow = /^\s*(?:`{0,2}|```[\w+-]*[ \t]*\r?)$/;
const closing = /^\s*```\s*$/;

/** No fence is longer: models that run away write blanks without end, and those are not to be kept. */
const longest = 64;

/** Makes an unfencer with nothing read. */
export function createUnfencer(): Unfencer {
  let state: "start" | "inside" | "plain" = "start";
  let kept = "";
  let lead = 0;

  function begin(): string {
    const fence = opening.exec(kept)?.[0];
    if (fence === undefined || fence.length > longest) {
      if (kept.length <= longest && openingByNow.test(kept)) return "";
      state = "plain";
      return take(kept.length);
    }
    state = "inside";
    lead = fence.length;
    kept = kept.slice(lead);
    return take(closingIn(kept));
  }

  function take(count: number): string {
    const taken = kept.slice(0, count);
    kept = kept.slice(count);
    return taken;
  }

  return {
    push(text) {
      if (state === "plain") return text;
      kept += text;
      return state === "start" ? begin() : take(closingIn(kept));
    },
    end() {
      const rest = take(kept.length);
      return state === "inside" && closing.test(rest) ? "" : rest;
    },
    lead: () => lead,
  };
}

/** Where what may be the closing begins: blanks, up to three backticks, blanks. */
function closingIn(text: string): number {
  let at = text.trimEnd().length;
  for (let ticks = 0; ticks < 3 && text[at - 1] === "`"; ticks++) at--;
  return Math.max(text.slice(0, at).trimEnd().length, text.length - longest);
}
