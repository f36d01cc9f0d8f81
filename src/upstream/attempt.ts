import { setImmediate as endOfTurn } from "node:timers/promises";
import type { ModelConfig } from "../config/config.ts";
import type { Facts, OpenChat } from "../dialects/dialect.ts";
import { GatewayError } from "../errors.ts";
import type { Change, ChatAnswer, ChatChunk, ChatRequest } from "../operations/types.ts";
import type { Usage } from "../usage/usage.ts";
import { openBatches } from "./batches.ts";
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
    const asked = await ask(attempt, target, chat, "unary", transport);
    if (asked instanceof GatewayError) return asked;
    const text = await readText(asked.sent);
    if (text instanceof GatewayError) return text;
    const answer = readAnswer(text, asked.open);
    return answer instanceof GatewayError ? answer : { ...answer, changes: [...asked.changes, ...answer.changes] };
  });
}

/**
 * Asks the targets in turn for a stream, and waits for its first chunks: until then a failure has its own status and
 * falls back, after them it is an error event. Fails: throws an {@link AttemptError}, or a refusal.
 */
export function attemptStream(attempt: ChatAttempt, transport: Transport): Promise<Attempted<StreamedAnswer>> {
  return firstToAnswer(attempt, async (target, chat) => {
    const asked = await ask(attempt, target, chat, "stream", transport);
    if (asked instanceof GatewayError) return asked;
    const fold = asked.open.stream();
    const toError = (text: string) =>
      target.dialect.toError({ status: 502, headers: asked.sent.headers, text }, attempt.requestedModel);
    const batches = await openBatches(asked.sent, fold, toError);
    if (batches instanceof GatewayError) return batches;
    return { changes: asked.changes, batches, usage: fold.usage, lateChanges: fold.changes };
  });
}

/** A request that a target has taken: the way back, what was changed on the way there, and the answer's bytes. */
interface Asked {
  readonly open: OpenChat;
  readonly changes: readonly Change[];
  readonly sent: UpstreamAnswer;
}

async function ask(
  attempt: ChatAttempt,
  target: Target,
  chat: ChatTarget,
  kind: "unary" | "stream",
  transport: Transport,
): Promise<Asked | GatewayError> {
  const { open, changes } = translate(attempt, target, chat);
  const body = JSON.stringify(open.body);
  // Requests that came in together leave together, as answers do: each write wakes its reader.
  await endOfTurn();
  const sent = await transport.send(chat.calls[kind], target.credential, body, sendOptions(attempt, target));
  if (sent instanceof GatewayError) return sent;
  if (sent.status >= 200 && sent.status < 300) return { open, changes, sent };
  const text = await readText(sent);
  return text instanceof GatewayError ? text : target.dialect.toError({ ...sent, text }, attempt.requestedModel);
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

function readAnswer(text: string, open: OpenChat): ChatAnswer | GatewayError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return new GatewayError("upstream_invalid_response", "The upstream's answer is not JSON.");
  }
  return open.response(body);
}
