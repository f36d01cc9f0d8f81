import type { ChatChunk } from "../operations/types.ts";

type Batches = AsyncIterable<readonly ChatChunk[]>;

/**
 * The streams of several calls as one: chunks in the order they come, each call's choice under its own index, all under
 * the first one's id. One stream is passed on as it is. Fails as soon as one of them does.
 */
export function joinStreams(streams: readonly Batches[]): Batches {
  const [only] = streams;
  return only !== undefined && streams.length === 1 ? only : merge(streams);
}

interface Arrival {
  readonly index: number;
  readonly result: IteratorResult<readonly ChatChunk[]>;
}

async function* merge(streams: readonly Batches[]): AsyncGenerator<readonly ChatChunk[], undefined> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const waiting = new Map<number, Promise<Arrival>>();
  const wait = (index: number): void => {
    const next = iterators[index]?.next();
    if (next !== undefined)
      waiting.set(
        index,
        next.then((result) => ({ index, result })),
      );
  };
  let id: string | undefined;
  try {
    for (const index of iterators.keys()) wait(index);
    while (waiting.size > 0) {
      const { index, result } = await Promise.race(waiting.values());
      waiting.delete(index);
      if (result.done === true) continue;
      wait(index);
      id ??= result.value[0]?.id;
      yield result.value.map((chunk) => renumber(chunk, index, id ?? chunk.id));
    }
  } finally {
    // Not awaited: a stream that waits for its upstream ends when the request is aborted, not before.
    for (const pending of waiting.values()) pending.catch(() => undefined);
    for (const iterator of iterators) iterator.return?.().catch(() => undefined);
  }
}

function renumber(chunk: ChatChunk, index: number, id: string): ChatChunk {
  return { ...chunk, id, choices: chunk.choices.map((choice) => ({ ...choice, index })) };
}
