import { GatewayError } from "../../../errors.ts";
import type { ChatChunk, Piece as ChunkPiece } from "../../../operations/types.ts";
import type { AnswerHeaders, Fold } from "../../dialect.ts";
import type { Candidate, GenerateContentResponse, UsageMetadata } from "../types.ts";
import { hasCounts, toUsage } from "../usage.ts";
import { createSources, hasSources, type Sources } from "./annotations.ts";
import { tierIn, toServiceTier } from "./answer-tier.ts";
import { type AudioStream, createAudioStream } from "./audio.ts";
import { type CandidateReader, createCandidateReader, type Piece } from "./candidate.ts";
import type { GeminiContext } from "./context.ts";
import { type Delta, toDelta } from "./delta.ts";
import { finishFailure, toFinishReason } from "./finish.ts";
import { toLogprobs } from "./logprobs.ts";
import { type Repeat, type Repeated, repeatedText, repeatOf } from "./repeat.ts";
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

/** An event that the next ones may repeat. */
interface Repeating {
  readonly repeat: Repeat;
  readonly reader: CandidateReader;
  /** Whether there are counts in it. */
  readonly counts: boolean;
  /** Its chunk as JSON, around the text. */
  readonly before: string;
  readonly after: string;
}

/** How many events in turn may turn out to repeat nothing, before none is kept any more. */
const fullPatience = 8;

/**
 * Folds Gemini's events into chat chunks.
 *
 * The finish chunk is held back until the upstream ends: newer models send STOP before, with or after the last part.
 * So are annotations, whose passages may come before or after the text they speak of. Counts are cumulative, so the
 * last ones win. An end without any finish reason is a cut, never a clean end.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerateContentResponse
 */
export function foldGenerateContent(context: GeminiContext, headers?: AnswerHeaders): Fold<ChatChunk> {
  const choices = new Map<number, Progress>();
  let blocked: string | undefined;
  let counted: UsageMetadata | undefined;
  /** The event that holds the counts, where it is not read yet. */
  let countedIn: string | undefined;
  let repeating: Repeating | undefined;
  let patience = fullPatience;
  let tier = tierIn(headers);
  let isCounted = false;
  /** What ends the stream, once what was said before it is out. */
  let broken: GatewayError | undefined;
  const told = new Set<string>();
  const tell = (path: string): unknown => told.add(path);
  const { callId, createdSec, upstreamModel, responseModel = upstreamModel } = context.facts;

  const id = `chatcmpl-${callId}`;

  function toChunk(choice: Choice): ChatChunk {
    const made: ChatChunk = {
      id,
      object: "chat.completion.chunk",
      created: createdSec,
      model: responseModel,
      choices: [choice],
    };
    if (tier !== undefined) made.service_tier = tier;
    return made;
  }

  function chunk(index: number, delta: Delta, rest?: Partial<Choice>): Chunk {
    return { chunk: toChunk({ index, delta, logprobs: null, finish_reason: null, ...rest }) };
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

  /** Keeps of an event what the next ones may repeat, and of its chunk what then is the same. */
  function remember(answer: GenerateContentResponse, data: string): void {
    if (repeating !== undefined) patience--;
    repeating = undefined;
    const repeat = patience > 0 && broken === undefined && !context.quoted ? repeatOf(answer, data) : undefined;
    if (repeat === undefined) return;
    const reader = choices.get(repeat.index)?.reader;
    if (reader === undefined) return;
    const delta = toDelta({ kind: repeat.isThought ? "thought" : "text", text: "" }, context);
    const json = JSON.stringify(chunk(repeat.index, delta).chunk);
    const at = json.lastIndexOf('""}');
    const counts = answer.usageMetadata != null && hasCounts(answer.usageMetadata);
    repeating = { repeat, reader, counts, before: json.slice(0, at), after: json.slice(at + 2) };
  }

  /** The chunk of an event that says what the one before it did, with another text. */
  function again(
    { repeat, reader, counts, before, after }: Repeating,
    { text, json }: Repeated,
    data: string,
  ): readonly Chunk[] {
    patience = fullPatience;
    isCounted = counts;
    if (counts) countedIn = data;
    const delta = toDelta(reader.readText(text, repeat.isThought), context);
    const made = chunk(repeat.index, delta).chunk;
    return [{ chunk: made, text: before + json + after, repeats: true }];
  }

  function countsByNow(): UsageMetadata | undefined {
    if (countedIn === undefined) return counted;
    const answer = readAnswer(parse(countedIn), context);
    countedIn = undefined;
    if (!(answer instanceof GatewayError) && answer.usageMetadata != null) counted = answer.usageMetadata;
    return counted;
  }

  return {
    onEvent(data) {
      const repeated = repeating && repeatedText(repeating.repeat, data);
      if (repeating !== undefined && repeated !== undefined) return again(repeating, repeated, data);
      const answer = readAnswer(parse(data), context);
      if (answer instanceof GatewayError) return answer;
      isCounted = false;
      if (answer.usageMetadata != null) {
        if (hasCounts(answer.usageMetadata)) {
          isCounted = true;
          counted = answer.usageMetadata;
          countedIn = undefined;
        }
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
      remember(answer, data);
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
    usage() {
      const counts = countsByNow();
      return counts && toUsage(counts);
    },
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

function streamCut(): GatewayError {
  return new GatewayError("upstream_stream_cut", "The upstream's stream ended before the answer was complete.");
}
