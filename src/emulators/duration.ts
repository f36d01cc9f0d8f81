const pattern = /^(\d+(?:\.\d+)?)(ms|s|m)$/;
const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Milliseconds of a duration such as `250ms`, `1.5s` or `2m`; undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  const factor = factors[unit ?? ""];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

/** Milliseconds of a duration that {@link parseDuration} has accepted before; 0 when there is none. */
export function durationMs(text: string | undefined): number {
  return text === undefined ? 0 : (parseDuration(text) ?? 0);
}
