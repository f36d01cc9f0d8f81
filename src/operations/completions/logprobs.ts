import type { ChatCompletion, Completion } from "../types.ts";

type ChatLogprobs = NonNullable<ChatCompletion["choices"][number]["logprobs"]>;
type TokenLogprob = NonNullable<ChatLogprobs["content"]>[number];
type Logprobs = NonNullable<Completion["choices"][number]["logprobs"]>;

/** The stretch of a reply that stays, by its first place and the one after its last. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** What stands at its first place by now: a space may have been put back there. */
  readonly first: string;
}

/** The log probabilities of a reply that is being trimmed. */
export interface LogprobReader {
  readonly push: (logprobs: ChatLogprobs | null | undefined) => void;
  /**
   * Those of the tokens that end within the stretch and have not been taken yet, null for none. At the end of a reply
   * its last token may reach beyond it.
   */
  readonly take: (stretch: Stretch, atEnd: boolean) => Logprobs | null;
}

/**
 * Turns chat's list of tokens into the four lists of legacy completions. Tokens outside the stretch that stays are left
 * out; one on its edge keeps what stays of it.
 *
 * Units: offsets count characters (code points, as OpenAI does) from the beginning of the prompt, echoed or not.
 *
 * @see reference: openai-surface §5
 */
export function createLogprobReader(prompt: string): LogprobReader {
  const waiting: TokenLogprob[] = [];
  /** Where the first token that waits begins in the reply. */
  let position = 0;
  let offset: number | undefined;

  function read(scored: TokenLogprob, { from, to, first }: Stretch, into: Required<Logprobs>): void {
    const start = position;
    position += scored.token.length;
    const text = scored.token.slice(Math.max(0, from - start), Math.max(0, to - start));
    if (text === "" && scored.token !== "") return;
    const token = start <= from && text !== "" ? first + text.slice(first.length) : text;
    into.tokens.push(token);
    into.token_logprobs.push(scored.logprob);
    into.top_logprobs.push(toTop(scored, token));
    offset ??= lengthOf(prompt);
    into.text_offset.push(offset);
    offset += lengthOf(token);
  }

  return {
    push: (logprobs) => waiting.push(...(logprobs?.content ?? [])),
    take(stretch, atEnd) {
      const into: Required<Logprobs> = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        if (position + (atEnd ? 1 : next.token.length) > stretch.to) break;
        waiting.shift();
        read(next, stretch, into);
      }
      return into.tokens.length === 0 ? null : into;
    },
  };
}

/** The likeliest tokens and the one that was taken, as OpenAI counts it among them. */
function toTop(scored: TokenLogprob, token: string): Record<string, number> {
  const rivals = scored.top_logprobs.filter((one) => one.token !== scored.token);
  return Object.fromEntries([[token, scored.logprob], ...rivals.map((one) => [one.token, one.logprob])]);
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
