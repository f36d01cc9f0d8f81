import type { components as Answered } from "../../../generated/types/openai.exact.ts";

export type CompletionUsage = Answered["schemas"]["CompletionUsage"];
