import type { Period } from "../config/period.ts";

export { type Period, parsePeriod } from "../config/period.ts";

/** A stretch of time: from `startMs` on, and before `endMs`. Milliseconds since 1970. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

const dayMs = 86_400_000;

/** Where a budget ends that lasts for ever: the last millisecond that a date can say. */
const foreverMs = 8_640_000_000_000_000;

/** The window of a period that a moment lies in. Weeks begin on Monday, all at midnight of UTC. */
export function windowAt(period: Period, nowMs: number): Window {
  const date = new Date(nowMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (period.kind) {
    case "forever":
      return { startMs: 0, endMs: foreverMs };
    case "day":
      return spanAt(nowMs, dayMs, 0);
    case "week":
      // The first Monday: 5 January 1970.
      return spanAt(nowMs, 7 * dayMs, 4 * dayMs);
    case "month":
      return { startMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
    case "year":
      return { startMs: Date.UTC(year, 0), endMs: Date.UTC(year + 1, 0) };
    case "span":
      return spanAt(nowMs, period.spanMs, period.anchorMs);
  }
}

function spanAt(nowMs: number, spanMs: number, anchorMs: number): Window {
  const startMs = anchorMs + Math.floor((nowMs - anchorMs) / spanMs) * spanMs;
  // Times are no less than 0.
  return { startMs: Math.max(0, startMs), endMs: startMs + spanMs };
}
