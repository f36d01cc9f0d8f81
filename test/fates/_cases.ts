import { type Field, walk } from "../../scripts/spec/fields.ts";
import type { OperationFates } from "../../src/dialects/dialect.ts";
import type { ConditionalFate, Fate } from "../../src/dialects/fates.ts";

/** A line of a fate table: one fate, or one for each condition. */
export type Line = Fate | ConditionalFate<string>;

/** A line under one of its conditions. */
export interface FateCase {
  readonly key: string;
  readonly line: Line;
  /** `always`: there are none. `otherwise`: none of them holds. */
  readonly condition: string;
  readonly fate: Fate;
}

/** Every line and every condition of a table. */
export function casesOf(table: OperationFates["request"]): readonly FateCase[] {
  return Object.entries(table).flatMap(([key, line]) => casesOfLine(key, line));
}

function casesOfLine(key: string, line: Line): readonly FateCase[] {
  if (line.kind !== "when") return [{ key, line, condition: "always", fate: line }];
  const cases = Object.entries(line.cases).flatMap(([condition, fate]): FateCase[] =>
    fate === undefined ? [] : [{ key, line, condition, fate }],
  );
  return [...cases, { key, line, condition: "otherwise", fate: line.otherwise }];
}

/** Whether a condition has an example, and is not the absence of any. */
export function isTriggered(condition: string): boolean {
  return condition !== "always" && condition !== "otherwise";
}

/** Which of a line's conditions decides: the first that holds. */
export function decidedBy(line: Line, holds: (condition: string) => boolean): string {
  if (line.kind !== "when") return "always";
  return Object.keys(line.cases).find(holds) ?? "otherwise";
}

/** What decides about a line, given which conditions hold. */
export function fateOf(line: Line, holds: (condition: string) => boolean): Fate {
  return line.kind === "when" ? (line.cases[decidedBy(line, holds)] ?? line.otherwise) : line;
}

/** Members that can say one word only. They decide nothing, and the spec's union of fields has no line for them. */
export function fixedIn(root: Field): ReadonlySet<string> {
  const fixed = [...walk(root)].filter(({ required, values }) => required && values?.length === 1);
  return new Set(fixed.map(({ path }) => path));
}
