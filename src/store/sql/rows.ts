/** A row as a database gave it: whole numbers are bigint. */
export type Row = Readonly<Record<string, unknown>>;

/** Fails: throws where the column is of another kind: the tables are not those that were migrated. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new Error(`${column} is no text`);
  return value;
}

export function maybeTextOf(row: Row, column: string): string | undefined {
  return isNothing(row[column]) ? undefined : textOf(row, column);
}

export function bigOf(row: Row, column: string): bigint {
  const value = row[column];
  if (typeof value !== "bigint") throw new Error(`${column} is no whole number`);
  return value;
}

export function maybeBigOf(row: Row, column: string): bigint | undefined {
  return isNothing(row[column]) ? undefined : bigOf(row, column);
}

/** A count or a time. Fails: throws where it is beyond what a number holds. */
export function numberOf(row: Row, column: string): number {
  const value = Number(bigOf(row, column));
  if (!Number.isSafeInteger(value)) throw new Error(`${column} is too large`);
  return value;
}

export function maybeNumberOf(row: Row, column: string): number | undefined {
  return isNothing(row[column]) ? undefined : numberOf(row, column);
}

/** One of the words that a column may hold. */
export function wordOf<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const text = textOf(row, column);
  const word = words.find((one) => one === text);
  if (word === undefined) throw new Error(`${column} holds another word`);
  return word;
}

export function jsonOf(row: Row, column: string): unknown {
  const text = maybeTextOf(row, column);
  return text === undefined ? undefined : JSON.parse(text);
}

/** A list of texts in JSON. */
export function textsOf(row: Row, column: string): readonly string[] | undefined {
  const value = jsonOf(row, column);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new Error(`${column} is no list`);
  return value.filter((one): one is string => typeof one === "string");
}

/** An object in JSON. */
export function objectOf(row: Row, column: string): Readonly<Record<string, unknown>> {
  const value = jsonOf(row, column);
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}
