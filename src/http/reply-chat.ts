import type { ServerResponse } from "node:http";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { type GatewayError, toGatewayError } from "../errors.ts";
import type { ChatChunk, ChatCompletion } from "../operations/types.ts";
import { toChatUsage } from "../usage/chat-usage.ts";
import type { Usage } from "../usage/usage.ts";
import { type Headers, openEventStream, sendJson } from "./reply.ts";
import { doneEvent, toErrorEvent, toEvents, toUsageEvent } from "./sse.ts";

/**
 * Sends a chat completion, at the end of the event loop's turn: answers that became ready together leave together.
 * Each write wakes its reader; between the reads of a busy turn that costs a third of the throughput.
 */
export async function replyWhole(
  response: ServerResponse,
  completion: ChatCompletion,
  headers: Headers,
): Promise<void> {
  const body = JSON.stringify(completion);
  await endOfTurn();
  sendJson(response, 200, body, headers);
}

/** A stream of chunks on its way to the client. */
export interface ChunkStream {
  /** Chunks as they were read; fails by throwing. */
  readonly batches: AsyncIterable<readonly ChatChunk[]>;
  /** Looks at each chunk before it leaves; fails by throwing. */
  readonly check: (chunk: ChatChunk) => void;
  readonly includeUsage: boolean;
  /** Complete once the batches have ended. */
  readonly usage: () => Usage | undefined;
}

/**
 * Streams chunks to the client: what was read together leaves together.
 *
 * A failure after the first byte becomes an error event without `[DONE]`, so that no client takes a broken answer for
 * a whole one; it is also returned, for the log.
 */
export async function replyStream(
  response: ServerResponse,
  stream: ChunkStream,
  headers: Headers,
): Promise<GatewayError | undefined> {
  const events = openEventStream(response, headers);
  let last: ChatChunk | undefined;
  try {
    for await (const chunks of stream.batches) {
      for (const chunk of chunks) {
        stream.check(chunk);
        // OpenAI says null on every chunk but the last where the counts were asked for.
        if (stream.includeUsage) chunk.usage = null;
      }
      last = chunks.at(-1) ?? last;
      const drained = events.write(toEvents(chunks));
      if (drained !== undefined) await drained;
    }
  } catch (thrown) {
    const error = toGatewayError(thrown);
    events.end(toErrorEvent(error.toEnvelope()));
    return error;
  }
  events.end(countsEvent(stream, last) + doneEvent);
  return undefined;
}

function countsEvent(stream: ChunkStream, last: ChatChunk | undefined): string {
  const usage = stream.usage();
  return stream.includeUsage && usage !== undefined && last !== undefined ? toUsageEvent(last, toChatUsage(usage)) : "";
}
