import { validateCreateCompletionResponse } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { CompletionAnswer } from "../../../operations/types.ts";
import type { Facts } from "../../dialect.ts";
import { readCounts } from "../counts.ts";
import { failureIn } from "../errors.ts";
import { fit } from "../fit.ts";
import { frameOf, putFrame } from "../frame.ts";
import { isJson, put } from "../json.ts";
import { withText } from "../splice.ts";
import { toUsage } from "../usage.ts";
import { mendChoice } from "./choices.ts";

/**
 * A server's answer as a legacy completion, in its own bytes where nothing but the model's name is to be changed.
 *
 * Fails, as a value: an error inside a 200, an answer without choices.
 *
 * @see reference: openai-surface §5
 */
export function fromCompletionBody(body: unknown, facts: Facts, text: string): CompletionAnswer | GatewayError {
  const failure = failureIn(body, facts);
  if (failure !== undefined) return failure;
  const answer = isJson(body) ? body : {};
  const listed: readonly unknown[] = Array.isArray(answer["choices"]) ? answer["choices"] : [];
  const choices = listed.filter(isJson);
  if (choices.length === 0) {
    return new GatewayError("upstream_invalid_response", "The upstream's answer holds no choices.");
  }
  const said = typeof answer["model"] === "string" ? answer["model"] : "";
  let mended = putFrame(answer, frameOf(answer, facts, "cmpl"), "text_completion") === "yes";
  if (choices.length < listed.length) mended = put(answer, "choices", choices);
  for (const [at, choice] of choices.entries()) {
    mended = put(choice, "index", Number.isInteger(choice["index"]) ? choice["index"] : at) || mended;
    const changed = mendChoice(choice);
    if (changed instanceof GatewayError) return changed;
    mended = changed || mended;
    // A whole answer without a reason has nothing more to say.
    if (choice["finish_reason"] === null) mended = put(choice, "finish_reason", "stop");
  }
  const counts = readCounts(answer["usage"]);
  if (
    counts !== undefined &&
    counts !== answer["usage"] &&
    JSON.stringify(counts) !== JSON.stringify(answer["usage"])
  ) {
    answer["usage"] = counts;
    mended = true;
  }
  const fitted = fit(answer, validateCreateCompletionResponse);
  if (fitted instanceof GatewayError) return fitted;
  const { value, taken } = fitted;
  const asSent = mended || taken ? undefined : withText(text, "model", said, value.model);
  return { body: value, text: asSent, usage: counts && toUsage(counts), changes: [] };
}
