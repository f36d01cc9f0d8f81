import { validateCompletionUsage } from "../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../errors.ts";
import { fit } from "./fit.ts";
import { isJson, type Json } from "./json.ts";
import type { CompletionUsage } from "./types.ts";

/**
 * The counts of an answer in valid form, or undefined where there are none worth the name. Those that are fine as they
 * are come back as the very same object.
 */
export function readCounts(said: unknown): CompletionUsage | undefined {
  if (!isJson(said)) return undefined;
  if (isWhole(said) && validateCompletionUsage(said)) return withThoughts(said);
  const prompt = toCount(said["prompt_tokens"]);
  const completion = toCount(said["completion_tokens"]);
  if (prompt === undefined && completion === undefined) return undefined;
  const counts: Json = {
    ...withoutNulls(said),
    prompt_tokens: prompt ?? 0,
    completion_tokens: completion ?? 0,
    total_tokens: toCount(said["total_tokens"]) ?? (prompt ?? 0) + (completion ?? 0),
  };
  for (const details of ["prompt_tokens_details", "completion_tokens_details"]) {
    if (isJson(counts[details])) counts[details] = withoutNulls(counts[details]);
    else delete counts[details];
  }
  // A detail of another form must not cost the counts themselves.
  const fitted = fit(counts, validateCompletionUsage);
  return fitted instanceof GatewayError ? undefined : withThoughts(fitted.value);
}

/** Thoughts are part of the completion; xAI's come on top, and only its total says so. */
function withThoughts(counts: CompletionUsage): CompletionUsage {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = counts;
  const thoughts = counts.completion_tokens_details?.reasoning_tokens ?? 0;
  if (thoughts <= 0 || total !== prompt + completion + thoughts) return counts;
  return { ...counts, completion_tokens: completion + thoughts };
}

const sums = ["prompt_tokens", "completion_tokens", "total_tokens"];

/** Nothing in it is to be mended: most counts are so. */
function isWhole(said: Json): boolean {
  return sums.every((name) => Number.isInteger(said[name]) && Number(said[name]) >= 0) && hasNoNull(said);
}

function hasNoNull(object: Json): boolean {
  for (const name in object) {
    const value = object[name];
    if (value === null || (name.endsWith("_details") && !(isJson(value) && hasNoNull(value)))) return false;
  }
  return true;
}

function toCount(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.ceil(value) : undefined;
}

function withoutNulls(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
