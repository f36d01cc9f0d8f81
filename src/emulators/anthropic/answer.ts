import { type Turn, turnOf } from "../model.ts";
import { blocksFor, type Case, newId, pagesOf, sayOnce } from "./blocks.ts";
import { cachesForAnHour } from "./check-settings.ts";
import type { Message, StopDetails } from "./types.ts";
import { promptTokens, usageOf } from "./usage.ts";

/** The whole answer. Of a stream it is what the events add up to. */
export function messageFor(one: Case): Message {
  const { checked, answer } = one;
  const turn: Turn = answer.blocked === undefined ? sayOnce(one) : nothing;
  const extras = {
    searches: pagesOf(answer).length > 0 ? 1 : 0,
    hour: cachesForAnHour(checked),
    speed: checked.request.speed ?? null,
  };
  return {
    id: newId("msg", one),
    type: "message",
    role: "assistant",
    model: answer.model_version ?? checked.model.replace(/@(default|latest)$/, "").replace("@", "-"),
    content: answer.blocked === undefined ? [...blocksFor(turn, one)] : [],
    stop_reason: reasonOf(turn, one),
    stop_sequence: turn.ending === "stop" ? sequenceOf(turn, one) : null,
    stop_details: detailsOf(one),
    usage: usageOf(promptTokens(checked.request), turn, answer.usage, extras),
    container: null,
    diagnostics: null,
  };
}

const nothing: Turn = { thoughts: "", text: "", calls: [], ending: "done" };

function reasonOf({ ending, calls }: Turn, { answer: { finish, blocked } }: Case): string | null {
  if (finish !== undefined) return finish === "" ? null : finish;
  if (blocked !== undefined) return "refusal";
  if (ending === "length") return "max_tokens";
  if (ending === "stop") return "stop_sequence";
  return calls.length > 0 ? "tool_use" : "end_turn";
}

/** The text that ended the answer: the one that comes next in what would have been said. */
function sequenceOf({ text }: Turn, { answer, prompt }: Case): string | null {
  const full = turnOf(answer, { ...prompt, stop: [] }).text;
  return prompt.stop.find((sequence) => full.startsWith(sequence, text.length)) ?? null;
}

/** A refusal has a kind of harm, in the words of a script, and a reason in words. */
function detailsOf({ answer: { blocked, finish, text } }: Case): StopDetails | null {
  if (blocked === undefined && finish !== "refusal") return null;
  const explanation = blocked === undefined ? null : (text ?? "The request was refused for reasons of safety.");
  return { type: "refusal", category: blocked ?? null, explanation };
}
