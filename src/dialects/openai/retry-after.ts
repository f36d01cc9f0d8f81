import type { UpstreamFailure } from "../dialect.ts";

type Headers = UpstreamFailure["headers"];

/**
 * How long an upstream asks to be left alone: by its headers, or by what it says.
 *
 * Units: `retry-after-ms` milliseconds, `retry-after` seconds or a date, which counts from the answer's own `date`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 * @see reference: openai-surface §2
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const exact = numberIn(headers["retry-after-ms"]);
  if (exact !== undefined) return Math.ceil(exact);
  const seconds = numberIn(headers["retry-after"]);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  const until = secondsOf(headers["retry-after"]);
  const from = secondsOf(headers["date"]);
  return until === undefined || from === undefined ? undefined : Math.max(0, until - from) * 1000;
}

/** "Please try again in 1.2s.", "in 860ms" or "in 6m0s", and Azure's "Please retry after 5 seconds." */
export function waitIn(message: string): number | undefined {
  const [, seconds] = /retry after (\d+) seconds?\b/i.exec(message) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const [, said = ""] = /try again in ((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)\b/i.exec(message) ?? [];
  const parts = [...said.toLowerCase().matchAll(/([\d.]+)(ms|s|m|h)/g)];
  if (parts.length === 0) return undefined;
  const ms = parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (unitsMs[unit] ?? 0), 0);
  return Math.ceil(ms);
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function numberIn(value: Headers[string]): number | undefined {
  return typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const httpDate = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;

/** Seconds of an HTTP date since some year, good for differences. */
function secondsOf(value: Headers[string]): number | undefined {
  const [, day, month = "", year, hours, minutes, seconds] =
    httpDate.exec(typeof value === "string" ? value : "") ?? [];
  const at = months.indexOf(month);
  if (at < 0) return undefined;
  // Years that begin in March end with their leap day.
  const from = Number(year) - (at < 2 ? 1 : 0);
  const leaps = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  const days = 365 * from + leaps + Math.floor((153 * ((at + 10) % 12) + 2) / 5) + Number(day);
  return ((days * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
