import { validateCreateChatCompletionResponse } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { ChatAnswer } from "../../../operations/types.ts";
import { readCounts } from "../counts.ts";
import { failureIn } from "../errors.ts";
import { fit } from "../fit.ts";
import { frameOf, putFrame } from "../frame.ts";
import { isJson, type Json } from "../json.ts";
import { withText } from "../splice.ts";
import { toUsage } from "../usage.ts";
import { mendContent } from "./content.ts";
import { type Calls, toFinishReason } from "./finish.ts";
import type { OpenAIContext } from "./request.ts";

/**
 * A server's answer as a chat completion: complete where members are missing, in OpenAI's words where the server has
 * its own, and in the server's own bytes where nothing but the model's name is to be changed.
 *
 * Fails, as a value: an error inside a 200, an answer without choices, a choice that broke off.
 *
 * @see reference: openai-surface §7, upstream-auth §9
 */
export function fromChatBody(body: unknown, context: OpenAIContext, text: string): ChatAnswer | GatewayError {
  const { facts } = context;
  const failure = failureIn(body, facts);
  if (failure !== undefined) return failure;
  const answer = isJson(body) ? body : {};
  const choices = Array.isArray(answer["choices"]) ? answer["choices"].filter(isJson) : [];
  if (choices.length === 0) {
    return new GatewayError("upstream_invalid_response", "The upstream's answer holds no choices.");
  }
  const said = typeof answer["model"] === "string" ? answer["model"] : "";
  const touched = putFrame(answer, frameOf(answer, facts, "chatcmpl"), "chat.completion");
  let mended = false;
  for (const [at, choice] of choices.entries()) {
    const changed = mendChoice(choice, at, context);
    if (changed instanceof GatewayError) return changed;
    mended = changed || mended;
  }
  const usage = readCounts(answer["usage"]);
  if (usage !== undefined) mended = sameCounts(answer["usage"], usage) ? mended : true;
  if (usage !== undefined) answer["usage"] = usage;
  const fitted = fit(answer, validateCreateChatCompletionResponse);
  if (fitted instanceof GatewayError) return fitted;
  const asSent = touched !== "yes" && !mended && !fitted.taken;
  return {
    body: fitted.value,
    text: asSent ? withText(text, "model", said, fitted.value.model) : undefined,
    usage: usage && toUsage(usage),
    changes: [],
  };
}

function sameCounts(said: unknown, read: object): boolean {
  return JSON.stringify(said) === JSON.stringify(read);
}

function mendChoice(choice: Json, at: number, context: OpenAIContext): boolean | GatewayError {
  let changed = put(choice, "index", typeof choice["index"] === "number" ? choice["index"] : at);
  const message = isJson(choice["message"]) ? choice["message"] : {};
  changed = put(choice, "message", message) || changed;
  changed = put(message, "role", "assistant") || changed;
  changed = mendContent(message) || changed;
  if (message["refusal"] === undefined) changed = put(message, "refusal", null) || changed;
  changed = mendCalls(message, context) || changed;
  if (context.legacyCalls) changed = toFunctionCall(message) || changed;
  if (message["content"] === undefined) changed = put(message, "content", null) || changed;
  if (choice["logprobs"] === undefined) changed = put(choice, "logprobs", null) || changed;
  const reason = toFinishReason(choice["finish_reason"], callsIn(message));
  if (reason instanceof GatewayError) return reason;
  // A whole answer without a reason has nothing more to say.
  return put(choice, "finish_reason", reason ?? (callsIn(message) === "none" ? "stop" : callsIn(message))) || changed;
}

/** Calls in the only form that clients know: with id, type and arguments as text. None is no member. */
function mendCalls(message: Json, { facts, onlyFirstCall }: OpenAIContext): boolean {
  if (message["function_call"] === null) delete message["function_call"];
  if (!("tool_calls" in message)) return false;
  const calls = Array.isArray(message["tool_calls"]) ? message["tool_calls"].filter(isJson) : [];
  if (calls.length === 0) return Reflect.deleteProperty(message, "tool_calls");
  let changed = onlyFirstCall && calls.length > 1;
  if (changed) message["tool_calls"] = calls.slice(0, 1);
  for (const [at, call] of calls.entries()) {
    if (typeof call["id"] !== "string" || call["id"] === "") changed = put(call, "id", `call_${facts.callId}_${at}`);
    if (typeof call["type"] !== "string") changed = put(call, "type", "function");
    const made = call["function"];
    if (isJson(made) && typeof made["arguments"] !== "string") {
      changed = put(made, "arguments", JSON.stringify(made["arguments"] ?? {}));
    }
  }
  return changed;
}

/** The first call in the deprecated form, which has room for one. */
function toFunctionCall(message: Json): boolean {
  const [first]: unknown[] = Array.isArray(message["tool_calls"]) ? message["tool_calls"] : [];
  if (!isJson(first)) return false;
  delete message["tool_calls"];
  return put(message, "function_call", first["function"]);
}

function callsIn(message: Json): Calls {
  if (message["tool_calls"] !== undefined) return "tool_calls";
  return message["function_call"] === undefined ? "none" : "function_call";
}

/** Sets a member; true when it was something else before. */
function put(object: Json, name: string, value: unknown): boolean {
  if (object[name] === value) return false;
  object[name] = value;
  return true;
}
