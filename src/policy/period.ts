/** How long a budget lasts: for ever, a calendar's unit of UTC, or so many milliseconds counted from a moment. */
export type Period =
  | { readonly kind: "forever" }
  | { readonly kind: "day" | "week" | "month" | "year" }
  | { readonly kind: "span"; readonly spanMs: number; readonly anchorMs: number };

/** A stretch of time: from `startMs` on, and before `endMs`. Milliseconds since 1970. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** The words for the calendar's units: ours, and LiteLLM's for months and years. */
const units: ReadonlyMap<string, "day" | "week" | "month" | "year"> = new Map([
  ["day", "day"],
  ["week", "week"],
  ["month", "month"],
  ["year", "year"],
  ["1mo", "month"],
  ["1y", "year"],
]);

const unitMs: ReadonlyMap<string, number> = new Map([
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

const dayMs = 86_400_000;

/** Where a budget ends that lasts for ever: the last millisecond that a date can say. */
const foreverMs = 8_640_000_000_000_000;

/** The longest span: a hundred years. */
const longestMs = 36_525 * dayMs;

/**
 * Reads a period: `day`, `week`, `month`, `year`, or a span as `30d`, `12h`, `90s`.
 *
 * @param anchorMs when the first span began, as when a key was made
 * @returns undefined for text that is none
 */
export function parsePeriod(text: string | undefined, anchorMs: number): Period | undefined {
  if (text === undefined) return { kind: "forever" };
  const unit = units.get(text);
  if (unit !== undefined) return { kind: unit };
  const [, count = "", of = ""] = /^([1-9]\d{0,8})([a-z])$/.exec(text) ?? [];
  const spanMs = Number(count) * (unitMs.get(of) ?? 0);
  return spanMs > 0 && spanMs <= longestMs ? { kind: "span", spanMs, anchorMs } : undefined;
}

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
