import type { Price } from "./config.ts";
import { type Inspection, mistakeAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";

/** Plain digits, and how many behind the point still make a whole number of the smallest unit. */
const perMillion = /^\d{1,6}(\.\d{1,6}0*)?$/;
const perThing = /^\d{1,3}(\.\d{1,12}0*)?$/;

/** What is counted in things instead of tokens. */
const things: ReadonlySet<string> = new Set(["request", "search"]);

/** Each amount of a price can be reckoned with exactly, and no length of a prompt is said twice. */
export function checkPrice(inspection: Inspection, path: Path, price: Price | undefined): void {
  if (price === undefined) return;
  const { service_tiers = {}, ...standard } = price;
  checkSchedule(inspection, path, standard);
  for (const [tier, one] of Object.entries(service_tiers)) {
    checkSchedule(inspection, [...path, "service_tiers", tier], one);
  }
}

function checkSchedule(inspection: Inspection, path: Path, schedule: Omit<Price, "service_tiers">): void {
  const { above = [], ...amounts } = schedule;
  checkAmounts(inspection, path, amounts);
  for (const [index, { tokens, ...rates }] of above.entries()) {
    const place = [...path, "above", index];
    checkAmounts(inspection, place, rates);
    if (above.findIndex((one) => one.tokens === tokens) === index) continue;
    mistakeAt(inspection, [...place, "tokens"], { message: `a price above ${tokens} tokens is there already` });
  }
}

function checkAmounts(inspection: Inspection, path: Path, amounts: Readonly<Record<string, string>>): void {
  for (const [kind, amount] of Object.entries(amounts)) {
    const isThing = things.has(kind);
    if ((isThing ? perThing : perMillion).test(amount)) continue;
    mistakeAt(inspection, [...path, kind], { message: isThing ? thingMessage(kind) : tokenMessage(kind, amount) });
  }
}

function thingMessage(kind: string): string {
  return `\`${kind}\` is US dollars for each as plain digits, as in "0.01"`;
}

function tokenMessage(kind: string, amount: string): string {
  if (/^\d+\.\d+$/.test(amount)) return `\`${kind}\` has at most six digits behind the point`;
  return `\`${kind}\` is US dollars per million tokens as plain digits, as in "3.00"`;
}
