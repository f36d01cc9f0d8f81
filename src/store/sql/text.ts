import { StoreError } from "../store-error.ts";

/** How long an id may be: in an index of PostgreSQL's there is room for little more. */
const maxIdLength = 200;

/** How much of a text the ledger keeps, in UTF-16 units. */
const maxTextLength = 1_000;

/**
 * Text that both databases take: PostgreSQL knows no character 0, UTF-8 no half of a pair. One such text would fail
 * all that share its transaction.
 */
export function cleanText(text: string): string {
  // Nearly all texts are fine, and looking is quicker than copying.
  return text.isWellFormed() && !text.includes("\0") ? text : text.replaceAll("\0", "\ufffd").toWellFormed();
}

/** Fails: throws `too_large` for an id longer than 200 UTF-16 units, `RangeError` for none. */
export function cleanId(id: string): string {
  if (id === "") throw new RangeError("an id is not empty");
  if (id.length > maxIdLength) throw new StoreError("too_large", `An id is longer than ${maxIdLength} characters.`);
  return cleanText(id);
}

/** What the ledger keeps of a text; ids of keys, users and teams no longer than ids may be. */
export function clipped(text: string | undefined, maxLength: number = maxTextLength): string | null {
  return text === undefined ? null : cleanText(text.slice(0, maxLength));
}

export const clippedId = (id: string | undefined): string | null => clipped(id, maxIdLength);

/** JSON that both databases take. */
export const toJson = (value: unknown): string => cleanText(JSON.stringify(value) ?? "null");

/** A whole number from 0 on. Fails: throws `RangeError`. */
export function checkCount(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} is no whole number from 0 on`);
  return value;
}

/** How many are asked for at once. Fails: throws `RangeError` unless it is between 1 and the bound. */
export function checkLimit(limit: number, most: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > most)
    throw new RangeError(`a limit is between 1 and ${most}`);
  return limit;
}
