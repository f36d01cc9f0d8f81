import { GatewayError } from "../errors.ts";
import { tooLittle, tooMuch, wrongType, wrongWord } from "../operations/invalid.ts";

const dayMs = 86_400_000;

/** A query that remembers what it was asked for. */
export class Query extends URLSearchParams {
  readonly #asked: Set<string> = new Set();

  override get(name: string): string | null {
    this.#asked.add(name);
    return super.get(name);
  }

  /** What nobody has asked for: a filter that is misspelt, or one that nothing acts on. */
  unasked(): readonly string[] {
    return [...new Set(this.keys())].filter((name) => !this.#asked.has(name) && super.get(name) !== "");
  }
}

/** A text of the query; undefined where it is absent or empty. */
export function textIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  return text === null || text === "" ? undefined : text;
}

/** A text that must be there. Fails: throws `missing_required_parameter`. */
export function neededIn(query: URLSearchParams, name: string): string {
  const text = textIn(query, name);
  if (text !== undefined) return text;
  throw new GatewayError("missing_required_parameter", `Missing required parameter: '${name}'.`, { param: name });
}

/** A whole number. Fails: throws 400 where it is none, or out of its bounds. */
export function wholeIn(query: URLSearchParams, name: string, standard: number, most: number): number {
  const text = textIn(query, name);
  if (text === undefined) return standard;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw wrongType(name, "an integer", text);
  if (value < 1) throw tooLittle("integer", name, value, 1);
  if (value > most) throw tooMuch("integer", name, value, most);
  return value;
}

/** One of some words. Fails: throws `invalid_value`. */
export function wordIn<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const word = words.find((one) => one === text);
  if (word === undefined) throw wrongWord(name, text, words);
  return word;
}

export function flagIn(query: URLSearchParams, name: string): boolean {
  return /^(?:true|1|yes)$/i.test(textIn(query, name) ?? "");
}

/** From when on, in milliseconds since 1970: a day of UTC, or a moment. Fails: throws `invalid_value`. */
export function fromIn(query: URLSearchParams, name: string): number | undefined {
  const text = textIn(query, name);
  return text === undefined ? undefined : timeOf(name, text);
}

/** Before when: a day counts to its end. Fails: throws `invalid_value`. */
export function toIn(query: URLSearchParams, name: string): number | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  return timeOf(name, text) + (isDay(text) ? dayMs : 0);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/** Whether it begins with a day that there is: the 30th of February would be read as one of March. */
function isOfCalendar(text: string): boolean {
  const [day = ""] = /^\d{4}-\d{2}-\d{2}/.exec(text) ?? [];
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(day);
}

function timeOf(name: string, text: string): number {
  // Without an offset a moment is one of UTC: the machine's own zone is nobody's business.
  const written = text.replace(" ", "T");
  const zoned = isDay(text) || /(?:Z|[+-]\d{2}:?\d{2})$/i.test(written) ? written : `${written}Z`;
  const time = isOfCalendar(text) ? Date.parse(zoned) : Number.NaN;
  if (Number.isSafeInteger(time) && time >= 0) return time;
  const message = `Invalid '${name}': expected a date as 2026-01-31, or a moment as 2026-01-31T12:00:00Z.`;
  throw new GatewayError("invalid_value", message, { param: name });
}
