/** A row of a CSV file, and the line it begins in. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What is wrong with a file, and where. */
export interface CsvMistake {
  readonly line: number;
  readonly message: string;
}

/**
 * Reads CSV as RFC 4180 has it: quoted cells may hold commas, line ends and doubled quotes. A byte order mark and any of
 * the three line ends are taken; empty lines are left out.
 */
export function parseCsv(text: string): readonly CsvRow[] | CsvMistake {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let first = 1;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  const endRow = (): void => {
    if (cells.length > 1 || cells[0] !== "") rows.push({ line: first, cells });
    cells = [];
    first = line;
  };
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    if (cell === undefined) return { line, message: "a quote is not closed, or something stands behind it" };
    cells.push(cell.text);
    line += lineEndsIn(text.slice(at, cell.end));
    at = cell.end;
    if (text[at] === ",") {
      at += 1;
      // A comma at the end has an empty cell behind it.
      if (at === text.length) cells.push("");
      continue;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    endRow();
  }
  if (cells.length > 0) endRow();
  return rows;
}

interface Cell {
  readonly text: string;
  /** Where the comma or the line end behind it is. */
  readonly end: number;
}

function plainCell(text: string, at: number): Cell {
  let end = at;
  while (end < text.length && !",\r\n".includes(text[end] ?? "")) end++;
  return { text: text.slice(at, end), end };
}

function quotedCell(text: string, at: number): Cell | undefined {
  let end = at + 1;
  for (;;) {
    const quote = text.indexOf('"', end);
    if (quote === -1) return undefined;
    if (text[quote + 1] !== '"') {
      const isEnd = quote + 1 === text.length || ",\r\n".includes(text[quote + 1] ?? "");
      return isEnd ? { text: text.slice(at + 1, quote).replaceAll('""', '"'), end: quote + 1 } : undefined;
    }
    end = quote + 2;
  }
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
