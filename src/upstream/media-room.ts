/** So many bytes that may be held at once, by all requests together. Who finds no room waits in line. */
export interface MediaRoom {
  /** Waits for room for so many bytes; undefined where there was none in time, or where `signal` ends the waiting. */
  readonly take: (bytes: number, waitMs: number, signal: AbortSignal) => Promise<Share | undefined>;
}

/** Room that is held, until it is given back. */
export interface Share {
  readonly giveBack: () => void;
}

interface Waiting {
  readonly bytes: number;
  /** How many have gone in before it since it is the first in line. */
  passed: number;
  readonly go: (share: Share | undefined) => void;
}

/** What is small need not wait for what is large, but what is large not for ever behind what is small. */
const mostPasses = 32;

/** Makes a room. Who finds room goes in, past the first in line so many times. */
export function createMediaRoom(maxBytes: number): MediaRoom {
  const line: Waiting[] = [];
  let held = 0;

  function hold(bytes: number): Share {
    let isHeld = true;
    held += bytes;
    return {
      giveBack() {
        if (!isHeld) return;
        isHeld = false;
        held -= bytes;
        letIn();
      },
    };
  }

  const fits = (bytes: number): boolean => held === 0 || held + bytes <= maxBytes;

  function letIn(): void {
    for (const next of [...line]) {
      const [first] = line;
      if (first === undefined || (next !== first && first.passed >= mostPasses)) return;
      if (!fits(next.bytes)) continue;
      if (next !== first) first.passed++;
      line.splice(line.indexOf(next), 1);
      next.go(hold(next.bytes));
    }
  }

  return {
    take(bytes, waitMs, signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      const [first] = line;
      if (fits(bytes) && (first === undefined || first.passed < mostPasses)) {
        if (first !== undefined) first.passed++;
        return Promise.resolve(hold(bytes));
      }
      return new Promise((resolve) => {
        const leave = (): void => {
          const at = line.indexOf(waiting);
          if (at >= 0) line.splice(at, 1);
          waiting.go(undefined);
          letIn();
        };
        const timer = setTimeout(leave, waitMs);
        const waiting: Waiting = {
          bytes,
          passed: 0,
          go: (share) => {
            clearTimeout(timer);
            signal.removeEventListener("abort", leave);
            resolve(share);
          },
        };
        signal.addEventListener("abort", leave);
        line.push(waiting);
      });
    },
  };
}
