import type { ModelConfig } from "../config/config.ts";
import type { AnswerHeaders, AnswerKind, Facts, Fold, Open } from "../dialects/dialect.ts";
import { GatewayError } from "../errors.ts";
import type { Answer, Change, Piece } from "../operations/types.ts";
import type { PreparedCall } from "../providers/provider.ts";
import { withRequestHeaders } from "../providers/request-headers.ts";
import { endOfTurn } from "../turn.ts";
import type { Usage } from "../usage/usage.ts";
import { openBatches } from "./batches.ts";
import type { Encode } from "./encode.ts";
import type { Signal } from "./exchange.ts";
import { createResponseModel, type ResponseModel } from "./response-model.ts";
import { readText, type Transport, type UpstreamAnswer } from "./send.ts";
import type { OperationTarget, Target } from "./target.ts";

/** One part of a client's request, as one choice of several, on its way to the targets. */
export interface Attempt<Request extends object, Body, Chunk> {
  readonly request: Request;
  /** The same for all parts of a request. */
  readonly encode: Encode;
  /** How a target does the operation; undefined where it does not. */
  readonly servedBy: (target: Target) => OperationTarget<Request, Body, Chunk> | undefined;
  readonly requestedModel: string;
  readonly model: ModelConfig;
  readonly targets: readonly Target[];
  /** The same for all choices of a request. */
  readonly callId: string;
  /** Which of the parts this is. */
  readonly part: number;
  readonly createdSec: number;
  readonly signal: Signal;
  /** Hears of every call that fails. */
  readonly onFailure: (target: Target, error: GatewayError) => void;
  /** Who looks at an answer as the upstream gave it; undefined where nobody does. */
  readonly watch?: (target: Target, served: OperationTarget<Request, Body, Chunk>) => AnswerWatch | undefined;
}

/** Looks at what comes from an upstream. It alters nothing, and nothing depends on it. */
interface AnswerWatch {
  readonly whole: (body: unknown) => void;
  readonly event: (text: string) => void;
}

function watched<Chunk>(fold: Fold<Chunk>, watch: AnswerWatch | undefined): Fold<Chunk> {
  if (watch === undefined) return fold;
  return {
    ...fold,
    onEvent(data) {
      const pieces = fold.onEvent(data);
      if (pieces instanceof GatewayError || !pieces.some(({ repeats }) => repeats)) watch.event(data);
      return pieces;
    },
  };
}

/** What the first target to answer said, and what it took to get there. */
export interface Attempted<Got> {
  readonly target: Target;
  readonly attempts: number;
  readonly answer: Got;
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

/** A stream whose first chunks are at hand: from here on there is no fallback. */
export interface StreamedAnswer<Chunk> {
  /** Known before the first byte. */
  readonly changes: readonly Change[];
  /** Chunks as they were read; fails by throwing a GatewayError. To be iterated once. */
  readonly batches: AsyncIterable<readonly Piece<Chunk>[]>;
  readonly usage: () => Usage | undefined;
  /** Whether nothing came after the counts. */
  readonly isCounted?: (() => boolean) | undefined;
  /** Known by now; complete at the end. */
  readonly lateChanges: () => readonly Change[];
  /** The model that the upstream says answers; undefined where it has not said so by now. */
  readonly responseModel: () => string | undefined;
}

/**
 * Asks the targets in turn for a whole answer; its changes are those of the way there and back.
 * Fails: throws an {@link AttemptError}, or a refusal.
 */
export function attemptWhole<Request extends object, Body, Chunk>(
  attempt: Attempt<Request, Body, Chunk>,
  transport: Transport,
): Promise<Attempted<Answer<Body>>> {
  return firstToAnswer(attempt, async (target, served) => {
    const asked = await ask(attempt, target, served, "unary", transport);
    if (asked instanceof GatewayError) return asked;
    const text = await readText(asked.sent);
    if (text instanceof GatewayError) return text;
    const by = createResponseModel(target.dialect);
    const answer = readSafely(text, asked, by, attempt.watch?.(target, served));
    if (answer instanceof GatewayError) return answer;
    const changes = asked.changes.length === 0 ? answer.changes : [...asked.changes, ...answer.changes];
    return { ...answer, changes, responseModel: by.said() };
  });
}

/**
 * Asks the targets in turn for a stream, and waits for its first chunks: until then a failure has its own status and
 * falls back, after them it is an error event. Fails: throws an {@link AttemptError}, or a refusal.
 */
export function attemptStream<Request extends object, Body, Chunk>(
  attempt: Attempt<Request, Body, Chunk>,
  transport: Transport,
): Promise<Attempted<StreamedAnswer<Chunk>>> {
  return firstToAnswer(attempt, async (target, served) => {
    const asked = await ask(attempt, target, served, "stream", transport);
    if (asked instanceof GatewayError) return asked;
    const { sent } = asked;
    const fold = asked.open.stream(sent.headers);
    const toError = (text: string, alone: AnswerHeaders = {}) => {
      const failure = { status: sent.status, headers: { ...sent.headers, ...alone }, text: sent.hide(text) };
      return errorsOf(target, served, asked.open)(failure, attempt.requestedModel);
    };
    const by = createResponseModel(target.dialect);
    const heard = by.within(watched(fold, attempt.watch?.(target, served)));
    const batches = await openBatches(sent, heard, toError, asked.framing);
    if (batches instanceof GatewayError) return batches;
    const { usage, isCounted, changes: lateChanges } = fold;
    return { changes: asked.changes, batches, usage, isCounted, lateChanges, responseModel: by.said };
  });
}

/** A request that a target has taken: the way back, what was changed on the way there, and the answer's bytes. */
interface Asked<Body, Chunk> {
  readonly open: Open<Body, Chunk>;
  readonly changes: readonly Change[];
  readonly sent: UpstreamAnswer;
  readonly framing: PreparedCall["framing"];
}

/** A refusal that says something of the upstream itself is taken to heart, and the request is sent once more. */
async function ask<Request extends object, Body, Chunk>(
  attempt: Attempt<Request, Body, Chunk>,
  target: Target,
  served: OperationTarget<Request, Body, Chunk>,
  kind: AnswerKind,
  transport: Transport,
  again = false,
): Promise<Asked<Body, Chunk> | GatewayError> {
  const { open, changes } = translate(attempt, target, served, kind);
  const call = withHeaders(served.calls[open.asks ?? kind], open.headers);
  const said = withMembers(call, open.body);
  // The bytes that parts share are those of the first time.
  const body = again ? JSON.stringify(said) : attempt.encode(attempt.request, target, said);
  // Requests that came in together leave together, as answers do: each write wakes its reader.
  await endOfTurn();
  const sent = await transport.send(call, target.credential, body, sendOptions(attempt, target));
  if (sent instanceof GatewayError) return sent;
  if (sent.status >= 200 && sent.status < 300) return { open, changes, sent, framing: call.framing };
  const text = await readText(sent);
  if (text instanceof GatewayError) return text;
  const failure = { ...sent, text: sent.hide(text) };
  const habit = again ? undefined : target.dialect.learns?.(failure);
  if (habit === undefined) return errorsOf(target, served, open)(failure, attempt.requestedModel);
  target.learned.add(habit);
  return ask(attempt, target, served, kind, transport, true);
}

function withHeaders(call: PreparedCall, headers: Open<unknown, unknown>["headers"]): PreparedCall {
  return headers === undefined ? call : { ...call, headers: withRequestHeaders(call.headers, headers) };
}

/** A body with what its call says in each. */
function withMembers({ body }: PreparedCall, said: unknown): unknown {
  return body === undefined ? said : { ...body, ...Object(said) };
}

/** How refusals are read: by what was asked or by the operation, where it has words of its own. */
function errorsOf<Request, Body, Chunk>(
  { dialect }: Target,
  { operation }: OperationTarget<Request, Body, Chunk>,
  open: Open<Body, Chunk>,
): Target["dialect"]["toError"] {
  return open.toError ?? operation.toError ?? dialect.toError;
}

/** A malformed answer is worth one more try at the same place: models rarely stumble twice. */
const triesPerTarget = 2;

async function firstToAnswer<Request extends object, Body, Chunk, Got>(
  attempt: Attempt<Request, Body, Chunk>,
  tryOne: (target: Target, served: OperationTarget<Request, Body, Chunk>) => Promise<Got | GatewayError>,
): Promise<Attempted<Got>> {
  let attempts = 0;
  let failed: AttemptError | undefined;
  for (const target of attempt.targets) {
    const served = attempt.servedBy(target);
    if (served === undefined) continue;
    for (let tries = 0; tries < triesPerTarget; tries++) {
      attempts++;
      let answer: Got | GatewayError;
      try {
        answer = await tryOne(target, served);
      } catch (thrown) {
        // Refused before it was asked: why an earlier one failed says more, and a later one may do.
        if (failed === undefined || !(thrown instanceof GatewayError)) throw thrown;
        attempts--;
        break;
      }
      if (!(answer instanceof GatewayError)) return { target, attempts, answer };
      failed = new AttemptError(answer, target, attempts);
      // That nobody waits any more is nobody's failure.
      if (answer.errorName !== "client_closed_request") attempt.onFailure(target, answer);
      if (answer.errorName !== "upstream_invalid_response" || attempt.signal.aborted) break;
    }
    if (failed !== undefined && !fallsBack(failed.error)) throw failed;
  }
  throw (
    failed ??
    new GatewayError(
      "unsupported_operation",
      `The model \`${attempt.requestedModel}\` does not serve this operation.`,
      { param: "model" },
    )
  );
}

/** Whether another target may do better: trouble there, or a model or quota that only this one lacks. */
function fallsBack(error: GatewayError): boolean {
  return error.retryable || error.errorName === "model_not_found" || error.errorName === "insufficient_quota";
}

function translate<Request extends object, Body, Chunk>(
  attempt: Attempt<Request, Body, Chunk>,
  target: Target,
  served: OperationTarget<Request, Body, Chunk>,
  kind: AnswerKind,
): { open: Open<Body, Chunk>; changes: readonly Change[] } {
  const facts: Facts = {
    upstreamModel: target.upstreamModel,
    family: target.deployment.family,
    host: target.host,
    responseModel: attempt.model.responseModel === "upstream" ? undefined : attempt.requestedModel,
    callId: attempt.part === 0 ? attempt.callId : `${attempt.callId}_${attempt.part}`,
    createdSec: attempt.createdSec,
    safety: target.deployment.safety,
    learned: target.learned,
  };
  const reported = served.audit(attempt.request, facts, attempt.model.unsupported);
  const open = served.operation.open(attempt.request, facts, kind);
  return { open, changes: reported.length === 0 ? open.changes : [...reported, ...open.changes] };
}

function sendOptions(attempt: { readonly signal: Signal }, target: Target) {
  const { provider, timeouts } = target.deployment;
  return { signal: attempt.signal, timeouts, egress: provider };
}

/** An answer that turns out to be an error may repeat what the upstream was shown: then it is read again without it. */
function readSafely<Body, Chunk>(
  text: string,
  { open, sent }: Asked<Body, Chunk>,
  by: ResponseModel,
  watch: AnswerWatch | undefined,
): Answer<Body> | GatewayError {
  const answer = readAnswer(text, open, sent.headers, by, watch);
  return answer instanceof GatewayError ? readAnswer(sent.hide(text), open, sent.headers, by) : answer;
}

function readAnswer<Body, Chunk>(
  text: string,
  open: Open<Body, Chunk>,
  headers: AnswerHeaders,
  by: ResponseModel,
  watch?: AnswerWatch,
): Answer<Body> | GatewayError {
  let body: unknown;
  try {
    body = open.parse === undefined ? JSON.parse(text) : open.parse(text);
  } catch {
    return new GatewayError("upstream_invalid_response", "The upstream's answer is not JSON.");
  }
  // A stream that was cut has no body.
  if (body !== undefined) {
    watch?.whole(body);
    by.whole(body);
  }
  return open.response(body, text, headers);
}
