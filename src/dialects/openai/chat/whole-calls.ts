import { isJson, type Json, put } from "../json.ts";
import { kindOf, madeIn, toText, wordOf } from "./call.ts";
import type { OpenAIContext } from "./request.ts";

/**
 * Brings the calls of a whole message into the only form that clients know: each with a name, an id of its own, a type,
 * and its arguments as text. None is no member. True when anything was changed; the message is changed in place.
 *
 * @param isCut the answer ended before it was whole, so that arguments may be missing
 * @see reference: openai-surface §7, upstream-auth §9
 */
export function mendCalls(message: Json, context: OpenAIContext, isCut: boolean): boolean {
  const older = mendOlder(message, isCut);
  if (!("tool_calls" in message)) return older;
  const said: readonly unknown[] = Array.isArray(message["tool_calls"]) ? message["tool_calls"] : [];
  const named = said.filter(isNamed);
  const calls = context.onlyFirstCall ? named.slice(0, 1) : named;
  if (calls.length === 0) return Reflect.deleteProperty(message, "tool_calls");
  let changed = calls.length < said.length && put(message, "tool_calls", calls);
  const ids = new Set<string>();
  for (const [at, call] of calls.entries()) {
    const id = wordOf(call["id"]);
    const own = id === undefined || ids.has(id) ? `call_${context.facts.callId}_${at}` : id;
    ids.add(own);
    changed = put(call, "id", own) || changed;
    changed = mendCall(call, isCut) || changed;
  }
  if (context.legacyCalls) return toOlder(message, calls[0]);
  return changed || older;
}

function isNamed(call: unknown): call is Json {
  return isJson(call) && wordOf(madeIn(call)?.["name"]) !== undefined;
}

function mendCall(call: Json, isCut: boolean): boolean {
  const kind = kindOf(call);
  const typed = put(call, "type", kind);
  const made = call[kind];
  if (!isJson(made)) return typed;
  return (kind === "custom" ? put(made, "input", toText(made["input"])) : mendArguments(made, isCut)) || typed;
}

/** No arguments are `{}` to OpenAI, and clients parse them. */
function mendArguments(made: Json, isCut: boolean): boolean {
  const text = toText(made["arguments"]);
  return put(made, "arguments", text === "" && !isCut ? "{}" : text);
}

/** The deprecated call that a server makes by itself; none is no member. */
function mendOlder(message: Json, isCut: boolean): boolean {
  const made = message["function_call"];
  if (made === undefined) return false;
  if (!isJson(made) || wordOf(made["name"]) === undefined) return Reflect.deleteProperty(message, "function_call");
  return mendArguments(made, isCut);
}

/** The first call in the deprecated form, which has room for one. */
function toOlder(message: Json, first: Json | undefined): boolean {
  delete message["tool_calls"];
  return put(message, "function_call", first?.["function"]);
}
