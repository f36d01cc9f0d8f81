let working = 0;
let ending: Promise<void> | undefined;
const now = Promise.resolve();

/** A request has come. */
export function beginWork(): void {
  working++;
}

/** A request is over. */
export function endWork(): void {
  working--;
}

/**
 * Resolves at the end of the event loop's turn, for all who ask in it at once. What became ready together leaves
 * together: each write wakes its reader, and between the reads of a busy turn that costs a third of the throughput.
 * A request that is alone has nobody to wait for, and goes on.
 */
export function endOfTurn(): Promise<void> {
  if (working <= 1) return now;
  ending ??= new Promise((resolve) => {
    setImmediate(() => {
      ending = undefined;
      resolve();
    });
  });
  return ending;
}
