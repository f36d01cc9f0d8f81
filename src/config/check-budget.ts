import type { components } from "../../generated/types/routes.closed.ts";
import { type Inspection, mistakeAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { parseUsd } from "./money.ts";
import { find, memberOf } from "./tree.ts";

type Budget = components["schemas"]["Budget"];

/** Amounts that can be counted exactly, and the warning before the end. The period has been read already. */
export function checkBudget(inspection: Inspection, path: Path, budget: Budget | undefined): void {
  if (budget === undefined) return;
  for (const name of ["max", "soft"] as const) checkAmount(inspection, [...path, name], budget[name]);
  const [max, soft] = [parseUsd(budget.max ?? ""), parseUsd(budget.soft ?? "")];
  const written = find(inspection.tree, path);
  const isEmpty = memberOf(written, "max") === undefined && memberOf(written, "soft") === undefined;
  if (isEmpty) {
    mistakeAt(inspection, path, { message: "`budget` needs `max`, `soft` or both: a period alone holds nobody up" });
  } else if (max !== undefined && soft !== undefined && soft > max) {
    const message = "`soft` is more than `max`, so nobody would ever be warned";
    mistakeAt(inspection, [...path, "soft"], { message });
  }
}

function checkAmount(inspection: Inspection, path: Path, text: string | undefined): void {
  if (text === undefined || parseUsd(text) !== undefined) return;
  mistakeAt(inspection, path, { message: messageOn(`\`${path.at(-1)}\``, text) });
}

function messageOn(name: string, text: string): string {
  if (/^\d+\.\d{10,}$/.test(text)) return `${name} has at most nine digits behind the point`;
  if (/^\d{10,}(?:\.\d+)?$/.test(text)) return `${name} is less than a billion dollars`;
  return `${name} is US dollars in plain digits, as in "10.00"`;
}
