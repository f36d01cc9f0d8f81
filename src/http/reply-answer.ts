import type { ServerResponse } from "node:http";
import { type GatewayError, toGatewayError } from "../errors.ts";
import type { Answer, AnyBody, Piece } from "../operations/types.ts";
import { endOfTurn } from "../turn.ts";
import { toChatUsage } from "../usage/chat-usage.ts";
import type { Usage } from "../usage/usage.ts";
import { type Headers, openEventStream, sendJson } from "./reply.ts";
import { doneEvent, toErrorEvent, toEvents, toUsageEvent } from "./sse.ts";

/**
 * Sends a whole answer, at the end of the event loop's turn: answers that became ready together leave together.
 * Each write wakes its reader; between the reads of a busy turn that costs a third of the throughput.
 */
export async function replyWhole(
  response: ServerResponse,
  { body, text = JSON.stringify(body) }: Pick<Answer<object>, "body" | "text">,
  headers: Headers,
): Promise<void> {
  await endOfTurn();
  sendJson(response, 200, text, headers);
}

/** A stream of chunks on its way to the client. */
export interface ChunkStream<Chunk> {
  /** Chunks as they were read, without counts; fails by throwing. */
  readonly batches: AsyncIterable<readonly Piece<Chunk>[]>;
  /** Looks at each chunk before it leaves; fails by throwing. */
  readonly check: (piece: Piece<Chunk>) => void;
  /** Looks at what leaves together; what it returns is waited for before that leaves. */
  readonly watch?: ((pieces: readonly Piece<Chunk>[]) => Promise<unknown> | undefined) | undefined;
  readonly includeUsage: boolean;
  /** Complete once the batches have ended. */
  readonly usage: () => Usage | undefined;
  /**
   * Runs once, after the last chunk and before the client has its end, with what went wrong; waited for.
   * A failure of its own takes the place of the end.
   */
  readonly beforeEnd?: ((error: GatewayError | undefined) => Promise<unknown> | undefined) | undefined;
}

/**
 * Streams chunks to the client: what was read together leaves together.
 *
 * A failure after the first byte becomes an error event without `[DONE]`, so that no client takes a broken answer for
 * a whole one; it is also returned, for the log.
 */
export async function replyStream<Chunk extends AnyBody>(
  response: ServerResponse,
  stream: ChunkStream<Chunk>,
  headers: Headers,
): Promise<GatewayError | undefined> {
  const events = openEventStream(response, headers);
  let last: Chunk | undefined;
  try {
    for await (const pieces of stream.batches) {
      for (const piece of pieces) stream.check(piece);
      const kept = stream.watch?.(pieces);
      if (kept !== undefined) await kept;
      last = pieces.at(-1)?.chunk ?? last;
      const drained = events.write(toEvents(pieces, stream.includeUsage));
      if (drained !== undefined) await drained;
    }
  } catch (thrown) {
    const error = toGatewayError(thrown);
    // What went wrong first is what the client hears of.
    await stream.beforeEnd?.(error)?.catch(() => undefined);
    events.end(toErrorEvent(error.toEnvelope()));
    return error;
  }
  try {
    const ending = stream.beforeEnd?.(undefined);
    if (ending !== undefined) await ending;
  } catch (thrown) {
    const error = toGatewayError(thrown);
    events.end(toErrorEvent(error.toEnvelope()));
    return error;
  }
  events.end(countsEvent(stream, last) + doneEvent);
  return undefined;
}

function countsEvent<Chunk extends AnyBody>(stream: ChunkStream<Chunk>, last: Chunk | undefined): string {
  const usage = stream.usage();
  return stream.includeUsage && usage !== undefined && last !== undefined ? toUsageEvent(last, toChatUsage(usage)) : "";
}
