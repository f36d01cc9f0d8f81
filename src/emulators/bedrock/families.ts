/** What requests to a model may hold. */
export interface Family {
  /** The highest maxTokens. */
  readonly maxTokens: number;
  /** Most tokens of a request. */
  readonly window: number;
  /** Whether it has tools: not at all, in whole answers only, or in streams too. */
  readonly tools: "none" | "whole" | "all";
  /** Which choices among tools there are. */
  readonly choices: readonly ("auto" | "any" | "tool")[];
  /** Whether a turn may hold results of tools and something else. */
  readonly mixesResults: boolean;
  /** Whether results may tell whether the tool worked. */
  readonly resultStatus: boolean;
  readonly system: boolean;
  /** Blocks of requests that it takes, beside text and what belongs to tools. */
  readonly media: readonly Medium[];
  /** Whether media may lie in S3. */
  readonly s3: boolean;
  /** Whether the last message may be the assistant's. */
  readonly prefill: boolean;
  readonly maxStops: number;
  /** Whether its thinking comes back in later requests, and whether it is signed. Undefined: it never shows any. */
  readonly reasoning: "signed" | "plain" | "oneWay" | undefined;
  /** Whether it thinks unasked. */
  readonly alwaysReasons: boolean;
  readonly caches: boolean;
  /** Whether answers and tools may be held to a schema. */
  readonly structured: boolean;
  /** Whether tokens can be counted. */
  readonly counts: boolean;
  /** Keys that additionalModelRequestFields may have; Claude says itself what it takes. */
  readonly extras: readonly string[];
}

export type Medium = "image" | "document" | "video" | "audio";

const plain: Family = {
  maxTokens: 4096,
  window: 32_000,
  tools: "none",
  choices: [],
  mixesResults: false,
  resultStatus: false,
  system: true,
  media: ["document"],
  s3: false,
  prefill: false,
  maxStops: 4,
  reasoning: undefined,
  alwaysReasons: false,
  caches: false,
  structured: false,
  counts: false,
  extras: [],
};

/** Its own rules come on top: those of the emulator of Claude. */
const claude: Family = {
  ...plain,
  maxTokens: 128_000,
  window: 1_000_000,
  tools: "all",
  choices: ["auto", "any", "tool"],
  mixesResults: true,
  resultStatus: true,
  media: ["image", "document"],
  prefill: true,
  maxStops: 8191,
  reasoning: "signed",
  caches: true,
  structured: true,
  counts: true,
};

const nova: Family = {
  ...plain,
  maxTokens: 10_000,
  window: 300_000,
  tools: "all",
  choices: ["auto", "any", "tool"],
  mixesResults: true,
  resultStatus: true,
  media: ["image", "document", "video"],
  s3: true,
  prefill: true,
  caches: true,
  extras: ["inferenceConfig"],
};

const llama: Family = { ...plain, maxTokens: 8192, window: 128_000, tools: "whole", choices: ["auto"], maxStops: 0 };
const nova2: Family = {
  ...nova,
  maxTokens: 65_536,
  window: 1_000_000,
  prefill: false,
  // It shows its thoughts, and refuses them when they come back.
  reasoning: "oneWay",
  extras: ["inferenceConfig", "reasoningConfig"],
};
const mistral: Family = {
  ...plain,
  maxTokens: 8192,
  window: 128_000,
  tools: "whole",
  choices: ["auto", "any"],
  maxStops: 10,
};
const newerMistral: Family = { ...mistral, tools: "all", media: ["image", "document"], structured: true };
const open: Family = {
  ...plain,
  maxTokens: 32_768,
  window: 128_000,
  tools: "all",
  choices: ["auto"],
  media: [],
  structured: true,
  maxStops: 4,
};
const thinking: Family = { ...open, reasoning: "oneWay" };

/** First match wins. Facts: the user guide's table of models and features of Converse. */
const families: readonly (readonly [pattern: RegExp, family: Family])[] = [
  [/^anthropic\.claude-/, claude],
  [/^amazon\.nova-micro/, { ...nova, media: [], s3: false, window: 128_000 }],
  [/^amazon\.nova-2-(omni|sonic)/, { ...nova2, media: [...nova2.media, "audio"] }],
  [/^amazon\.nova-2-/, nova2],
  [/^amazon\.nova-(lite|pro|premier)/, nova],
  [/^amazon\.titan-text/, { ...plain, maxTokens: 8192, system: false, maxStops: 4 }],
  [/^meta\.llama4-/, { ...llama, media: ["image", "document"] }],
  [/^meta\.llama3-2-(11|90)b/, { ...llama, media: ["image", "document"] }],
  [/^meta\.llama3-2-/, { ...llama, tools: "none", choices: [] }],
  [/^meta\.llama3-[13]-/, llama],
  [/^meta\.llama3-/, { ...llama, tools: "none", choices: [], maxTokens: 2048, window: 8192 }],
  [/^mistral\.pixtral/, { ...mistral, media: ["image", "document"] }],
  [/^mistral\.(mistral-7b|mixtral)/, { ...mistral, tools: "none", choices: [], system: false }],
  [/^mistral\.voxtral/, { ...newerMistral, media: ["document", "audio"] }],
  [/^mistral\.(mistral-large-3|ministral-3|magistral-small)/, newerMistral],
  [/^mistral\./, mistral],
  [
    /^deepseek\.r1/,
    { ...plain, maxTokens: 32_768, window: 128_000, reasoning: "oneWay", alwaysReasons: true, maxStops: 10 },
  ],
  [/^deepseek\./, { ...thinking, maxTokens: 81_920, extras: ["reasoning_effort", "thinking"] }],
  [
    /^cohere\.command-r/,
    {
      ...plain,
      window: 128_000,
      tools: "all",
      choices: ["auto"],
      extras: ["k", "p", "frequency_penalty", "presence_penalty", "seed", "search_queries_only"],
    },
  ],
  [/^cohere\.command/, { ...plain, system: false, extras: ["k", "p"] }],
  [/^ai21\.jamba-instruct/, { ...plain, window: 256_000, media: [] }],
  [
    /^ai21\.jamba/,
    { ...plain, window: 256_000, tools: "all", choices: ["auto"], extras: ["frequency_penalty", "presence_penalty"] },
  ],
  [/^openai\.gpt-oss/, { ...open, reasoning: "plain", alwaysReasons: true, maxStops: 0, extras: ["reasoning_effort"] }],
  [/^qwen\.qwen3-vl/, { ...thinking, media: ["image"] }],
  [/^qwen\.qwen3-(coder|next)/, open],
  [/^qwen\./, { ...thinking, extras: ["reasoning_config", "reasoning_effort"] }],
  [/^moonshot(ai)?\.kimi.*thinking/, { ...thinking, alwaysReasons: true }],
  [/^moonshot(ai)?\./, { ...thinking, media: ["image"], extras: ["reasoning_effort"] }],
  [/^minimax\./, { ...thinking, alwaysReasons: true }],
  [/^zai\./, thinking],
  [/^google\.gemma/, { ...open, media: ["image", "document"] }],
  [/^nvidia\.nemotron-nano-12b/, { ...open, media: ["image"] }],
  [/^nvidia\./, open],
];

/** What makes vectors. */
export interface EmbeddingFamily {
  readonly kind: "titanText" | "titanMultimodal" | "cohere";
  readonly version: number;
  /** Length of its vectors. */
  readonly dimensions: number;
  /** Most tokens of a text. */
  readonly maxTokens: number;
}

const embeddings: readonly (readonly [pattern: RegExp, family: EmbeddingFamily])[] = [
  [/^amazon\.titan-embed-text-v2/, { kind: "titanText", version: 2, dimensions: 1024, maxTokens: 8192 }],
  [/^amazon\.titan-embed-(text-v1|g1-text)/, { kind: "titanText", version: 1, dimensions: 1536, maxTokens: 8192 }],
  [/^amazon\.titan-embed-image/, { kind: "titanMultimodal", version: 1, dimensions: 1024, maxTokens: 256 }],
  [/^cohere\.embed-v4/, { kind: "cohere", version: 4, dimensions: 1536, maxTokens: 128_000 }],
  [/^cohere\.embed-(english|multilingual)-v3/, { kind: "cohere", version: 3, dimensions: 1024, maxTokens: 512 }],
];

/** The facts about a model that chats; undefined for one that does not, or that there is not. */
export const familyOf = (id: string): Family | undefined => families.find(([pattern]) => pattern.test(id))?.[1];

/** The facts about a model that makes vectors. */
export const embeddingFamilyOf = (id: string): EmbeddingFamily | undefined =>
  embeddings.find(([pattern]) => pattern.test(id))?.[1];

/** Models that no region serves by their own ids: an inference profile has to be named. */
const profileOnly =
  /^(anthropic\.claude-(3-7|opus-[4-9]|sonnet-[4-9]|haiku-[4-9]|fable|mythos)|amazon\.nova-(premier|2-)|meta\.llama(3-[23]|4)-|deepseek\.r1)/;

/** A model as it was asked for. */
export interface Model {
  /** Its id without region, version and the like in front of it. */
  readonly id: string;
  /** Whether it can be called by this name. */
  readonly byProfileOnly: boolean;
}

/** What an ARN whose name says nothing of its model runs, such as that of an application's own profile. */
const behindProfiles = "anthropic.claude-sonnet-4-5-20250929-v1:0";

/** Reads an id, `us.anthropic.claude-…` of an inference profile, or an ARN. */
export function modelOf(asked: string, behind: string = behindProfiles): Model {
  const [, kind = "", name = asked] = /^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:([\w-]+)\/(.+)$/.exec(asked) ?? [];
  if (/^(application-inference-profile|provisioned-model|custom-model|imported-model|prompt)/.test(kind)) {
    return { id: behind, byProfileOnly: false };
  }
  const id = name.replace(/^(us|eu|apac|au|jp|ca|sa|us-gov|global)\./, "");
  return { id, byProfileOnly: id === name && profileOnly.test(id) };
}

/** The name that Claude's own rules know a model by: `claude-sonnet-4-5-20250929`. */
export const claudeName = (id: string): string | undefined =>
  /^anthropic\.(claude-[a-z0-9-]+?)(-v\d+(:\d+\w*)*)?$/.exec(id)?.[1];
