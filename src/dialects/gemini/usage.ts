import { createBucket, mediaOf, setPromptApart } from "../../usage/media.ts";
import type { TokenKinds, Usage } from "../../usage/usage.ts";
import type { UsageMetadata } from "./types.ts";

/**
 * Gemini's counts as ours.
 *
 * `promptTokenCount` holds the cached tokens and not the results of server-side tools; `candidatesTokenCount` does not
 * hold the thoughts, unless prompt and candidates alone already make the total, as older hosts count. Counts without a
 * prompt are partial: there is no answer without one.
 *
 * @see specs/vertex.yaml#/components/schemas/UsageMetadata
 */
export function toUsage(metadata: UsageMetadata): Usage | undefined {
  if (!hasCounts(metadata)) return undefined;
  const candidates = metadata.candidatesTokenCount ?? 0;
  const prompt = metadata.promptTokenCount ?? 0;
  const tools = metadata.toolUsePromptTokenCount ?? 0;
  const cached = Math.min(metadata.cachedContentTokenCount ?? 0, prompt);
  const reasoning = metadata.thoughtsTokenCount ?? 0;
  const inclusive = reasoning > 0 && prompt + tools + candidates === metadata.totalTokenCount;
  const output = Math.max(0, candidates - (inclusive ? reasoning : 0));
  const kinds = toKinds(metadata);
  const counted: Usage = {
    ...(hasMedia(metadata)
      ? setApart(metadata, { prompt, cached, tools, output })
      : { uncachedInput: prompt - cached, cacheRead: cached, output, ...(tools > 0 && { toolPrompt: tools }) }),
    reasoning,
  };
  const total = totalOf(metadata, prompt + tools + output + reasoning, tools);
  return {
    ...counted,
    ...(metadata.promptTokenCount == null && { provenance: "partial" }),
    ...(total !== undefined && { total }),
    ...(kinds && { kinds }),
  };
}

/** Whether there is anything to count: the first event of a stream may carry a traffic type alone. */
export function hasCounts(metadata: UsageMetadata): boolean {
  return metadata.promptTokenCount != null || metadata.candidatesTokenCount != null || metadata.totalTokenCount != null;
}

/** Google's own sum. Some hosts leave the results of tools out of it, which is known, and no mistake in the counts. */
function totalOf({ totalTokenCount }: UsageMetadata, sum: number, tools: number): number | undefined {
  if (totalTokenCount == null) return undefined;
  return tools > 0 && totalTokenCount + tools === sum ? sum : totalTokenCount;
}

type Details = UsageMetadata["promptTokensDetails"];

const media: ReadonlySet<unknown> = new Set(["AUDIO", "IMAGE"]);

/** Whether sound or pictures are told apart: most prompts and answers are text. */
function hasMedia(metadata: UsageMetadata): boolean {
  const { promptTokensDetails, toolUsePromptTokensDetails, candidatesTokensDetails } = metadata;
  return [promptTokensDetails, toolUsePromptTokensDetails, candidatesTokensDetails].some((details) =>
    details?.some(({ modality }) => media.has(modality)),
  );
}

/** Sound and pictures in buckets of their own. Those in results of tools are charged as those of the prompt are. */
function setApart(
  metadata: UsageMetadata,
  counts: { readonly prompt: number; readonly cached: number; readonly tools: number; readonly output: number },
): Omit<Usage, "reasoning"> {
  const { promptTokensDetails: told, cacheTokensDetails: cached, toolUsePromptTokensDetails: toolTold } = metadata;
  const prompt = setPromptApart({
    uncached: counts.prompt - counts.cached,
    cached: counts.cached,
    audio: countOf("AUDIO", told),
    image: countOf("IMAGE", told),
    audioCached: countOf("AUDIO", cached),
    imageCached: countOf("IMAGE", cached),
  });
  const tools = createBucket(counts.tools);
  const audioInput = prompt.audioInput + tools.take(countOf("AUDIO", toolTold));
  const imageInput = prompt.imageInput + tools.take(countOf("IMAGE", toolTold));
  const answer = createBucket(counts.output);
  const audioOutput = answer.take(countOf("AUDIO", metadata.candidatesTokensDetails));
  const imageOutput = answer.take(countOf("IMAGE", metadata.candidatesTokensDetails));
  const apart = mediaOf({ ...prompt, audioInput, imageInput, audioOutput, imageOutput });
  return {
    uncachedInput: prompt.uncachedInput,
    cacheRead: prompt.cacheRead,
    output: answer.left(),
    ...(tools.left() > 0 && { toolPrompt: tools.left() }),
    ...(apart && { media: apart }),
  };
}

/** The counts by kind of media. Results of server-side tools are part of the prompt, as they are in its count. */
function toKinds(metadata: UsageMetadata): TokenKinds | undefined {
  const { promptTokensDetails: prompt, toolUsePromptTokensDetails: tools, candidatesTokensDetails: answer } = metadata;
  if (prompt == null && tools == null && answer == null) return undefined;
  return {
    inputText: countOf("TEXT", prompt) + countOf("TEXT", tools),
    inputAudio: countOf("AUDIO", prompt) + countOf("AUDIO", tools),
    inputImage: countOf("IMAGE", prompt) + countOf("IMAGE", tools),
    outputText: countOf("TEXT", answer),
    outputAudio: countOf("AUDIO", answer),
  };
}

function countOf(modality: string, details: Details): number {
  let count = 0;
  for (const one of details ?? []) if (one.modality === modality) count += one.tokenCount ?? 0;
  return count;
}
