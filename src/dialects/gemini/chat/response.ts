import { validateGenerateContentResponse } from "../../../../generated/validators/vertex.tolerant.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Change, ChatAnswer, ChatCompletion } from "../../../operations/types.ts";
import { toChatUsage } from "../../../usage/chat-usage.ts";
import type { AnswerHeaders } from "../../dialect.ts";
import { toStatusError } from "../errors.ts";
import type { Candidate, GenerateContentResponse, PromptFeedback } from "../types.ts";
import { toUsage } from "../usage.ts";
import { type Annotation, createSources, hasSources } from "./annotations.ts";
import type { AnswerText } from "./answer-text.ts";
import { tierIn, toServiceTier } from "./answer-tier.ts";
import { type Sound, toAudioData } from "./audio.ts";
import { createCandidateReader, type Piece } from "./candidate.ts";
import type { GeminiContext } from "./context.ts";
import { finishFailure, toFinishReason } from "./finish.ts";
import { toLogprobs } from "./logprobs.ts";
import { type Tell, tellPages, tellSources } from "./untranslated.ts";

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
export function fromGenerateContent(
  body: unknown,
  context: GeminiContext,
  headers?: AnswerHeaders,
): ChatAnswer | GatewayError {
  const answer = readAnswer(body, context);
  if (answer instanceof GatewayError) return answer;
  const told = new Set<string>();
  const choices = toChoices(answer, context, (path) => told.add(path));
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
  const tier = toServiceTier(answer.usageMetadata?.trafficType) ?? tierIn(headers);
  if (tier !== undefined) completion.service_tier = tier;
  if (usage !== undefined) completion.usage = toChatUsage(usage);
  return { body: completion, usage, changes: toChanges(told) };
}

/** Places that the client does not get to see, as changes. */
export function toChanges(told: ReadonlySet<string>): readonly Change[] {
  return told.size === 0 ? noChanges : [...told].map((path) => ({ verb: "reported", path }));
}

const noChanges: readonly Change[] = [];

/** A body as an answer: Google also puts errors into a 200, and errors into lists of one. */
export function readAnswer(given: unknown, context: GeminiContext): GenerateContentResponse | GatewayError {
  const body: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (typeof body === "object" && body !== null && "error" in body && body.error !== null) {
    const { facts, places } = context;
    return toStatusError(body.error, 500, facts.responseModel ?? facts.upstreamModel, undefined, places);
  }
  if (validateGenerateContentResponse(body)) return body;
  const place = validateGenerateContentResponse.errors?.[0]?.instancePath ?? "";
  const finite = withoutInfinities(body);
  if (validateGenerateContentResponse(finite)) return finite;
  return new GatewayError("upstream_invalid_response", "The upstream's answer has an unexpected shape.", {
    cause: `generateContent answer: wrong at ${place}`,
  });
}

/** Numbers that JSON has no word for: protobuf writes them as texts. */
const notFinite: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity"]);
const likelihoods: ReadonlySet<string> = new Set([
  "avgLogprobs",
  "logProbability",
  "probabilityScore",
  "severityScore",
]);

/** The same body with the likelihoods left out that are no numbers: rare enough to be looked for only when needed. */
function withoutInfinities(body: unknown): unknown {
  if (typeof body !== "object") return body;
  return JSON.parse(JSON.stringify(body), (name, value: unknown) =>
    likelihoods.has(name) && notFinite.has(value) ? null : value,
  );
}

function toChoices(answer: GenerateContentResponse, context: GeminiContext, tell: Tell): Choice[] | GatewayError {
  const blocked = blockedText(answer.promptFeedback);
  if (blocked !== undefined) {
    return [
      { index: 0, message: { ...emptyMessage(), refusal: blocked }, logprobs: null, finish_reason: "content_filter" },
    ];
  }
  const choices: Choice[] = [];
  for (const candidate of answer.candidates ?? []) {
    const choice = toChoice(candidate, context, tell);
    if (choice instanceof GatewayError) return choice;
    choices.push(choice);
  }
  return choices.length > 0 ? choices : noCandidates();
}

/** The failure of an answer that holds neither candidates nor a reason for their absence. */
function noCandidates(): GatewayError {
  return new GatewayError("upstream_invalid_response", "The upstream's answer holds no candidates.");
}

/** Why the prompt was refused, or undefined where it was not. */
export function blockedText(feedback: PromptFeedback | null | undefined): string | undefined {
  const reason = feedback?.blockReason;
  if (reason == null || /^BLOCK(ED)?_REASON_UNSPECIFIED$/.test(reason)) return undefined;
  return feedback?.blockReasonMessage || `The prompt was blocked: ${reason}.`;
}

function toChoice(candidate: Candidate, context: GeminiContext, tell: Tell): Choice | GatewayError {
  // An answer without a reason was cut off somewhere.
  const reason = candidate.finishReason ?? "MAX_TOKENS";
  const failure = finishFailure(reason, candidate.finishMessage);
  if (failure !== undefined) return failure;
  const index = candidate.index ?? 0;
  const reader = createCandidateReader(context, index, tell, false);
  const message = toMessage(reader.read(candidate), reader.end(), context, index);
  const broken = reader.failure();
  if (broken !== undefined) return broken;
  if (hasSources(candidate)) message.annotations = annotationsOf(candidate, reader.text, tell);
  if (candidate.urlContextMetadata != null) tellPages(candidate, tell);
  const finish_reason = toFinishReason(reason, reader.calls());
  return { index, message, logprobs: toLogprobs(candidate.logprobsResult), finish_reason };
}

function annotationsOf(candidate: Candidate, text: AnswerText, tell: Tell): Annotation[] {
  const sources = createSources();
  sources.add(candidate);
  tellSources(candidate, tell);
  return [...sources.annotations(text)];
}

function emptyMessage(): Message {
  return { role: "assistant", content: null, refusal: null, annotations: [] };
}

function toMessage(
  pieces: readonly Piece[],
  closing: readonly Piece[],
  context: GeminiContext,
  choice: number,
): Message {
  const message = emptyMessage();
  const sounds: Sound[] = [];
  for (const piece of pieces) addPiece(message, piece, context, sounds);
  for (const piece of closing) addPiece(message, piece, context, sounds);
  if (sounds.length > 0) message.audio = toAudio(sounds, context, choice);
  if (message.content === null && message.tool_calls === undefined && message.function_call === undefined) {
    message.content = message.audio == null ? "" : null;
  }
  return message;
}

function addPiece(message: Message, piece: Piece, context: GeminiContext, sounds: Sound[]): void {
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
    case "audio":
      sounds.push(piece);
      return;
    case "signature":
      message.extra_content = { google: { thought_signature: piece.signature } };
      return;
    case "call":
      if (context.legacyCalls) Object.assign(message, toLegacyCall(piece));
      else message.tool_calls = [...(message.tool_calls ?? []), toToolCall(piece)];
      return;
    case "arguments":
      addArguments(message, piece);
      return;
  }
}

/** A call of the deprecated form has no place for a signature: its message bears it. */
function toLegacyCall(piece: Extract<Piece, { kind: "call" }>): Pick<Message, "function_call" | "extra_content"> {
  return { function_call: { name: piece.tool.name, arguments: piece.text }, ...signatureOf(piece) };
}

function addArguments(message: Message, { index, text }: Extract<Piece, { kind: "arguments" }>): void {
  const call = message.tool_calls?.[index];
  if (call?.type === "function") call.function.arguments += text;
  else if (message.function_call != null) message.function_call.arguments += text;
}

/** The sound of a choice. Nothing is kept of it, so the id is past its time as soon as it is given. */
function toAudio(sounds: readonly Sound[], context: GeminiContext, choice: number): NonNullable<Message["audio"]> {
  const { callId, createdSec } = context.facts;
  const data = toAudioData(sounds, context.audio);
  return { id: audioId(callId, choice), data, expires_at: createdSec, transcript: "" };
}

/** The id of the sound of a choice, the same in all pieces of a stream. */
export function audioId(callId: string, choice: number): string {
  return choice === 0 ? `audio_${callId}` : `audio_${callId}_${choice}`;
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
