import type { Fold } from "../dialects/dialect.ts";
import { GatewayError, toGatewayError } from "../errors.ts";
import type { Piece } from "../operations/types.ts";
import type { Framing } from "../providers/provider.ts";
import { createEventStreamReader } from "./event-stream.ts";
import { createEventReader, type EventReader } from "./events.ts";
import type { UpstreamAnswer } from "./send.ts";

/** A body that is no event, as the dialect's error; with the headers that came with it alone. */
type ToError = (text: string, headers?: Readonly<Record<string, string>>) => GatewayError;

type Batches<Chunk> = AsyncGenerator<readonly Piece<Chunk>[], undefined>;

/**
 * The chunks of a streamed answer, a batch per read, opened once the first of them are at hand.
 *
 * Fails: resolves to the error that came in place of the first chunks; after them, iteration throws it. An end that the
 * fold does not take for one is `upstream_stream_cut`.
 */
export async function openBatches<Chunk>(
  answer: UpstreamAnswer,
  fold: Fold<Chunk>,
  toError: ToError,
  framing?: Framing,
): Promise<AsyncIterable<readonly Piece<Chunk>[]> | GatewayError> {
  const reader = readerOf(answer, framing);
  const batches = readBatches(answer, reader instanceof Promise ? await reader : reader, fold, toError);
  const first = await nextBatch(batches);
  return first instanceof GatewayError ? first : startingWith(first, batches);
}

/** A body of mere JSON is no stream in any framing; the reader of lines finds the error in it. */
function readerOf({ headers }: UpstreamAnswer, framing: Framing | undefined): EventReader | Promise<EventReader> {
  if (framing === undefined || String(headers["content-type"]).startsWith("application/json")) {
    return createEventReader();
  }
  return createEventStreamReader();
}

async function* readBatches<Chunk>(
  answer: UpstreamAnswer,
  reader: EventReader,
  fold: Fold<Chunk>,
  toError: ToError,
): Batches<Chunk> {
  let began = false;
  for await (const bytes of answer.body) {
    const { chunks, failure: refusal } = foldEvents(reader.push(bytes), fold, answer.hide);
    const isOver = refusal === undefined && fold.isOver?.() === true;
    const failure = refusal ?? (isOver ? undefined : failureOf(reader, toError));
    // Some servers leave the connection open after their last word, others break it off.
    if (isOver) answer.body.discard();
    began ||= chunks.length > 0;
    if (chunks.length > 0) yield chunks;
    if (failure !== undefined) throw failure;
    if (isOver) return undefined;
  }
  const { events, rest } = reader.end();
  const failed = failureOf(reader, toError);
  if (failed !== undefined) throw failed;
  if (rest.trim() !== "") {
    const whole = began ? undefined : fold.onBody?.(rest);
    if (whole === undefined) throw foreignBody(rest, toError);
    yield orThrow(whole);
  }
  // An event without the blank line that ends it: whole, or the stump of a cut.
  if (!events.every(isWhole)) throw streamCut("The upstream's stream ended in the middle of an event.");
  const { chunks, failure } = foldEvents(events, fold, answer.hide);
  yield chunks;
  yield orThrow(failure ?? fold.onEnd());
}

function failureOf(reader: EventReader, toError: ToError): GatewayError | undefined {
  const failure = reader.failure?.();
  if (failure === undefined || failure instanceof GatewayError) return failure;
  return toError(failure.text, failure.headers);
}

/** The events of one read, as far as they go: what was said before a failure is still the client's. */
function foldEvents<Chunk>(
  events: readonly string[],
  fold: Fold<Chunk>,
  hide: UpstreamAnswer["hide"],
): { readonly chunks: readonly Piece<Chunk>[]; readonly failure: GatewayError | undefined } {
  const chunks: Piece<Chunk>[] = [];
  for (const event of events) {
    // Some servers keep a connection alive by events that say nothing.
    if (event.trim() === "") continue;
    // Errors may repeat what the upstream was shown; to look through every event would cost too much.
    const folded = fold.onEvent(saysError(event) ? hide(event) : event);
    if (folded instanceof GatewayError) return { chunks, failure: folded };
    chunks.push(...folded);
  }
  return { chunks, failure: undefined };
}

/** Quotes are everywhere in JSON: to look for what is rarer first takes a third of the time. */
function saysError(event: string): boolean {
  return event.includes('rror"') && event.includes('"error"');
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

/** An event that is all there: JSON, or the word that ends the streams of OpenAI's language. */
function isWhole(event: string): boolean {
  return event === "[DONE]" || event.trim() === "" || isJson(event);
}

function orThrow<Chunk>(chunks: readonly Piece<Chunk>[] | GatewayError): readonly Piece<Chunk>[] {
  if (chunks instanceof GatewayError) throw chunks;
  return chunks;
}

/** The first batch that holds anything, or the failure that came in its place. */
async function nextBatch<Chunk>(batches: Batches<Chunk>): Promise<readonly Piece<Chunk>[] | GatewayError> {
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

/** A consumer that stops early must not leave the upstream running, and says so by `return`. */
function startingWith<Chunk>(
  first: readonly Piece<Chunk>[],
  rest: Batches<Chunk>,
): AsyncIterableIterator<readonly Piece<Chunk>[], undefined> {
  let begins = true;
  const batches: AsyncIterableIterator<readonly Piece<Chunk>[], undefined> = {
    next() {
      if (!begins) return rest.next();
      begins = false;
      return Promise.resolve({ done: false, value: first });
    },
    return() {
      begins = false;
      return rest.return(undefined);
    },
    [Symbol.asyncIterator]: () => batches,
  };
  return batches;
}
