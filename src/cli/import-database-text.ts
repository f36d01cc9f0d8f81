import type { Item } from "./import-database-write.ts";
import { exactUsd } from "./money-text.ts";
import { printable } from "./table.ts";

const headings: readonly (readonly [Item["fate"], string])[] = [
  ["carried", "carried over"],
  ["changed", "changed"],
  ["skipped", "skipped"],
  ["there", "there already"],
];

/** What became of each row of LiteLLM's, as lines for people. */
export function importDatabaseText(items: readonly Item[]): string {
  if (items.length === 0) return "LiteLLM's tables are empty\n";
  const sections = headings.flatMap(([fate, heading]) => {
    const own = items.filter((item) => item.fate === fate);
    return own.length === 0 ? [] : [`${heading} (${own.length})\n${own.map(lineOf).join("")}`];
  });
  return sections.join("\n");
}

function lineOf({ kind, name, notes, spentNanoUsd }: Item): string {
  const spent = spentNanoUsd === undefined ? "" : `  $${exactUsd(spentNanoUsd)} spent`;
  const said = notes.map((note) => `      ${printable(note)}\n`).join("");
  return `  ${kind.replace("_", " ")}  ${printable(name)}${spent}\n${said}`;
}

/** The same for scripts. */
export function importDatabaseJson(items: readonly Item[]): string {
  const shown = items.map(({ spentNanoUsd, ...item }) => ({
    ...item,
    spent_usd: spentNanoUsd === undefined ? null : exactUsd(spentNanoUsd),
  }));
  const count = (fate: Item["fate"]): number => items.filter((item) => item.fate === fate).length;
  const sums = Object.fromEntries(headings.map(([fate]) => [fate, count(fate)]));
  return `${JSON.stringify({ ok: true, ...sums, items: shown }, null, 2)}\n`;
}
