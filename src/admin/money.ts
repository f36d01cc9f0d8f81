const nanoPerUsd = 1_000_000_000n;
const nanoDigits = 9;

/** Dollars of JSON as whole nano-dollars: by the digits they are written with, where nine behind the point will do. */
export function toNanoUsd(usd: number): bigint {
  const [, whole, fraction = ""] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(String(usd)) ?? [];
  if (whole !== undefined) return BigInt(whole + fraction.padEnd(nanoDigits, "0"));
  // More digits, or an exponent: rounded.
  return BigInt(usd.toFixed(nanoDigits).replace(".", ""));
}

/** Nano-dollars as the number of dollars that is written with the same digits. */
export function toUsd(nanoUsd: bigint): number {
  const digits = String(nanoUsd % nanoPerUsd).padStart(nanoDigits, "0");
  return Number(`${nanoUsd / nanoPerUsd}.${digits}`);
}

/** Picodollars for a token as dollars. */
export function perToken(picoUsd: number | undefined): number | null {
  return picoUsd === undefined ? null : Number(`${picoUsd}e-12`);
}
