import { readFile } from "node:fs/promises";
import { type CommandDef, defineCommand } from "citty";
import type { Environment } from "../../config/config.ts";
import { adminOf, gatewayArgs, jsonArgs } from "../admin-client.ts";
import { checkDates, dateArgs } from "../dates.ts";
import { CommandFailure, failing } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { type Bill, isMistake, type Mapping } from "./bill.ts";
import { compare, type Unit, units } from "./compare.ts";
import { ledgerLines } from "./ledger-lines.ts";
import { readBill } from "./read-bill.ts";
import { reconcileJson, reconcileText } from "./text.ts";

const reconcileArgs = {
  file: { type: "positional", required: false, description: "A provider's billing export: CSV or JSON." },
  provider: { type: "string", description: "Compare with rows of this provider of routes.yaml alone." },
  by: { type: "string", description: "Compare by day-model, day or model.", default: "day-model" },
  tolerance: { type: "string", description: "How far figures may be apart.", default: "1%" },
  date: { type: "string", description: "The column of the day, where the file is no known export." },
  model: { type: "string", description: "Its column of the model." },
  cost: { type: "string", description: "Its column of the cost in US dollars." },
  "input-tokens": { type: "string", description: "Its column of input tokens." },
  "output-tokens": { type: "string", description: "Its column of output tokens." },
  all: { type: "boolean", description: "Show lines that agree too." },
} as const;

type Args = typeof reconcileArgs & typeof dateArgs & typeof gatewayArgs & typeof jsonArgs;
const args: Args = { ...reconcileArgs, ...dateArgs, ...gatewayArgs, ...jsonArgs };

/**
 * `specgate usage reconcile FILE`: holds the ledger beside a provider's bill, over the days of the bill.
 * Exit code: 0 they agree; 1 they part, the file cannot be read, or the gateway cannot be asked; 2 wrong usage.
 */
export function createReconcileCommand(env: Environment, { out, errors }: Terminal): CommandDef<Args> {
  return defineCommand({
    meta: { name: "reconcile", description: "Compare the ledger with a provider's billing export." },
    args,
    run: ({ args: options }) =>
      failing(errors, async () => {
        const { file, from, to, provider } = options;
        if (file === undefined)
          throw new CommandFailure("which file? give a provider's billing export, CSV or JSON", 2);
        const by = unitOf(options.by);
        const tolerance = toleranceOf(options.tolerance);
        checkDates(from, to);
        const mapping = mappingOf(options);
        const gateway = adminOf(env, options.url);
        const bill = await billIn(file, mapping, { from, to });
        const days = bill.lines.map(({ day }) => day).toSorted();
        const period = { from: from ?? days[0] ?? "", to: to ?? days.at(-1) ?? "" };
        const { lines, unpriced } = await ledgerLines(gateway, { ...period, provider });
        const comparison = compare(bill.lines, lines, { by, tolerance });
        const account = { file, format: bill.format, ...period, tolerance, unpriced, comparison };
        out.write(options.json === true ? reconcileJson(account, by) : reconcileText(account, options.all === true));
        if (!comparison.agrees) process.exitCode = 1;
      }),
  });
}

/** The bill, without what lies outside some days. Fails: rejects with a `CommandFailure` that names the line. */
async function billIn(
  file: string,
  mapping: Mapping | undefined,
  { from = "", to = "9999-12-31" }: { readonly from: string | undefined; readonly to: string | undefined },
): Promise<Bill> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw new CommandFailure(`${file}  the file cannot be read`);
  const bill = readBill(text, mapping);
  if (isMistake(bill)) throw new CommandFailure(`${file}${bill.line === 0 ? "" : `:${bill.line}`}  ${bill.message}`);
  const lines = bill.lines.filter(({ day }) => day >= from && day <= to);
  if (lines.length === 0) throw new CommandFailure(`${file}  there is nothing about models in it, in these days`);
  return { ...bill, lines };
}

type Options = Readonly<Record<"date" | "model" | "cost" | "input-tokens" | "output-tokens", string | undefined>>;

function mappingOf(options: Options): Mapping | undefined {
  const { date, model, cost } = options;
  const [inputTokens, outputTokens] = [options["input-tokens"], options["output-tokens"]];
  const named = [date, model, cost, inputTokens, outputTokens].filter((one) => one !== undefined);
  if (named.length === 0) return undefined;
  if (date === undefined || model === undefined || named.length < 3) {
    throw new CommandFailure(
      "name the columns of the file: --date, --model, and --cost or --input-tokens and --output-tokens",
      2,
    );
  }
  return { date, model, cost, inputTokens, outputTokens };
}

function unitOf(text: string): Unit {
  const unit = units.find((one) => one === text);
  if (unit === undefined) throw new CommandFailure(`--by ${text}: expected one of ${units.join(", ")}`, 2);
  return unit;
}

/** `1%` → 0.01. */
function toleranceOf(text: string): number {
  const [, number] = /^(\d{1,3}(?:\.\d{1,4})?)%?$/.exec(text) ?? [];
  if (number === undefined || Number(number) > 100) {
    throw new CommandFailure(`--tolerance ${text}: expected a share as 1% or 0.5%`, 2);
  }
  return Number(number) / 100;
}
