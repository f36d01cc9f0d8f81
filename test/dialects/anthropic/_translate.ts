import {
  validateBedrockMessageRequest,
  validateCreateMessageRequest,
  validateVertexMessageRequest,
} from "../../../generated/validators/anthropic.closed.mjs";
import { validateCreateChatCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import type { Validator } from "../../../generated/validators/validator.ts";
import type { AnthropicContext } from "../../../src/dialects/anthropic/chat/context.ts";
import { toMessageRequest } from "../../../src/dialects/anthropic/chat/request.ts";
import type { MessageBody } from "../../../src/dialects/anthropic/types.ts";
import type { AnswerKind, Facts, Translated } from "../../../src/dialects/dialect.ts";
import type { ChatRequest } from "../../../src/operations/types.ts";

/** Facts as the gateway hands them over. */
export function factsFor(upstreamModel: string, more: Partial<Facts> = {}): Facts {
  const usual = { host: "anthropic", responseModel: "some-model", callId: "c0ffee", createdSec: 1_790_000_000 };
  return { upstreamModel, ...usual, ...more };
}

/** Facts of Claude on Vertex AI, and on Bedrock. */
export const vertex: Partial<Facts> = { host: "vertex-anthropic" };
export const bedrock: Partial<Facts> = { host: "bedrock" };

/** A request as the gateway would hand it over. */
export function checked(request: unknown): ChatRequest {
  if (validateCreateChatCompletionRequest(request)) return request;
  throw new Error(JSON.stringify(validateCreateChatCompletionRequest.errors));
}

const bodies: Readonly<Record<string, Validator<MessageBody>>> = {
  anthropic: validateCreateMessageRequest,
  "vertex-anthropic": validateVertexMessageRequest,
  bedrock: validateBedrockMessageRequest,
};

/** What the spec of the host's bodies says against one. */
export function complaintOf(body: unknown, { host }: Facts): string | undefined {
  const validate = bodies[host];
  if (validate === undefined) throw new Error(`no host called ${host}`);
  return validate(body) ? undefined : JSON.stringify(validate.errors);
}

/** A request on its way, its body held against the spec of the host. */
export function translate(
  members: object,
  upstreamModel = "claude-sonnet-4-5",
  more: Partial<Facts> = {},
  kind: AnswerKind = "unary",
): Translated<MessageBody, AnthropicContext> {
  const request = checked({ model: "m", messages: [{ role: "user", content: "Hi." }], ...members });
  const facts = factsFor(upstreamModel, more);
  const translated = toMessageRequest(request, facts, kind);
  const complaint = complaintOf(translated.body, facts);
  if (complaint !== undefined) throw new Error(complaint);
  return translated;
}
