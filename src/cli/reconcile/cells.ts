const nanoDigits = 9;

/**
 * A decimal of a bill as whole nano-units, rounded half away from zero: `1,234.5`, `$0.25`, `-3`, `1.2E-7`.
 * @returns undefined for what is no decimal
 */
export function parseAmount(text: string): bigint | undefined {
  const plain = text.trim().replace(/^([+-]?)\s*\$\s*/, "$1");
  const ungrouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain) ? plain.replaceAll(",", "") : plain;
  const [, sign, whole = "", fraction = "", power = "0"] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i.exec(ungrouped) ?? [];
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  const shift = nanoDigits + Number(power) - fraction.length;
  const nano = shift >= 0 ? digits * 10n ** BigInt(shift) : rounded(digits, 10n ** BigInt(-shift));
  return sign === "-" ? -nano : nano;
}

const rounded = (digits: bigint, unit: bigint): bigint => (digits + unit / 2n) / unit;

/** A count of tokens; digits may be grouped, and some exports write `12.0`. Undefined for what is none. */
export function parseCount(text: string): number | undefined {
  const amount = parseAmount(text.replace("$", "?"));
  if (amount === undefined || amount < 0n) return undefined;
  const count = Number(amount / 10n ** BigInt(nanoDigits));
  return Number.isSafeInteger(count) ? count : undefined;
}

/** The day of UTC of a date, a moment or seconds since 1970. Undefined for what is none, as `1/2/2026`. */
export function parseDay(text: string): string | undefined {
  const plain = text.trim();
  if (/^\d{9,10}$/.test(plain)) return toDay(Number(plain) * 1_000);
  const [, day = "", rest = ""] = /^(\d{4}-\d{2}-\d{2})(.*)$/.exec(plain) ?? [];
  if (day === "" || toDay(Date.parse(day)) !== day) return undefined;
  // A moment of another zone may be of another day.
  const isElsewhere = /[+-]\d{2}:?\d{2}$/.test(rest);
  return isElsewhere ? (toDay(Date.parse(plain.replace(" ", "T"))) ?? day) : day;
}

function toDay(time: number): string | undefined {
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}
