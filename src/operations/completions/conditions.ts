import type { Condition } from "../../dialects/dialect.ts";
import type { CompletionRequest } from "../types.ts";
import { gapOf } from "./gap.ts";
import { stopsOf, stopsUpstream } from "./stops.ts";

/** What a fate of legacy completions over chat may hang on. */
export type CompletionCondition =
  | "best-of-above-n"
  | "echo-with-logprobs"
  | "no-tokens"
  | "no-predictions"
  | "stops-here";

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
  "stops-here": {
    holds: (_facts, { prompt, suffix, stop }) => {
      const gap = typeof prompt === "string" ? gapOf(prompt, suffix) : undefined;
      const told = stopsOf(stopsUpstream(stop, gap));
      return stopsOf(stop).some((text) => !told.includes(text));
    },
    example: { request: { suffix: "\n}", stop: "\n" } },
  },
};
