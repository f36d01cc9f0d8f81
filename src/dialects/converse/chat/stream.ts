import { validateConverseStreamOutput } from "../../../../generated/validators/bedrock.tolerant.mjs";
import type { Piece } from "../../anthropic/chat/answer-blocks.ts";
import { type Delta, toDelta } from "../../anthropic/chat/answer-delta.ts";
import { createTextChunks, textBetween } from "../../anthropic/chat/stream-text.ts";
import { GatewayError } from "../../../errors.ts";
import type { ChatChunk, ChatCompletion, Piece as ChunkPiece } from "../../../operations/types.ts";
import type { Usage } from "../../../usage/usage.ts";
import type { Fold } from "../../dialect.ts";
import { exceptionIn } from "../errors.ts";
import type { ConverseStreamOutput } from "../types.ts";
import { toUsage } from "../usage.ts";
import { createBlockReader } from "./answer-blocks.ts";
import { toServiceTier } from "./answer-tier.ts";
import type { ConverseContext } from "./context.ts";
import { finishFailure, refusalText, toFinishReason } from "./finish.ts";
import { fromConverse, tellRest, toChanges, unreadable } from "./response.ts";

type Choice = ChatChunk["choices"][number];
type Chunk = ChunkPiece<ChatChunk>;
type Metadata = NonNullable<ConverseStreamOutput["metadata"]>;
type MessageStop = NonNullable<ConverseStreamOutput["messageStop"]>;

const nothing: readonly Chunk[] = [];

/**
 * Folds the events of ConverseStream, each as the one member of its union, into chat chunks.
 *
 * The counts and the capacity come behind the word that ends the answer, so that the finish waits for them; where the
 * stream ends without them it is complete all the same. An end before that word is a cut, never a clean end. Events
 * that are newer than the spec say nothing.
 *
 * @see specs/bedrock.yaml#/components/schemas/ConverseStreamOutput
 */
export function foldConverseStream(context: ConverseContext): Fold<ChatChunk> {
  const told = new Set<string>();
  const tell = (path: string): unknown => told.add(path);
  const reader = createBlockReader(context, tell);
  const { callId, createdSec, upstreamModel, responseModel = upstreamModel } = context.facts;
  const id = `chatcmpl-${callId}`;
  let state: "before" | "speaking" | "said" | "over" = "before";
  let usage: Usage | undefined;
  let tier: ReturnType<typeof toServiceTier>;
  let reason: string | null | undefined;
  let said = false;
  let blockOfText = 0;
  let beforeText = textOf(blockOfText);

  /** The next text is probably that of the same block. */
  function readAhead(block: number): number {
    if (block !== blockOfText) beforeText = textOf(block);
    blockOfText = block;
    return block;
  }

  function chunk(delta: Delta, finish_reason: Choice["finish_reason"] = null): Chunk {
    const made: ChatChunk = {
      id,
      object: "chat.completion.chunk",
      created: createdSec,
      model: responseModel,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    };
    if (tier !== undefined) made.service_tier = tier;
    return { chunk: made };
  }

  let textChunk = createTextChunks(chunk);
  const toChunk = (piece: Piece, isPlain: boolean): Chunk =>
    piece.kind === "text" ? textChunk(piece.text, isPlain) : chunk(toDelta(piece, context));

  /** What pieces become, behind the chunk that says who speaks. `isPlain`: the event says nothing but a text. */
  function say(pieces: readonly Piece[], isPlain = false): readonly Chunk[] {
    if (state === "speaking" && pieces.length === 0) return nothing;
    said ||= pieces.some((piece) => piece.kind === "call" || (piece.kind === "text" && piece.text !== ""));
    const chunks = pieces.map((piece) => toChunk(piece, isPlain));
    if (state === "speaking") return chunks;
    state = "speaking";
    return [chunk({ role: "assistant", content: "", refusal: null }), ...chunks];
  }

  function onStop(stop: MessageStop): readonly Chunk[] | GatewayError {
    const failure = finishFailure(stop.stopReason);
    if (failure !== undefined) return failure;
    reason = stop.stopReason;
    tellRest({ additionalModelResponseFields: stop.additionalModelResponseFields }, tell, "messageStop.");
    const chunks = [...say(reader.end())];
    state = "said";
    const refusal = refusalText(reason, said);
    if (refusal !== undefined) chunks.push(chunk({ refusal }));
    const annotations = reader.annotations();
    if (annotations.length > 0) chunks.push(chunk({ annotations: annotations.map((one) => ({ ...one })) }));
    return chunks;
  }

  function onMetadata(metadata: Metadata): readonly Chunk[] {
    if (metadata.usage != null) usage = toUsage(metadata.usage);
    tier = toServiceTier(metadata);
    textChunk = createTextChunks(chunk);
    tellRest({ trace: metadata.trace ?? null }, tell, "metadata.");
    return state === "said" ? finish() : nothing;
  }

  function finish(): readonly Chunk[] {
    state = "over";
    return [chunk({}, toFinishReason(reason, reader.calls()))];
  }

  function onUnion(event: ConverseStreamOutput): readonly Chunk[] | GatewayError {
    const { messageStart, contentBlockStart, contentBlockDelta, contentBlockStop, messageStop, metadata } = event;
    if (metadata != null) return onMetadata(metadata);
    if (state === "said") return nothing;
    if (contentBlockDelta?.delta != null) {
      return say(reader.push(readAhead(contentBlockDelta.contentBlockIndex ?? 0), contentBlockDelta.delta));
    }
    if (contentBlockStart?.start != null) {
      return say(reader.open(contentBlockStart.contentBlockIndex ?? 0, contentBlockStart.start));
    }
    if (contentBlockStop != null) return say(reader.close(contentBlockStop.contentBlockIndex ?? 0));
    if (messageStart != null) return say([]);
    return messageStop == null ? nothing : onStop(messageStop);
  }

  return {
    onEvent(data) {
      if (state === "over") return nothing;
      const text = textBetween(data, beforeText, afterText);
      if (text !== undefined) return state === "said" ? nothing : say(reader.push(blockOfText, { text }), true);
      const event = parse(data);
      const failure = exceptionIn(event, context);
      if (failure !== undefined) return failure;
      if (!validateConverseStreamOutput(event)) {
        const place = validateConverseStreamOutput.errors?.[0]?.instancePath ?? "";
        return unreadable(`event of a stream: wrong at ${place}`);
      }
      return onUnion(event);
    },
    onBody(text) {
      const answer = fromConverse(parse(text), context);
      if (answer instanceof GatewayError) return isAnswer(text) ? answer : undefined;
      for (const { path } of answer.changes) tell(path);
      usage = answer.usage;
      tier = answer.body.service_tier ?? undefined;
      const chunks = answer.body.choices.flatMap((choice) => toChunks(choice, context, chunk));
      state = "over";
      return chunks;
    },
    onEnd() {
      if (state === "said") return finish();
      return state === "over" ? nothing : streamCut();
    },
    isOver: () => state === "over",
    usage: () => usage,
    changes: () => toChanges(told),
  };
}

type Whole = ChatCompletion["choices"][number];
type MakeChunk = (delta: Delta, finish?: Choice["finish_reason"]) => Chunk;

/** An answer that came whole, in the chunks that a stream of it would have been. */
function toChunks({ message, finish_reason }: Whole, { legacyCalls }: ConverseContext, chunk: MakeChunk): Chunk[] {
  const chunks = [chunk({ role: "assistant", content: "", refusal: null })];
  if (message.reasoning_content) chunks.push(chunk({ reasoning_content: message.reasoning_content }));
  for (const block of message.thinking_blocks ?? []) chunks.push(chunk({ thinking_blocks: [block] }));
  if (message.content) chunks.push(chunk({ content: message.content }));
  if (message.refusal) chunks.push(chunk({ refusal: message.refusal }));
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    chunks.push(chunk({ tool_calls: [{ ...call, index }] }));
  }
  if (legacyCalls && message.function_call != null) chunks.push(chunk({ function_call: message.function_call }));
  const annotations = message.annotations ?? [];
  if (annotations.length > 0) chunks.push(chunk({ annotations: annotations.map((one) => ({ ...one })) }));
  return [...chunks, chunk({}, finish_reason)];
}

/** An event of text, as Bedrock writes it; `p` is padding, to hide its length. */
const textOf = (block: number): string => `{"contentBlockDelta":{"contentBlockIndex":${block},"delta":{"text":"`;
const afterText = /^"\}(?:,"p":"\w*")?\}\}$/;

/** An event as JSON; one that is none has no shape either, and is refused for it. */
function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Whether a body is an answer, and no error. */
function isAnswer(text: string): boolean {
  const body = parse(text);
  return typeof body === "object" && body !== null && "output" in body;
}

function streamCut(): GatewayError {
  return new GatewayError("upstream_stream_cut", "The upstream's stream ended before the answer was complete.");
}
