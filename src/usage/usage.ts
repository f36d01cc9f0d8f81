import type { components } from "../../generated/types/openai.exact.ts";

type CompletionUsage = components["schemas"]["CompletionUsage"];

/**
 * Tokens of one request, in disjoint buckets: their sum is what the upstream counted.
 * A bucket the upstream did not speak of is 0.
 */
export interface Usage {
  /** Prompt tokens that have nothing to do with a cache. */
  readonly uncachedInput: number;
  /** Prompt tokens read from a cache. */
  readonly cacheRead: number;
  /** Prompt tokens written to a cache, where the upstream counts them apart. */
  readonly cacheWrite?: CacheWrite | undefined;
  /** Visible output. */
  readonly output: number;
  /** Thinking. */
  readonly reasoning: number;
  /** The same tokens by kind of media, where the upstream tells them apart. It may leave some out. */
  readonly kinds?: TokenKinds | undefined;
  /** The counts in the upstream's own words, where it speaks the client's language. Lost when usages are added. */
  readonly said?: CompletionUsage | undefined;
}

/** Tokens written to a cache, by how long they stay there: the longer, the dearer. */
export interface CacheWrite {
  readonly fiveMinutes: number;
  readonly oneHour: number;
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
  const kinds = addKinds(kindsOf(a), kindsOf(b));
  return { ...sum, ...(cacheWrite && { cacheWrite }), ...(kinds && { kinds }) };
}

/** All tokens of the prompt. */
export function inputOf(usage: Usage): number {
  return usage.uncachedInput + usage.cacheRead + writtenOf(usage);
}

/** Tokens written to a cache, however long they stay there. */
export function writtenOf({ cacheWrite }: Usage): number {
  return cacheWrite === undefined ? 0 : cacheWrite.fiveMinutes + cacheWrite.oneHour;
}

function addWritten(a: CacheWrite | undefined, b: CacheWrite | undefined): CacheWrite | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { fiveMinutes: a.fiveMinutes + b.fiveMinutes, oneHour: a.oneHour + b.oneHour };
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
