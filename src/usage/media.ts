import type { MediaTokens } from "./usage.ts";

/** A prompt before sound and pictures are taken out of it, and what the upstream told of them. */
export interface PromptMedia {
  /** Tokens that are not from a cache, and those that are. */
  readonly uncached: number;
  readonly cached: number;
  /** How many of both together are sound and pictures. */
  readonly audio: number;
  readonly image: number;
  /** How many of these were cached; 0 where it was not told. */
  readonly audioCached?: number;
  readonly imageCached?: number;
}

/** The prompt with sound and pictures in buckets of their own. */
export interface ApartPrompt {
  readonly uncachedInput: number;
  readonly cacheRead: number;
  readonly audioInput: number;
  readonly imageInput: number;
  readonly audioCacheRead: number;
  readonly imageCacheRead: number;
}

/**
 * Takes sound and pictures out of a prompt's two buckets; all six together are the prompt again.
 *
 * Where the upstream does not tell how many of them were cached, none was as long as there is room: cached tokens are
 * cheaper, and a guess should not make a request look cheaper than it is. What it tells beyond the prompt is cut off.
 */
export function setPromptApart(prompt: PromptMedia): ApartPrompt {
  const { uncached, cached, audio, image, audioCached = 0, imageCached = 0 } = prompt;
  const fromCache = createBucket(cached);
  const fresh = createBucket(uncached);
  const audioTold = fromCache.take(Math.min(audioCached, audio));
  const imageTold = fromCache.take(Math.min(imageCached, image));
  const audioInput = fresh.take(audio - audioTold);
  const imageInput = fresh.take(image - imageTold);
  const audioCacheRead = audioTold + fromCache.take(audio - audioTold - audioInput);
  const imageCacheRead = imageTold + fromCache.take(image - imageTold - imageInput);
  return {
    uncachedInput: fresh.left(),
    cacheRead: fromCache.left(),
    audioInput,
    imageInput,
    audioCacheRead,
    imageCacheRead,
  };
}

/** So many tokens of which parts are taken, never more than are left. */
export function createBucket(tokens: number): {
  readonly take: (wanted: number) => number;
  readonly left: () => number;
} {
  let rest = Math.max(0, tokens);
  return {
    take(wanted) {
      const taken = Math.min(Math.max(0, wanted), rest);
      rest -= taken;
      return taken;
    },
    left: () => rest,
  };
}

/** Media tokens, or undefined where there are none. */
export function mediaOf(media: MediaTokens): MediaTokens | undefined {
  const { audioInput, imageInput, audioCacheRead, imageCacheRead, audioOutput, imageOutput } = media;
  const all = audioInput + imageInput + audioCacheRead + imageCacheRead + audioOutput + imageOutput;
  return all > 0 ? { audioInput, imageInput, audioCacheRead, imageCacheRead, audioOutput, imageOutput } : undefined;
}
