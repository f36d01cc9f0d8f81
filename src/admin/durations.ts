import { GatewayError } from "../errors.ts";
import { parsePeriod } from "../policy/period.ts";

/** How long a budget lasts, as it was written. Fails: throws `invalid_value`. */
export function checkPeriod(text: string, param: string): string {
  if (parsePeriod(text, 0) === undefined) throw noDuration(param, text);
  return text;
}

/** The moment so long after another one. `1mo` is a month of the calendar. Fails: throws `invalid_value`. */
export function after(text: string, nowMs: number, param: string): number {
  const period = parsePeriod(text, nowMs);
  const date = new Date(nowMs);
  switch (period?.kind) {
    case "span":
      return nowMs + period.spanMs;
    case "day":
      return date.setUTCDate(date.getUTCDate() + 1);
    case "week":
      return date.setUTCDate(date.getUTCDate() + 7);
    case "month":
      return monthsAfter(nowMs, 1);
    case "year":
      return monthsAfter(nowMs, 12);
    default:
      throw noDuration(param, text);
  }
}

/** The same day so many months later, or the last one of a month that is shorter. */
function monthsAfter(nowMs: number, months: number): number {
  const date = new Date(nowMs);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months, 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, last));
}

function noDuration(param: string, text: string): GatewayError {
  const message = `Invalid '${param}': expected a duration as 30d, 12h or 1mo, but got '${text.slice(0, 20)}' instead.`;
  return new GatewayError("invalid_value", message, { param });
}

/** A time as answers write it. */
export function toIso(time: number): string;
export function toIso(time: number | undefined): string | null;
export function toIso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
