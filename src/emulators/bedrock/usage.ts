import type { Turn } from "../model.ts";
import type { Answer } from "../script.ts";
import { countTokens } from "../text.ts";
import type { ConverseRequest, TokenUsage } from "./types.ts";

const mediaTokens = 1500;

/** All of a request that has tokens, as text. Media and proofs count by themselves. */
export function promptText({ messages, system, toolConfig }: ConverseRequest): string {
  return JSON.stringify([messages, system, toolConfig], (key, value: unknown) =>
    key === "source" || key === "signature" || key === "redactedContent" ? undefined : value,
  );
}

/** Tokens of a whole request: conversation, standing instruction and tools. */
export function promptTokens(request: ConverseRequest): number {
  const media = (request.messages ?? [])
    .flatMap(({ content }) => content)
    .filter(({ image, document, video, audio }) => image ?? document ?? video ?? audio).length;
  return countTokens(promptText(request)) + media * mediaTokens;
}

/** Token counts, with what a script wants instead of the estimates. Counts of the prompt exclude one another. */
export function usageOf(prompt: number, turn: Turn, wanted: Answer["usage"] = {}, ttl: "5m" | "1h" = "5m"): TokenUsage {
  const { cached = 0, cache_write: written = 0 } = wanted;
  const calls = turn.calls.length > 0 ? countTokens(JSON.stringify(turn.calls)) : 0;
  const visible = wanted.output ?? countTokens(turn.text) + calls;
  const inputTokens = Math.max(0, (wanted.input ?? prompt) - cached - written);
  const outputTokens = visible + (wanted.thinking ?? countTokens(turn.thoughts));
  return usageWith({ inputTokens, outputTokens, cached, written, ttl });
}

/** Counts as Bedrock writes them. Those of the cache are there where the cache is of use. */
export function usageWith(counts: {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cached: number;
  readonly written: number;
  readonly ttl: "5m" | "1h";
}): TokenUsage {
  const { inputTokens, outputTokens, cached, written, ttl } = counts;
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens + cached + written,
    ...(cached + written > 0 && { cacheReadInputTokens: cached, cacheWriteInputTokens: written }),
    ...(written > 0 && { cacheDetails: [{ ttl, inputTokens: written }] }),
  };
}
