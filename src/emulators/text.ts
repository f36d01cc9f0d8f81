const vocabulary =
  "the quiet river carries small boats past old stone houses while morning light moves slowly over green hills and".split(
    " ",
  );

/** A text of that many words, the same each time, in sentences of twelve words. */
export function longText(words: number): string {
  const sentences: string[] = [];
  for (let from = 0; from < words; from += 12) {
    const count = Math.min(12, words - from);
    const chosen = Array.from({ length: count }, (_, at) => vocabulary[((from + at) * 7) % vocabulary.length] ?? "and");
    const sentence = chosen.join(" ");
    sentences.push(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
  }
  return sentences.join(" ");
}

/** Cuts a text into pieces of nearly equal length; never within a character, never an empty piece. */
export function splitText(text: string, pieces: number): readonly string[] {
  const characters = [...text];
  const count = Math.max(1, Math.min(pieces, characters.length));
  const bounds = Array.from({ length: count + 1 }, (_, at) => Math.round((at * characters.length) / count));
  return bounds.slice(1).map((end, at) => characters.slice(bounds[at], end).join(""));
}

/** About four characters make a token. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The names a text mentions: words with a capital that do not open a sentence, neighbours kept together. */
export function namesIn(text: string): readonly string[] {
  const name = /(?<![.!?]\s*|^\s*)(?<![\p{L}\p{N}])\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)*/gu;
  return [...text.matchAll(name)].map(([found]) => found);
}

/** The members of an enumeration such as "Paris, Rome and New York"; empty when a text has none. */
export function listedNames(text: string): readonly string[] {
  const word = String.raw`\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)*`;
  const list = new RegExp(`${word}(?:, ${word})*,? and ${word}`, "u").exec(text)?.[0];
  return list === undefined ? [] : list.split(/,? and |, /);
}
