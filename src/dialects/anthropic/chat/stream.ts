import { validateMessageStreamEvent } from "../../../../generated/validators/anthropic.tolerant.mjs";
import type { GatewayError } from "../../../errors.ts";
import type { ChatChunk, Piece as ChunkPiece } from "../../../operations/types.ts";
import type { Fold } from "../../dialect.ts";
import { toErrorWithin } from "../errors.ts";
import type { Message, MessageStreamEvent, StopDetails } from "../types.ts";
import { type Counts, toUsage, withCounts } from "../usage.ts";
import { createBlockReader, type Piece } from "./answer-blocks.ts";
import { type Delta, toDelta } from "./answer-delta.ts";
import { toServiceTier } from "./answer-tier.ts";
import type { AnthropicContext } from "./context.ts";
import { refusalText, toFinishReason } from "./finish.ts";
import { isError, streamCut, tellRest, toChanges, unreadable } from "./response.ts";
import { afterClaudeText, beforeClaudeText, createTextChunks, textBetween } from "./stream-text.ts";

type Choice = ChatChunk["choices"][number];
type Chunk = ChunkPiece<ChatChunk>;
type MessageDelta = Extract<MessageStreamEvent, { type?: "message_delta" | null }>;

const nothing: readonly Chunk[] = [];

const places = {
  block: "<content_block_start>.content_block",
  citation: "<content_block_delta>.delta<citations_delta>.citation",
};

/**
 * Folds Claude's events into chat chunks.
 *
 * Annotations come with the finish: their passages are those of whole blocks. Counts are cumulative, so the last ones
 * win. An end without `message_stop` is a cut, never a clean end. Events and deltas that are newer than the spec say
 * nothing.
 *
 * @see specs/anthropic.yaml#/components/schemas/MessageStreamEvent
 * @see reference: openai-chat-to-anthropic §10
 */
export function foldMessageStream(context: AnthropicContext): Fold<ChatChunk> {
  const told = new Set<string>();
  const tell = (path: string): unknown => told.add(path);
  const reader = createBlockReader(context, tell, places);
  const { callId, createdSec, upstreamModel, responseModel = upstreamModel } = context.facts;
  const id = `chatcmpl-${callId}`;
  let state: "before" | "speaking" | "over" = "before";
  let counts: Counts | undefined;
  /** Whether the counts are those of the end; a beginning has some of its own. */
  let isCounted = false;
  let tier: ReturnType<typeof toServiceTier>;
  let reason: string | undefined;
  let details: StopDetails | undefined;
  let blockOfText = 0;
  let beforeText = beforeClaudeText(blockOfText);

  /** The next text is probably that of the block that begins. */
  function readAhead(block: number): void {
    blockOfText = block;
    beforeText = beforeClaudeText(block);
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

  // The tier is known before there is any text.
  const textChunk = createTextChunks(chunk);
  const toChunk = (piece: Piece, isPlain: boolean): Chunk =>
    piece.kind === "text" ? textChunk(piece.text, isPlain) : chunk(toDelta(piece, context));

  /** What pieces become, behind the chunk that says who speaks. `isPlain`: the event says nothing but a text. */
  function say(pieces: readonly Piece[], isPlain = false): readonly Chunk[] {
    if (state === "speaking" && pieces.length === 0) return nothing;
    if (pieces.length > 0) isCounted = false;
    const chunks = pieces.map((piece) => toChunk(piece, isPlain));
    if (state === "speaking") return chunks;
    state = "speaking";
    return [chunk({ role: "assistant", content: "", refusal: null }), ...chunks];
  }

  function onStart(message: Message | null | undefined): readonly Chunk[] {
    // Some hosts say it twice.
    if (state !== "before") return nothing;
    if (message?.usage != null) {
      counts = withCounts({}, message.usage);
      tier = toServiceTier(message.usage);
    }
    tellRest(message ?? {}, tell, "<message_start>.message.");
    return say([]);
  }

  function onDelta({ delta, usage, context_management }: MessageDelta): readonly Chunk[] {
    if (usage != null) counts = withCounts(counts ?? {}, usage);
    isCounted = usage != null;
    reason = delta?.stop_reason ?? reason;
    details = delta?.stop_details ?? details;
    tellRest({ container: delta?.container ?? null }, tell, "<message_delta>.delta.");
    tellRest({ context_management: context_management ?? null }, tell, "<message_delta>.");
    return say([]);
  }

  function onStop(): readonly Chunk[] | GatewayError {
    if (state === "before") return unreadable("stream: an end without a beginning");
    const chunks = [...say(reader.end())];
    state = "over";
    const annotations = reader.annotations();
    if (annotations.length > 0) chunks.push(chunk({ annotations: annotations.map((one) => ({ ...one })) }));
    const refusal = refusalText(reason, details);
    if (refusal !== undefined) chunks.push(chunk({ refusal }));
    return [...chunks, chunk({}, toFinishReason(reason, reader.calls()))];
  }

  return {
    onEvent(data) {
      if (state === "over") return nothing;
      const text = textBetween(data, beforeText, afterClaudeText);
      if (text !== undefined) return say(reader.push(blockOfText, { type: "text_delta", text }), true);
      const event = parse(data);
      if (isError(event)) return toErrorWithin(event, context);
      if (!validateMessageStreamEvent(event)) {
        const place = validateMessageStreamEvent.errors?.[0]?.instancePath ?? "";
        return unreadable(`event of a stream: wrong at ${place}`);
      }
      switch (event.type) {
        case "message_start":
          return onStart(event.message);
        case "content_block_start":
          if (event.content_block == null) return nothing;
          readAhead(event.index ?? 0);
          return say(reader.open(event.index ?? undefined, event.content_block));
        case "content_block_delta":
          return event.delta == null ? nothing : say(reader.push(event.index ?? undefined, event.delta));
        case "content_block_stop":
          return say(reader.close(event.index ?? undefined));
        case "message_delta":
          return onDelta(event);
        case "message_stop":
          return onStop();
        case "error":
          return toErrorWithin(event, context);
        default:
          return nothing;
      }
    },
    onEnd: () => (state === "over" ? nothing : streamCut()),
    isOver: () => state === "over",
    usage: () => counts && toUsage(counts),
    isCounted: () => isCounted,
    changes: () => toChanges(told),
  };
}

/** An event as JSON; one that is none has no shape either, and is refused for it. */
function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
