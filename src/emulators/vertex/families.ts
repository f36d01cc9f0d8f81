import type { ThinkingLevel } from "./types.ts";

/** How a model's thinking is set. */
export type Thinking =
  | { readonly by: "none" }
  | { readonly by: "unknown" }
  | { readonly by: "budget"; readonly min: number; readonly max: number; readonly canBeOff: boolean }
  | { readonly by: "level"; readonly levels: readonly ThinkingLevel[] };

/** What requests to a model may hold. */
export interface Family {
  /** 2.5 for gemini-2.5-flash; a name without a number counts as the newest. */
  readonly generation: number;
  readonly thinking: Thinking;
  /** The highest maxOutputTokens. */
  readonly maxOutputTokens: number;
  /** The last turn must be the user's. */
  readonly endsWithUser: boolean;
  /** Whether output other than text can be asked for. */
  readonly media: boolean;
  /** Signs what it has thought of. */
  readonly signs: boolean;
  /** Signatures are demanded back. */
  readonly demandsSignatures: boolean;
}

const newest = 99;

const budget = (min: number, max: number, canBeOff: boolean): Thinking => ({ by: "budget", min, max, canBeOff });
const level = (...levels: readonly ThinkingLevel[]): Thinking => ({ by: "level", levels });

/** First match wins. openai-chat-to-gemini.md §8. */
const thinkingTable: readonly (readonly [RegExp, Thinking])[] = [
  [/^gemini-[12](\.0)?\b(?!\.5)|^gemini-1\.5|^gemma|^gemini-2\.5-flash-image/, { by: "none" }],
  [/-(?:tts|live|native-audio|embedding)\b/, { by: "none" }],
  [/-image\b/, { by: "unknown" }],
  [/^gemini-2\.5-pro/, budget(128, 32_768, false)],
  [/^gemini-2\.5-flash-lite/, budget(512, 24_576, true)],
  [/^gemini-2\.5/, budget(1, 24_576, true)],
  [/^gemini-3-pro/, level("LOW", "HIGH")],
  [/^gemini-3\.1-pro/, level("LOW", "MEDIUM", "HIGH")],
  [/^gemini-3(\.[1-6])?-flash/, level("MINIMAL", "LOW", "MEDIUM", "HIGH")],
  [/^gemini-4(\.\d+)?-hydrogen/, level("LOW", "MEDIUM", "HIGH", "XHIGH")],
  [/^/, level("LOW", "MEDIUM", "HIGH")],
];

/** The facts about a model by its name; an unknown `gemini-*` counts as the newest. */
export function familyOf(model: string): Family {
  const [, number] = /^gemini-(\d+(?:\.\d+)?)/.exec(model) ?? [];
  const generation = number === undefined ? newest : Number(number);
  const image = /-image\b/.test(model);
  return {
    generation,
    thinking: thinkingTable.find(([pattern]) => pattern.test(model))?.[1] ?? { by: "unknown" },
    // 2.5 refuses even the 65536 its pages name; reports of May 2025 and August 2026.
    maxOutputTokens: generation < 2.5 ? 8192 : generation < 3 ? 65_535 : 65_536,
    endsWithUser: generation >= 3.6 || model.startsWith("gemini-3.5-flash-lite"),
    media: image || /-(tts|audio|live)\b/.test(model),
    signs: generation >= 3,
    demandsSignatures: generation >= 3 && !image,
  };
}
