import { validateGenerateContentResponse } from "../../../../generated/validators/vertex.tolerant.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Change, ChatAnswer, ChatCompletion } from "../../../operations/types.ts";
import { toChatUsage } from "../../../usage/chat-usage.ts";
import { toStatusError } from "../errors.ts";
import type { Candidate, GenerateContentResponse, PromptFeedback } from "../types.ts";
import { toUsage } from "../usage.ts";
import { createCandidateReader, type Piece } from "./candidate.ts";
import type { GeminiContext } from "./context.ts";
import { finishFailure, toFinishReason } from "./finish.ts";
import { toLogprobs } from "./logprobs.ts";

type Choice = ChatCompletion["choices"][number];
type Message = Choice["message"];
type ToolCall = NonNullable<Message["tool_calls"]>[number];

/**
 * Turns Gemini's answer into a chat completion.
 *
 * Shape: {@link GenerateContentResponse} → {@link ChatCompletion}; pure.
 * Fails, as a value: a body of another shape, an error inside a 200, an answer without candidates, a malformed call.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerateContentResponse
 */
export function fromGenerateContent(body: unknown, context: GeminiContext): ChatAnswer | GatewayError {
  const answer = readAnswer(body, context);
  if (answer instanceof GatewayError) return answer;
  const choices = toChoices(answer, context);
  if (choices instanceof GatewayError) return choices;
  const usage = answer.usageMetadata == null ? undefined : toUsage(answer.usageMetadata);
  const { callId, createdSec, upstreamModel, responseModel = upstreamModel } = context.facts;
  const completion: ChatCompletion = {
    id: `chatcmpl-${callId}`,
    object: "chat.completion",
    created: createdSec,
    model: responseModel,
    choices,
  };
  if (usage !== undefined) completion.usage = toChatUsage(usage);
  return { body: completion, usage, changes: untranslated(answer) };
}

/** A body as an answer: Google also puts errors into a 200. */
export function readAnswer(body: unknown, context: GeminiContext): GenerateContentResponse | GatewayError {
  if (typeof body === "object" && body !== null && "error" in body) {
    return toStatusError(body.error, 500, context.facts.responseModel ?? context.facts.upstreamModel);
  }
  if (validateGenerateContentResponse(body)) return body;
  const place = validateGenerateContentResponse.errors?.[0]?.instancePath ?? "";
  return new GatewayError("upstream_invalid_response", "The upstream's answer has an unexpected shape.", {
    cause: `generateContent answer: wrong at ${place}`,
  });
}

/** What an answer held and the client does not get to see. */
export function untranslated(answer: GenerateContentResponse): readonly Change[] {
  const changes: Change[] = [];
  for (const candidate of answer.candidates ?? []) {
    for (const member of ["citationMetadata", "groundingMetadata"] as const) {
      const value = candidate[member];
      if (value != null && Object.keys(value).length > 0) {
        changes.push({ verb: "reported", path: `candidates[].${member}` });
      }
    }
  }
  return changes;
}

function toChoices(answer: GenerateContentResponse, context: GeminiContext): Choice[] | GatewayError {
  const blocked = blockedText(answer.promptFeedback);
  if (blocked !== undefined) {
    return [
      { index: 0, message: { ...emptyMessage(), refusal: blocked }, logprobs: null, finish_reason: "content_filter" },
    ];
  }
  const choices: Choice[] = [];
  for (const candidate of answer.candidates ?? []) {
    const choice = toChoice(candidate, context);
    if (choice instanceof GatewayError) return choice;
    choices.push(choice);
  }
  return choices.length > 0 ? choices : noCandidates();
}

/** The failure of an answer that holds neither candidates nor a reason for their absence. */
export function noCandidates(): GatewayError {
  return new GatewayError("upstream_invalid_response", "The upstream's answer holds no candidates.");
}

/** Why the prompt was refused, or undefined where it was not. */
export function blockedText(feedback: PromptFeedback | null | undefined): string | undefined {
  const reason = feedback?.blockReason;
  if (reason == null || /^BLOCK(ED)?_REASON_UNSPECIFIED$/.test(reason)) return undefined;
  return feedback?.blockReasonMessage ?? `The prompt was blocked: ${reason}.`;
}

function toChoice(candidate: Candidate, context: GeminiContext): Choice | GatewayError {
  // An answer without a reason was cut off somewhere.
  const reason = candidate.finishReason ?? "MAX_TOKENS";
  const failure = finishFailure(reason, candidate.finishMessage);
  if (failure !== undefined) return failure;
  const index = candidate.index ?? 0;
  const reader = createCandidateReader(context, index);
  const message = toMessage(reader.read(candidate), context);
  const finish_reason = toFinishReason(reason, reader.calls());
  return { index, message, logprobs: toLogprobs(candidate.logprobsResult), finish_reason };
}

function emptyMessage(): Message {
  return { role: "assistant", content: null, refusal: null, annotations: [] };
}

function toMessage(pieces: readonly Piece[], context: GeminiContext): Message {
  const message = emptyMessage();
  for (const piece of pieces) addPiece(message, piece, context);
  if (message.content === null && message.tool_calls === undefined && message.function_call === undefined) {
    message.content = "";
  }
  return message;
}

function addPiece(message: Message, piece: Piece, context: GeminiContext): void {
  switch (piece.kind) {
    case "text":
      message.content = (message.content ?? "") + piece.text;
      return;
    case "thought":
      message.reasoning_content = (message.reasoning_content ?? "") + piece.text;
      return;
    case "image":
      message.images = [...(message.images ?? []), toImage(piece)];
      return;
    case "signature":
      message.extra_content = { google: { thought_signature: piece.signature } };
      return;
    case "call":
      if (context.legacyCalls) message.function_call = { name: piece.tool.name, arguments: piece.text };
      else message.tool_calls = [...(message.tool_calls ?? []), toToolCall(piece)];
      return;
  }
}

/** An image as OpenRouter and LiteLLM show it; OpenAI has no place for one. */
export function toImage(piece: Extract<Piece, { kind: "image" }>): NonNullable<Message["images"]>[number] {
  return { type: "image_url", index: piece.index, image_url: { url: piece.url } };
}

function toToolCall(piece: Extract<Piece, { kind: "call" }>): ToolCall {
  const { id, tool, text } = piece;
  const extra = signatureOf(piece);
  return tool.kind === "custom"
    ? { id, type: "custom", custom: { name: tool.name, input: text }, ...extra }
    : { id, type: "function", function: { name: tool.name, arguments: text }, ...extra };
}

/** The signature of a call where Google's own OpenAI-compatible endpoint puts it. */
export function signatureOf(piece: Extract<Piece, { kind: "call" }>): {
  extra_content?: { google: { thought_signature: string } };
} {
  return piece.signature === undefined ? {} : { extra_content: { google: { thought_signature: piece.signature } } };
}
