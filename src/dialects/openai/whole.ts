import type { Validator } from "../../../generated/validators/validator.ts";
import { GatewayError } from "../../errors.ts";
import type { Answer } from "../../operations/types.ts";
import type { Facts } from "../dialect.ts";
import { readCounts } from "./counts.ts";
import { failureIn } from "./errors.ts";
import { fit } from "./fit.ts";
import { frameOf, putFrame } from "./frame.ts";
import { hostFacts } from "./hosts.ts";
import { isJson, type Json, put } from "./json.ts";
import { withText } from "./splice.ts";
import { nameTier } from "./tiers.ts";
import { toUsage } from "./usage.ts";

/** What one operation makes of a whole answer. */
export interface WholeSteps<Body> {
  readonly object: string;
  /** What ids begin with. */
  readonly prefix: "chatcmpl" | "cmpl";
  /** Completes a choice, in place; whether anything was changed. Fails, as a value, where the choice broke off. */
  readonly mend: (choice: Json) => boolean | GatewayError;
  readonly validate: Validator<Body>;
}

/**
 * What all whole answers of this language have in common: complete where members are missing, in OpenAI's words where
 * the server has its own, and in the server's own bytes where nothing but the model's name is to be changed.
 *
 * Fails, as a value: an error inside a 200, an answer without choices, a choice that broke off.
 *
 * @see reference: openai-surface §7, upstream-auth §9
 */
export function readWhole<Body extends { readonly model: string }>(
  body: unknown,
  text: string,
  facts: Facts,
  steps: WholeSteps<Body>,
): Answer<Body> | GatewayError {
  const failure = failureIn(body, facts);
  if (failure !== undefined) return failure;
  const answer = isJson(body) ? body : {};
  const listed: readonly unknown[] = Array.isArray(answer["choices"]) ? answer["choices"] : [];
  const choices = listed.filter(isJson);
  if (choices.length === 0) {
    return new GatewayError("upstream_invalid_response", "The upstream's answer holds no choices.");
  }
  const said = typeof answer["model"] === "string" ? answer["model"] : "";
  let mended = putFrame(answer, frameOf(answer, facts, steps.prefix), steps.object) === "yes";
  mended = nameTier(answer, hostFacts(facts.host).tiers) || mended;
  if (choices.length < listed.length) mended = put(answer, "choices", choices);
  for (const [at, choice] of choices.entries()) {
    mended = put(choice, "index", Number.isInteger(choice["index"]) ? choice["index"] : at) || mended;
    const changed = steps.mend(choice);
    if (changed instanceof GatewayError) return changed;
    mended = changed || mended;
  }
  const counts = readCounts(answer["usage"]);
  if (counts !== undefined) mended = putCounts(answer, counts) || mended;
  const fitted = fit(answer, steps.validate);
  if (fitted instanceof GatewayError) return fitted;
  const { value, taken } = fitted;
  const asSent = mended || taken ? undefined : withText(text, "model", said, value.model);
  return { body: value, text: asSent, usage: counts && toUsage(counts), changes: [] };
}

function putCounts(answer: Json, counts: object): boolean {
  const { usage: said } = answer;
  if (said === counts || JSON.stringify(said) === JSON.stringify(counts)) return false;
  return put(answer, "usage", counts);
}
