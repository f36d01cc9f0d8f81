import type { Turn } from "../model.ts";
import type { Piece, Setting } from "./pieces.ts";
import type { Candidate, GenerateContentRequest, GroundingMetadata, LogprobsResult } from "./types.ts";

/** A candidate that holds a piece; the last one of an answer also tells why it ends. */
export function candidateOf(piece: Piece, index: number, turn: Turn, setting: Setting, last: boolean): Candidate {
  const content = piece.parts.length > 0 ? { role: "model", parts: [...piece.parts] } : undefined;
  const finishReason = last ? (setting.answer.finish ?? (turn.ending === "length" ? "MAX_TOKENS" : "STOP")) : "";
  const grounding = last ? groundingOf(turn) : undefined;
  return {
    ...(index > 0 && { index }),
    ...(content && { content }),
    ...(finishReason !== "" && { finishReason }),
    ...(grounding && { groundingMetadata: grounding }),
  };
}

/** Sources as Google Search would give them. Positions are bytes. */
function groundingOf({ text, sources = [] }: Turn): GroundingMetadata | undefined {
  if (sources.length === 0) return undefined;
  return {
    webSearchQueries: [text.split(" ").slice(0, 6).join(" ")],
    groundingChunks: sources.map(({ uri, title }) => ({ web: title === undefined ? { uri } : { uri, title } })),
    groundingSupports: sources.map(({ quote = text }, index) => {
      const startIndex = Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(quote))));
      const segment = { endIndex: startIndex + Buffer.byteLength(quote), text: quote };
      return { segment: startIndex > 0 ? { startIndex, ...segment } : segment, groundingChunkIndices: [index] };
    }),
  };
}

/** Likelihoods for a text, word by word, when the request asks for them. */
export function logprobsOf(
  text: string,
  settings: GenerateContentRequest["generationConfig"],
): LogprobsResult | undefined {
  if (settings?.responseLogprobs !== true || text === "") return undefined;
  const tokens = text.match(/\s*\S+|\s+$/g) ?? [];
  const chosenCandidates = tokens.map((token, index) => ({
    token,
    tokenId: 1000 + index,
    logProbability: -0.1 - (index % 5) / 10,
  }));
  if (settings.logprobs === undefined) return { chosenCandidates };
  const rivals = Array.from({ length: settings.logprobs - 1 }, (_, rank) => rank + 1);
  const topCandidates = chosenCandidates.map((chosen) => ({
    candidates: [chosen, ...rivals.map((rank) => ({ token: ` alt${rank}`, tokenId: rank, logProbability: -2 - rank }))],
  }));
  return { chosenCandidates, topCandidates };
}
