import type { EmbeddingHabits } from "../../../operations/types.ts";
import type { Facts } from "../../dialect.ts";

/** The forms of requests for vectors, by maker and version. */
export type EmbeddingForm = "titan-v1" | "titan-v2" | "titan-multimodal" | "cohere-v3" | "cohere-v4";

/** What a family of models that make vectors takes. */
export interface EmbedderFacts {
  readonly form: EmbeddingForm;
  /** Texts of one call. */
  readonly maxInputs: number;
  /** Lengths of vectors that can be asked for; the only one where there is no choice. */
  readonly lengths: readonly number[];
  /** Whether the length can be asked for. */
  readonly isSized: boolean;
  /** Is told what vectors are for, and which end of a text may be cut. */
  readonly tasks: boolean;
}

const titan = { maxInputs: 1, isSized: true, tasks: false } as const;
const cohere = { maxInputs: 96, isSized: false, tasks: true } as const;

/**
 * Families by name; first match wins. Names may have a region, a maker and a version around the family, or be ARNs.
 *
 * @see specs/bedrock.yaml#/components/schemas/TitanTextEmbeddingRequest
 * @see specs/bedrock.yaml#/components/schemas/CohereEmbedRequest
 */
const families: readonly (readonly [RegExp, EmbedderFacts])[] = [
  [/titan-embed-text-v2/, { ...titan, form: "titan-v2", lengths: [1024, 512, 256] }],
  [/titan-embed-image/, { ...titan, form: "titan-multimodal", lengths: [1024, 384, 256] }],
  [/titan-embed|titan-e1t/, { ...titan, form: "titan-v1", lengths: [1536], isSized: false }],
  [/cohere.embed-v4/, { ...cohere, form: "cohere-v4", lengths: [1536, 1024, 512, 256], isSized: true }],
  [/cohere.embed/, { ...cohere, form: "cohere-v3", lengths: [1024] }],
];

/** What is known of a model that makes vectors; undefined for one that makes none. */
export function embedderOf(upstreamModel: string): EmbedderFacts | undefined {
  const plain = upstreamModel.toLowerCase();
  return families.find(([family]) => family.test(plain))?.[1];
}

/** The same, for a model that was found to make vectors. */
export function factsOfEmbedder({ family, upstreamModel }: Pick<Facts, "upstreamModel" | "family">): EmbedderFacts {
  return embedderOf(family ?? upstreamModel) ?? { ...titan, form: "titan-v1", lengths: [1536], isSized: false };
}

/** Calls for one request at a time: enough to be quick, few enough for small quotas. */
const maxCalls = 8;

/** How much one call takes. Token ids are made text before. */
export function takesOf(facts: Pick<Facts, "upstreamModel">): EmbeddingHabits {
  return { tokens: false, maxInputs: factsOfEmbedder(facts).maxInputs, maxTokens: Infinity, maxCalls };
}
