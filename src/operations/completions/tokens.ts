/** The vocabularies that token ids can be read by. */
export type Tokenizer = "cl100k_base" | "o200k_base";

/** The pieces of a vocabulary by their ids: text, or bytes that are no text of their own. Unused ids are holes. */
type Pieces = readonly (string | readonly number[] | undefined)[];

/** The ids above the ordinary ones, as OpenAI's own tokenizer has them. */
const special: Readonly<Record<Tokenizer, ReadonlyMap<number, string>>> = {
  cl100k_base: new Map([
    [100257, "<|endoftext|>"],
    [100258, "<|fim_prefix|>"],
    [100259, "<|fim_middle|>"],
    [100260, "<|fim_suffix|>"],
    [100276, "<|endofprompt|>"],
  ]),
  o200k_base: new Map([
    [199999, "<|endoftext|>"],
    [200018, "<|endofprompt|>"],
  ]),
};

/** Token ids → their text, or the first id that the vocabulary does not have. */
export type Decode = (ids: readonly number[]) => string | { readonly unknown: number; readonly at: number };

const loaded = new Map<Tokenizer, Promise<Decode>>();

/** A vocabulary's decoder, loaded on first use: most gateways never see a token id, and each takes some megabytes. */
export function loadDecode(tokenizer: Tokenizer): Promise<Decode> {
  const known = loaded.get(tokenizer);
  if (known !== undefined) return known;
  const made = piecesOf(tokenizer).then((pieces) => createDecode(pieces, special[tokenizer]));
  loaded.set(tokenizer, made);
  return made;
}

async function piecesOf(tokenizer: Tokenizer): Promise<Pieces> {
  switch (tokenizer) {
    case "cl100k_base":
      return (await import("gpt-tokenizer/bpeRanks/cl100k_base")).default;
    case "o200k_base":
      return (await import("gpt-tokenizer/bpeRanks/o200k_base")).default;
  }
}

/**
 * The vocabulary alone is taken from the package, not its decoder: that one keeps the bytes of an unfinished character
 * for its next caller, who may be another client.
 */
function createDecode(pieces: Pieces, words: ReadonlyMap<number, string>): Decode {
  return (ids) => {
    let text = "";
    /** Of a character that is spread over several tokens; one that is cut off becomes U+FFFD. */
    let bytes: number[] = [];
    const flush = (): void => {
      if (bytes.length > 0) text += new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
      bytes = [];
    };
    for (const [at, id] of ids.entries()) {
      const piece = pieces[id] ?? words.get(id);
      if (piece === undefined) return { unknown: id, at };
      if (typeof piece === "string") {
        flush();
        text += piece;
      } else for (const byte of piece) bytes.push(byte);
    }
    flush();
    return text;
  };
}
