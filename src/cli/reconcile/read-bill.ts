import { type Bill, type BillMistake, isMistake, type Line, type Mapping } from "./bill.ts";
import { parseAmount, parseCount, parseDay } from "./cells.ts";
import { readCostExplorer } from "./cost-explorer.ts";
import { type CsvRow, parseCsv } from "./csv.ts";
import { type Cells, columnName, type Format, formatOf, genericFormat } from "./formats.ts";
import { tableIn } from "./json-table.ts";

/**
 * Reads a provider's billing export: CSV or JSON, whichever it is, of the provider that its columns tell, or with the
 * columns that a mapping names.
 */
export function readBill(text: string, mapping?: Mapping): Bill | BillMistake {
  const rows = /^\s*[[{]/.test(text) ? tableIn(text) : parseCsv(text);
  if (isMistake(rows)) return rows;
  const [head, ...body] = skipPreamble(rows);
  if (head === undefined || body.length === 0) return { line: 0, message: "there are no rows" };
  const columns = head.cells.map(columnName);
  if (mapping !== undefined) return withFormat(genericFormat(mapping), columns, body);
  const pivot = readCostExplorer(head, body);
  if (pivot !== undefined) return pivot;
  const format = formatOf(new Set(columns));
  if (format === undefined) {
    const message = `no known export has these columns: ${head.cells.slice(0, 12).join(", ")}; name them: --date, --model, and --cost or tokens`;
    return { line: head.line, message };
  }
  return withFormat(format, columns, body);
}

/** Google writes some lines of two cells about the account before the table. */
function skipPreamble(rows: readonly CsvRow[]): readonly CsvRow[] {
  const widest = Math.max(...rows.slice(0, 30).map(({ cells }) => cells.length));
  return rows.slice(rows.findIndex(({ cells }) => cells.length === widest));
}

function withFormat(format: Format, columns: readonly string[], body: readonly CsvRow[]): Bill | BillMistake {
  const missing = missingIn(format, new Set(columns));
  if (missing !== undefined) return { line: 1, message: `there is no column '${missing}'` };
  const lines: Line[] = [];
  for (const { line, cells } of body) {
    const row: Cells = new Map(columns.map((name, at) => [name, (cells[at] ?? "").trim()]));
    if (format.keeps?.(row) === false || isSum(row, format)) continue;
    const read = toLine(row, format);
    if (typeof read === "string") return { line, message: read };
    lines.push(read);
  }
  return { format: format.name, lines };
}

function missingIn({ date, model, cost, input, output }: Format, columns: ReadonlySet<string>): string | undefined {
  const wanted = [date, model, cost, input, output].filter((names) => names !== undefined);
  return wanted.find((names) => !names.some((name) => columns.has(name)))?.[0];
}

/** Sums below the table, and lines about nothing, have no day. */
function isSum(row: Cells, format: Format): boolean {
  return firstIn(row, format.date) === "" && firstIn(row, format.model) === "";
}

/** A line of the bill, or what is wrong with it. */
function toLine(row: Cells, { date, model, toModel = same, cost, currency, input, output }: Format): Line | string {
  const written = firstIn(row, date);
  const day = parseDay(written);
  if (day === undefined) return `'${written}' is no day: expected 2026-01-31, a moment, or seconds since 1970`;
  const money = currency === undefined ? "" : firstIn(row, currency).toUpperCase();
  if (money !== "" && money !== "USD") return `the bill is in ${money}; the ledger is in USD`;
  const amount = cost === undefined ? undefined : parseAmount(firstIn(row, cost) || "0");
  if (cost !== undefined && amount === undefined) return `'${firstIn(row, cost)}' is no amount`;
  const counts = [input, output].map((names) => sumOf(row, names));
  const wrong = counts.find((count) => typeof count === "string");
  if (typeof wrong === "string") return wrong;
  const [inputTokens, outputTokens] = counts.filter((count) => typeof count !== "string");
  return { day, model: toModel(firstIn(row, model)), costNanoUsd: amount, inputTokens, outputTokens };
}

/** The sum of some columns; undefined where none is asked for; or what is wrong. */
function sumOf(row: Cells, names: readonly string[] | undefined): number | undefined | string {
  if (names === undefined) return undefined;
  let sum = 0;
  for (const name of names) {
    const text = row.get(name) || "0";
    const count = parseCount(text);
    if (count === undefined) return `'${text}' is no count of tokens`;
    sum += count;
  }
  return sum;
}

/** The first of some columns that holds something. */
function firstIn(row: Cells, names: readonly string[]): string {
  return names.map((name) => row.get(name) ?? "").find((cell) => cell !== "") ?? "";
}

const same = (cell: string): string => cell;
