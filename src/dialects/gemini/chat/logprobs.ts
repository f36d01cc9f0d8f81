import type { ChatCompletion } from "../../../operations/types.ts";
import type { Candidate } from "../types.ts";

type Logprobs = NonNullable<ChatCompletion["choices"][number]["logprobs"]>;
type TokenLogprob = NonNullable<Logprobs["content"]>[number];
type LogprobsResult = NonNullable<Candidate["logprobsResult"]>;
type ScoredToken = NonNullable<LogprobsResult["chosenCandidates"]>[number];

const encoder = new TextEncoder();

/** Gemini's two parallel lists as OpenAI's one. The second may be missing or shorter. */
export function toLogprobs(result: LogprobsResult | null | undefined): Logprobs | null {
  if (result?.chosenCandidates == null) return null;
  const content = result.chosenCandidates.map((chosen, i): TokenLogprob => {
    const rivals = result.topCandidates?.[i]?.candidates ?? [];
    return { ...toToken(chosen), top_logprobs: rivals.map(toToken) };
  });
  return { content, refusal: null };
}

function toToken(scored: ScoredToken): { token: string; logprob: number; bytes: number[] } {
  const token = scored.token ?? "";
  // -9999 is OpenAI's number for "as good as impossible".
  const { logProbability } = scored;
  const logprob = typeof logProbability === "number" && Number.isFinite(logProbability) ? logProbability : -9999;
  return { token, logprob, bytes: [...encoder.encode(token)] };
}
