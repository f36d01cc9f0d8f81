import type { ChatCompletion } from "../../../operations/types.ts";
import type { StopDetails } from "../types.ts";

export type FinishReason = ChatCompletion["choices"][number]["finish_reason"];

/** Claude's word → OpenAI's. Calls are looked for among the blocks: those of stand-in tools are none to the client. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["tool_use", "stop"],
  ["pause_turn", "stop"],
  ["compaction", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["refusal", "content_filter"],
]);

/** Why an answer ended, in OpenAI's words. No word, or one that nobody knows yet, counts as an ordinary end. */
export function toFinishReason(
  reason: string | null | undefined,
  calls: "none" | "tool_calls" | "function_call",
): FinishReason {
  const finish = finishReasons.get(reason ?? "") ?? "stop";
  return finish === "stop" && calls !== "none" ? calls : finish;
}

/** What the client reads of a refusal; undefined where the model did not refuse. */
export function refusalText(
  reason: string | null | undefined,
  details: StopDetails | null | undefined,
): string | undefined {
  if (reason !== "refusal") return undefined;
  const category = details?.category ? `: ${details.category}` : "";
  return details?.explanation || `The model refused to answer${category}.`;
}
