/**
 * The disjoint buckets of a request's usage, flat, as columns are: `Usage` of src/usage with its members spread out.
 * A bucket the upstream did not speak of is 0. `searches` are no tokens.
 */
export const tokenBuckets = [
  "uncachedInput",
  "cacheRead",
  "cacheWriteFiveMinutes",
  "cacheWriteOneHour",
  "toolPrompt",
  "output",
  "reasoning",
  "audioInput",
  "imageInput",
  "audioCacheRead",
  "imageCacheRead",
  "audioOutput",
  "imageOutput",
  "searches",
] as const;

export type TokenBucket = (typeof tokenBuckets)[number];

export type Tokens = { readonly [Bucket in TokenBucket]: number };

/** Where the counts come from, as src/usage says it. */
export type Provenance = "reported" | "partial" | "estimated" | "absent";

/** Their columns. */
export const tokenColumns = {
  uncachedInput: "uncached_input",
  cacheRead: "cache_read",
  cacheWriteFiveMinutes: "cache_write_5m",
  cacheWriteOneHour: "cache_write_1h",
  toolPrompt: "tool_prompt",
  output: "output",
  reasoning: "reasoning",
  audioInput: "audio_input",
  imageInput: "image_input",
  audioCacheRead: "audio_cache_read",
  imageCacheRead: "image_cache_read",
  audioOutput: "audio_output",
  imageOutput: "image_output",
  searches: "searches",
} as const;

/** Makes counts of what a function says of each bucket. */
export function toTokens(countOf: (bucket: TokenBucket) => number): Tokens {
  return {
    uncachedInput: countOf("uncachedInput"),
    cacheRead: countOf("cacheRead"),
    cacheWriteFiveMinutes: countOf("cacheWriteFiveMinutes"),
    cacheWriteOneHour: countOf("cacheWriteOneHour"),
    toolPrompt: countOf("toolPrompt"),
    output: countOf("output"),
    reasoning: countOf("reasoning"),
    audioInput: countOf("audioInput"),
    imageInput: countOf("imageInput"),
    audioCacheRead: countOf("audioCacheRead"),
    imageCacheRead: countOf("imageCacheRead"),
    audioOutput: countOf("audioOutput"),
    imageOutput: countOf("imageOutput"),
    searches: countOf("searches"),
  };
}
