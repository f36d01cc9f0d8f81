import type { Shape } from "../../generated/fields/shape.ts";
import type { GatewayError } from "../errors.ts";
import type { Change, ChatAnswer, ChatChunk, ChatRequest } from "../operations/types.ts";
import type { Usage } from "../usage/usage.ts";
import type { ConditionalFate, Fate } from "./fates.ts";

/** What a translator may know besides the request. All of it comes in as values, so that translation stays pure. */
export interface Facts {
  /** The model as the upstream calls it, without a publisher's path. */
  readonly upstreamModel: string;
  /** The provider's type: the same dialect is spoken a little differently from host to host. */
  readonly host: string;
  /** What `model` reads in the answer. */
  readonly responseModel: string;
  /** Unique per upstream call; ids in the answer are made of it. */
  readonly callId: string;
  /** Unix seconds. */
  readonly createdSec: number;
}

/** A translated request, and what the way back needs to know of it. */
export interface Translated<Body, Context> {
  readonly body: Body;
  readonly changes: readonly Change[];
  readonly context: Context;
}

/** A stream being folded: upstream events in, client chunks out; synchronous, one per request. */
export interface ChatFold {
  /** One SSE payload → the chunks it becomes, or the failure that ends the stream. */
  readonly onEvent: (data: string) => readonly ChatChunk[] | GatewayError;
  /** The upstream has ended → the chunks that were held back, or the failure if it ended too early. */
  readonly onEnd: () => readonly ChatChunk[] | GatewayError;
  /** What is known of the usage by now. */
  readonly usage: () => Usage | undefined;
  /** What of the answer could not be shown, by now. */
  readonly changes: () => readonly Change[];
}

/** When a conditional fate applies, with a request that triggers it (the property suite sends it). */
export interface Condition {
  readonly holds: (facts: Facts, request: ChatRequest) => boolean;
  readonly example: { readonly upstreamModel?: string; readonly request?: Readonly<Partial<ChatRequest>> };
}

/** The fate tables of one operation, as the gateway and the suites read them. */
export interface OperationFates {
  readonly requestShape: Shape;
  readonly request: Readonly<Record<string, Fate | ConditionalFate<string>>>;
  readonly responseShape: Shape;
  readonly response: Readonly<Record<string, Fate | ConditionalFate<string>>>;
  readonly conditions: Readonly<Record<string, Condition>>;
}

/** A dialect's chat translators, typed by its own body and context. */
export interface ChatTranslator<Body, Context> {
  readonly fates: OperationFates;
  /**
   * The client's request as the upstream's body.
   * Fails: throws a GatewayError naming the client's parameter when the request cannot be said in this dialect.
   */
  readonly request: (request: ChatRequest, facts: Facts) => Translated<Body, Context>;
  /** A parsed upstream body as the client's answer, or the failure it turned out to be. */
  readonly response: (body: unknown, context: Context) => ChatAnswer | GatewayError;
  readonly stream: (context: Context) => ChatFold;
}

/** A request on its way: translated, with the two ways to read its answer. */
export interface OpenChat {
  readonly body: unknown;
  readonly changes: readonly Change[];
  readonly response: (body: unknown) => ChatAnswer | GatewayError;
  readonly stream: () => ChatFold;
}

/** Chat translators with their body and context types sealed in, so that all dialects look alike. */
export interface ChatOperation {
  readonly fates: OperationFates;
  readonly open: (request: ChatRequest, facts: Facts) => OpenChat;
}

/** An upstream's refusal, before anybody has made sense of it. */
export interface UpstreamFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as text, possibly empty, possibly HTML. */
  readonly text: string;
}

/** A wire language: pure translators for the operations it has. */
export interface Dialect {
  readonly name: string;
  readonly operations: { readonly chat?: ChatOperation };
  /** An answer outside 2xx as an error of ours. `requested` is the model as the client called it. */
  readonly toError: (failure: UpstreamFailure, requested: string) => GatewayError;
}

/** Declares a dialect; a table, no logic. */
export function defineDialect(dialect: Dialect): Dialect {
  return dialect;
}

/** Seals the types of a chat translator in. */
export function defineChat<Body, Context>(translator: ChatTranslator<Body, Context>): ChatOperation {
  return {
    fates: translator.fates,
    open: (request, facts) => {
      const { body, changes, context } = translator.request(request, facts);
      return {
        body,
        changes,
        response: (answer) => translator.response(answer, context),
        stream: () => translator.stream(context),
      };
    },
  };
}
