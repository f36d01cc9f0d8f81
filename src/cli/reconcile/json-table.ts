import type { BillMistake } from "./bill.ts";
import type { CsvRow } from "./csv.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * JSON as the table that the same export is in CSV: a list of flat objects, or the pages of OpenAI's costs and usage API,
 * `{"data": [{"start_time": …, "results": [{…}]}]}`.
 */
export function tableIn(text: string): readonly CsvRow[] | BillMistake {
  const value = parsed(text);
  if (value === undefined) return { line: 0, message: "the file is no JSON" };
  const list = isObject(value) && Array.isArray(value["data"]) ? value["data"] : value;
  if (!Array.isArray(list) || !list.every(isObject))
    return { line: 0, message: "expected a list of objects, or one under data" };
  const rows = list.flatMap(unfolded).map((row) => flat(row, ""));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const head: CsvRow = { line: 1, cells: columns };
  return [head, ...rows.map((row, at) => ({ line: at + 1, cells: columns.map((name) => row.get(name) ?? "") }))];
}

/** A bucket of time with its results, as one row for each. */
function unfolded(bucket: Members): readonly Members[] {
  const { results, ...rest } = bucket;
  return Array.isArray(results) ? results.filter(isObject).map((result) => ({ ...rest, ...result })) : [bucket];
}

/** `{"amount": {"value": 1}}` → `amount_value`, as the CSV export has it. */
function flat(row: Members, before: string, into: Map<string, string> = new Map()): Map<string, string> {
  for (const [name, value] of Object.entries(row)) {
    if (isObject(value)) flat(value, `${before}${name}_`, into);
    else if (value !== null) into.set(before + name, String(value));
  }
  return into;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
