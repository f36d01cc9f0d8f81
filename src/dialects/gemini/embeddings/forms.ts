import type { EmbeddingHabits } from "../../../operations/types.ts";
import type { Facts } from "../../dialect.ts";

/** The calls that make vectors: which one a model has is its family's matter, and its host's. */
export type EmbeddingForm = "predict" | "embedContent" | "batchEmbedContents";

/** What a family of models that make vectors takes. */
export interface EmbedderFacts {
  /** Its call on Vertex AI. The Developer API has one for all. */
  readonly form: Exclude<EmbeddingForm, "batchEmbedContents">;
  /** Texts of one call on Vertex AI. */
  readonly maxInputs: number;
  /** Length of its vectors unless a shorter one is asked for; undefined where it is not known. */
  readonly dimensions: number | undefined;
  /** Its shortened vectors have the length one too. */
  readonly unitLength: boolean;
  /** Is told by parameters what vectors are for; the others take it from the text. */
  readonly tasks: boolean;
}

const one = { maxInputs: 1, dimensions: undefined, unitLength: false, tasks: true } as const;

/**
 * Families by name; first match wins.
 *
 * @see reference: openai-chat-to-gemini §13
 */
const families: readonly (readonly [RegExp, EmbedderFacts])[] = [
  [/^gemini-embedding-001/, { ...one, form: "predict", dimensions: 3072 }],
  [/^gemini-embedding-2/, { ...one, form: "embedContent", dimensions: 3072, unitLength: true, tasks: false }],
  [/^gemini.*embed/, { ...one, form: "embedContent" }],
  // Open models as a service.
  [/(?:embed|(?:^|-)(?:e5|bge)-).*-maas$/i, { ...one, form: "embedContent" }],
  [
    /^text-(?:multilingual-)?embedding-|^textembedding-gecko/,
    { ...one, form: "predict", maxInputs: 250, dimensions: 768 },
  ],
  // Of tuned models, whose ids say nothing, and of new ones it is only sure that they take one text.
  [/embed|^endpoints\//, { ...one, form: "predict" }],
];

/** What is known of a model that makes vectors; undefined for one that makes none. */
export function embedderOf(upstreamModel: string): EmbedderFacts | undefined {
  const name = isEndpoint(upstreamModel) ? "endpoints/" : nameOf(upstreamModel);
  return families.find(([family]) => family.test(name))?.[1];
}

/** The same, for a model that was found to make vectors. */
export function factsOfEmbedder(upstreamModel: string): EmbedderFacts {
  return embedderOf(upstreamModel) ?? { ...one, form: "predict" };
}

const isEndpoint = (upstreamModel: string): boolean => /(?:^|\/)endpoints\//.test(upstreamModel);

/** Without a publisher's path. */
export function nameOf(upstreamModel: string): string {
  return upstreamModel.split("/").at(-1) ?? upstreamModel;
}

/** The Developer API as its provider calls it. */
const developerApi = "gemini";

/** Which call a model is asked by. */
export function formOf({ host, upstreamModel }: Pick<Facts, "host" | "upstreamModel">): EmbeddingForm {
  return host === developerApi ? "batchEmbedContents" : factsOfEmbedder(upstreamModel).form;
}

/** Calls for one request at a time: enough to be quick, few enough for small quotas. */
const maxCalls = 8;

/** How much one call takes. */
export function takesOf(facts: Pick<Facts, "host" | "upstreamModel">): EmbeddingHabits {
  if (facts.host === developerApi) return { tokens: false, maxInputs: 100, maxTokens: Infinity, maxCalls };
  const { form, maxInputs } = factsOfEmbedder(facts.upstreamModel);
  return { tokens: false, maxInputs, maxTokens: form === "predict" ? 20_000 : Infinity, maxCalls };
}
