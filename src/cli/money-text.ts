const nanoPerUsd = 1_000_000_000n;
const nanoDigits = 9;

/** Fewer than this are not shown: what is less is told to be less. */
const mostDigits = 6;

/** Whole nano-dollars as exact decimal text: `12.5`, `0.000000001`. */
export function exactUsd(nanoUsd: bigint): string {
  const [sign, positive] = nanoUsd < 0n ? ["-", -nanoUsd] : ["", nanoUsd];
  const fraction = String(positive % nanoPerUsd)
    .padStart(nanoDigits, "0")
    .replace(/0+$/, "");
  return `${sign}${positive / nanoPerUsd}${fraction === "" ? "" : `.${fraction}`}`;
}

/** How many digits behind the point show two that count of the smallest amount; at least two, at most six. */
export function digitsFor(amounts: readonly bigint[]): number {
  const smallest = amounts
    .map(abs)
    .filter((one) => one > 0n)
    .reduce<bigint | undefined>(least, undefined);
  let digits = 2;
  while (smallest !== undefined && digits < mostDigits && smallest * 10n ** BigInt(digits) < 10n * nanoPerUsd) digits++;
  return digits;
}

/** An amount for people, rounded to so many digits behind the point: `$1.25`; `<$0.000001` for what would look like none. */
export function shownUsd(nanoUsd: bigint, digits: number): string {
  const unit = 10n ** BigInt(nanoDigits - digits);
  const positive = abs(nanoUsd);
  const sign = nanoUsd < 0n ? "-" : "";
  const rounded = (positive + unit / 2n) / unit;
  if (rounded === 0n && positive > 0n) return `<$${decimal(1n, digits)}`;
  return `${sign}$${decimal(rounded, digits)}`;
}

function decimal(units: bigint, digits: number): string {
  const text = String(units).padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

const abs = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
const least = (a: bigint | undefined, b: bigint): bigint => (a === undefined || b < a ? b : a);
