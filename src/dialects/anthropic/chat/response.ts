import { validateMessage } from "../../../../generated/validators/anthropic.tolerant.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Answer, Change, ChatCompletion } from "../../../operations/types.ts";
import { toChatUsage } from "../../../usage/chat-usage.ts";
import { toErrorWithin } from "../errors.ts";
import type { Message as ClaudeMessage } from "../types.ts";
import { toUsage } from "../usage.ts";
import { createBlockReader, type Tell } from "./answer-blocks.ts";
import { toServiceTier } from "./answer-tier.ts";
import type { AnthropicContext } from "./context.ts";
import { refusalText, toFinishReason } from "./finish.ts";
import { addPiece } from "./message-pieces.ts";

type Choice = ChatCompletion["choices"][number];

/**
 * Turns Claude's answer into a chat completion.
 *
 * Shape: {@link ClaudeMessage} → {@link ChatCompletion}; pure.
 * Fails, as a value: a body of another shape, an error inside a 200, an answer without content; a stream that broke
 * off, which {@link parseAnswer} leaves undefined.
 *
 * @see specs/anthropic.yaml#/components/schemas/Message
 * @see reference: openai-chat-to-anthropic §9
 */
export function fromMessage(body: unknown, context: AnthropicContext): Answer<ChatCompletion> | GatewayError {
  if (body === undefined) return streamCut();
  if (isError(body)) return toErrorWithin(body, context);
  if (!validateMessage(body)) {
    const place = validateMessage.errors?.[0]?.instancePath ?? "";
    return unreadable(`message: wrong at ${place}`);
  }
  if (body.content == null) return unreadable("message: no content");
  const told = new Set<string>();
  const choice = toChoice(body, context, (path) => told.add(path));
  tellRest(body, (path) => told.add(path));
  const usage = body.usage == null ? undefined : toUsage(body.usage);
  const tier = body.usage == null ? undefined : toServiceTier(body.usage);
  const { callId, createdSec, upstreamModel, responseModel = upstreamModel } = context.facts;
  const completion: ChatCompletion = {
    id: `chatcmpl-${callId}`,
    object: "chat.completion",
    created: createdSec,
    model: responseModel,
    choices: [choice],
  };
  if (tier !== undefined) completion.service_tier = tier;
  if (usage !== undefined) completion.usage = toChatUsage(usage);
  return { body: completion, usage, changes: toChanges(told) };
}

/** Whether a body or an event says that something went wrong: Anthropic's form, or that of the host before it. */
export function isError(body: unknown): boolean {
  // Google's errors come in lists too.
  const first: unknown = Array.isArray(body) ? body[0] : body;
  return typeof first === "object" && first !== null && "error" in first && first.error !== null;
}

/** The failure of what is no answer. */
export function unreadable(cause: string): GatewayError {
  return new GatewayError("upstream_invalid_response", "The upstream's answer has an unexpected shape.", { cause });
}

/** The failure of a stream that ended too early. */
export function streamCut(): GatewayError {
  return new GatewayError("upstream_stream_cut", "The upstream's stream ended before the answer was complete.");
}

/** Places that the client does not get to see, as changes. */
export function toChanges(told: ReadonlySet<string>): readonly Change[] {
  return told.size === 0 ? noChanges : [...told].map((path) => ({ verb: "reported", path }));
}

const noChanges: readonly Change[] = [];

/** Tells what stands beside the answer and has no place in it. */
export function tellRest({ container, context_management: edits }: Partial<ClaudeMessage>, tell: Tell, at = ""): void {
  if (container != null) tell(`${at}container`);
  if (edits != null) tell(`${at}context_management`);
}

function toChoice(answer: ClaudeMessage, context: AnthropicContext, tell: Tell): Choice {
  const reader = createBlockReader(context, tell, { block: "content[]", citation: "content[]<text>.citations[]" });
  const message: Choice["message"] = { role: "assistant", content: null, refusal: null, annotations: [] };
  for (const [index, block] of (answer.content ?? []).entries()) {
    for (const piece of reader.open(index, block)) addPiece(message, piece, context.legacyCalls);
    for (const piece of reader.close(index)) addPiece(message, piece, context.legacyCalls);
  }
  for (const piece of reader.end()) addPiece(message, piece, context.legacyCalls);
  message.annotations = [...reader.annotations()];
  message.refusal = refusalText(answer.stop_reason, answer.stop_details) ?? null;
  const calls = reader.calls();
  if (calls === "none" && message.refusal === null) message.content ??= "";
  return { index: 0, message, logprobs: null, finish_reason: toFinishReason(answer.stop_reason, calls) };
}
