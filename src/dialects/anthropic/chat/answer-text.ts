import { createUnfencer } from "./answer-fence.ts";
import type { AnthropicContext } from "./context.ts";

/** The text of an answer as it grows, over all its blocks. */
export interface AnswerText {
  /** Text of a block → what of it the client gets by now. */
  readonly add: (text: string) => string;
  /** A call that stands in for structured output begins: its input is the answer, and no text is. */
  readonly giveWay: () => void;
  /** How much text the blocks held by now. */
  readonly length: () => number;
  /** No text follows → what was held back. */
  readonly end: () => string;
  /** Where a place among the text of the blocks stands in the client's content; undefined where that text is not shown. */
  readonly placeOf: (at: number) => number | undefined;
}

/**
 * Keeps what is needed to show the text and to find places in it.
 *
 * Where a call is to stand in for the answer, text is held back until it is sure that none does: beside a document it
 * would make no JSON. Positions are UTF-16 units of `content`, so that `content.slice(start, end)` is the passage in
 * the language of most clients.
 */
export function createAnswerText({ answerTool, fenced }: AnthropicContext): AnswerText {
  const unfencer = fenced ? createUnfencer() : undefined;
  let held: string[] | undefined = answerTool === undefined ? undefined : [];
  let gaveWay = false;
  let length = 0;
  let shown = 0;

  function show(text: string): string {
    shown += text.length;
    return text;
  }

  return {
    add(text) {
      length += text.length;
      if (gaveWay) return "";
      const sure = unfencer === undefined ? text : unfencer.push(text);
      if (held === undefined) return show(sure);
      held.push(sure);
      return "";
    },
    giveWay() {
      gaveWay = true;
      held = undefined;
    },
    length: () => length,
    end() {
      if (gaveWay) return "";
      const rest = (held ?? []).join("") + (unfencer?.end() ?? "");
      return show(rest);
    },
    placeOf: (at) => (gaveWay ? undefined : Math.min(Math.max(0, at - (unfencer?.lead() ?? 0)), shown)),
  };
}
