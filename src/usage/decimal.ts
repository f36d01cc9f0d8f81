/**
 * Money without rounding: decimal text ↔ whole numbers. A price is US dollars per million tokens with up to six digits
 * behind the point, so that per token it is a whole number of picodollars (10^-12 USD).
 */
export const priceDigits = 6;

/** Digits of a price for one thing, as a search: whole picodollars again. */
export const feeDigits = 12;

/** Picodollars in a nanodollar. */
export const picoPerNano = 1000;

const nanoPerUsd = 1_000_000_000;
const nanoDigits = 9;

const decimal = /^(\d+)(?:\.(\d+))?$/;

/**
 * Decimal text as a whole number of its smallest unit: `"3.75"` with six digits is 3750000.
 * Undefined for anything that is not plain digits, has more digits behind the point, or is too large for a number.
 */
export function parseDecimal(text: string, digits: number): number | undefined {
  const [, whole, fraction = ""] = decimal.exec(text) ?? [];
  if (whole === undefined || fraction.replace(/0+$/, "").length > digits) return undefined;
  const units = Number(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  return Number.isSafeInteger(units) ? units : undefined;
}

/** A whole number that a number can hold; the largest such for one that it cannot. */
export function toSafe(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

/** Nanodollars as dollars in decimal text, without zeros at the end: 1500000 is `"0.0015"`. */
export function toDecimalUsd(nanoUsd: number): string {
  const whole = Math.floor(nanoUsd / nanoPerUsd);
  const rest = nanoUsd - whole * nanoPerUsd;
  if (rest === 0) return String(whole);
  let digits = rest;
  let length = nanoDigits;
  for (; digits % 10 === 0; digits /= 10) length--;
  return `${whole}.${String(digits).padStart(length, "0")}`;
}
