import { StoreError } from "../store/store-error.ts";

/**
 * What became of what a store could not count: a request that passed, one that was refused, or counts and slots of one
 * that was over.
 */
export type StoreFailureOutcome = "passed" | "refused" | "unsettled";

/** As much of a log as is needed. */
interface Log {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
}

export interface StoreWatchDeps {
  readonly onStoreFailure: "open" | "closed";
  readonly log: Log;
  readonly count: (outcome: StoreFailureOutcome) => void;
  /** How it is told; absent: of limits. */
  readonly words?: StoreWatchWords | undefined;
}

/** What an operator reads. */
export interface StoreWatchWords {
  /** What does not work. */
  readonly subject: string;
  /** That it does again. */
  readonly back: string;
  /** What becomes of requests meanwhile, by `limits.on_store_failure`. */
  readonly open: string;
  readonly closed: string;
}

/** Knows whether the store that counts limits can be reached. */
export interface StoreWatch {
  readonly failed: (error: StoreError, outcome: StoreFailureOutcome | undefined) => void;
  readonly worked: () => void;
  /** What an operator is told of it; undefined while all is well. */
  readonly trouble: () => string | undefined;
}

const ofLimits: StoreWatchWords = {
  subject: "limits cannot be counted",
  back: "limits are counted again",
  open: "requests pass uncounted (limits.on_store_failure: open)",
  closed: "requests with limits are refused (limits.on_store_failure: closed)",
};

/** Makes the watch of one gateway. A change of state is said once. */
export function createStoreWatch({ onStoreFailure, log, count, words = ofLimits }: StoreWatchDeps): StoreWatch {
  const consequence = words[onStoreFailure];
  let isDown = false;
  return {
    failed(error, outcome) {
      // At the end everything is closed.
      if (error.code === "closed") return;
      if (outcome !== undefined) count(outcome);
      if (isDown) return;
      isDown = true;
      log.warn({ code: error.code }, `${words.subject}: ${error.message} Until it is back, ${consequence}.`);
    },
    worked() {
      if (!isDown) return;
      isDown = false;
      log.info({}, words.back);
    },
    trouble: () => (isDown ? `${words.subject}: ${consequence}` : undefined),
  };
}

/** A store's failure. Fails: throws anything else again, for it is a bug. */
export function toStoreError(thrown: unknown): StoreError {
  if (thrown instanceof StoreError) return thrown;
  throw thrown;
}
