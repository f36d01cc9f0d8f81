/** A column of a table for people. */
export interface Column {
  readonly heading: string;
  /** Numbers stand at the right. */
  readonly align?: "left" | "right" | undefined;
}

/** Rows in columns, two spaces apart, under their headings; `footer` after a line of its own. */
export function tableText(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  footer?: readonly string[],
): string {
  const headings = columns.map(({ heading }) => heading);
  const all = [headings, ...rows, ...(footer === undefined ? [] : [footer])].map((row) => row.map(printable));
  const widths = columns.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const lines = all.map((row) =>
    columns
      .map(({ align }, at) =>
        align === "right" ? (row[at] ?? "").padStart(widths[at] ?? 0) : (row[at] ?? "").padEnd(widths[at] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  if (footer !== undefined) lines.splice(-1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.map((line) => `${line}\n`).join("");
}

/** Text that somebody else chose, for a terminal: what would move its cursor is shown as a mark. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
}

/** `1234567` → `1,234,567`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
