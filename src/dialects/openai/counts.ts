import { validateCompletionUsage } from "../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../errors.ts";
import { fit } from "./fit.ts";
import { isJson, type Json } from "./json.ts";
import type { CompletionUsage } from "./types.ts";

/** The counts of an answer in valid form, or undefined where there are none worth the name. */
export function readCounts(said: unknown): CompletionUsage | undefined {
  if (!isJson(said)) return undefined;
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
  return fitted instanceof GatewayError ? undefined : fitted.value;
}

function toCount(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.ceil(value) : undefined;
}

function withoutNulls(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
