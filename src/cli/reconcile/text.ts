import { digitsFor, exactUsd, shownUsd } from "../money-text.ts";
import { type Column, grouped, tableText } from "../table.ts";
import type { Amounts, Compared, Comparison } from "./compare.ts";

/** What was compared. */
export interface Account {
  readonly file: string;
  readonly format: string;
  readonly from: string;
  readonly to: string;
  readonly tolerance: number;
  readonly unpriced: number;
  readonly comparison: Comparison;
}

/** The lines that part, or all of them, with the sums and a verdict. */
export function reconcileText(account: Account, showsAll: boolean): string {
  const { file, format, from, to, tolerance, unpriced, comparison } = account;
  const { rows, total, agrees } = comparison;
  const apart = rows.filter(({ differences }) => differences.length > 0);
  const shown = showsAll ? rows : apart;
  const percent = Number((tolerance * 100).toFixed(4));
  const head = `${file} (${format}) and the ledger, ${from} to ${to}\n\n`;
  const verdict = agrees
    ? `they agree, within ${percent}%\n`
    : `they part in ${apart.length} of ${rows.length} ${rows.length === 1 ? "line" : "lines"}, beyond ${percent}%\n`;
  const note =
    unpriced === 0 ? "" : `${grouped(unpriced)} requests on the ledger have no price, and no part in its cost\n`;
  return `${head}${tableOf(shown, total)}\n${verdict}${note}`;
}

/** What a table has columns for: what both sides speak of. */
const measures = [
  { title: "cost", of: ({ costNanoUsd }: Amounts) => costNanoUsd },
  { title: "input", of: ({ inputTokens }: Amounts) => inputTokens },
  { title: "output", of: ({ outputTokens }: Amounts) => outputTokens },
] as const;

function tableOf(rows: readonly Compared[], total: Compared): string {
  const used = measures.filter(({ of }) =>
    [total, ...rows].some(({ bill }) => bill !== undefined && of(bill) !== undefined),
  );
  const costs = [...rows, total].flatMap(({ bill, ledger }) => [bill?.costNanoUsd ?? 0n, ledger?.costNanoUsd ?? 0n]);
  const digits = digitsFor(costs);
  const hasDay = rows.some(({ day }) => day !== undefined);
  const hasModel = rows.some(({ model }) => model !== undefined);
  const columns: readonly Column[] = [
    ...(hasDay ? [{ heading: "day" }] : []),
    ...(hasModel ? [{ heading: "model" }] : []),
    ...used.flatMap(({ title }) => [right(`bill ${title}`), right(`ledger ${title}`)]),
    { heading: "parts in" },
  ];
  const cells = ({ bill, ledger, differences }: Compared): readonly string[] => [
    ...used.flatMap(({ of }) => [bill, ledger].map((side) => amountText(side && of(side), digits))),
    differences.join(", "),
  ];
  const named = rows.map((row) => [
    ...(hasDay ? [row.day ?? ""] : []),
    ...(hasModel ? [row.model ?? ""] : []),
    ...cells(row),
  ]);
  const lead = ["total", ""].slice(0, Number(hasDay) + Number(hasModel));
  if (lead.length > 0) return tableText(columns, named, [...lead, ...cells(total)]);
  return tableText([{ heading: "" }, ...columns], [], ["total", ...cells(total)]);
}

const right = (heading: string): Column => ({ heading, align: "right" });

function amountText(value: bigint | number | undefined, digits: number): string {
  if (value === undefined) return "-";
  return typeof value === "bigint" ? shownUsd(value, digits) : grouped(value);
}

/** The same for scripts; money in exact decimals. */
export function reconcileJson({ comparison: { rows, total, agrees }, ...account }: Account, by: string): string {
  const body = { ok: agrees, ...account, by, rows: rows.map(toJson), total: toJson(total) };
  return `${JSON.stringify(body, null, 2)}\n`;
}

function toJson({ day, model, bill, ledger, differences }: Compared) {
  return { day: day ?? null, model: model ?? null, bill: amountsJson(bill), ledger: amountsJson(ledger), differences };
}

function amountsJson(amounts: Amounts | undefined) {
  if (amounts === undefined) return null;
  const { costNanoUsd, inputTokens, outputTokens } = amounts;
  return {
    cost_usd: costNanoUsd === undefined ? null : exactUsd(costNanoUsd),
    input_tokens: inputTokens ?? null,
    output_tokens: outputTokens ?? null,
  };
}
