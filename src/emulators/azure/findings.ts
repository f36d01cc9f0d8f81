import type { JsonObject } from "../json.ts";

const kinds = ["hate", "self_harm", "sexual", "violence"] as const;

/** What it says of a kind where there is nothing to say. */
export const safe: JsonObject = { filtered: false, severity: "safe" };

/** What the filter says of a text, kind by kind; of a text that it blocks, that it is hateful. */
export function findings(blocked: boolean): JsonObject {
  return Object.fromEntries(
    kinds.map((kind) => {
      const isIt = blocked && kind === "hate";
      return [kind, isIt ? { filtered: true, severity: "medium" } : safe];
    }),
  );
}

/** What it says of the prompt, whole or in short as streams open with it. */
export const promptFindings = (short = false): readonly JsonObject[] => [
  { prompt_index: 0, content_filter_results: short ? { violence: safe } : findings(false) },
];
