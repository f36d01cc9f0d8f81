/** What requests to one of OpenAI's models may hold. */
export interface Family {
  readonly serves: "chat" | "completions" | "embeddings";
  /** Thinks before it answers, takes no sampling settings, and calls the limit max_completion_tokens. */
  readonly reasoning: boolean;
  /** Words of reasoning_effort; undefined: not known to the model. */
  readonly efforts: readonly string[] | undefined;
  /** Whether stop texts are taken. */
  readonly stop: boolean;
  /** Whether parallel_tool_calls is taken. */
  readonly parallel: boolean;
  readonly audio: boolean;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Length of its vectors; 0 where it makes none. */
  readonly dimensions: number;
}

const chat: Family = {
  serves: "chat",
  reasoning: false,
  efforts: undefined,
  stop: true,
  parallel: true,
  audio: false,
  contextTokens: 128_000,
  maxOutputTokens: 16_384,
  dimensions: 0,
};

const thinking: Family = {
  ...chat,
  reasoning: true,
  efforts: ["low", "medium", "high"],
  stop: false,
  parallel: false,
  contextTokens: 200_000,
  maxOutputTokens: 100_000,
};

const gpt5: Family = {
  ...thinking,
  efforts: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
  parallel: true,
  contextTokens: 400_000,
  maxOutputTokens: 128_000,
};

const vectors = (dimensions: number): Family => ({ ...chat, serves: "embeddings", contextTokens: 8192, dimensions });

const completions: Family = { ...chat, serves: "completions", contextTokens: 16_385, maxOutputTokens: 16_384 };

/** First match wins. */
const table: readonly (readonly [RegExp, Family])[] = [
  [/^text-embedding-3-large/, vectors(3072)],
  [/^text-embedding-/, vectors(1536)],
  [/^gpt-3\.5-turbo-instruct/, { ...completions, contextTokens: 4097, maxOutputTokens: 4096 }],
  [/^(davinci|babbage)-002/, completions],
  [/^o1-mini/, { ...thinking, efforts: undefined, contextTokens: 128_000, maxOutputTokens: 65_536 }],
  [/^o1/, { ...thinking, stop: true }],
  [/^o\d/, thinking],
  [/^gpt-5.*-chat/, chat],
  [/^gpt-5/, gpt5],
  [/^gpt-4\.1/, { ...chat, contextTokens: 1_047_576, maxOutputTokens: 32_768 }],
  [/^gpt-4o.*-audio|^gpt-audio/, { ...chat, audio: true }],
  [/^(gpt-4o|chatgpt-4o)/, chat],
  [/^gpt-4-(turbo|1106|0125)/, { ...chat, maxOutputTokens: 4096 }],
  [/^gpt-4/, { ...chat, contextTokens: 8192, maxOutputTokens: 8192 }],
  [/^gpt-3\.5-turbo/, { ...chat, contextTokens: 16_385, maxOutputTokens: 4096 }],
];

/** The facts about a model by its name, tuned or not; undefined for a model there is not. */
export function familyOf(model: string): Family | undefined {
  const name = /^ft:([^:]+)/.exec(model)?.[1] ?? model;
  return table.find(([pattern]) => pattern.test(name))?.[1];
}

/** Aliases answer as the release they stand for. */
const releases: Readonly<Record<string, string>> = {
  "gpt-4o": "gpt-4o-2024-08-06",
  "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
  "gpt-4.1": "gpt-4.1-2025-04-14",
  "gpt-5": "gpt-5-2025-08-07",
  "o4-mini": "o4-mini-2025-04-16",
};

/** What a model calls itself in its answers. */
export const releaseOf = (model: string): string => releases[model] ?? model;
