import type { components } from "../../generated/types/openai.exact.ts";

type CompletionUsage = components["schemas"]["CompletionUsage"];

/**
 * Tokens of one request, in disjoint buckets: their sum is what the upstream counted. A bucket the upstream did not
 * speak of is 0 or absent. The last four members are no buckets.
 *
 * Sound and pictures have buckets of their own where the upstream tells them apart; what it does not tell apart, video
 * and documents among it, stays with the text.
 */
export interface Usage {
  /** Prompt tokens that have nothing to do with a cache. */
  readonly uncachedInput: number;
  /** Prompt tokens read from a cache. */
  readonly cacheRead: number;
  /** Prompt tokens written to a cache, where the upstream counts them apart. */
  readonly cacheWrite?: CacheWrite | undefined;
  /** Results of tools that ran at the upstream, where it counts them apart from the prompt. */
  readonly toolPrompt?: number | undefined;
  /** Visible output. */
  readonly output: number;
  /** Thinking. */
  readonly reasoning: number;
  /** Sound and pictures. None of them is in any other bucket. */
  readonly media?: MediaTokens | undefined;
  /** Searches of the web that the upstream made and charges for, each. No tokens. */
  readonly searches?: number | undefined;
  /** Where the counts come from; absent where the upstream said them all. */
  readonly provenance?: Exclude<Provenance, "reported" | "absent"> | undefined;
  /** The upstream's own sum of all tokens, to be compared with that of the buckets. Lost when usages are added. */
  readonly total?: number | undefined;
  /** Counts by kind of media as the upstream told them, for showing them again. They overlap the buckets. */
  readonly kinds?: TokenKinds | undefined;
  /** The counts in the upstream's own words, where it speaks the client's language. Lost when usages are added. */
  readonly said?: CompletionUsage | undefined;
}

/**
 * Where the counts of a request come from.
 *
 * - `reported`: the upstream said them all.
 * - `partial`: the stream ended early, or the upstream left parts out; those are estimated.
 * - `estimated`: the upstream said nothing; all is counted here, and rather too high than too low.
 * - `absent`: no upstream answered, so that there is nothing to count.
 */
export type Provenance = "reported" | "partial" | "estimated" | "absent";

/** Tokens written to a cache, by how long they stay there: the longer, the dearer. */
export interface CacheWrite {
  readonly fiveMinutes: number;
  readonly oneHour: number;
}

/** Tokens of sound and pictures, in buckets that are disjoint from all others. */
export interface MediaTokens {
  /** In the prompt or in results of tools, and not from a cache. */
  readonly audioInput: number;
  readonly imageInput: number;
  /** In the prompt, read from a cache. */
  readonly audioCacheRead: number;
  readonly imageCacheRead: number;
  readonly audioOutput: number;
  readonly imageOutput: number;
}

/** How many of a prompt's tokens, cached or not, and of the visible output are of which kind. */
export interface TokenKinds {
  readonly inputText: number;
  readonly inputAudio: number;
  readonly inputImage: number;
  readonly outputText: number;
  readonly outputAudio: number;
}

/** Usages of several upstream calls made for one client request, as one. */
export function addUsage(a: Usage, b: Usage): Usage {
  const sum: Usage = {
    uncachedInput: a.uncachedInput + b.uncachedInput,
    cacheRead: a.cacheRead + b.cacheRead,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
  const cacheWrite = addWritten(a.cacheWrite, b.cacheWrite);
  const toolPrompt = addCounts(a.toolPrompt, b.toolPrompt);
  const media = addMedia(a.media, b.media);
  const searches = addCounts(a.searches, b.searches);
  const provenance = addProvenance(a, b);
  const kinds = addKinds(kindsOf(a), kindsOf(b));
  return {
    ...sum,
    ...(cacheWrite && { cacheWrite }),
    ...(toolPrompt !== undefined && { toolPrompt }),
    ...(media && { media }),
    ...(searches !== undefined && { searches }),
    ...(provenance && { provenance }),
    ...(kinds && { kinds }),
  };
}

/** All tokens of the prompt, results of tools at the upstream among them. */
export function inputOf(usage: Usage): number {
  const { uncachedInput, cacheRead, toolPrompt = 0, media } = usage;
  const other = uncachedInput + cacheRead + toolPrompt + writtenOf(usage);
  if (media === undefined) return other;
  return other + media.audioInput + media.imageInput + media.audioCacheRead + media.imageCacheRead;
}

/** All tokens of the answer, thinking among them. */
export function outputOf({ output, reasoning, media }: Usage): number {
  return output + reasoning + (media === undefined ? 0 : media.audioOutput + media.imageOutput);
}

/** Tokens read from a cache, whatever they are of. */
export function cachedOf({ cacheRead, media }: Usage): number {
  return cacheRead + (media === undefined ? 0 : media.audioCacheRead + media.imageCacheRead);
}

/** Tokens written to a cache, however long they stay there. */
export function writtenOf({ cacheWrite }: Usage): number {
  return cacheWrite === undefined ? 0 : cacheWrite.fiveMinutes + cacheWrite.oneHour;
}

/** Where the counts come from. */
export function provenanceOf(usage: Usage | undefined): Provenance {
  return usage === undefined ? "absent" : (usage.provenance ?? "reported");
}

/** What is estimated on both sides is estimated; any other mixture is known in part. */
function addProvenance(a: Usage, b: Usage): Usage["provenance"] {
  return a.provenance === b.provenance ? a.provenance : "partial";
}

function addCounts(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b;
}

function addWritten(a: CacheWrite | undefined, b: CacheWrite | undefined): CacheWrite | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { fiveMinutes: a.fiveMinutes + b.fiveMinutes, oneHour: a.oneHour + b.oneHour };
}

function addMedia(a: MediaTokens | undefined, b: MediaTokens | undefined): MediaTokens | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    audioInput: a.audioInput + b.audioInput,
    imageInput: a.imageInput + b.imageInput,
    audioCacheRead: a.audioCacheRead + b.audioCacheRead,
    imageCacheRead: a.imageCacheRead + b.imageCacheRead,
    audioOutput: a.audioOutput + b.audioOutput,
    imageOutput: a.imageOutput + b.imageOutput,
  };
}

function kindsOf({ kinds, said }: Usage): TokenKinds | undefined {
  return kinds ?? (said && kindsSaid(said));
}

/** The kinds in counts that speak the client's language, as far as they name any. */
function kindsSaid(said: CompletionUsage): TokenKinds | undefined {
  const input = said.prompt_tokens_details;
  const output = said.completion_tokens_details;
  const kinds = {
    inputText: input?.text_tokens ?? 0,
    inputAudio: input?.audio_tokens ?? 0,
    inputImage: input?.image_tokens ?? 0,
    outputText: output?.text_tokens ?? 0,
    outputAudio: output?.audio_tokens ?? 0,
  };
  return Object.values(kinds).some((count) => count > 0) ? kinds : undefined;
}

function addKinds(a: TokenKinds | undefined, b: TokenKinds | undefined): TokenKinds | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    inputText: a.inputText + b.inputText,
    inputAudio: a.inputAudio + b.inputAudio,
    inputImage: a.inputImage + b.inputImage,
    outputText: a.outputText + b.outputText,
    outputAudio: a.outputAudio + b.outputAudio,
  };
}
