import type { TextLogprobs, TokenLogprob } from "./types.ts";

interface Token {
  readonly text: string;
  readonly logprob: number;
  /** The likeliest tokens at this place, the chosen one first. */
  readonly rivals: readonly { readonly text: string; readonly logprob: number }[];
}

/** A text word by word, each with a likelihood that is the same every time. */
function tokensOf(text: string, alternatives: number): readonly Token[] {
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  return words.map((word, at) => {
    const logprob = -(1 + (at % 5)) / 10;
    const others = Array.from({ length: Math.max(0, alternatives - 1) }, (_, rank) => ({
      text: ` alt${rank + 1}`,
      logprob: -3 - rank,
    }));
    return { text: word, logprob, rivals: alternatives > 0 ? [{ text: word, logprob }, ...others] : [] };
  });
}

/** Likelihoods as chat answers carry them. */
export function chatLogprobs(text: string, alternatives: number): readonly TokenLogprob[] {
  return tokensOf(text, alternatives).map((token) => ({
    ...entry(token),
    top_logprobs: token.rivals.map(entry),
  }));
}

const entry = ({ text, logprob }: Pick<Token, "text" | "logprob">): Omit<TokenLogprob, "top_logprobs"> => ({
  token: text,
  logprob,
  bytes: [...Buffer.from(text)],
});

/** Likelihoods as answers of the older kind carry them. `from` is the character the text begins at. */
export function textLogprobs(text: string, alternatives: number, from: number, echoed: boolean): TextLogprobs {
  const tokens = tokensOf(text, alternatives);
  let offset = from;
  return {
    tokens: tokens.map((token) => token.text),
    // Nothing comes before the first token of an echoed prompt, so it has no likelihood.
    token_logprobs: tokens.map(({ logprob }, at) => (echoed && at === 0 ? null : logprob)),
    top_logprobs: tokens.map(({ rivals }, at) =>
      (echoed && at === 0) || rivals.length === 0
        ? null
        : Object.fromEntries(rivals.map((rival) => [rival.text, rival.logprob])),
    ),
    text_offset: tokens.map((token) => {
      const begins = offset;
      offset += token.text.length;
      return begins;
    }),
  };
}
