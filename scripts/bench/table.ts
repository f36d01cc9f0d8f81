import type { Spread } from "./figures.ts";
import { type Group, isMet, type Measured, type Row, rows, type Target } from "./rows.ts";

const head = ["figure", "beside", "ours", "theirs", "came to", "target", "", "CPU per request"] as const;

/** The table of all rows that were asked for, as cells, headings first. A row without a figure says why. */
export function toCells(
  measured: readonly Measured[],
  asked: ReadonlySet<Group>,
  unmeasured: ReadonlyMap<Group, string>,
): readonly (readonly string[])[] {
  const lines = Object.entries(rows).filter(([, row]) => asked.has(row.group));
  return [head, ...lines.map(([name, row]) => toLine(row, measured, name, unmeasured))];
}

function toLine(
  row: Row,
  measured: readonly Measured[],
  name: string,
  unmeasured: ReadonlyMap<Group, string>,
): readonly string[] {
  const { group, figure, target } = row;
  const found = measured.find((one) => one.row === name);
  const wanted =
    target.is === "shown" ? "" : `${target.is === "at least" ? "≥" : "≤"} ${target.bound}${unitOf(target)}`;
  if (found === undefined) return [figure, row.beside, "", "", "", wanted, unmeasured.get(group) ?? "not measured", ""];
  const { beside = row.beside, ours, theirs, value, cpu = "" } = found;
  return [figure, beside, ours, theirs, toText(value, target), wanted, verdict(target, value), cpu];
}

function verdict(target: Target, value: Spread): string {
  if (target.is === "shown") return "";
  return isMet(target, value) ? "met" : "missed";
}

function toText({ median, min, max }: Spread, target: Target): string {
  const text = `${significant(median)}${unitOf(target)}`;
  return min === max ? text : `${text} (${significant(min)} to ${significant(max)})`;
}

function unitOf({ unit }: Target): string {
  return unit === "×" ? "×" : ` ${unit}`;
}

/** As many digits as mean something. */
export function significant(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Cells in columns, for the terminal. */
export function toColumns(cells: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** Cells as a table of Markdown. */
export function toMarkdown(cells: readonly (readonly string[])[]): string {
  const [first = [], ...rest] = cells;
  return [first, first.map(() => "---"), ...rest].map((line) => `| ${line.join(" | ")} |`).join("\n");
}
