import type { CompletionRequest } from "../types.ts";
import { endOfText } from "./prompts.ts";

/** A text with a gap that is to be filled. */
export interface Gap {
  /** Other files, put before the text by clients that know the repository. */
  readonly context: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** The special tokens by which a family of models is told of a gap, in whatever order its template has them. */
interface Markers {
  readonly prefix: string;
  readonly suffix: string;
  /** Where the model is to speak; text after it belongs to the prefix. */
  readonly middle: string;
  /** The template sets spaces around the markers. */
  readonly spaced?: true;
  /** Words that plain texts hold too: they count at the very beginning only, and the last one may be left out. */
  readonly opening?: true;
}

const named = (open: string, close: string): Markers => ({
  prefix: `${open}prefix${close}`,
  suffix: `${open}suffix${close}`,
  middle: `${open}middle${close}`,
});

/** @see reference: openai-surface §5 */
const families: readonly Markers[] = [
  // Qwen, CodeGemma, OpenAI.
  named("<|fim_", "|>"),
  // StarCoder, StableCode, Granite, Mellum.
  named("<fim_", ">"),
  // SantaCoder.
  named("<fim-", ">"),
  // Seed-Coder.
  named("<[fim-", "]>"),
  // CodeGeeX.
  named("<|code_", "|>"),
  // DeepSeek; clients also write its wide bars and blocks in ASCII.
  { prefix: "<｜fim▁begin｜>", suffix: "<｜fim▁hole｜>", middle: "<｜fim▁end｜>" },
  { prefix: "<|fim▁begin|>", suffix: "<|fim▁hole|>", middle: "<|fim▁end|>" },
  { prefix: "<|fim_begin|>", suffix: "<|fim_hole|>", middle: "<|fim_end|>" },
  // Code Llama.
  { prefix: "<PRE>", suffix: "<SUF>", middle: "<MID>", spaced: true },
  // Codestral.
  { prefix: "[PREFIX]", suffix: "[SUFFIX]", middle: "[MIDDLE]", opening: true },
];

/** Other special tokens of those families that clients end answers with. */
const others: readonly string[] = [
  ...["<EOT>", "<|file_sep|>", "<file_sep>", "<|repo_name|>", "<repo_name>", "<|fim_pad|>", "<fim_pad>", "<fim-pad>"],
  ...["<|file_separator|>", "<｜end▁of▁sentence｜>", "</s>", "<|im_end|>", "<|im_start|>", "<|cursor|>"],
];

const markers: ReadonlySet<unknown> = new Set([
  ...families.flatMap(({ prefix, suffix, middle }) => [prefix, suffix, middle]),
  ...others,
  endOfText,
]);

/** Whether a word is a special token, which no chat model says. */
export function isMarker(word: unknown): boolean {
  return markers.has(word);
}

/** What tokenizers put first. */
const beginnings = /^(?:<s>|<bos>|<\|begin_of_text\|>|<｜begin▁of▁sentence｜>|<\|endoftext\|>)+/;

/** The text of a prompt without the tokens that only say where it begins. */
export function textOf(prompt: string): string {
  return prompt.replace(beginnings, "");
}

/** The gap a request asks to fill: by `suffix`, or by the tokens of some model in its prompt. */
export function gapOf(prompt: string, suffix: CompletionRequest["suffix"]): Gap | undefined {
  const text = textOf(prompt);
  if (suffix != null && suffix !== "") return { context: "", prefix: text, suffix };
  for (const family of families) {
    const gap = readGap(text, family);
    if (gap !== undefined) return gap;
  }
  return undefined;
}

interface Segment {
  readonly kind: "prefix" | "suffix" | "middle";
  readonly marker: string;
  readonly at: number;
}

function readGap(text: string, family: Markers): Gap | undefined {
  const found = findMarkers(text, family);
  const [first] = found;
  if (first === undefined || (family.opening === true && first.at > 0)) return undefined;
  const parts = { prefix: "", suffix: "", middle: "" };
  for (const [i, { kind, marker, at }] of found.entries()) {
    parts[kind] = text.slice(at + marker.length, found[i + 1]?.at);
  }
  const { prefix, suffix, middle } = family.spaced === true ? withoutSpaces(parts) : parts;
  return { context: text.slice(0, first.at), prefix: prefix + middle, suffix };
}

/** The markers of a family in the order they stand in; none unless all are there and the middle comes last. */
function findMarkers(text: string, { prefix, suffix, middle, opening }: Markers): readonly Segment[] {
  const ends: Segment[] = [
    { kind: "prefix", marker: prefix, at: text.indexOf(prefix) },
    { kind: "suffix", marker: suffix, at: text.indexOf(suffix) },
  ];
  if (ends.some(({ at }) => at < 0)) return [];
  const segments = ends.toSorted((a, b) => a.at - b.at);
  const at = text.lastIndexOf(middle);
  if (at < 0 && opening === true) return segments;
  return segments.every((one) => one.at < at) ? [...segments, { kind: "middle", marker: middle, at }] : [];
}

/** `<PRE> one <SUF>two <MID>` says "one" and "two". */
function withoutSpaces(parts: Readonly<Record<Segment["kind"], string>>): Readonly<Record<Segment["kind"], string>> {
  return {
    prefix: parts.prefix.replace(/^ /, "").replace(/ $/, ""),
    suffix: parts.suffix.replace(/ $/, ""),
    middle: parts.middle.replace(/^ /, ""),
  };
}
