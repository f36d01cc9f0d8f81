import type { SpendSum } from "../../generated/admin-sdk/index.ts";
import { digitsFor, exactUsd, shownUsd } from "./money-text.ts";
import { grouped, tableText } from "./table.ts";

/** Sums that are added up. */
export interface Total {
  readonly requests: number;
  readonly failures: number;
  readonly unpriced: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost_nano_usd: string;
  readonly cost_usd: string;
}

export function totalOf(sums: readonly SpendSum[]): Total {
  const count = (member: "requests" | "failures" | "unpriced" | "prompt_tokens" | "completion_tokens"): number =>
    sums.reduce((sum, one) => sum + one[member], 0);
  const nanoUsd = sums.reduce((sum, one) => sum + BigInt(one.cost_nano_usd), 0n);
  return {
    requests: count("requests"),
    failures: count("failures"),
    unpriced: count("unpriced"),
    prompt_tokens: count("prompt_tokens"),
    completion_tokens: count("completion_tokens"),
    cost_nano_usd: String(nanoUsd),
    cost_usd: exactUsd(nanoUsd),
  };
}

/** Sums in a table with their total, and what the total does not hold. */
export function spendTable(by: string, sums: readonly SpendSum[]): string {
  if (sums.length === 0) return "no requests\n";
  const total = totalOf(sums);
  const digits = digitsFor(sums.map(({ cost_nano_usd }) => BigInt(cost_nano_usd)));
  const cells = (one: Omit<Total, "cost_usd">): readonly string[] => [
    grouped(one.requests),
    grouped(one.failures),
    grouped(one.prompt_tokens),
    grouped(one.completion_tokens),
    shownUsd(BigInt(one.cost_nano_usd), digits),
  ];
  const numbers = ["requests", "failed", "input", "output", "cost"];
  const columns = [
    { heading: by.replace("_", " ") },
    ...numbers.map((heading) => ({ heading, align: "right" }) as const),
  ];
  const rows = sums.map((sum) => [nameOf(sum), ...cells(sum)]);
  const table = tableText(columns, rows, ["total", ...cells(total)]);
  return `${table}${total.unpriced === 0 ? "" : `\n${unpricedText(total.unpriced)}`}`;
}

function nameOf({ name, group }: SpendSum): string {
  if (name !== null && name !== group) return `${name} (${group})`;
  return group ?? "(none)";
}

function unpricedText(count: number): string {
  const what = count === 1 ? "1 request has" : `${grouped(count)} requests have`;
  return `${what} no price, and no part in the cost; \`specgate check\` names models without one\n`;
}
