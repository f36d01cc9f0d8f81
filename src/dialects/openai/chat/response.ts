import { validateCreateChatCompletionResponse } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { ChatAnswer } from "../../../operations/types.ts";
import { readCounts } from "../counts.ts";
import { failureIn } from "../errors.ts";
import { fit } from "../fit.ts";
import { frameOf, putFrame } from "../frame.ts";
import { isJson, type Json, put } from "../json.ts";
import { withText } from "../splice.ts";
import { toUsage } from "../usage.ts";
import { wordOf } from "./call.ts";
import { mendContent } from "./content.ts";
import { type Calls, toFinishReason } from "./finish.ts";
import { mendLogprobs } from "./logprobs.ts";
import type { OpenAIContext } from "./request.ts";
import { mendCalls } from "./whole-calls.ts";

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
  const listed: readonly unknown[] = Array.isArray(answer["choices"]) ? answer["choices"] : [];
  const choices = listed.filter(isJson);
  if (choices.length === 0) {
    return new GatewayError("upstream_invalid_response", "The upstream's answer holds no choices.");
  }
  const said = typeof answer["model"] === "string" ? answer["model"] : "";
  const touched = putFrame(answer, frameOf(answer, facts, "chatcmpl"), "chat.completion");
  let mended = choices.length < listed.length && put(answer, "choices", choices);
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
  return said === read || JSON.stringify(said) === JSON.stringify(read);
}

function mendChoice(choice: Json, at: number, context: OpenAIContext): boolean | GatewayError {
  let changed = put(choice, "index", Number.isInteger(choice["index"]) ? choice["index"] : at);
  const message = isJson(choice["message"]) ? choice["message"] : {};
  changed = put(choice, "message", message) || changed;
  changed = put(message, "role", "assistant") || changed;
  changed = mendContent(message) || changed;
  if (message["content"] === undefined) changed = put(message, "content", null) || changed;
  if (typeof message["refusal"] !== "string") changed = put(message, "refusal", null) || changed;
  const reason = toFinishReason(choice["finish_reason"], "none");
  if (reason instanceof GatewayError) return reason;
  changed = mendCalls(message, context, reason === "length" || reason === "content_filter") || changed;
  if (choice["logprobs"] === undefined) changed = put(choice, "logprobs", null);
  changed = mendLogprobs(choice) || changed;
  // A whole answer without a reason has nothing more to say.
  const said = wordOf(choice["finish_reason"]) ?? "stop";
  const finish = toFinishReason(said, callsIn(message));
  return finish instanceof GatewayError ? finish : put(choice, "finish_reason", finish) || changed;
}

function callsIn(message: Json): Calls {
  if (message["tool_calls"] !== undefined) return "tool_calls";
  return message["function_call"] === undefined ? "none" : "function_call";
}
