/** A row of LiteLLM's, as JSON has it. Columns differ between its versions: what is not there is nothing. */
export type Row = Readonly<Record<string, unknown>>;

/** A text; undefined where it is empty too. */
export function textIn(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function numberIn(row: Row, column: string): number | undefined {
  const value = row[column];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A count that fits into a number: LiteLLM writes the largest there is for none. */
export function countIn(row: Row, column: string): number | undefined {
  const value = numberIn(row, column);
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function textsIn(row: Row, column: string): readonly string[] {
  const value = row[column];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string" && one !== "") : [];
}

export function objectIn(row: Row, column: string): Row {
  const value = row[column];
  return isObject(value) ? value : {};
}

/** A time in milliseconds since 1970. LiteLLM's columns have no zone, and are of UTC. */
export function timeIn(row: Row, column: string): number | undefined {
  const text = textIn(row, column);
  if (text === undefined) return undefined;
  const written = text.replace(" ", "T");
  const time = Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/.test(written) ? written : `${written}Z`);
  return Number.isSafeInteger(time) && time >= 0 ? time : undefined;
}

/** Whether a column says something: `{}`, `[]` and null do not. */
export function saysSomething(row: Row, column: string): boolean {
  const value = row[column];
  if (value === null || value === undefined || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

export function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
