import type { EmbeddingForm, Rule } from "../openai/personality.ts";
import { badRequest } from "../openai/problem.ts";
import type { ChatRequest } from "../openai/types.ts";

/** The version that brought a member; earlier ones refuse it. From Azure's own list of changes. */
const since = {
  max_completion_tokens: "2024-09-01",
  parallel_tool_calls: "2024-09-01",
  stream_options: "2024-09-01",
  reasoning_effort: "2024-12-01",
  prediction: "2025-01-01",
} as const satisfies Partial<Record<keyof ChatRequest, string>>;

const developerSince = "2024-12-01";
/** Requests for vectors held so few texts at first, and had no settings. */
const batchesSince = "2024-03-01";

const isBefore = (version: string, date: string): boolean => version !== "v1" && version < date;

/** What an older version does not know. */
export function versionRules(version: string): readonly Rule<ChatRequest>[] {
  return [
    (request) => {
      const name = Object.entries(since).find(
        ([one, date]) => isBefore(version, date) && Reflect.has(request, one),
      )?.[0];
      return name === undefined ? undefined : badRequest(`Unrecognized request argument supplied: ${name}`);
    },
    ({ messages }) => {
      const at = messages.findIndex(({ role }) => role === "developer");
      const text = `'developer' is not one of ['system', 'assistant', 'user', 'function', 'tool'] - 'messages.${at}.role'`;
      return at >= 0 && isBefore(version, developerSince) ? badRequest(text) : undefined;
    },
  ];
}

/** What an older version takes for vectors; undefined where it takes what OpenAI does. */
export function embeddingFormAt(version: string): EmbeddingForm | undefined {
  if (!isBefore(version, batchesSince)) return undefined;
  return { members: new Set(["model", "input", "user"]), dimensions: "dimensions", tokens: true, maxInputs: 16 };
}
