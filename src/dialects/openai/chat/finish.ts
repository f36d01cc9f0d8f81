import { GatewayError } from "../../../errors.ts";
import type { ChatCompletion } from "../../../operations/types.ts";

export type FinishReason = ChatCompletion["choices"][number]["finish_reason"];

/** Words of several servers; any that stands nowhere counts as an ordinary end, and so does one that says calls. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["length", "length"],
  ["max_tokens", "length"],
  ["model_length", "length"],
  ["content_filter", "content_filter"],
  ["safety", "content_filter"],
]);

/** The model or its server gave up; another try may go better. */
const broken: ReadonlySet<string> = new Set(["error", "abort", "insufficient_system_resource"]);

/** How calls were made, for the finish reason to say the same. */
export type Calls = "none" | "tool_calls" | "function_call";

/**
 * Why a choice ended, in OpenAI's words; undefined while it has not, a failure where it broke. Calls end with calls and
 * nothing else does, whatever the server says: older ones end them with an ordinary stop.
 *
 * @see reference: upstream-auth §9
 */
export function toFinishReason(said: unknown, calls: Calls): FinishReason | undefined | GatewayError {
  if (typeof said !== "string" || said === "") return undefined;
  const word = said.toLowerCase();
  if (broken.has(word)) {
    return new GatewayError("upstream_invalid_response", `The model's answer was malformed (${word}).`);
  }
  return finishReasons.get(word) ?? (calls === "none" ? "stop" : calls);
}
