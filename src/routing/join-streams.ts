import type { AnyBody, Piece } from "../operations/types.ts";

/** The stream of one call, and the index of its first choice among all. */
export interface PartStream<Chunk> {
  readonly batches: AsyncIterable<readonly Piece<Chunk>[]>;
  readonly firstIndex: number;
}

/**
 * The streams of several calls as one: chunks in the order they come, each call's choice under its own index, all under
 * the first one's id, time and model. One stream is passed on as it is. Fails as soon as one of them does.
 */
export function joinStreams<Chunk extends AnyBody>(
  streams: readonly PartStream<Chunk>[],
): AsyncIterable<readonly Piece<Chunk>[]> {
  const [only] = streams;
  return only !== undefined && streams.length === 1 ? only.batches : merge(streams);
}

interface Arrival<Chunk> {
  readonly index: number;
  readonly result: IteratorResult<readonly Piece<Chunk>[]>;
}

async function* merge<Chunk extends AnyBody>(
  streams: readonly PartStream<Chunk>[],
): AsyncGenerator<readonly Piece<Chunk>[], undefined> {
  const iterators = streams.map((stream) => stream.batches[Symbol.asyncIterator]());
  const waiting = new Map<number, Promise<Arrival<Chunk>>>();
  const wait = (index: number): void => {
    const next = iterators[index]?.next();
    if (next !== undefined)
      waiting.set(
        index,
        next.then((result) => ({ index, result })),
      );
  };
  let head: Head | undefined;
  try {
    for (const index of iterators.keys()) wait(index);
    while (waiting.size > 0) {
      const { index, result } = await Promise.race(waiting.values());
      waiting.delete(index);
      if (result.done === true) continue;
      wait(index);
      head ??= headOf(result.value[0]?.chunk);
      const firstIndex = streams[index]?.firstIndex ?? 0;
      yield result.value.map(({ chunk }) => ({ chunk: renumber(chunk, firstIndex, head) }));
    }
  } finally {
    // Not awaited: a stream that waits for its upstream ends when the request is aborted, not before.
    for (const pending of waiting.values()) pending.catch(() => undefined);
    for (const iterator of iterators) iterator.return?.().catch(() => undefined);
  }
}

/** What all chunks of an answer have in common; upstreams stamp each of their own. */
type Head = Pick<AnyBody, "id" | "created" | "model">;

function headOf(chunk: AnyBody | undefined): Head | undefined {
  return chunk && { id: chunk.id, created: chunk.created, model: chunk.model };
}

function renumber<Chunk extends AnyBody>(chunk: Chunk, firstIndex: number, head: Head | undefined): Chunk {
  const choices = chunk.choices.map((choice) => ({ ...choice, index: firstIndex + choice.index }));
  return { ...chunk, ...head, choices };
}
