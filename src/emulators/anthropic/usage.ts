import type { Turn } from "../model.ts";
import type { Answer } from "../script.ts";
import { countTokens } from "../text.ts";
import type { MessageRequest, Usage } from "./types.ts";

const mediaTokens = 1500;

/** Tokens of a whole request: conversation, standing instruction and tools. */
export function promptTokens({ messages, system, tools }: MessageRequest): number {
  let media = 0;
  const text = JSON.stringify([messages, system, tools], (key, value: unknown) => {
    if (key === "source") media++;
    return key === "data" || key === "signature" ? undefined : value;
  });
  return countTokens(text) + media * mediaTokens;
}

/** What an answer costs besides its tokens. */
export interface Extras {
  readonly searches: number;
  /** Whether what goes into the cache stays there for an hour. */
  readonly hour: boolean;
  readonly speed: Usage["speed"];
}

/** Token counts, with what a script wants instead of the estimates. Counts of the prompt exclude one another. */
export function usageOf(
  prompt: number,
  turn: Turn,
  wanted: Answer["usage"] = {},
  { searches, hour, speed }: Extras,
): Usage {
  const { cached = 0, cache_write: written = 0 } = wanted;
  const calls = turn.calls.length > 0 ? countTokens(JSON.stringify(turn.calls)) : 0;
  const visible = wanted.output ?? countTokens(turn.text) + calls;
  const thinking = wanted.thinking ?? countTokens(turn.thoughts);
  return {
    input_tokens: Math.max(0, (wanted.input ?? prompt) - cached - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    cache_creation: {
      ephemeral_5m_input_tokens: hour ? 0 : written,
      ephemeral_1h_input_tokens: hour ? written : 0,
    },
    output_tokens: visible + thinking,
    output_tokens_details: thinking > 0 ? { thinking_tokens: thinking } : null,
    server_tool_use: searches > 0 ? { web_search_requests: searches, web_fetch_requests: 0 } : null,
    service_tier: wanted.traffic ?? "standard",
    speed,
    inference_geo: null,
  };
}
