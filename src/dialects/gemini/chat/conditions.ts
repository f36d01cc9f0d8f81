import type { Condition } from "../../dialect.ts";
import { factsOf } from "../models.ts";

/** What a fate of the Gemini dialect may hang on. */
export type GeminiCondition = "no-sampling" | "no-penalties" | "no-logprobs" | "no-thinking" | "no-part-resolution";

/** The conditions, each with a model that triggers it. */
export const conditions: Readonly<Record<GeminiCondition, Condition>> = {
  "no-sampling": {
    holds: (facts) => !factsOf(facts.upstreamModel).sampling,
    example: { upstreamModel: "gemini-3.6-flash" },
  },
  "no-penalties": {
    holds: (facts) => !factsOf(facts.upstreamModel).penalties,
    example: { upstreamModel: "gemini-3-flash-preview" },
  },
  "no-logprobs": {
    holds: (facts) => !factsOf(facts.upstreamModel).logprobs,
    example: { upstreamModel: "gemini-3.1-pro-preview" },
  },
  "no-thinking": {
    holds: (facts) => factsOf(facts.upstreamModel).thinking.style === "none",
    example: { upstreamModel: "gemini-2.0-flash-001" },
  },
  "no-part-resolution": {
    holds: (facts) => !factsOf(facts.upstreamModel).partResolution,
    example: { upstreamModel: "gemini-2.5-flash" },
  },
};
