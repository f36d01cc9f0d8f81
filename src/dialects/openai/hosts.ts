import type { CompletionHabits, EmbeddingHabits, OperationName } from "../../operations/types.ts";
import type { Facts } from "../dialect.ts";
import { embeddingExtensions, extensions, services } from "./members.ts";

/** What a server that speaks OpenAI's language does differently from OpenAI. */
export interface HostFacts {
  /** Members of a request it refuses or drops in silence. They are not sent, and the client is told. */
  readonly lacks: Readonly<Record<OperationName, ReadonlySet<string>>>;
  /** Why it lacks them. */
  readonly why: string;
  /** Refuses members that OpenAI's spec does not know, also those that clients send back out of earlier answers. */
  readonly strict: boolean;
  /** Members of messages it refuses. They are not sent, and the client is told. */
  readonly messagesLack: ReadonlySet<string>;
  /** Takes the beginning of an answer as a message with `prefix`. */
  readonly prefixes: boolean;
  /** Wants its thoughts in every message of the assistant's, be it an empty text. */
  readonly wantsThoughts: boolean;
  /** Takes ids of calls of any form; the others want nine letters and digits, which stand for the client's then. */
  readonly anyCallIds: boolean;
  /** Takes an instruction as the last message; the others get it before what the user said last. */
  readonly lastInstruction: boolean;
  /** Says how likely tokens are. */
  readonly logprobs: boolean;
  /** The same of the tokens of legacy completions. */
  readonly textLogprobs: boolean;
  /** Takes the text behind a gap that a legacy completion is to fill. */
  readonly gaps: boolean;
  /** Knows the role `developer`; the others are told it as `system`, which means the same. */
  readonly developerRole: boolean;
  /** Knows `max_completion_tokens`; the others have its older name. */
  readonly maxCompletionTokens: boolean;
  /** Thinking models refuse the older name of the limit, and the names of models are free: they get the newer one. */
  readonly renamesLimit: boolean;
  /** Takes `response_format: json_object`; the others get a schema that any object fits. */
  readonly jsonObject: boolean;
  /** Takes a schema for its answer; the others are asked for JSON, and told the schema in words. */
  readonly jsonSchema: boolean;
  /** Its word for a call that must be made. */
  readonly forced: "required" | "any";
  /** Its name for what makes answers repeatable. */
  readonly seed: "seed" | "random_seed";
  /** Its name for the length of vectors. */
  readonly dimensions: "dimensions" | "output_dimension";
  /** The options of a stream it takes: OpenAI's, the counts alone, or none at all. */
  readonly streamOptions: "all" | "counts" | "none";
  /** Says in streams how many tokens they took, if only where it is asked. */
  readonly countsStreams: boolean;
  /** OpenAI's words for classes of service, by those of a server whose answers call them otherwise. */
  readonly tiers: ReadonlyMap<unknown, "default" | "priority">;
  /** The only words it knows for `reasoning_effort`; undefined where it knows OpenAI's. */
  readonly efforts: readonly string[] | undefined;
  /** Takes tools whose input is plain text. */
  readonly customTools: boolean;
  /** Takes the deprecated `functions`; the others get them as tools. */
  readonly functions: boolean;
  /** What it takes of legacy completions. */
  readonly completions: CompletionHabits;
  /** How many texts it makes vectors of at once, and whether it takes them in token ids. */
  readonly embeddings: EmbeddingHabits;
}

/** What a server lacks everywhere, and in one operation alone. */
function lacking(
  everywhere: readonly string[],
  { chat = [], completions = [], embeddings = [] }: Partial<Record<OperationName, readonly string[]>> = {},
): HostFacts["lacks"] {
  return {
    chat: new Set([...everywhere, ...chat]),
    completions: new Set([...everywhere, ...completions]),
    embeddings: new Set([...everywhere, ...embeddings]),
  };
}

function without(names: readonly string[], ...taken: readonly string[]): readonly string[] {
  return names.filter((name) => !taken.includes(name));
}

/** The same, and more everywhere. */
function adding(lacks: HostFacts["lacks"], names: readonly string[]): HostFacts["lacks"] {
  return {
    chat: new Set([...lacks.chat, ...names]),
    completions: new Set([...lacks.completions, ...names]),
    embeddings: new Set([...lacks.embeddings, ...names]),
  };
}

/** A request holds 2,048 texts at the most, so that no call is too long; the servers say themselves what is too much. */
const anyBatch: EmbeddingHabits = { tokens: true, maxInputs: 2048, maxTokens: Infinity, maxCalls: 8 };

const anyServer: HostFacts = {
  lacks: lacking([]),
  why: "",
  strict: false,
  messagesLack: new Set(),
  prefixes: false,
  wantsThoughts: false,
  anyCallIds: true,
  lastInstruction: true,
  logprobs: true,
  textLogprobs: true,
  gaps: true,
  developerRole: false,
  maxCompletionTokens: true,
  renamesLimit: false,
  jsonObject: true,
  jsonSchema: true,
  forced: "required",
  seed: "seed",
  dimensions: "dimensions",
  streamOptions: "all",
  countsStreams: true,
  tiers: new Map(),
  efforts: undefined,
  customTools: true,
  functions: true,
  completions: { tokens: true, ranking: false, manyStops: true },
  embeddings: anyBatch,
};

const ownServer: HostFacts = {
  ...anyServer,
  lacks: lacking(services),
  why: "a service of OpenAI's own",
  customTools: false,
  functions: false,
};

/** A server whose habits are known. */
export type HostName =
  | "openai"
  | "azure"
  | "azure-older"
  | "openrouter"
  | "deepseek"
  | "deepseek-reasoning"
  | "groq"
  | "mistral"
  | "xai"
  | "xai-reasoning"
  | "vllm"
  | "llamacpp"
  | "lmstudio"
  | "ollama";

// Clients whose body is in the shape of the Responses API send the rest of that along.
const responses = ["background", "include", "max_tool_calls", "text", "truncation"];

const openai: HostFacts = {
  ...anyServer,
  lacks: lacking(extensions, { chat: responses, completions: ["response_format"], embeddings: embeddingExtensions }),
  why: "no part of OpenAI's API",
  strict: true,
  developerRole: true,
  completions: { tokens: true, ranking: true, manyStops: false },
};

/** OpenAI's models at Azure. `system` is what all their versions know, and means the same. */
const azure: HostFacts = { ...openai, developerRole: false, renamesLimit: true };

/** Members of the newer versions of OpenAI's own API, which are services too: none of them is in a version this old. */
const newer = ["reasoning_effort"];

/** A service that passes over what it does not know. */
const deepseek: HostFacts = {
  ...ownServer,
  lacks: lacking([...services, ...without(extensions, "thinking"), "logit_bias", "seed", "user"], {
    completions: ["best_of"],
    embeddings: embeddingExtensions,
  }),
  why: "DeepSeek drops it in silence",
  maxCompletionTokens: false,
  jsonSchema: false,
  streamOptions: "counts",
  wantsThoughts: true,
};

const xai: HostFacts = {
  ...ownServer,
  lacks: lacking([...without(services, "web_search_options"), ...extensions, "logit_bias"], {
    embeddings: embeddingExtensions,
  }),
  why: "xAI's API has no such member",
  streamOptions: "counts",
};

/**
 * Habits by server, as data. A server nobody knows is taken by its word: all is sent as it came. Some models take less
 * than their server, and are a line of their own.
 *
 * @see reference: upstream-auth §§3, 5–9
 */
const hosts: Readonly<Record<HostName, HostFacts>> = {
  openai,
  azure,
  "azure-older": {
    ...azure,
    lacks: lacking([...extensions, ...services, ...newer], {
      chat: [...responses, "parallel_tool_calls"],
      completions: ["response_format"],
      embeddings: embeddingExtensions,
    }),
    why: "this version of Azure's API has no such member",
    customTools: false,
    maxCompletionTokens: false,
    renamesLimit: false,
    streamOptions: "none",
    countsStreams: false,
    // The first models of vectors took so many, and the versions of their time say no more.
    embeddings: { ...anyBatch, maxInputs: 16 },
  },
  openrouter: {
    ...anyServer,
    developerRole: true,
    textLogprobs: false,
    functions: false,
    completions: { tokens: false, ranking: false, manyStops: true },
  },
  deepseek,
  "deepseek-reasoning": {
    ...deepseek,
    lacks: adding(deepseek.lacks, ["temperature", "top_p", "presence_penalty", "frequency_penalty"]),
    why: "DeepSeek's thinking models drop it in silence",
    logprobs: false,
  },
  groq: {
    ...ownServer,
    lacks: lacking(
      [
        ...without(services, "metadata", "service_tier", "store"),
        ...without(extensions, "documents", "include_reasoning"),
        "logit_bias",
      ],
      { chat: responses, completions: ["response_format"], embeddings: embeddingExtensions },
    ),
    why: "Groq refuses it",
    strict: true,
    logprobs: false,
    messagesLack: new Set(["name", "refusal", "audio"]),
    tiers: new Map([
      ["on_demand", "default"],
      ["performance", "priority"],
    ]),
    efforts: ["none", "low", "medium", "high"],
    streamOptions: "counts",
  },
  mistral: {
    ...ownServer,
    lacks: lacking([...without(services, "metadata", "prediction"), ...extensions, ...["logit_bias", "user"]], {
      chat: responses,
      completions: ["response_format"],
      embeddings: embeddingExtensions,
    }),
    why: "Mistral refuses it",
    strict: true,
    messagesLack: new Set(["name", "refusal", "audio"]),
    prefixes: true,
    anyCallIds: false,
    lastInstruction: false,
    logprobs: false,
    maxCompletionTokens: false,
    forced: "any",
    seed: "random_seed",
    dimensions: "output_dimension",
    efforts: ["none", "high"],
    streamOptions: "none",
    embeddings: { ...anyBatch, tokens: false },
  },
  xai,
  "xai-reasoning": {
    ...xai,
    lacks: adding(xai.lacks, ["stop", "presence_penalty", "frequency_penalty"]),
    why: "xAI's thinking models refuse it, or its API has no such member",
  },
  vllm: { ...ownServer, gaps: false, completions: { tokens: true, ranking: true, manyStops: true } },
  llamacpp: {
    ...ownServer,
    lacks: lacking(services, { completions: ["best_of", "echo"], embeddings: ["dimensions"] }),
    why: "no part of what llama.cpp serves",
    gaps: false,
    maxCompletionTokens: false,
  },
  lmstudio: {
    ...ownServer,
    lacks: lacking(services, { completions: ["best_of"] }),
    why: "LM Studio drops it in silence",
    logprobs: false,
    textLogprobs: false,
    maxCompletionTokens: false,
    jsonObject: false,
    embeddings: { ...anyBatch, tokens: false },
  },
  ollama: {
    ...ownServer,
    // Its own members reach it through the native API only.
    lacks: lacking([...services, ...without(extensions, "reasoning"), "cache_control", "logit_bias", "think", "user"], {
      completions: ["best_of", "echo"],
      embeddings: embeddingExtensions,
    }),
    why: "Ollama's OpenAI-compatible API drops it in silence",
    textLogprobs: false,
    maxCompletionTokens: false,
    efforts: ["none", "low", "medium", "high"],
    completions: { tokens: false, ranking: false, manyStops: true },
    embeddings: { ...anyBatch, tokens: false },
  },
};

const byName: ReadonlyMap<string, HostFacts> = new Map(Object.entries(hosts));

/** Every server whose habits are known. */
export const knownHosts: readonly HostName[] = Object.keys(hosts).filter(isHostName);

function isHostName(name: string): name is HostName {
  return byName.has(name);
}

/** Why and what a server lacks in an operation, as the audit wants it. */
export function lackingAt(
  operation: OperationName,
): (facts: Facts) => { readonly names: ReadonlySet<string>; readonly why: string } {
  return ({ host }) => {
    const { lacks, why } = hostFacts(host);
    return { names: lacks[operation], why };
  };
}

/** What is known of a server; nothing of one that is not named. */
export function hostFacts(host: string): HostFacts {
  return byName.get(host) ?? anyServer;
}
