import type { ContinuityEvent } from "./continuity.ts";

/** As much of a log as is needed. */
interface Log {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
}

export interface ReportDeps {
  readonly log: Log;
  readonly count: (event: Pick<ContinuityEvent, "outcome" | "turns" | "model" | "provider">) => void;
  readonly nowMs: () => number;
}

/** A store in trouble is spoken of this often at most. */
const quietMs = 10_000;

const troubles: ReadonlySet<ContinuityEvent["outcome"]> = new Set(["read_failed", "write_failed"]);

/** Counts everything; says what an operator would want to know. */
export function createContinuityReport({ log, count, nowMs }: ReportDeps): (event: ContinuityEvent) => void {
  let quietUntilMs = 0;
  let isSkipTold = false;
  return (event) => {
    count(event);
    const { outcome, turns, model, provider, requestId, cause } = event;
    if (outcome === "stand_in") {
      log.info(
        { request_id: requestId, model, provider, turns },
        "signatures of the model's turns are lost; a stand-in was sent",
      );
    } else if (outcome === "skipped" && !isSkipTold) {
      isSkipTold = true;
      log.warn(
        { request_id: requestId, model, turns },
        "a history is too long to look for all of its signatures; the newest are looked for, and this is said once",
      );
    } else if (troubles.has(outcome) && nowMs() >= quietUntilMs) {
      quietUntilMs = nowMs() + quietMs;
      log.warn({ outcome, cause }, "what conversations need could not be kept or read; requests go on without it");
    }
  };
}
