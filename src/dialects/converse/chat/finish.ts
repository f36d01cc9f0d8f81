import { GatewayError } from "../../../errors.ts";
import type { ChatCompletion } from "../../../operations/types.ts";

export type FinishReason = ChatCompletion["choices"][number]["finish_reason"];

/** Bedrock's word → OpenAI's. Calls are looked for among the blocks: those of stand-in tools are none to the client. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["tool_use", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["guardrail_intervened", "content_filter"],
  ["content_filtered", "content_filter"],
]);

/** The model said something nobody can use; another try may go better. */
const brokenAnswers: ReadonlySet<string> = new Set(["malformed_model_output", "malformed_tool_use"]);

/** Why an answer ended, in OpenAI's words. No word, or one that nobody knows yet, counts as an ordinary end. */
export function toFinishReason(
  reason: string | null | undefined,
  calls: "none" | "tool_calls" | "function_call",
): FinishReason {
  const finish = finishReasons.get(reason ?? "") ?? "stop";
  return finish === "stop" && calls !== "none" ? calls : finish;
}

/** What the client reads of a refusal that comes without a word; undefined where there is an answer. */
export function refusalText(reason: string | null | undefined, said: boolean): string | undefined {
  if (said || reason == null || finishReasons.get(reason) !== "content_filter") return undefined;
  return `The upstream blocked the answer (${reason}).`;
}

/** The failure a reason stands for, if it stands for one. */
export function finishFailure(reason: string | null | undefined): GatewayError | undefined {
  if (reason == null || !brokenAnswers.has(reason)) return undefined;
  return new GatewayError("upstream_invalid_response", `The model's answer was malformed (${reason}).`);
}
