import { promptsOf } from "./completions.ts";
import { familyOf } from "./families.ts";
import type { Rule } from "./personality.ts";
import { badRequest } from "./problem.ts";
import { texts } from "./texts.ts";
import type { CompletionRequest } from "./types.ts";

/** OpenAI's rules about the older completions. */
export const completionRules: readonly Rule<CompletionRequest>[] = [
  mixedPrompt,
  ({ n, best_of }) => ((n ?? 1) > (best_of ?? Infinity) ? badRequest(texts.bestOf(), "best_of") : undefined),
  ({ stream, best_of }) =>
    stream === true && (best_of ?? 1) > 1 ? badRequest(texts.bestOfStream(), "best_of") : undefined,
  ({ echo, suffix }) => (echo === true && suffix ? badRequest(texts.suffixEcho(), "suffix") : undefined),
  ({ stream, stream_options }) =>
    stream_options != null && stream !== true ? badRequest(texts.streamOptions(), "stream_options") : undefined,
  (request) => {
    const limit = familyOf(request.model)?.contextTokens ?? Infinity;
    const longest = Math.max(...promptsOf(request).map(({ tokens }) => tokens));
    return longest > limit
      ? badRequest(texts.tooManyTokens(limit, longest), "prompt", "context_length_exceeded")
      : undefined;
  },
];

/** The compiled shape lets texts and tokens stand side by side; OpenAI does not. */
export function mixedPrompt({ prompt }: CompletionRequest): ReturnType<Rule<CompletionRequest>> {
  if (!Array.isArray(prompt)) return undefined;
  if (prompt.length === 0) return badRequest(texts.empty("prompt", "array"), "prompt", "empty_array");
  const kinds = new Set(prompt.map((one: unknown) => (Array.isArray(one) ? "array" : typeof one)));
  const text = texts.wrongType("prompt", "a string, array of strings, or array of token ids", "a mixed array");
  return kinds.size > 1 ? badRequest(text, "prompt", "invalid_type") : undefined;
}
