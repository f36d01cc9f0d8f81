import { validateCreateCompletionResponse as validate } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { CompletionAnswer } from "../../../operations/types.ts";
import type { Facts } from "../../dialect.ts";
import { type Json, put } from "../json.ts";
import { readWhole } from "../whole.ts";
import { mendChoice } from "./choices.ts";

/**
 * A server's answer as a legacy completion. Fails as {@link readWhole} does.
 *
 * @see reference: openai-surface §5
 */
export function fromCompletionBody(body: unknown, facts: Facts, text: string): CompletionAnswer | GatewayError {
  return readWhole(body, text, facts, { object: "text_completion", prefix: "cmpl", mend, validate });
}

function mend(choice: Json): boolean | GatewayError {
  const changed = mendChoice(choice);
  if (changed instanceof GatewayError) return changed;
  // A whole answer without a reason has nothing more to say.
  return choice["finish_reason"] === null ? put(choice, "finish_reason", "stop") : changed;
}
