import type { Turn } from "../model.ts";
import type { Answer } from "../script.ts";
import type { Piece, Setting } from "./pieces.ts";
import type {
  AnswerPart,
  Candidate,
  Citation,
  GenerateContentRequest,
  GroundingMetadata,
  LogprobsResult,
} from "./types.ts";

/** What a piece of a candidate tells beside its parts. */
export interface Ends {
  /** Why the answer ends. */
  readonly reason: boolean;
  /** What it rests on. */
  readonly sources: boolean;
}

/** A candidate that holds a piece; one of them also tells why it ends, and the last one what it rests on. */
export function candidateOf(piece: Piece, index: number, turn: Turn, setting: Setting, ends: Ends): Candidate {
  const { answer, prompt } = setting;
  const content = piece.parts.length > 0 ? { role: "model", parts: [...piece.parts] } : undefined;
  const finishReason = ends.reason ? (answer.finish ?? (turn.ending === "length" ? "MAX_TOKENS" : "STOP")) : "";
  // Of a stream the passages count over all of its text, else over the part they are in.
  const grounding = ends.sources ? groundingOf(turn, prompt.stream ? [{ text: turn.text }] : piece.parts) : undefined;
  const citations = ends.sources ? (answer.citations ?? []).map((one) => citationOf(one, turn.text)) : [];
  return {
    ...(index > 0 && { index }),
    ...(content && { content }),
    ...(finishReason !== "" && { finishReason }),
    ...(grounding && { groundingMetadata: grounding }),
    ...(citations.length > 0 && { citationMetadata: { citations } }),
  };
}

/** Sources as Google Search would give them. Positions are bytes. */
function groundingOf({ text, sources = [] }: Turn, parts: readonly AnswerPart[]): GroundingMetadata | undefined {
  if (sources.length === 0) return undefined;
  return {
    webSearchQueries: [text.split(" ").slice(0, 6).join(" ")],
    groundingChunks: sources.map(chunkOf),
    groundingSupports: sources.map(({ quote = text }, index) => ({
      segment: segmentOf(quote, parts),
      groundingChunkIndices: [index],
    })),
  };
}

type Source = NonNullable<Answer["sources"]>[number];

function chunkOf({ uri, title, kind = "web" }: Source): NonNullable<GroundingMetadata["groundingChunks"]>[number] {
  const named = title === undefined ? {} : { title };
  switch (kind) {
    case "maps":
      return { maps: { uri, ...named } };
    case "document":
      return { retrievedContext: { uri, ...named } };
    case "image":
      return { image: { sourceUri: uri, ...named } };
    default:
      return { web: { uri, ...named } };
  }
}

/** Where a passage stands: in which part, and there at which bytes. What is 0 is left out. */
function segmentOf(quote: string, parts: readonly AnswerPart[]): object {
  const at = parts.findIndex(({ text, thought }) => thought !== true && text?.includes(quote) === true);
  const partIndex = Math.max(0, at === -1 ? parts.findIndex(({ text, thought }) => text && thought !== true) : at);
  const text = parts[partIndex]?.text ?? "";
  const startIndex = Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(quote))));
  return {
    ...(partIndex > 0 && { partIndex }),
    ...(startIndex > 0 && { startIndex }),
    endIndex: startIndex + Buffer.byteLength(quote),
    text: quote,
  };
}

/** A quotation: bytes of the whole text. */
function citationOf({ uri, title, quote }: Source, text: string): Citation {
  const passage = quote ?? text;
  const startIndex = Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(passage))));
  return {
    ...(startIndex > 0 && { startIndex }),
    endIndex: startIndex + Buffer.byteLength(passage),
    uri,
    ...(title !== undefined && { title }),
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
