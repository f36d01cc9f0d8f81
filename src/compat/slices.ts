/** Work that can be left for others between any two of its steps. */
export type Slices<Result> = Generator<undefined, Result, undefined>;

/** Does all of it at once. */
export function atOnce<Result>(work: Slices<Result>): Result {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** Does it step by step, a turn of the event loop each: whoever waits meanwhile is served. */
export function inTurns<Result>(work: Slices<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const go = (): void => {
      try {
        const step = work.next();
        if (step.done === true) resolve(step.value);
        else setImmediate(go);
      } catch (thrown) {
        reject(thrown);
      }
    };
    setImmediate(go);
  });
}
