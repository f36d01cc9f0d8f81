import type { ModelConfig } from "../config/config.ts";
import type { ChatFold, Facts, OpenChat } from "../dialects/dialect.ts";
import { GatewayError, toGatewayError } from "../errors.ts";
import type { Change, ChatAnswer, ChatChunk, ChatRequest } from "../operations/types.ts";
import type { Usage } from "../usage/usage.ts";
import { createEventReader } from "./events.ts";
import { readText, type Transport, type UpstreamAnswer } from "./send.ts";
import type { ChatTarget, Target } from "./target.ts";

/** One choice of a client's request, on its way to the targets. */
export interface ChatAttempt {
  readonly request: ChatRequest;
  readonly requestedModel: string;
  readonly model: ModelConfig;
  readonly targets: readonly Target[];
  /** The same for all choices of a request. */
  readonly callId: string;
  /** Which of the choices this is. */
  readonly choice: number;
  readonly createdSec: number;
  readonly signal: AbortSignal;
}

/** What the first target to answer said, and what it took to get there. */
export interface Attempted<Answer> {
  readonly target: Target;
  readonly attempts: number;
  readonly answer: Answer;
}

/** Thrown when no target answered: the error the client gets, and what the log wants to know of it. */
export class AttemptError extends Error {
  override readonly name = "AttemptError";
  readonly error: GatewayError;
  /** The last one asked. */
  readonly target: Target;
  readonly attempts: number;

  constructor(error: GatewayError, target: Target, attempts: number) {
    super(error.message, { cause: error });
    this.error = error;
    this.target = target;
    this.attempts = attempts;
  }
}

/** A whole answer with everything that was changed on the way there and back. */
export type WholeAnswer = ChatAnswer;

/** A stream whose first chunks are at hand: from here on there is no fallback. */
export interface StreamedAnswer {
  /** Known before the first byte. */
  readonly changes: readonly Change[];
  /** Chunks as they were read; fails by throwing a GatewayError. To be iterated once. */
  readonly batches: AsyncIterable<readonly ChatChunk[]>;
  readonly usage: () => Usage | undefined;
  /** Known by now; complete at the end. */
  readonly lateChanges: () => readonly Change[];
}

type TryOne<Answer> = (target: Target, chat: ChatTarget) => Promise<Answer | GatewayError>;

/** Asks the targets in turn for a whole answer. Fails: throws an {@link AttemptError}, or a refusal. */
export function attemptWhole(attempt: ChatAttempt, transport: Transport): Promise<Attempted<WholeAnswer>> {
  return firstToAnswer(attempt, async (target, chat) => {
    const { open, changes } = translate(attempt, target, chat);
    const sent = await transport.send(
      chat.calls.unary,
      target.credential,
      JSON.stringify(open.body),
      sendOptions(attempt, target),
    );
    if (sent instanceof GatewayError) return sent;
    const text = await readText(sent);
    if (text instanceof GatewayError) return text;
    if (!isOk(sent)) return target.dialect.toError({ ...sent, text }, attempt.requestedModel);
    const answer = readAnswer(text, open);
    return answer instanceof GatewayError ? answer : { ...answer, changes: [...changes, ...answer.changes] };
  });
}

/**
 * Asks the targets in turn for a stream, and waits for its first chunks: until then a failure has its own status and
 * falls back, after them it is an error event. Fails: throws an {@link AttemptError}, or a refusal.
 */
export function attemptStream(attempt: ChatAttempt, transport: Transport): Promise<Attempted<StreamedAnswer>> {
  return firstToAnswer(attempt, async (target, chat) => {
    const { open, changes } = translate(attempt, target, chat);
    const sent = await transport.send(
      chat.calls.stream,
      target.credential,
      JSON.stringify(open.body),
      sendOptions(attempt, target),
    );
    if (sent instanceof GatewayError) return sent;
    if (!isOk(sent)) {
      const text = await readText(sent);
      return text instanceof GatewayError ? text : target.dialect.toError({ ...sent, text }, attempt.requestedModel);
    }
    const fold = open.stream();
    const batches = readBatches(sent, fold, target, attempt.requestedModel);
    const first = await nextBatch(batches);
    if (first instanceof GatewayError) return first;
    return { changes, batches: startingWith(first, batches), usage: fold.usage, lateChanges: fold.changes };
  });
}

/** A malformed answer is worth one more try at the same place: models rarely stumble twice. */
const triesPerTarget = 2;

async function firstToAnswer<Answer>(attempt: ChatAttempt, tryOne: TryOne<Answer>): Promise<Attempted<Answer>> {
  let attempts = 0;
  let failed: AttemptError | undefined;
  for (const target of attempt.targets) {
    const { chat } = target;
    if (chat === undefined) continue;
    for (let tries = 0; tries < triesPerTarget; tries++) {
      attempts++;
      const answer = await tryOne(target, chat);
      if (!(answer instanceof GatewayError)) return { target, attempts, answer };
      failed = new AttemptError(answer, target, attempts);
      if (answer.errorName !== "upstream_invalid_response" || attempt.signal.aborted) break;
    }
    if (failed !== undefined && !fallsBack(failed.error)) throw failed;
  }
  throw (
    failed ??
    new GatewayError(
      "unsupported_operation",
      `The model \`${attempt.requestedModel}\` does not serve chat completions.`,
    )
  );
}

/** Whether another target may do better: trouble there, or a model or quota that only this one lacks. */
function fallsBack(error: GatewayError): boolean {
  return error.retryable || error.errorName === "model_not_found" || error.errorName === "insufficient_quota";
}

function translate(
  attempt: ChatAttempt,
  target: Target,
  chat: ChatTarget,
): { open: OpenChat; changes: readonly Change[] } {
  const facts: Facts = {
    upstreamModel: target.upstreamModel,
    host: target.deployment.provider.type,
    responseModel: attempt.model.responseModel === "upstream" ? target.upstreamModel : attempt.requestedModel,
    callId: attempt.choice === 0 ? attempt.callId : `${attempt.callId}_${attempt.choice}`,
    createdSec: attempt.createdSec,
  };
  const reported = chat.audit(attempt.request, facts, attempt.model.unsupported);
  const open = chat.operation.open(attempt.request, facts);
  return { open, changes: [...reported, ...open.changes] };
}

function sendOptions(attempt: ChatAttempt, target: Target) {
  const { provider, timeouts } = target.deployment;
  return { signal: attempt.signal, timeouts, caFile: provider.caFile };
}

function isOk(answer: UpstreamAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

function readAnswer(text: string, open: OpenChat): ChatAnswer | GatewayError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return new GatewayError("upstream_invalid_response", "The upstream's answer is not JSON.");
  }
  return open.response(body);
}

type Batches = AsyncGenerator<readonly ChatChunk[], undefined>;

async function* readBatches(answer: UpstreamAnswer, fold: ChatFold, target: Target, requested: string): Batches {
  const reader = createEventReader();
  for await (const bytes of answer.body) {
    const { chunks, failure } = foldEvents(reader.push(bytes), fold);
    if (chunks.length > 0) yield chunks;
    if (failure !== undefined) throw failure;
  }
  const { events, rest } = reader.end();
  if (rest.trim() !== "") throw foreignBody(rest, answer, target, requested);
  // An event without the blank line that ends it: whole, or the stump of a cut.
  if (!events.every(isJson)) throw streamCut("The upstream's stream ended in the middle of an event.");
  const { chunks, failure } = foldEvents(events, fold);
  yield chunks;
  yield orThrow(failure ?? fold.onEnd());
}

/** The events of one read, as far as they go: what was said before a failure is still the client's. */
function foldEvents(
  events: readonly string[],
  fold: ChatFold,
): { readonly chunks: readonly ChatChunk[]; readonly failure: GatewayError | undefined } {
  const chunks: ChatChunk[] = [];
  for (const event of events) {
    const folded = fold.onEvent(event);
    if (folded instanceof GatewayError) return { chunks, failure: folded };
    chunks.push(...folded);
  }
  return { chunks, failure: undefined };
}

/** Some upstreams break a stream off with a bare error body; anything else that is no event is not from the upstream. */
function foreignBody(text: string, answer: UpstreamAnswer, target: Target, requested: string): GatewayError {
  return isJson(text)
    ? target.dialect.toError({ status: 502, headers: answer.headers, text }, requested)
    : new GatewayError("upstream_invalid_response", "The upstream's stream is not a stream of events.");
}

function streamCut(message: string): GatewayError {
  return new GatewayError("upstream_stream_cut", message);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function orThrow(chunks: readonly ChatChunk[] | GatewayError): readonly ChatChunk[] {
  if (chunks instanceof GatewayError) throw chunks;
  return chunks;
}

/** The first batch that holds anything, or the failure that came in its place. */
async function nextBatch(batches: Batches): Promise<readonly ChatChunk[] | GatewayError> {
  try {
    for (;;) {
      const { done, value } = await batches.next();
      if (done === true) return streamCut("The upstream's stream held no answer.");
      if (value.length > 0) return value;
    }
  } catch (thrown) {
    return toGatewayError(thrown);
  }
}

async function* startingWith(first: readonly ChatChunk[], rest: Batches): Batches {
  try {
    yield first;
    yield* rest;
  } finally {
    // A consumer that stops early must not leave the upstream running.
    await rest.return(undefined);
  }
}
