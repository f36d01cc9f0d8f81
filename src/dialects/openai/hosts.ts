import type {
  ChatRequestField,
  CompletionRequestField,
  EmbeddingRequestField,
} from "../../../generated/fields/openai.ts";
import type { CompletionHabits, EmbeddingHabits, OperationName } from "../../operations/types.ts";
import type { Facts } from "../dialect.ts";

/** What a server that speaks OpenAI's language does differently from OpenAI. */
export interface HostFacts {
  /** Members of a request it refuses or drops in silence. They are not sent, and the client is told. */
  readonly lacks: Readonly<Record<OperationName, ReadonlySet<string>>>;
  /** Why it lacks them. */
  readonly why: string;
  /** Refuses members that OpenAI's spec does not know, also those that clients send back out of earlier answers. */
  readonly strict: boolean;
  /** Knows the role `developer`; the others are told it as `system`, which means the same. */
  readonly developerRole: boolean;
  /** Knows `max_completion_tokens`; the others have its older name. */
  readonly maxCompletionTokens: boolean;
  /** Takes `response_format: json_object`; the others get a schema that any object fits. */
  readonly jsonObject: boolean;
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

/** Members of specs/extensions.yaml, which OpenAI itself answers with `unknown_parameter`. */
const extensions: readonly (ChatRequestField | CompletionRequestField)[] = [
  "top_k",
  "min_p",
  "top_a",
  "repetition_penalty",
  "length_penalty",
  "min_tokens",
  "stop_token_ids",
  "ignore_eos",
  "skip_special_tokens",
  "thinking",
  "thinking_budget",
  "enable_thinking",
  "reasoning",
  "include_reasoning",
  "extra_body",
  "google",
  "safety_settings",
  "cached_content",
  "chat_template_kwargs",
  "add_generation_prompt",
  "continue_final_message",
  "documents",
  "mm_processor_kwargs",
  "guided_json",
  "guided_choice",
  "guided_regex",
  "guided_grammar",
  "structured_outputs",
  "provider",
  "route",
  "models",
  "transforms",
  "plugins",
  "session_id",
  "usage",
  "num_ctx",
  "keep_alive",
  "options",
  "ttl",
  "cache_prompt",
  "grammar",
  "venice_parameters",
  "features",
  "files",
  "repeat_penalty",
  "use_beam_search",
  "n_predict",
  "samplers",
  "include_stop_str_in_output",
  "add_special_tokens",
  "spaces_between_special_tokens",
  "truncate_prompt_tokens",
  "prompt_logprobs",
  "json_schema",
  "priority",
  "request_id",
  "cache_salt",
  "id_slot",
];

/** The same of embeddings, as far as no other operation has them. */
const embeddingExtensions: readonly EmbeddingRequestField[] = [
  "task_type",
  "taskType",
  "title",
  "input_type",
  "auto_truncate",
  "autoTruncate",
  "truncate",
];

/** Parts of OpenAI's own API that no server on one's own machine has. */
const services: readonly ChatRequestField[] = [
  "audio",
  "metadata",
  "modalities",
  "moderation",
  "prediction",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
  "store",
  "verbosity",
  "web_search_options",
];

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

/** A request holds 2,048 texts at the most, so that no call is too long; the servers say themselves what is too much. */
const anyBatch: EmbeddingHabits = { tokens: true, maxInputs: 2048, maxTokens: Infinity, maxCalls: 8 };

const anyServer: HostFacts = {
  lacks: lacking([]),
  why: "",
  strict: false,
  developerRole: false,
  maxCompletionTokens: true,
  jsonObject: true,
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
export type HostName = "openai" | "openrouter" | "vllm" | "llamacpp" | "lmstudio" | "ollama";

/**
 * Habits by server, as data. A server nobody knows is taken by its word: all is sent as it came.
 *
 * @see reference: upstream-auth §§5–9
 */
const hosts: Readonly<Record<HostName, HostFacts>> = {
  openai: {
    ...anyServer,
    // Clients whose body is in the shape of the Responses API send the rest of that along.
    lacks: lacking(extensions, {
      chat: ["background", "include", "max_tool_calls", "text", "truncation"],
      completions: ["response_format"],
      embeddings: embeddingExtensions,
    }),
    why: "no part of OpenAI's API",
    strict: true,
    developerRole: true,
    completions: { tokens: true, ranking: true, manyStops: false },
  },
  openrouter: {
    ...anyServer,
    developerRole: true,
    functions: false,
    completions: { tokens: false, ranking: false, manyStops: true },
  },
  vllm: { ...ownServer, completions: { tokens: true, ranking: true, manyStops: true } },
  llamacpp: { ...ownServer, maxCompletionTokens: false },
  lmstudio: {
    ...ownServer,
    maxCompletionTokens: false,
    jsonObject: false,
    embeddings: { ...anyBatch, tokens: false },
  },
  ollama: {
    ...ownServer,
    // Its own members reach it through the native API only.
    lacks: lacking(
      [
        ...services,
        ...extensions.filter((name) => name !== "reasoning"),
        "cache_control",
        "logit_bias",
        "think",
        "user",
      ],
      { completions: ["best_of", "echo"], embeddings: embeddingExtensions },
    ),
    why: "Ollama's OpenAI-compatible API drops it in silence",
    maxCompletionTokens: false,
    efforts: ["none", "low", "medium", "high"],
    completions: { tokens: false, ranking: false, manyStops: true },
    embeddings: { ...anyBatch, tokens: false },
  },
};

/** Every server whose habits are known. */
export const knownHosts: readonly HostName[] = ["openai", "openrouter", "vllm", "llamacpp", "lmstudio", "ollama"];

const byName: ReadonlyMap<string, HostFacts> = new Map(Object.entries(hosts));

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
