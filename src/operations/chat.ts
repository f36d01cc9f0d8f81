import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { GatewayError } from "../errors.ts";
import { toInvalidRequest } from "./invalid.ts";
import type { ChatRequest } from "./types.ts";

/** A chat request that has the right shape, and how it wants to be answered. */
export interface ChatCall {
  readonly request: ChatRequest;
  readonly stream: boolean;
  /** The client wants a last chunk with the counts. */
  readonly includeUsage: boolean;
}

/**
 * Checks a body against the compiled spec and what the spec cannot say.
 *
 * @param model the resolved client-facing name, for requests that left theirs out
 * Fails: throws a 400 that names the parameter.
 */
export function parseChat(body: object, model: string): ChatCall {
  const request: unknown = "model" in body && body.model !== null && body.model !== "" ? body : { ...body, model };
  if (!validateCreateChatCompletionRequest(request)) {
    throw toInvalidRequest(validateCreateChatCompletionRequest.errors?.[0], request);
  }
  if (request.top_logprobs != null && request.logprobs !== true) {
    const message = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.";
    throw new GatewayError("invalid_value", message, { param: "top_logprobs" });
  }
  const stream = request.stream === true;
  return { request, stream, includeUsage: stream && request.stream_options?.include_usage === true };
}
