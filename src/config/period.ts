import { suggest } from "./suggest.ts";

/** How long a budget lasts: for ever, a calendar's unit of UTC, or so many milliseconds counted from a moment. */
export type Period =
  | { readonly kind: "forever" }
  | { readonly kind: "day" | "week" | "month" | "year" }
  | { readonly kind: "span"; readonly spanMs: number; readonly anchorMs: number };

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

/** The longest span: a hundred years. */
const longestMs = 36_525 * 86_400_000;

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

/** What people write instead, in lower case. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ["daily", "day"],
  ["weekly", "week"],
  ["monthly", "month"],
  ["yearly", "year"],
  ["annually", "year"],
]);

/** The period that a text which is none probably means: `30 days` is `30d`, `monthly` is `month`. */
export function meantPeriod(text: string): string | undefined {
  const plain = text.trim().toLowerCase();
  const [, count = "", word = ""] = /^([1-9]\d{0,8})\s*([a-z]+)$/.exec(plain) ?? [];
  const span = spanOf(count, word);
  if (parsePeriod(span, 0) !== undefined) return span;
  return otherWords.get(plain) ?? suggest(plain, ["day", "week", "month", "year"]);
}

/** Months and years have no length of their own; one of them is the calendar's. */
function spanOf(count: string, word: string): string {
  const isMonth = /^mo(?:n(?:th)?)?s?$/.test(word);
  if (count === "1" && isMonth) return "month";
  return isMonth ? "" : `${count}${word.charAt(0)}`;
}
