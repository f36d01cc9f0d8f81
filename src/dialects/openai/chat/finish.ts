import { GatewayError } from "../../../errors.ts";
import type { ChatCompletion } from "../../../operations/types.ts";

export type FinishReason = ChatCompletion["choices"][number]["finish_reason"];

/** Words of other servers; any that stands nowhere counts as an ordinary end. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  tool_calls: "tool_calls",
  tool_use: "tool_calls",
  function_call: "function_call",
  content_filter: "content_filter",
  safety: "content_filter",
};

/** The model or its server gave up; another try may go better. */
const broken: ReadonlySet<string> = new Set(["error", "abort"]);

/** How calls were made, for the finish reason to say the same. */
export type Calls = "none" | "tool_calls" | "function_call";

/**
 * Why a choice ended, in OpenAI's words; undefined while it has not, a failure where it broke. Older servers end calls
 * with an ordinary stop.
 */
export function toFinishReason(said: unknown, calls: Calls): FinishReason | undefined | GatewayError {
  if (typeof said !== "string" || said === "") return undefined;
  if (broken.has(said)) {
    return new GatewayError("upstream_invalid_response", `The model's answer was malformed (${said}).`);
  }
  const reason = finishReasons[said] ?? "stop";
  if (calls === "none") return reason;
  return reason === "stop" || reason === "tool_calls" || reason === "function_call" ? calls : reason;
}
