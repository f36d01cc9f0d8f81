import { GatewayError } from "../../../errors.ts";
import type { ChatCompletion } from "../../../operations/types.ts";

export type FinishReason = ChatCompletion["choices"][number]["finish_reason"];

/** Gemini's word → OpenAI's. A word that stands for a broken answer has none. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["CONTINUATION", "length"],
  ["SAFETY", "content_filter"],
  ["RECITATION", "content_filter"],
  ["LANGUAGE", "content_filter"],
  ["BLOCKLIST", "content_filter"],
  ["PROHIBITED_CONTENT", "content_filter"],
  ["SPII", "content_filter"],
  ["MODEL_ARMOR", "content_filter"],
  ["IMAGE_SAFETY", "content_filter"],
  ["IMAGE_PROHIBITED_CONTENT", "content_filter"],
  ["IMAGE_RECITATION", "content_filter"],
]);

/** The model said something nobody can use; another try may go better. */
const brokenAnswers: ReadonlySet<string> = new Set([
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MALFORMED_RESPONSE",
  "MISSING_THOUGHT_SIGNATURE",
]);

/**
 * Why a candidate ended, in OpenAI's words. Gemini has no word for "calls tools": a call seen makes it that.
 * Words nobody knows yet count as an ordinary end.
 */
export function toFinishReason(reason: string, calls: "none" | "tool_calls" | "function_call"): FinishReason {
  const finish = finishReasons.get(reason) ?? "stop";
  return finish === "stop" && calls !== "none" ? calls : finish;
}

/** The failure a finish reason stands for, if it stands for one. */
export function finishFailure(reason: string, message: string | null | undefined): GatewayError | undefined {
  if (!brokenAnswers.has(reason)) return undefined;
  const detail = message ? `: ${message}` : "";
  return new GatewayError("upstream_invalid_response", `The model's answer was malformed (${reason})${detail}`);
}
