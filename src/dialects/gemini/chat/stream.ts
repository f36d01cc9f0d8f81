import { GatewayError } from "../../../errors.ts";
import type { Change, ChatChunk, Piece as ChunkPiece } from "../../../operations/types.ts";
import type { Usage } from "../../../usage/usage.ts";
import type { Fold } from "../../dialect.ts";
import type { Candidate } from "../types.ts";
import { toUsage } from "../usage.ts";
import { type CandidateReader, createCandidateReader, type Piece } from "./candidate.ts";
import type { GeminiContext } from "./context.ts";
import { finishFailure, toFinishReason } from "./finish.ts";
import { toLogprobs } from "./logprobs.ts";
import { blockedText, readAnswer, signatureOf, toImage, untranslated } from "./response.ts";

type Choice = ChatChunk["choices"][number];
type Delta = Choice["delta"];
type Chunk = ChunkPiece<ChatChunk>;

/** What is known of one choice by now. */
interface Progress {
  readonly reader: CandidateReader;
  reason: string | undefined;
}

/**
 * Folds Gemini's events into chat chunks.
 *
 * The finish chunk is held back until the upstream ends: newer models send STOP before, with or after the last part.
 * Counts are cumulative, so the last ones win. An end without any finish reason is a cut, never a clean end.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerateContentResponse
 */
export function foldGenerateContent(context: GeminiContext): Fold<ChatChunk> {
  const choices = new Map<number, Progress>();
  let blocked: string | undefined;
  let usage: Usage | undefined;
  const changes: Change[] = [];
  const { callId, createdSec, upstreamModel, responseModel = upstreamModel } = context.facts;

  function chunk(index: number, delta: Delta, rest: Partial<Choice> = {}): Chunk {
    return {
      chunk: {
        id: `chatcmpl-${callId}`,
        object: "chat.completion.chunk",
        created: createdSec,
        model: responseModel,
        choices: [{ index, delta, logprobs: null, finish_reason: null, ...rest }],
      },
    };
  }

  function open(index: number, chunks: Chunk[]): Progress {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const progress: Progress = { reader: createCandidateReader(context, index), reason: undefined };
    choices.set(index, progress);
    chunks.push(chunk(index, { role: "assistant", content: "", refusal: null }));
    return progress;
  }

  function onCandidate(candidate: Candidate, chunks: Chunk[]): GatewayError | undefined {
    const index = candidate.index ?? 0;
    const progress = open(index, chunks);
    const logprobs = toLogprobs(candidate.logprobsResult);
    for (const piece of progress.reader.read(candidate)) {
      const rest = piece.kind === "text" && logprobs !== null ? { logprobs } : {};
      chunks.push(chunk(index, toDelta(piece, context), rest));
    }
    if (candidate.finishReason == null) return undefined;
    progress.reason = candidate.finishReason;
    return finishFailure(candidate.finishReason, candidate.finishMessage);
  }

  return {
    onEvent(data) {
      const answer = readAnswer(parse(data), context);
      if (answer instanceof GatewayError) return answer;
      if (answer.usageMetadata != null) usage = toUsage(answer.usageMetadata) ?? usage;
      changes.push(...untranslated(answer));
      blocked ??= blockedText(answer.promptFeedback);
      const chunks: Chunk[] = [];
      // The first event may hold counts alone; the client hears of its answer all the same.
      if (choices.size === 0 && (answer.candidates ?? []).length === 0) open(0, chunks);
      for (const candidate of answer.candidates ?? []) {
        const failure = onCandidate(candidate, chunks);
        if (failure !== undefined) return failure;
      }
      return chunks;
    },
    onEnd() {
      if (blocked !== undefined) {
        return [chunk(0, { refusal: blocked }), chunk(0, {}, { finish_reason: "content_filter" })];
      }
      const chunks: Chunk[] = [];
      for (const [index, { reader, reason }] of choices) {
        if (reason === undefined) return streamCut();
        chunks.push(chunk(index, {}, { finish_reason: toFinishReason(reason, reader.calls()) }));
      }
      return chunks.length > 0 ? chunks : streamCut();
    },
    usage: () => usage,
    changes: () => changes,
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

function streamCut(): GatewayError {
  return new GatewayError("upstream_stream_cut", "The upstream's stream ended before the answer was complete.");
}

function toDelta(piece: Piece, context: GeminiContext): Delta {
  switch (piece.kind) {
    case "text":
      return { content: piece.text };
    case "thought":
      return { reasoning_content: piece.text };
    case "image":
      return { images: [toImage(piece)] };
    case "signature":
      return { extra_content: { google: { thought_signature: piece.signature } } };
    case "call":
      return context.legacyCalls
        ? { function_call: { name: piece.tool.name, arguments: piece.text } }
        : { tool_calls: [toCallDelta(piece)] };
  }
}

function toCallDelta(piece: Extract<Piece, { kind: "call" }>): NonNullable<Delta["tool_calls"]>[number] {
  const { id, index, tool, text } = piece;
  const extra = signatureOf(piece);
  return tool.kind === "custom"
    ? { index, id, type: "custom", custom: { name: tool.name, input: text }, ...extra }
    : { index, id, type: "function", function: { name: tool.name, arguments: text }, ...extra };
}
