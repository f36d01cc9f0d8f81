/** Rows of plain values as CSV with a heading: RFC 4180. Objects within them become columns of their own names. */
export function toCsv(rows: readonly object[]): string {
  const flat = rows.map((row) => flatten(row));
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const lines = [columns, ...flat.map((row) => columns.map((column) => row.get(column) ?? ""))];
  return lines.map((cells) => `${cells.map(cellOf).join(",")}\r\n`).join("");
}

function flatten(row: object, into: Map<string, string> = new Map()): Map<string, string> {
  for (const [name, value] of Object.entries(row)) {
    if (Array.isArray(value)) into.set(name, value.join("; "));
    else if (typeof value === "object" && value !== null) flatten(value, into);
    else into.set(name, value === null || value === undefined ? "" : String(value));
  }
  return into;
}

/**
 * A spreadsheet would run what begins like a formula, and clients choose some of these texts. Where it parts cells at
 * semicolons, what stands behind one begins a cell.
 */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) && !/^-\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
