import { createHash } from "node:crypto";

/** Pieces of a text that say what it is about: its words and, with less weight, their beginnings. */
function piecesOf(text: string): readonly (readonly [piece: string, weight: number])[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [
    // So that texts with the same words in another order, or without any, differ too.
    [`=${text}`, 0.3],
    ...words.flatMap((word): [string, number][] => [
      [word, 1],
      [`${word.slice(0, 4)}*`, 0.5],
    ]),
  ];
}

/**
 * A vector of length one that depends on the text alone: equal texts have equal vectors in any emulator, and texts that
 * share words are close to each other. Shorter ones are the beginnings of longer ones, before they are brought to length
 * one.
 */
export function vectorOf(text: string, dimensions: number): Float32Array<ArrayBuffer> {
  return toUnit(rawVectorOf(text, dimensions));
}

/** The beginning of a vector of length one, as models give it that do not bring shortened ones to it. */
export function shortenedVectorOf(text: string, native: number, dimensions: number): Float32Array<ArrayBuffer> {
  return vectorOf(text, native).slice(0, dimensions);
}

function rawVectorOf(text: string, dimensions: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(dimensions);
  for (const [piece, weight] of piecesOf(text)) {
    const random = randomOf(piece);
    for (let at = 0; at < dimensions; at++) values[at] = (values[at] ?? 0) + weight * random();
  }
  return values;
}

function toUnit(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const length = Math.hypot(...values) || 1;
  return values.map((value) => value / length);
}

/** Numbers between -1 and 1, the same for the same seed: a xorshift generator, since hashes are slow for thousands. */
function randomOf(seed: string): () => number {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
