import type { Bill, BillMistake, Line } from "./bill.ts";
import { parseAmount, parseDay } from "./cells.ts";
import type { CsvRow } from "./csv.ts";
import { modelIn } from "./model-name.ts";

/**
 * Reads what AWS Cost Explorer writes: a column for each service or usage type, a row for each day. Columns that have to
 * do with no model are left out.
 *
 * @returns undefined where the table is none of these
 */
export function readCostExplorer(head: CsvRow, body: readonly CsvRow[]): Bill | BillMistake | undefined {
  const [first = "", ...columns] = head.cells;
  const isOne =
    /^(?:service|usage ?type|date)/i.test(first) && columns.length > 0 && columns.every((name) => /\(\$\)$/.test(name));
  if (!isOne) return undefined;
  const lines: Line[] = [];
  for (const { line, cells } of body) {
    const [date = "", ...amounts] = cells;
    if (/total$/i.test(date.trim())) continue;
    const day = parseDay(date);
    if (day === undefined) return { line, message: `'${date}' is no day` };
    for (const [at, column] of columns.entries()) {
      if (!isOfModels(column)) continue;
      const text = amounts[at]?.trim() || "0";
      const costNanoUsd = parseAmount(text);
      if (costNanoUsd === undefined) return { line, message: `'${text}' is no amount` };
      const model = modelIn(column.replace(/\s*\((?:\$|amazon bedrock edition)\)/gi, ""));
      lines.push({ day, model, costNanoUsd, inputTokens: undefined, outputTokens: undefined });
    }
  }
  return { format: "AWS Cost Explorer", lines };
}

function isOfModels(column: string): boolean {
  return /bedrock|claude|nova|titan|llama|mistral|deepseek|tokens/i.test(column) && !/^total/i.test(column);
}
