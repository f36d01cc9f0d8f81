/** Nanodollars in a dollar, as digits behind the point. */
const nanoDigits = 9;

/**
 * US dollars in plain digits as whole nanodollars: `"10.00"` is 10000000000n.
 *
 * @returns undefined for anything else: for more than nine digits behind the point, and for a billion dollars or more,
 * which is more than a database counts
 */
export function parseUsd(text: string): bigint | undefined {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = fraction.replace(/0+$/, "");
  if (whole === undefined || digits.length > nanoDigits) return undefined;
  return BigInt(whole + digits.padEnd(nanoDigits, "0"));
}
