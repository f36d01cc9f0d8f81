import type { Facts, OperationFates } from "../dialects/dialect.ts";
import type { ConditionalFate, Fate, GatewayStep } from "../dialects/fates.ts";
import { wordsOf } from "./words.ts";

/** What becomes of a field, as a reader of the matrix is told. */
export interface Said {
  readonly kind: Fate["kind"];
  /** Places on the upstream's side. */
  readonly to?: readonly string[];
  /** Why, how, or by which step. */
  readonly why?: string;
}

/** The same under a condition, in words that go on after "when". */
export interface Case extends Said {
  readonly when: string;
}

/** A field at one model of one host. */
export interface Cell extends Omit<Said, "kind"> {
  /** `depends`: on the request, in ways of different kinds. */
  readonly kind: Fate["kind"] | "depends";
  /** Where the request decides: each way, and last the one that holds otherwise. */
  readonly cases?: readonly Case[];
}

/** A line of a fate table. */
export type Line = Fate | ConditionalFate<string>;

/** Tells a line's cell for one model of one host. */
export type Decide = (line: Line) => Cell;

const steps: Readonly<Record<GatewayStep, string>> = {
  resolve: "routing takes it",
  operation: "it decides how the answer comes",
  "fan-out": "it becomes as many calls",
  reply: "it is kept for the reply",
};

/** What is said of a fate. */
export function toSaid(fate: Fate): Said {
  switch (fate.kind) {
    case "mapped":
      return { kind: fate.kind, to: fate.to };
    case "emulated":
      return { kind: fate.kind, why: fate.how };
    case "gateway":
      return { kind: fate.kind, why: steps[fate.step] };
    case "reported":
    case "ignored":
    case "refused":
      return { kind: fate.kind, why: fate.why };
    default:
      return fate satisfies never;
  }
}

/**
 * Decides lines for one model of one host: conditions that hang on the model or the host alone are looked up, and those
 * that hang on the request stay open as far as requests differ in them.
 *
 * @param probes requests in which conditions may differ; the first is the shortest there is
 */
export function createDecide<Request>(
  table: OperationFates<Request>,
  facts: Facts,
  probes: readonly Request[],
): Decide {
  const known = new Map<string, Holding>();
  const holding = (name: string): Holding => {
    const found = known.get(name) ?? holdingOf(table, name, facts, probes);
    known.set(name, found);
    return found;
  };
  // Tables say the same of many fields, by one line.
  const decided = new Map<Line, Cell>();
  return (line) => {
    const found = decided.get(line) ?? (line.kind === "when" ? toCell(waysOf(line, holding)) : toSaid(line));
    decided.set(line, found);
    return found;
  };
}

/** Whether a condition holds for all requests, for none, or for some. */
export type Holding = "always" | "never" | "depends";

/** The same for a condition of a table, by its name. */
export function holdingOf<Request>(
  { conditions }: OperationFates<Request>,
  name: string,
  facts: Facts,
  probes: readonly Request[],
): Holding {
  const condition = conditions[name];
  const [shortest] = probes;
  if (condition === undefined || shortest === undefined) return "never";
  const { holds, example } = condition;
  // A predicate that takes no request cannot hang on it.
  if (holds.length < 2) return holds(facts, shortest) ? "always" : "never";
  const tried = [...probes, { ...shortest, ...example.request }].map((request) => holds(facts, request));
  if (tried.every(Boolean)) return "always";
  return tried.some(Boolean) ? "depends" : "never";
}

/** The ways that are left open, the last for what holds otherwise. */
function waysOf(line: ConditionalFate<string>, holding: (name: string) => Holding): readonly Case[] {
  const ways: Case[] = [];
  for (const [name, fate] of Object.entries(line.cases)) {
    if (fate === undefined) continue;
    const held = holding(name);
    if (held === "always") return [...ways, { when: otherwise, ...toSaid(fate) }];
    if (held === "depends") ways.push({ when: wordsOf(name), ...toSaid(fate) });
  }
  return [...ways, { when: otherwise, ...toSaid(line.otherwise) }];
}

/** What the last of several ways is for. */
export const otherwise = "otherwise";

/** Ways as a cell; those that say the same are one. */
export function toCell(ways: readonly Case[]): Cell {
  const last = ways.at(-1);
  if (last === undefined) throw new Error("a field has some fate");
  const { when: _when, ...usual } = last;
  const others = ways.slice(0, -1).filter((way) => !sameSaid(way, last));
  if (others.length === 0) return usual;
  const cases = [...others, last];
  if (others.some((way) => way.kind !== last.kind)) return { kind: "depends", cases };
  return { ...usual, cases };
}

function sameSaid(a: Said, b: Said): boolean {
  return a.kind === b.kind && a.why === b.why && String(a.to ?? "") === String(b.to ?? "");
}

/** The ways of a cell; one where nothing is left open. */
export function casesOf({ cases, kind, ...rest }: Cell): readonly Case[] {
  if (cases !== undefined) return cases;
  return kind === "depends" ? [] : [{ when: otherwise, kind, ...rest }];
}
