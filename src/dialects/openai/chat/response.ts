import { validateCreateChatCompletionResponse as validate } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { ChatAnswer } from "../../../operations/types.ts";
import { isJson, type Json, put } from "../json.ts";
import { readWhole } from "../whole.ts";
import { wordOf } from "./call.ts";
import { mendContent } from "./content.ts";
import { type Calls, toFinishReason } from "./finish.ts";
import { mendLogprobs } from "./logprobs.ts";
import type { OpenAIContext } from "./request.ts";
import { mendCalls } from "./whole-calls.ts";

/** A server's answer as a chat completion. Fails as {@link readWhole} does. */
export function fromChatBody(body: unknown, context: OpenAIContext, text: string): ChatAnswer | GatewayError {
  const mend = (choice: Json): boolean | GatewayError => mendChoice(choice, context);
  return readWhole(body, text, context.facts, { object: "chat.completion", prefix: "chatcmpl", mend, validate });
}

function mendChoice(choice: Json, context: OpenAIContext): boolean | GatewayError {
  const message = isJson(choice["message"]) ? choice["message"] : {};
  let changed = put(choice, "message", message);
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
