import type { Effort } from "./types.ts";

/** What requests to a model may hold. */
export interface Family {
  /** The highest max_tokens. */
  readonly maxTokens: number;
  /** Most tokens of a request and its answer. */
  readonly window: number;
  /** Whether an answer just ends where the window does. Otherwise there must be room for all of max_tokens. */
  readonly endsAtWindow: boolean;
  /** Whether there is JSON output by a schema, and strict tools. */
  readonly structured: boolean;
  readonly thinking: Thinking;
  /** Depths of work; none where effort cannot be set. */
  readonly efforts: readonly Effort[];
  /** Which of temperature, top_p and top_k there are: all, one of the first two, or none. */
  readonly sampling: "all" | "one" | "none";
  /** Whether a tool can be forced. */
  readonly forces: boolean;
  /** Whether the last message may be the assistant's. */
  readonly prefill: boolean;
  /** Whether messages may have the role system. */
  readonly systemMessages: boolean;
}

/** How a model's thinking is set. */
export interface Thinking {
  readonly modes: readonly ("enabled" | "adaptive" | "between_tools")[];
  /** Whether it can be switched off: at any effort, up to high, or not at all. */
  readonly off: "always" | "upToHigh" | "never";
  /** Whether the model thinks where nothing is said. */
  readonly byDefault: boolean;
  /** Whether thinking can be read where nothing is said about that. */
  readonly shown: boolean;
  /** Whether blocks hold behind the same conversation only. */
  readonly bound: boolean;
}

const none: Thinking = { modes: [], off: "always", byDefault: false, shown: true, bound: false };
const manual: Thinking = { ...none, modes: ["enabled"] };
const adaptive: Thinking = { ...none, modes: ["adaptive"], shown: false };

const upToHigh: readonly Effort[] = ["low", "medium", "high"];
const all: readonly Effort[] = [...upToHigh, "xhigh", "max"];

const older: Family = {
  maxTokens: 4096,
  window: 200_000,
  endsAtWindow: false,
  structured: false,
  thinking: none,
  efforts: [],
  sampling: "all",
  forces: true,
  prefill: true,
  systemMessages: false,
};
const four: Family = { ...older, maxTokens: 64_000, thinking: manual };
const fourOne: Family = { ...four, maxTokens: 32_000, structured: true, sampling: "one" };
const fourFive: Family = { ...fourOne, maxTokens: 64_000, endsAtWindow: true };
const fourSix: Family = {
  ...fourFive,
  maxTokens: 128_000,
  window: 1_000_000,
  thinking: { ...manual, modes: ["adaptive", "enabled"] },
  efforts: [...upToHigh, "max"],
  prefill: false,
};
const fourSeven: Family = { ...fourSix, thinking: adaptive, efforts: all, sampling: "none" };
const five: Family = {
  ...fourSeven,
  thinking: { ...adaptive, off: "upToHigh", byDefault: true },
  systemMessages: true,
};
const restless: Family = { ...five, thinking: { ...five.thinking, off: "never" } };
const newest: Family = { ...restless, thinking: { ...restless.thinking, bound: true }, forces: false };

/** First match wins. */
const families: readonly (readonly [RegExp, Family])[] = [
  [/sonnet-5-5/, { ...newest, thinking: { ...newest.thinking, modes: ["adaptive", "between_tools"] } }],
  [/haiku-5-5/, { ...five, thinking: { ...five.thinking, bound: true } }],
  [/opus-5-5|(fable|mythos)-5-[12](?!\d)/, newest],
  [/(fable|mythos)-5/, restless],
  [/sonnet-5/, { ...five, thinking: { ...five.thinking, off: "always" }, systemMessages: false }],
  [/opus-4-8/, { ...fourSeven, systemMessages: true }],
  [/opus-4-7/, fourSeven],
  [/(opus|sonnet)-4-6/, fourSix],
  [/opus-4-5/, { ...fourFive, efforts: upToHigh }],
  [/(sonnet|haiku)-4-5/, fourFive],
  [/opus-4-1/, fourOne],
  [/opus-4/, { ...four, maxTokens: 32_000 }],
  [/sonnet-4/, four],
  [/claude-3-7/, four],
  [/claude-3-5/, { ...older, maxTokens: 8192 }],
  [/claude-(2|3|instant)/, older],
];

/** The facts about a model by its name; an unknown one counts as Opus 5. */
export const familyOf = (model: string): Family => families.find(([pattern]) => pattern.test(model))?.[1] ?? five;

/** A model as it is listed: its id, its name for people, when it came out and when it will be gone, newest first. */
export const listed: readonly (readonly [id: string, name: string, created: string, retires?: string])[] = [
  ["claude-haiku-5-5", "Claude Haiku 5.5", "2026-10-15"],
  ["claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-10-01"],
  ["claude-opus-5-5", "Claude Opus 5.5", "2026-09-22"],
  ["claude-fable-5-1", "Claude Fable 5.1", "2026-09-01"],
  ["claude-opus-5", "Claude Opus 5", "2026-07-20"],
  ["claude-sonnet-5", "Claude Sonnet 5", "2026-06-30"],
  ["claude-fable-5", "Claude Fable 5", "2026-06-15"],
  ["claude-opus-4-8", "Claude Opus 4.8", "2026-05-20"],
  ["claude-opus-4-7", "Claude Opus 4.7", "2026-04-16"],
  ["claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-17"],
  ["claude-opus-4-6", "Claude Opus 4.6", "2026-02-05"],
  ["claude-opus-4-5-20251101", "Claude Opus 4.5", "2025-11-24"],
  ["claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-15"],
  ["claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "2025-09-29", "2026-11-30"],
  ["claude-opus-4-1-20250805", "Claude Opus 4.1", "2025-08-05"],
];
