import { randomBytes } from "node:crypto";

const letters = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

/** Alphabets that servers make ids of. */
const alphabets = {
  digits,
  lower: `${digits}${letters}`,
  mixed: `${digits}${letters}${letters.toUpperCase()}`,
  hex: "0123456789abcdef",
} as const;

/** A random text of that many characters of an alphabet. */
export const randomText = (length: number, alphabet: keyof typeof alphabets = "mixed"): string =>
  [...randomBytes(length)].map((byte) => alphabets[alphabet].charAt(byte % alphabets[alphabet].length)).join("");

/** Seconds since 1970, as `created` counts them. */
export const unixNow = (): number => Math.floor(Date.now() / 1000);
