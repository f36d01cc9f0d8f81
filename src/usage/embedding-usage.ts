import type { components } from "../../generated/types/openai.exact.ts";
import type { Usage } from "./usage.ts";

type EmbeddingUsage = components["schemas"]["CreateEmbeddingResponse"]["usage"];

/** What vectors took: nothing comes out, so that all tokens are those of the texts. */
export function embeddingUsage(tokens: number): Usage {
  return { uncachedInput: tokens, cacheRead: 0, output: 0, reasoning: 0 };
}

/** Usage as OpenAI shows it with vectors. */
export function toEmbeddingUsage({ uncachedInput, cacheRead }: Usage): EmbeddingUsage {
  const tokens = uncachedInput + cacheRead;
  return { prompt_tokens: tokens, total_tokens: tokens };
}
