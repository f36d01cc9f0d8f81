/** What requests for vectors to a model may hold. Facts: openai-chat-to-gemini.md §13. */
export interface EmbeddingFamily {
  readonly call: "predict" | "embedContent";
  readonly maxInstances: number;
  /** Length of its vectors, and the longest that can be asked for. */
  readonly dimensions: number;
  /** Tokens of one text. */
  readonly maxTokens: number;
  /** Brings shortened vectors to length one. */
  readonly unitLength: boolean;
}

const families: readonly (readonly [RegExp, EmbeddingFamily])[] = [
  [/^gemini-embedding-001/, { call: "predict", maxInstances: 1, dimensions: 3072, maxTokens: 2048, unitLength: false }],
  [/^gemini.*embed/, { call: "embedContent", maxInstances: 1, dimensions: 3072, maxTokens: 8192, unitLength: true }],
  [
    /^text-(multilingual-)?embedding-\d+/,
    { call: "predict", maxInstances: 250, dimensions: 768, maxTokens: 2048, unitLength: false },
  ],
  [/e5-.*-maas$/, { call: "embedContent", maxInstances: 1, dimensions: 1024, maxTokens: 512, unitLength: true }],
];

/** The facts about a model by its name; undefined for one that makes no vectors. */
export const embeddingFamilyOf = (model: string): EmbeddingFamily | undefined =>
  families.find(([pattern]) => pattern.test(model))?.[1];

/** All texts of one `predict` call together. */
export const maxTokensPerCall = 20_000;
