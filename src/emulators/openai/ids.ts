import { randomBytes } from "node:crypto";

/** Alphabets that servers make ids of. */
const alphabets = {
  digits: "0123456789",
  lower: "0123456789abcdefghijklmnopqrstuvwxyz",
  mixed: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
  hex: "0123456789abcdef",
} as const;

/** A random text of that many characters of an alphabet. */
export const randomText = (length: number, alphabet: keyof typeof alphabets = "mixed"): string =>
  [...randomBytes(length)].map((byte) => alphabets[alphabet].charAt(byte % alphabets[alphabet].length)).join("");

/** Seconds since 1970, as `created` counts them. */
export const unixNow = (): number => Math.floor(Date.now() / 1000);
