import { GatewayError } from "../../../errors.ts";
import type { ChatChunk, Piece as ChunkPiece } from "../../../operations/types.ts";
import type { Fold } from "../../dialect.ts";
import type { Candidate, UsageMetadata } from "../types.ts";
import { hasCounts, toUsage } from "../usage.ts";
import { createSources, hasSources, type Sources } from "./annotations.ts";
import { toServiceTier } from "./answer-tier.ts";
import { type AudioStream, createAudioStream } from "./audio.ts";
import { type CandidateReader, createCandidateReader, type Piece } from "./candidate.ts";
import type { GeminiContext } from "./context.ts";
import { type Delta, toDelta } from "./delta.ts";
import { finishFailure, toFinishReason } from "./finish.ts";
import { toLogprobs } from "./logprobs.ts";
import { audioId, blockedText, readAnswer, toChanges } from "./response.ts";
import { tellPages, tellSources } from "./untranslated.ts";

type Choice = ChatChunk["choices"][number];
type Chunk = ChunkPiece<ChatChunk>;

/** What is known of one choice by now. */
interface Progress {
  readonly reader: CandidateReader;
  reason: string | undefined;
  sources: Sources | undefined;
  audio: AudioStream | undefined;
}

/**
 * Folds Gemini's events into chat chunks.
 *
 * The finish chunk is held back until the upstream ends: newer models send STOP before, with or after the last part.
 * So are annotations, whose passages may come before or after the text they speak of. Counts are cumulative, so the
 * last ones win. An end without any finish reason is a cut, never a clean end.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerateContentResponse
 */
export function foldGenerateContent(context: GeminiContext): Fold<ChatChunk> {
  const choices = new Map<number, Progress>();
  let blocked: string | undefined;
  let counted: UsageMetadata | undefined;
  let tier: ChatChunk["service_tier"];
  /** What ends the stream, once what was said before it is out. */
  let broken: GatewayError | undefined;
  const told = new Set<string>();
  const tell = (path: string): unknown => told.add(path);
  const { callId, createdSec, upstreamModel, responseModel = upstreamModel } = context.facts;

  function chunk(index: number, delta: Delta, rest: Partial<Choice> = {}): Chunk {
    const made: ChatChunk = {
      id: `chatcmpl-${callId}`,
      object: "chat.completion.chunk",
      created: createdSec,
      model: responseModel,
      choices: [{ index, delta, logprobs: null, finish_reason: null, ...rest }],
    };
    if (tier !== undefined) made.service_tier = tier;
    return { chunk: made };
  }

  function open(index: number, chunks: Chunk[]): Progress {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const reader = createCandidateReader(context, index, tell, true);
    const progress: Progress = { reader, reason: undefined, sources: undefined, audio: undefined };
    choices.set(index, progress);
    chunks.push(chunk(index, { role: "assistant", content: "", refusal: null }));
    return progress;
  }

  /** Adds what a candidate says to the chunks; whether it said anything. */
  function onCandidate(candidate: Candidate, chunks: Chunk[]): boolean {
    const index = candidate.index ?? 0;
    const progress = open(index, chunks);
    const before = chunks.length;
    let logprobs = candidate.logprobsResult == null ? null : toLogprobs(candidate.logprobsResult);
    for (const piece of progress.reader.read(candidate)) {
      const delta = toDeltaOf(index, progress, piece);
      if (delta === undefined) continue;
      const carries = piece.kind === "text" && logprobs !== null;
      chunks.push(chunk(index, delta, carries ? { logprobs } : undefined));
      if (carries) logprobs = null;
    }
    // Likelihoods of an event without text belong to the text all the same.
    if (logprobs !== null && logprobs.content?.length !== 0) chunks.push(chunk(index, {}, { logprobs }));
    if (hasSources(candidate)) addSources(progress, candidate);
    if (candidate.urlContextMetadata != null) tellPages(candidate, tell);
    if (candidate.finishReason != null) {
      progress.reason = candidate.finishReason;
      broken ??= finishFailure(candidate.finishReason, candidate.finishMessage);
    }
    broken ??= progress.reader.failure();
    return chunks.length > before;
  }

  function addSources(progress: Progress, candidate: Candidate): void {
    progress.sources ??= createSources();
    progress.sources.add(candidate);
    tellSources(candidate, tell);
  }

  function toDeltaOf(index: number, progress: Progress, piece: Piece): Delta | undefined {
    if (piece.kind !== "audio") return toDelta(piece, context);
    const isFirst = progress.audio === undefined;
    progress.audio ??= createAudioStream(context.audio);
    const data = progress.audio.push(piece);
    if (isFirst) return { audio: { id: audioId(callId, index), data, transcript: "" } };
    return data === "" ? undefined : { audio: { data } };
  }

  /** What of a choice was held back, up to its finish. */
  function finish(index: number, { reader, audio, sources }: Progress, reason: string, chunks: Chunk[]): void {
    for (const piece of reader.end()) chunks.push(chunk(index, toDelta(piece, context)));
    if (audio !== undefined) chunks.push(chunk(index, { audio: { data: audio.end(), expires_at: createdSec } }));
    const annotations = sources?.annotations(reader.text) ?? [];
    if (annotations.length > 0) chunks.push(chunk(index, { annotations: annotations.map((one) => ({ ...one })) }));
    chunks.push(chunk(index, {}, { finish_reason: toFinishReason(reason, reader.calls()) }));
  }

  return {
    onEvent(data) {
      const answer = readAnswer(parse(data), context);
      if (answer instanceof GatewayError) return answer;
      if (answer.usageMetadata != null) {
        if (hasCounts(answer.usageMetadata)) counted = answer.usageMetadata;
        tier = toServiceTier(answer.usageMetadata.trafficType) ?? tier;
      }
      if (broken !== undefined) return [];
      blocked ??= blockedText(answer.promptFeedback);
      const chunks: Chunk[] = [];
      const candidates = answer.candidates ?? [];
      // The first event may hold counts alone; the client hears of its answer all the same.
      if (choices.size === 0 && candidates.length === 0) open(0, chunks);
      let said = false;
      for (const candidate of candidates) said = onCandidate(candidate, chunks) || said;
      // What came together with a failure is the client's; the failure follows when the upstream ends.
      return broken !== undefined && !said ? broken : chunks;
    },
    onEnd() {
      if (broken !== undefined) return broken;
      if (blocked !== undefined) {
        return [chunk(0, { refusal: blocked }), chunk(0, {}, { finish_reason: "content_filter" })];
      }
      const chunks: Chunk[] = [];
      for (const [index, progress] of choices) {
        if (progress.reason === undefined) return streamCut();
        finish(index, progress, progress.reason, chunks);
      }
      return chunks.length > 0 ? chunks : streamCut();
    },
    usage: () => counted && toUsage(counted),
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

function streamCut(): GatewayError {
  return new GatewayError("upstream_stream_cut", "The upstream's stream ended before the answer was complete.");
}
