import type { Line } from "./bill.ts";
import { modelKey } from "./model-name.ts";

/** By what lines are put together before they are compared. */
export const units = ["day-model", "day", "model"] as const;
export type Unit = (typeof units)[number];

/** Sums of one side. Undefined: the side does not speak of that. */
export interface Amounts {
  readonly costNanoUsd: bigint | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

export type Difference = "only in the bill" | "only on the ledger" | "cost" | "input tokens" | "output tokens";

/** What both sides say of the same. */
export interface Compared {
  /** Undefined where days, or models, are put together. */
  readonly day: string | undefined;
  /** As the ledger writes it, else as the bill does. */
  readonly model: string | undefined;
  readonly bill: Amounts | undefined;
  readonly ledger: Amounts | undefined;
  /** Empty: they agree. */
  readonly differences: readonly Difference[];
}

export interface Comparison {
  /** By day, then by model. */
  readonly rows: readonly Compared[];
  readonly total: Compared;
  readonly agrees: boolean;
}

/**
 * Compares a bill with the ledger. Two figures agree where they differ by no more than `tolerance` (0.01 is one in a
 * hundred) of the larger one. A line that one side alone has is a difference, unless there is nothing in it. What either
 * side does not speak of is not compared.
 */
export function compare(
  bill: readonly Line[],
  ledger: readonly Line[],
  { by, tolerance }: { readonly by: Unit; readonly tolerance: number },
): Comparison {
  const groups = new Map<string, Group>();
  for (const line of ledger) groupFor(groups, line, by).ledger.push(line);
  for (const line of bill) groupFor(groups, line, by).bill.push(line);
  const rows = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => toCompared(group, tolerance))
    .filter((row) => !isNothing(row));
  const all: Group = { day: undefined, model: undefined, bill: [...bill], ledger: [...ledger] };
  const total = toCompared(all, tolerance);
  return { rows, total, agrees: [...rows, total].every(({ differences }) => differences.length === 0) };
}

interface Group {
  readonly day: string | undefined;
  readonly model: string | undefined;
  readonly bill: Line[];
  readonly ledger: Line[];
}

function groupFor(groups: Map<string, Group>, { day, model }: Line, by: Unit): Group {
  const key = `${by === "model" ? "" : day} ${by === "day" ? "" : modelKey(model)}`;
  const found = groups.get(key);
  if (found !== undefined) return found;
  const made: Group = {
    day: by === "model" ? undefined : day,
    model: by === "day" ? undefined : model,
    bill: [],
    ledger: [],
  };
  groups.set(key, made);
  return made;
}

function toCompared({ day, model, bill, ledger }: Group, tolerance: number): Compared {
  const [billed, kept] = [sumOf(bill), sumOf(ledger)];
  return { day, model, bill: billed, ledger: kept, differences: differencesOf(billed, kept, tolerance) };
}

function sumOf(lines: readonly Line[]): Amounts | undefined {
  const [first, ...rest] = lines;
  if (first === undefined) return undefined;
  return rest.reduce<Amounts>(
    (sum, line) => ({
      costNanoUsd: both(sum.costNanoUsd, line.costNanoUsd, (a, b) => a + b),
      inputTokens: both(sum.inputTokens, line.inputTokens, (a, b) => a + b),
      outputTokens: both(sum.outputTokens, line.outputTokens, (a, b) => a + b),
    }),
    first,
  );
}

function both<Value>(
  a: Value | undefined,
  b: Value | undefined,
  add: (a: Value, b: Value) => Value,
): Value | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return add(a, b);
}

function differencesOf(
  bill: Amounts | undefined,
  ledger: Amounts | undefined,
  tolerance: number,
): readonly Difference[] {
  if (bill === undefined) return isEmpty(ledger) ? [] : ["only on the ledger"];
  if (ledger === undefined) return isEmpty(bill) ? [] : ["only in the bill"];
  const pairs: readonly (readonly [Difference, bigint | number | undefined, bigint | number | undefined])[] = [
    ["cost", bill.costNanoUsd, ledger.costNanoUsd],
    ["input tokens", bill.inputTokens, ledger.inputTokens],
    ["output tokens", bill.outputTokens, ledger.outputTokens],
  ];
  return pairs
    .filter(([, a, b]) => a !== undefined && b !== undefined && isApart(a, b, tolerance))
    .map(([name]) => name);
}

/** In whole parts per million, so that money stays exact. */
function isApart(a: bigint | number, b: bigint | number, tolerance: number): boolean {
  const [x, y] = [BigInt(a), BigInt(b)];
  const [gap, larger] = [abs(x - y), abs(x) > abs(y) ? abs(x) : abs(y)];
  return gap * 1_000_000n > larger * BigInt(Math.round(tolerance * 1_000_000));
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function isEmpty(amounts: Amounts | undefined): boolean {
  if (amounts === undefined) return true;
  return [amounts.costNanoUsd ?? 0n, amounts.inputTokens ?? 0, amounts.outputTokens ?? 0].every(
    (one) => BigInt(one) === 0n,
  );
}

function isNothing({ bill, ledger }: Compared): boolean {
  return isEmpty(bill) && isEmpty(ledger);
}
