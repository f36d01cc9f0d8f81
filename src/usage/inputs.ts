import type { EmbeddingRequest } from "../operations/types.ts";

/** One text to embed, or the ids of its tokens. */
export type Input = string | number[];

/** The texts of a request for vectors, each of which gets one. A list of numbers is one text, in its tokens. */
export function inputsOf(input: EmbeddingRequest["input"]): readonly Input[] {
  if (typeof input === "string") return [input];
  const items: readonly (Input | number)[] = input;
  const several = items.filter((item) => typeof item !== "number");
  const tokens = items.filter((item) => typeof item === "number");
  return tokens.length > 0 ? [tokens] : several;
}

/** Whether a request is for one text that stands in no list. */
export function isSingle(input: EmbeddingRequest["input"]): boolean {
  return typeof input === "string" || typeof input[0] === "number";
}

/** What an input cannot have more tokens than, whatever the vocabulary: a token is a byte of UTF-8 at the least. */
export function mostTokens(input: Input): number {
  return typeof input === "string" ? Buffer.byteLength(input) : input.length;
}

/** Four bytes of UTF-8 make a token, more or less. */
const bytesPerToken = 4;

/** Roughly how many tokens the texts of a request have, for an upstream that does not say. Never 0. */
export function estimateTokens(input: EmbeddingRequest["input"]): number {
  return inputsOf(input).reduce(
    (sum, one) => sum + (typeof one === "string" ? Math.ceil(Buffer.byteLength(one) / bytesPerToken) : one.length),
    0,
  );
}
