import { CommandFailure } from "./failure.ts";

/** A stretch of days. */
export const dateArgs = {
  from: { type: "string", description: "From this day of UTC on: 2026-01-31." },
  to: { type: "string", description: "To the end of this day of UTC." },
} as const;

/** Fails: throws a `CommandFailure` for a day that is none, and where the end is before the beginning. */
export function checkDates(from: string | undefined, to: string | undefined): void {
  for (const [option, text] of [
    ["from", from],
    ["to", to],
  ] as const) {
    if (text !== undefined && !isDay(text))
      throw new CommandFailure(`--${option} ${text}: expected a day as 2026-01-31`, 2);
  }
  if (from !== undefined && to !== undefined && to < from)
    throw new CommandFailure(`--to ${to} is before --from ${from}`, 2);
}

/** Whether a text is a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
