import fc from "../_fc.ts";
import type { Ingredients } from "./_response.ts";

const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 4 });
const counts = fc.integer({ min: 10, max: 99 });

/** Vectors of Titan. */
export const titanVectors: Ingredients = {
  base: { "": { embedding: [0.5, 0.5], inputTextTokenCount: 5 } },
  siblings: [],
  beside: [],
  special: [
    [/^embedding$/, numbers],
    [/Count$/, counts],
    [/float$|binary$/, fc.constant([1, 0])],
  ],
  others: [[/^embedding$/, [[0.5, 0.5]]]],
};

const whole = { id: "1", response_type: "embeddings_floats", embeddings: [[0.5, 0.5]], texts: ["hi there."] };
const byType = { float: [[0.5, 0.5]] };

/** Vectors of Cohere, in either form. */
export const cohereVectors: Ingredients = {
  base: { "": whole, embeddings: byType },
  siblings: [],
  beside: [],
  special: [
    [/^embeddings$/, numbers.map((one) => [one])],
    [/^embeddings\.float$/, numbers.map((one) => [one])],
    [/^embeddings\./, fc.constant([[1, 0]])],
    [/^id$/, fc.nat().map(String)],
    [/^images$/, fc.constant([{ width: 1, height: 1, format: "png", bit_depth: 8 }])],
  ],
  others: [
    [/^embeddings$/, [[[0.5, 0.5]]]],
    [/^embeddings\.float$/, [[[0.5, 0.5]]]],
    [/^response_type/, ["embeddings_floats", "embeddings_by_type"]],
  ],
};
