import type { Turn } from "../model.ts";
import type { Answer } from "../script.ts";
import { countTokens } from "../text.ts";
import type { Counts } from "./personality.ts";
import type { Usage } from "./types.ts";

/** What has been said so far: text and calls, and thinking. */
export type Said = Pick<Turn, "thoughts" | "text" | "calls">;

/** Nothing said. */
export const nothing: Said = { thoughts: "", text: "", calls: [] };

/** Token counts that add up, with what a script wants instead of the estimates. */
export function countsOf(prompt: number, said: readonly Said[], wanted: Answer["usage"] = {}): Counts {
  const visible = said.map(
    ({ text, calls }) => countTokens(text) + (calls.length > 0 ? countTokens(JSON.stringify(calls)) : 0),
  );
  return {
    input: wanted.input ?? prompt,
    cached: wanted.cached ?? 0,
    cacheWrite: wanted.cache_write ?? 0,
    output: wanted.output ?? sum(visible),
    thinking: wanted.thinking ?? sum(said.map(({ thoughts }) => countTokens(thoughts))),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The three totals every server has. Hidden thinking is output. */
export function totals({ input, output, thinking }: Counts): Usage {
  const completion = output + thinking;
  return { prompt_tokens: input, completion_tokens: completion, total_tokens: input + completion };
}
