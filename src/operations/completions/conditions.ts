import type { Condition } from "../../dialects/dialect.ts";
import type { CompletionRequest } from "../types.ts";

/** What a fate of legacy completions over chat may hang on. */
export type CompletionCondition = "best-of-above-n" | "echo-with-logprobs" | "no-tokens" | "no-predictions";

/** The conditions, each with a request that triggers it. */
export const conditions: Readonly<Record<CompletionCondition, Condition<CompletionRequest>>> = {
  "best-of-above-n": {
    holds: (_facts, request) => (request.best_of ?? 0) > (request.n ?? 1),
    example: { request: { best_of: 9 } },
  },
  "echo-with-logprobs": {
    holds: (_facts, request) => request.echo === true && request.logprobs != null,
    example: { request: { echo: true, logprobs: 2 } },
  },
  "no-tokens": {
    holds: (_facts, request) => request.max_tokens === 0,
    example: { request: { max_tokens: 0 } },
  },
  "no-predictions": {
    holds: (_facts, request) => request.max_tokens == null && request.n_predict === 0,
    example: { request: { n_predict: 0 } },
  },
};
