import { GatewayError } from "../../../errors.ts";
import { toFinishReason } from "../chat/finish.ts";
import type { Json } from "../json.ts";

/**
 * Completes a choice of a whole answer or of a chunk: all four members are there, and the reason is one of OpenAI's.
 * True when anything was changed; the choice is changed in place.
 *
 * @param index what counts where the server gives no number
 */
export function mendChoice(choice: Json, index: number): boolean | GatewayError {
  const reason = toFinishReason(choice["finish_reason"], "none");
  if (reason instanceof GatewayError) return reason;
  // Texts make no calls.
  const finish = reason === "tool_calls" || reason === "function_call" ? "stop" : (reason ?? null);
  const wanted: Json = {
    index: typeof choice["index"] === "number" ? choice["index"] : index,
    text: typeof choice["text"] === "string" ? choice["text"] : "",
    logprobs: choice["logprobs"] ?? null,
    finish_reason: finish,
  };
  const changed = Object.entries(wanted).some(([name, value]) => choice[name] !== value);
  if (changed) Object.assign(choice, wanted);
  return changed;
}
