import { validateConverseResponse } from "../../../../generated/validators/bedrock.tolerant.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Answer, Change, ChatCompletion } from "../../../operations/types.ts";
import { toChatUsage } from "../../../usage/chat-usage.ts";
import type { Tell } from "../../anthropic/chat/answer-blocks.ts";
import { addPiece } from "../../anthropic/chat/message-pieces.ts";
import type { ConverseResponse } from "../types.ts";
import { toUsage } from "../usage.ts";
import { createBlockReader } from "./answer-blocks.ts";
import { toServiceTier } from "./answer-tier.ts";
import type { ConverseContext } from "./context.ts";
import { finishFailure, refusalText, toFinishReason } from "./finish.ts";

type Choice = ChatCompletion["choices"][number];

/**
 * Turns an answer of Converse into a chat completion.
 *
 * Shape: {@link ConverseResponse} → {@link ChatCompletion}; pure.
 * Fails, as a value: a body of another shape, an answer without a message, one that the model made a mess of.
 *
 * @see specs/bedrock.yaml#/components/schemas/ConverseResponse
 */
export function fromConverse(body: unknown, context: ConverseContext): Answer<ChatCompletion> | GatewayError {
  if (!validateConverseResponse(body)) {
    const place = validateConverseResponse.errors?.[0]?.instancePath ?? "";
    return unreadable(`message: wrong at ${place}`);
  }
  if (body.output?.message?.content == null) return unreadable("message: no content");
  const failure = finishFailure(body.stopReason);
  if (failure !== undefined) return failure;
  const told = new Set<string>();
  const choice = toChoice(body, context, (path) => told.add(path));
  tellRest(body, (path) => told.add(path), "");
  const usage = body.usage == null ? undefined : toUsage(body.usage);
  const tier = toServiceTier(body);
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

/** The failure of what is no answer. */
export function unreadable(cause: string): GatewayError {
  return new GatewayError("upstream_invalid_response", "The upstream's answer has an unexpected shape.", { cause });
}

/** Places that the client does not get to see, as changes. */
export function toChanges(told: ReadonlySet<string>): readonly Change[] {
  return told.size === 0 ? noChanges : [...told].map((path) => ({ verb: "reported", path }));
}

const noChanges: readonly Change[] = [];

/** Tells what stands beside the answer and has no place in it. */
export function tellRest(
  { trace, additionalModelResponseFields: fields }: Pick<ConverseResponse, "trace" | "additionalModelResponseFields">,
  tell: Tell,
  at: string,
): void {
  if (trace != null) tell(`${at}trace`);
  if (fields != null) tell(`${at}additionalModelResponseFields`);
}

function toChoice({ output, stopReason }: ConverseResponse, context: ConverseContext, tell: Tell): Choice {
  const reader = createBlockReader(context, tell);
  const message: Choice["message"] = { role: "assistant", content: null, refusal: null, annotations: [] };
  for (const [index, block] of (output?.message?.content ?? []).entries()) {
    for (const piece of reader.whole(index, block)) addPiece(message, piece, context.legacyCalls);
  }
  for (const piece of reader.end()) addPiece(message, piece, context.legacyCalls);
  message.annotations = [...reader.annotations()];
  const calls = reader.calls();
  message.refusal = refusalText(stopReason, calls !== "none" || Boolean(message.content)) ?? null;
  if (calls === "none" && message.refusal === null) message.content ??= "";
  return { index: 0, message, logprobs: null, finish_reason: toFinishReason(stopReason, calls) };
}
