import type { Shape } from "../../generated/fields/shape.ts";
import type { Validator } from "../../generated/validators/validator.ts";
import type { GatewayError } from "../errors.ts";
import type {
  Answer,
  Change,
  ChatChunk,
  ChatCompletion,
  ChatMessage,
  ChatRequest,
  Completion,
  CompletionHabits,
  CompletionRequest,
  EmbeddingHabits,
  EmbeddingList,
  EmbeddingRequest,
  Piece,
} from "../operations/types.ts";
import type { Usage } from "../usage/usage.ts";
import type { ConditionalFate, Fate } from "./fates.ts";

/** What a translator may know besides the request. All of it comes in as values, so that translation stays pure. */
export interface Facts {
  /** The model as the upstream calls it, without a publisher's path. */
  readonly upstreamModel: string;
  /** The model behind it where its own name does not tell, as the config says it. */
  readonly family?: string | undefined;
  /** The host as its provider calls it: the same dialect is spoken a little differently from host to host. */
  readonly host: string;
  /** What `model` reads in the answer; undefined where the upstream's own name for it may be seen. */
  readonly responseModel: string | undefined;
  /** Unique per upstream call; ids in the answer are made of it. */
  readonly callId: string;
  /** Unix seconds. */
  readonly createdSec: number;
  /** The model's `safety` in routes.yaml: category → threshold, in the upstream's words. */
  readonly safety?: Readonly<Record<string, string>> | undefined;
  /** Habits of this upstream that its own refusals have told of; see {@link Dialect.learns}. */
  readonly learned?: ReadonlySet<string> | undefined;
}

/** A translated request, and what the way back needs to know of it. */
export interface Translated<Body, Context> {
  readonly body: Body;
  /**
   * How the upstream is asked, where it cannot be as the client asks: a stream's fold is then given the body, whole, and
   * {@link Translator.parse} the text of a stream.
   */
  readonly asks?: AnswerKind | undefined;
  /** In how many turns a word of the upstream's own stands in for what was lost; absent where in none. */
  readonly standIns?: number | undefined;
  /** What is said in headers that are lists, names in lower case, beside what the config says there. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly changes: readonly Change[];
  readonly context: Context;
}

/** A stream being folded: upstream events in, client chunks out; synchronous, one per request. */
export interface Fold<Chunk> {
  /** One SSE payload → the chunks it becomes, or the failure that ends the stream. */
  readonly onEvent: (data: string) => readonly Piece<Chunk>[] | GatewayError;
  /**
   * A body that came whole where a stream was asked for → the chunks it becomes, or the failure it holds; undefined for
   * a body that is no answer. Absent where no upstream of the language does so.
   */
  readonly onBody?: ((text: string) => readonly Piece<Chunk>[] | GatewayError | undefined) | undefined;
  /** The upstream has ended → the chunks that were held back, or the failure if it ended too early. */
  readonly onEnd: () => readonly Piece<Chunk>[] | GatewayError;
  /**
   * The upstream has said its last word, and all of the answer is out: how the connection ends does not matter any more.
   * Absent where the language has no such word.
   */
  readonly isOver?: (() => boolean) | undefined;
  /** What is known of the usage by now. */
  readonly usage: () => Usage | undefined;
  /** Whether nothing came after the counts. Absent where counts come with the end alone. */
  readonly isCounted?: (() => boolean) | undefined;
  /** What of the answer could not be shown, by now. */
  readonly changes: () => readonly Change[];
}

/** When a conditional fate applies, with a request that triggers it (the property suite sends it). */
export interface Condition<Request = ChatRequest> {
  readonly holds: (facts: Facts, request: Request) => boolean;
  readonly example: {
    readonly upstreamModel?: string;
    readonly host?: string;
    readonly request?: Readonly<Partial<Request>>;
  };
}

/** The fate tables of one operation, as the gateway and the suites read them. */
export interface OperationFates<Request = ChatRequest> {
  readonly requestShape: Shape;
  readonly request: Readonly<Record<string, Fate | ConditionalFate<string>>>;
  readonly responseShape: Shape;
  readonly response: Readonly<Record<string, Fate | ConditionalFate<string>>>;
  readonly conditions: Readonly<Record<string, Condition<Request>>>;
  /**
   * What becomes of fields and words that no spec knows: `reported` where the dialect has no place for them, `passed`
   * where the upstream speaks the client's own language and may be newer than the spec.
   */
  readonly unknown: "reported" | "passed";
  /** Words of closed lists that the spec does not have and the dialect knows all the same, by `field=word`. */
  readonly otherWords?: Readonly<Record<string, Fate | ConditionalFate<string>>>;
  /** Where unknown fields pass: those at the top that a host is known to lack, and why. They are reported. */
  readonly lacking?: (facts: Facts) => { readonly names: ReadonlySet<string>; readonly why: string };
}

/** The translators of one operation, typed by the dialect's own body and context. */
export interface Translator<Request, Body, Chunk, Sent, Context> {
  readonly fates: OperationFates<Request>;
  /**
   * The client's request as the upstream's body.
   * Fails: throws a GatewayError naming the client's parameter when the request cannot be said in this dialect.
   */
  readonly request: (request: Request, facts: Facts, kind: AnswerKind) => Translated<Sent, Context>;
  /** Reads a whole body's text, where not all of it is worth reading; as JSON unless told. Fails: throws what JSON throws. */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** A parsed upstream body, its text and its headers as the client's answer, or the failure it turned out to be. */
  readonly response: (
    body: unknown,
    context: Context,
    text: string,
    headers?: AnswerHeaders,
  ) => Answer<Body> | GatewayError;
  readonly stream: (context: Context, headers?: AnswerHeaders) => Fold<Chunk>;
  /** As {@link Dialect.toError}, where it must know what was asked. */
  readonly toError?: ((failure: UpstreamFailure, requested: string, context: Context) => GatewayError) | undefined;
}

/** The translators of an operation that is not streamed. */
export type WholeTranslator<Request, Body, Sent, Context> = Omit<
  Translator<Request, Body, never, Sent, Context>,
  "stream"
>;

/** Whether an answer is wanted in one piece or as it is made. */
export type AnswerKind = "unary" | "stream";

/** A request on its way: translated, with the two ways to read its answer. */
export interface Open<Body, Chunk> {
  readonly body: unknown;
  /** As {@link Translated} has it. */
  readonly asks?: AnswerKind | undefined;
  /** As {@link Translated} has it. */
  readonly standIns?: number | undefined;
  /** Headers of this request, beside those that all requests of its target have. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly changes: readonly Change[];
  /** As {@link Translator} has it. */
  readonly parse?: ((text: string) => unknown) | undefined;
  readonly response: (body: unknown, text: string, headers?: AnswerHeaders) => Answer<Body> | GatewayError;
  readonly stream: (headers?: AnswerHeaders) => Fold<Chunk>;
  /** An answer outside 2xx, where the reading depends on what was asked. */
  readonly toError?: Dialect["toError"] | undefined;
}

/** Translators with their upstream types sealed in, so that all dialects look alike. */
export interface Operation<Request, Body, Chunk> {
  readonly fates: OperationFates<Request>;
  readonly open: (request: Request, facts: Facts, kind: AnswerKind) => Open<Body, Chunk>;
  /** An answer outside 2xx, where the dialect's own reading would speak of another operation. */
  readonly toError?: Dialect["toError"] | undefined;
  /** What the upstream's own spec says of its answers. */
  readonly answers?: ((at: Identity) => AnswerChecks) | undefined;
}

/** The compiled spec of an upstream's answers. */
export interface AnswerChecks {
  readonly whole: Validator<unknown>;
  /** Of each event of a stream. */
  readonly event: Validator<unknown>;
}

/** What of {@link Facts} says which model it is, and where. */
export type Identity = Pick<Facts, "upstreamModel" | "family" | "host">;

/** A turn of the model's as a client sends it back. */
export type AssistantMessage = Extract<ChatMessage, { role: "assistant" }>;

/** A turn of the model's as it was answered. */
export type AnsweredTurn = Pick<
  ChatCompletion["choices"][number]["message"],
  "content" | "tool_calls" | "function_call" | "extra_content" | "reasoning_content" | "thinking_blocks"
>;

/** What a model wants back of a turn of its own beside what every client keeps. Fit for JSON. */
export interface Kept {
  /** Of the turn as a whole. */
  readonly turn?: unknown;
  /** Of each of its calls, in their order; null where there is nothing. */
  readonly calls?: readonly (string | null)[] | undefined;
}

/** For which models something is good. */
export interface Maker {
  readonly name: string;
  /** At every provider that has the model; else at the one alone where it was made. */
  readonly portable: boolean;
}

/** What a language's models must be shown again of their own turns, and clients may lose. Pure: the store is another's. */
export interface Continuity {
  /** Whether models of a host want anything back at all; absent where they do wherever they are. */
  readonly at?: ((host: string) => boolean) | undefined;
  /** Who made what is kept: a model is given what is its own alone. */
  readonly maker: (identity: Identity) => Maker;
  /** The places in `messages` of those turns of which the model wants something back that the client did not send. */
  readonly missing: (request: ChatRequest, identity: Identity) => readonly number[];
  /** What of an answer is to be kept; undefined where there is nothing. */
  readonly keep: (turn: AnsweredTurn) => Kept | undefined;
  /** The turn as a client would send it that has lost nothing. Its calls are in the order of those kept. */
  readonly restore: (message: AssistantMessage, kept: Kept) => AssistantMessage;
}

/** Chat, with what other operations that are served by it must know. */
export interface ChatOperation extends Operation<ChatRequest, ChatCompletion, ChatChunk> {
  /**
   * The effort with which a model thinks least, for requests whose few tokens are meant for the answer; undefined for
   * a model that does not think, or of which it is not known.
   */
  readonly leastEffort?: ((facts: Facts) => ChatRequest["reasoning_effort"]) | undefined;
  /** Absent where every client keeps all there is. */
  readonly continuity?: Continuity | undefined;
  /** Whether an upstream takes a web address in a message as it is; absent where all take any. */
  readonly fetches?: ((url: string, at: Identity) => boolean) | undefined;
}

/** Legacy completions, with what decides how a request is taken apart before anything is translated. */
export interface CompletionOperation extends Operation<CompletionRequest, Completion, Completion> {
  readonly takes: (host: string) => CompletionHabits;
}

/** Vectors of texts, with what decides how many calls a request becomes. Never streamed. */
export interface EmbeddingOperation extends Operation<EmbeddingRequest, EmbeddingList, never> {
  readonly takes: (facts: Pick<Facts, "host" | "upstreamModel">) => EmbeddingHabits;
}

/** Headers of an upstream's answer, names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** An upstream's refusal, before anybody has made sense of it. */
export interface UpstreamFailure {
  /** 2xx where it came bare in the middle of a stream. */
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** The body as text, possibly empty, possibly HTML. */
  readonly text: string;
}

/** Every wire language that somebody speaks. */
export type DialectName = "anthropic" | "converse" | "gemini" | "openai";

/** A wire language: pure translators for the operations it has. */
export interface Dialect {
  readonly name: DialectName;
  readonly operations: {
    readonly chat?: ChatOperation;
    readonly completions?: CompletionOperation;
    readonly embeddings?: EmbeddingOperation;
  };
  /** An answer outside 2xx as an error of ours. `requested` is the model as the client called it. */
  readonly toError: (failure: UpstreamFailure, requested: string) => GatewayError;
  /**
   * What a refusal says about the upstream itself, as a word of the dialect's own: the request is then said once more,
   * with the word among {@link Facts.learned}, and so are all later ones. Undefined where it says nothing of the kind.
   */
  readonly learns?: (failure: UpstreamFailure) => string | undefined;
  /**
   * The model that an answer, or an event of one, says it comes from; undefined where it does not say. `said` is what the
   * upstream sent, not checked. Absent where the language has no word for it.
   */
  readonly answeredBy?: (said: unknown) => string | undefined;
}

/** A text under a name of an object; undefined for anything else. */
export function textUnder(said: unknown, name: string): string | undefined {
  const value: unknown = typeof said === "object" && said !== null ? Reflect.get(said, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Declares a dialect; a table, no logic. */
export function defineDialect(dialect: Dialect): Dialect {
  return dialect;
}

/** Seals the upstream types of a translator in. */
export function defineOperation<Request, Body, Chunk, Sent, Context>(
  translator: Translator<Request, Body, Chunk, Sent, Context>,
): Operation<Request, Body, Chunk> {
  const { toError } = translator;
  return {
    fates: translator.fates,
    open: (request, facts, kind) => {
      const { body, asks, standIns, headers, changes, context } = translator.request(request, facts, kind);
      return {
        body,
        asks,
        standIns,
        headers,
        changes,
        parse: translator.parse,
        response: (answer, text, answered) => translator.response(answer, context, text, answered),
        stream: (answered) => translator.stream(context, answered),
        toError: toError && ((failure, requested) => toError(failure, requested, context)),
      };
    },
  };
}

/** The same for an operation that is not streamed: its requests have no place to ask for it. */
export function defineWhole<Request, Body, Sent, Context>(
  translator: WholeTranslator<Request, Body, Sent, Context>,
): Operation<Request, Body, never> {
  return defineOperation({
    ...translator,
    stream: () => {
      throw new Error("this operation is not streamed");
    },
  });
}
