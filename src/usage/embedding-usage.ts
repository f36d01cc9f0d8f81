import type { components } from "../../generated/types/openai.exact.ts";
import { inputOf, type Usage } from "./usage.ts";

type EmbeddingUsage = components["schemas"]["CreateEmbeddingResponse"]["usage"];

/**
 * What vectors took: nothing comes out, so that all tokens are those of the texts. `provenance` is absent where the
 * upstream has counted them.
 */
export function embeddingUsage(tokens: number, provenance?: Usage["provenance"]): Usage {
  const usage = { uncachedInput: tokens, cacheRead: 0, output: 0, reasoning: 0 };
  return provenance === undefined ? usage : { ...usage, provenance };
}

/** Usage as OpenAI shows it with vectors. */
export function toEmbeddingUsage(usage: Usage): EmbeddingUsage {
  const tokens = inputOf(usage);
  return { prompt_tokens: tokens, total_tokens: tokens };
}
