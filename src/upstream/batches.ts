import type { ChatFold } from "../dialects/dialect.ts";
import { GatewayError, toGatewayError } from "../errors.ts";
import type { ChatChunk } from "../operations/types.ts";
import { createEventReader } from "./events.ts";
import type { UpstreamAnswer } from "./send.ts";

/** A body that is no event, as the dialect's error. */
type ToError = (text: string) => GatewayError;

type Batches = AsyncGenerator<readonly ChatChunk[], undefined>;

/**
 * The chunks of a streamed answer, a batch per read, opened once the first of them are at hand.
 *
 * Fails: resolves to the error that came in place of the first chunks; after them, iteration throws it. An end that the
 * fold does not take for one is `upstream_stream_cut`.
 */
export async function openBatches(
  answer: UpstreamAnswer,
  fold: ChatFold,
  toError: ToError,
): Promise<AsyncIterable<readonly ChatChunk[]> | GatewayError> {
  const batches = readBatches(answer, fold, toError);
  const first = await nextBatch(batches);
  return first instanceof GatewayError ? first : startingWith(first, batches);
}

async function* readBatches(answer: UpstreamAnswer, fold: ChatFold, toError: ToError): Batches {
  const reader = createEventReader();
  for await (const bytes of answer.body) {
    const { chunks, failure } = foldEvents(reader.push(bytes), fold);
    if (chunks.length > 0) yield chunks;
    if (failure !== undefined) throw failure;
  }
  const { events, rest } = reader.end();
  if (rest.trim() !== "") throw foreignBody(rest, toError);
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
function foreignBody(text: string, toError: ToError): GatewayError {
  return isJson(text)
    ? toError(text)
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
