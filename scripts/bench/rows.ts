import type { Spread } from "./figures.ts";

/** What is measured together, and `--only` names. */
export const groups = ["unary", "streams", "latency", "paced", "ledger", "agent", "memory", "startup"] as const;

export type Group = (typeof groups)[number];

/** A bound, and the unit of what it bounds. Of what has none the unit alone. */
export type Target = {
  readonly unit: "×" | "ms" | "MB" | "bytes";
} & ({ readonly is: "at least" | "at most"; readonly bound: number } | { readonly is: "shown" });

/** A line of the table: what is measured, beside what, and what it should come to. */
export interface Row {
  readonly group: Group;
  readonly figure: string;
  readonly beside: string;
  readonly target: Target;
}

/** How the code calls a row. */
export type RowName =
  | "passThrough"
  | "gemini"
  | "passThroughPortkey"
  | "geminiPortkey"
  | "stream32"
  | "stream1"
  | "claude32"
  | "claude1"
  | "invoked32"
  | "invoked1"
  | "conversed32"
  | "conversed1"
  | "latencyPassThrough"
  | "latencyGemini"
  | "pacedPassThrough"
  | "pacedGemini"
  | "ledger"
  | "ledgerPostgres"
  | "agentPassThrough"
  | "agentGemini"
  | "resident"
  | "heap"
  | "growth"
  | "startup";

const limit = "the limit";
const portkey = "Portkey";
const times = (is: "at least" | "at most", bound: number): Target => ({ is, bound, unit: "×" });

/** Streams of other upstreams than Gemini, which have no target. */
const streamed = (to: string, connections: number): Row => ({
  group: "streams",
  figure: `OpenAI → ${to}, 181 chunks, streams/s at ${connections}`,
  beside: portkey,
  target: { is: "shown", unit: "×" },
});

/** Every figure, by the name its measurement knows it by, in the order of the table. */
export const rows: Readonly<Record<RowName, Row>> = {
  passThrough: {
    group: "unary",
    figure: "passed through, req/s at 32",
    beside: limit,
    target: times("at least", 0.75),
  },
  gemini: { group: "unary", figure: "OpenAI → Gemini, req/s at 32", beside: limit, target: times("at least", 0.7) },
  passThroughPortkey: {
    group: "unary",
    figure: "passed through, req/s at 32",
    beside: portkey,
    target: times("at least", 4),
  },
  geminiPortkey: {
    group: "unary",
    figure: "OpenAI → Gemini, req/s at 32",
    beside: portkey,
    target: times("at least", 4),
  },
  stream32: {
    group: "streams",
    figure: "OpenAI → Gemini, 181 chunks, streams/s at 32",
    beside: portkey,
    target: times("at least", 8),
  },
  stream1: {
    group: "streams",
    figure: "OpenAI → Gemini, 181 chunks, streams/s at 1",
    beside: portkey,
    target: times("at least", 50),
  },
  claude32: streamed("Claude", 32),
  claude1: streamed("Claude", 1),
  invoked32: streamed("Claude on Bedrock", 32),
  invoked1: streamed("Claude on Bedrock", 1),
  conversed32: streamed("Converse", 32),
  conversed1: streamed("Converse", 1),
  latencyPassThrough: {
    group: "latency",
    figure: "passed through, median latency at 1",
    beside: limit,
    target: times("at most", 1.5),
  },
  latencyGemini: {
    group: "latency",
    figure: "OpenAI → Gemini, median latency at 1",
    beside: limit,
    target: times("at most", 1.5),
  },
  pacedPassThrough: {
    group: "paced",
    figure: "passed through, 200 streams × 50 events/s, p99 added per event",
    beside: "direct",
    target: { is: "at most", bound: 5, unit: "ms" },
  },
  pacedGemini: {
    group: "paced",
    figure: "OpenAI → Gemini, 200 streams × 50 events/s, p99 added per event",
    beside: "direct",
    target: { is: "at most", bound: 5, unit: "ms" },
  },
  ledger: {
    group: "ledger",
    figure: "keys, budget and ledger on, SQLite, req/s at 32",
    beside: "the same without",
    target: times("at least", 0.75),
  },
  ledgerPostgres: {
    group: "ledger",
    figure: "keys, budget and ledger on, PostgreSQL, req/s at 32",
    beside: "the same without",
    target: times("at least", 0.6),
  },
  agentPassThrough: {
    group: "agent",
    figure: "passed through, 283 KB agent request, CPU",
    beside: "parse + stringify",
    target: times("at most", 1.5),
  },
  agentGemini: {
    group: "agent",
    figure: "OpenAI → Gemini, 283 KB agent request, CPU",
    beside: "parse + stringify",
    target: times("at most", 1.5),
  },
  resident: {
    group: "memory",
    figure: "resident after 200,000 requests, with 1,000 idle streams",
    beside: limit,
    target: times("at most", 1),
  },
  heap: {
    group: "memory",
    figure: "heap after GC, the same",
    beside: limit,
    target: { is: "at most", bound: 80, unit: "MB" },
  },
  growth: {
    group: "memory",
    figure: "growth of the heap after GC, per request",
    beside: limit,
    // The least object takes 16 bytes: below it nothing is kept of every request, and the slope is that of chance.
    target: { is: "at most", bound: 16, unit: "bytes" },
  },
  startup: {
    group: "startup",
    figure: "built `specgate serve`, start to listening",
    beside: "from source",
    target: { is: "at most", bound: 400, unit: "ms" },
  },
};

/** A row as notes name it. */
export function nameOf({ row, beside = rows[row].beside }: Pick<Measured, "row" | "beside">): string {
  const { figure } = rows[row];
  return `${figure}, beside ${beside}`;
}

/** What came of a row. */
export interface Measured {
  readonly row: RowName;
  /** What it was held beside, where that is something else than the row says. */
  readonly beside?: string;
  /** As people read it, `9,800`. */
  readonly ours: string;
  readonly theirs: string;
  /** What the target bounds. */
  readonly value: Spread;
  /** CPU time per request of both, where it was taken. */
  readonly cpu?: string;
  /** What else there is to know. */
  readonly note?: string;
}

/** Whether a figure is what it should be; its median decides. What is only shown cannot miss anything. */
export function isMet(target: Target, { median }: Spread): boolean {
  if (target.is === "shown") return true;
  return target.is === "at least" ? median >= target.bound : median <= target.bound;
}

/** The groups that were asked for; all where none is. A string is what is wrong. */
export function chooseGroups(names: readonly string[]): ReadonlySet<Group> | string {
  const unknown = names.find((name) => !groups.some((group) => group === name));
  if (unknown !== undefined) return `nothing is called ${unknown}; there are ${groups.join(", ")}`;
  return new Set(groups.filter((group) => names.length === 0 || names.includes(group)));
}
