import type { JsonObject } from "../json.ts";
import type { Answer } from "../script.ts";
import type { Mistake } from "./mistake.ts";
import type { Problem, UsualErrors } from "./problem.ts";
import type { Operation } from "./route.ts";
import type {
  ChatChunk,
  ChatRequest,
  ChatResponse,
  CompletionRequest,
  Delta,
  Switches,
  TextCompletion,
  Usage,
} from "./types.ts";

/** The servers that can be played. */
export type ServerName =
  | "openai"
  | "openrouter"
  | "deepseek"
  | "groq"
  | "mistral"
  | "xai"
  | "vllm"
  | "ollama"
  | "lmstudio"
  | "llamacpp";

/** One reason to refuse a request: undefined where the request keeps to it. */
export type Rule<Request> = (request: Request, setting: RuleSetting) => Problem | undefined;

/** What a rule knows beside the request. */
export interface RuleSetting {
  readonly switches: Switches;
  /** Tokens the request is estimated to have. */
  readonly promptTokens: number;
}

/** What an answer knows of its request when a server puts its own members in. */
export interface Dressing {
  readonly request: Pick<ChatRequest, "service_tier" | "stream_options">;
  readonly answer: Answer;
  readonly switches: Switches;
  readonly counts: Counts;
}

/** Tokens of a request and its answer. */
export interface Counts {
  readonly input: number;
  readonly cached: number;
  readonly cacheWrite: number;
  /** Of the visible answer. */
  readonly output: number;
  readonly thinking: number;
}

/** A body that is ready, with its media type. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** How one kind of request is read. */
export interface Reading<Request> {
  /** The members the server looks at; it passes over all others. Absent means all of them. */
  readonly reads?: ReadonlySet<string>;
  /** Members and words it refuses, where it is strict in a way of its own. Absent means OpenAI's. */
  readonly strangers?: (request: unknown) => Mistake | undefined;
  readonly rules: readonly Rule<Request>[];
  /** Whether n choices are given; otherwise it is always one. */
  readonly choices: boolean;
  readonly logprobs: boolean;
}

/**
 * One OpenAI-compatible server: what it takes, and what its answers look like. All of it is data and small functions;
 * the emulator that runs on it is the same for all.
 *
 * @see reference: upstream-auth.md §§5-9
 */
export interface Personality {
  readonly name: ServerName;
  /** Whether a credential is looked at, where the emulator has one. */
  readonly wantsKey: boolean;
  readonly types: { readonly json: string; readonly stream: string };
  /** What may stand before the version of a path. */
  readonly root?: RegExp;
  /** What it has no path for. */
  readonly lacks?: readonly Operation[];
  /** Headers beside the media type. */
  readonly headers: (status: number) => Readonly<Record<string, string>>;
  readonly models: Models;
  readonly errors: Errors;
  /** Refuses members, words and bounds the spec does not have; other servers let them pass. */
  readonly strict: boolean;
  readonly chat: Reading<ChatRequest> & ChatManners;
  readonly completions: Reading<CompletionRequest> & CompletionManners;
  readonly embeddings: EmbeddingManners;
  readonly stream: StreamManners;
  readonly usage: (counts: Counts, dressing: Pick<Dressing, "switches">) => Usage & JsonObject;
}

/** Which models a server has. */
export interface Models {
  /** What the list names. */
  readonly listed: readonly string[];
  readonly knows: (model: string) => boolean;
  readonly describe: (model: string, switches: Switches) => JsonObject;
  /** Members of the list beside `object` and `data`. */
  readonly around?: (models: readonly string[]) => JsonObject;
  /** Whether one model can be asked for. */
  readonly retrieves: boolean;
  /** What the model calls itself in answers. */
  readonly answersAs: (model: string) => string;
}

/** How a server says no. */
export interface Errors {
  readonly usual: UsualErrors;
  readonly body: (problem: Problem, switches: Switches) => unknown;
  readonly noJson: () => Problem;
  readonly noModel: () => Problem;
  readonly unknownModel: (model: string, switches: Switches) => Problem;
  readonly mistake: (mistake: Mistake, switches: Switches) => Problem;
  /** Undefined key: there is none. */
  readonly wrongKey: (key: string | undefined) => Page | Problem;
  readonly noRoute: (method: string, path: string, switches: Switches) => Page | Problem;
  readonly wrongMethod: (method: string, path: string, switches: Switches) => Page | Problem;
  /** An error in a stream whose status was 200. */
  readonly inStream: (problem: Problem, head: JsonObject, switches: Switches) => StreamFailure;
}

/** How a stream fails. */
export interface StreamFailure {
  readonly event?: string;
  readonly body: unknown;
  /** Whether `[DONE]` follows all the same. */
  readonly done?: boolean;
}

/** What chat answers look like. */
export interface ChatManners {
  /** The members that limit the answer; the first one given counts. */
  readonly limits: readonly ("max_completion_tokens" | "max_tokens")[];
  readonly ids: { readonly answer: () => string; readonly call: () => string };
  /** The member that shows thoughts; `tags` puts them into the content. Undefined: they stay hidden. */
  readonly thoughts: (switches: Switches) => "reasoning" | "reasoning_content" | "tags" | undefined;
  /** Whether the model thinks before it answers; undefined leaves it to the script. */
  readonly thinks: (request: ChatRequest) => boolean | undefined;
  /** Whether the request wants no thoughts in the answer. */
  readonly hidesThoughts?: (request: ChatRequest) => boolean;
  /** Whether the older functions and function_call are known. */
  readonly functions: boolean;
  /** Why an answer with calls ends. */
  readonly callsEnd: (request: ChatRequest, switches: Switches) => string;
  /** The most tokens of a prompt that are looked at. Absent means all. */
  readonly window?: number;
  /** An event before all others. */
  readonly preface?: () => JsonObject;
  /** The schema that instructions speak of, where the server takes none itself. */
  readonly schemaInWords?: (request: ChatRequest) => unknown;
  readonly dressAnswer: (answer: ChatResponse, dressing: Dressing) => JsonObject;
  readonly dressChunk: (chunk: ChatChunk, dressing: Dressing) => JsonObject;
}

/** What answers of the older kind look like. */
export interface CompletionManners {
  readonly id: () => string;
  /** The limit where the request has none. */
  readonly defaultMaxTokens?: number;
  readonly dress: (answer: TextCompletion, dressing: Dressing) => JsonObject;
}

/** What a request for vectors holds. */
export interface EmbeddingForm {
  readonly members: ReadonlySet<string>;
  /** The member that says how long vectors are to be. */
  readonly dimensions: string;
  /** Whether inputs may be the ids of tokens. */
  readonly tokens: boolean;
  /** Most inputs of a request; 2,048 unless told. */
  readonly maxInputs?: number;
}

/** How embeddings are made. */
export interface EmbeddingManners {
  /** Length of a vector; undefined where the model makes none. */
  readonly dimensions: (model: string) => number | undefined;
  /** Why a model makes no vectors, or not in the length that is asked for. */
  readonly refuse: (model: string, dimensions: number | undefined) => Problem | undefined;
  /** Whether vectors can come in base64. */
  readonly base64: boolean;
  /** What a request holds, where that is not OpenAI's. */
  readonly form?: EmbeddingForm;
}

/** How streams are written. */
export interface StreamManners {
  /** A chunk of its own that opens a choice; silent where nothing but calls follows. */
  readonly opening?: (silent: boolean) => Delta;
  /** Members the first delta has beside its own, and members every delta has. */
  readonly firstDelta?: Delta;
  readonly everyDelta?: Delta;
  /** The delta of the chunk that tells why the answer ends. */
  readonly closing: Delta;
  /** Pieces the arguments of a call come in; one means the call is whole in one chunk. */
  readonly callPieces: number;
  /** When counts come, and whether their chunk has a choice: none, one that says nothing, or the last one itself. */
  readonly usage: (switches: Switches) => "asked" | "always" | "never";
  readonly usageChoices: "none" | "one" | "last";
  /** Whether other chunks say `usage: null` when counts are asked for. */
  readonly usageNull: boolean;
  /** A comment before the first event. */
  readonly comment?: string;
}
