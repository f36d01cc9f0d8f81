import { validateCreateChatCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import { validateGenerateContentRequest } from "../../../generated/validators/vertex.closed.mjs";
import type { Facts, Open } from "../../../src/dialects/dialect.ts";
import { chat } from "../../../src/dialects/gemini/chat/index.ts";
import type { ChatChunk, ChatCompletion } from "../../../src/operations/types.ts";

/** Facts as the gateway hands them over. */
export function factsFor(upstreamModel: string, more: Partial<Facts> = {}): Facts {
  const usual = { host: "vertex", responseModel: "some-model", callId: "c0ffee", createdSec: 1_790_000_000 };
  return { upstreamModel, ...usual, ...more };
}

/** A request on its way, its body held against the spec of the upstream. */
export function open(
  members: object,
  upstreamModel = "gemini-2.5-flash",
  more: Partial<Facts> = {},
): Open<ChatCompletion, ChatChunk> {
  const request: unknown = { model: "m", messages: [{ role: "user", content: "Hi." }], ...members };
  if (!validateCreateChatCompletionRequest(request))
    throw new Error(JSON.stringify(validateCreateChatCompletionRequest.errors));
  const opened = chat.open(request, factsFor(upstreamModel, more), "unary");
  if (!validateGenerateContentRequest(opened.body))
    throw new Error(JSON.stringify(validateGenerateContentRequest.errors));
  return opened;
}
