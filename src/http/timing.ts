/** When a request came and its answer began, in milliseconds. */
export interface Timing {
  /** By the process's own clock. */
  readonly startedMs: number;
  /** How long the client waited for the first byte; undefined until it leaves. */
  firstByteMs: number | undefined;
}

/** Where the headers of an answer keep its timing: copies of them carry it along, and no symbol goes out on the wire. */
export const timing: unique symbol = Symbol("timing");

/** Begins to measure. */
export function startTiming(): Timing {
  return { startedMs: performance.now(), firstByteMs: undefined };
}

/** Milliseconds since the request came. */
export function elapsedMs({ startedMs }: Timing): number {
  return performance.now() - startedMs;
}
