import type { Facts } from "../../src/dialects/dialect.ts";
import type { Change } from "../../src/operations/types.ts";
import fc from "../_fc.ts";
import { casesOf, decidedBy, type FateCase, isTriggered } from "./_cases.ts";
import { type Contrast, contrastsOf } from "./_request.ts";
import type { Row } from "./_rows.ts";

/** One line under one condition, told of one request in one situation. */
export interface Trial {
  readonly row: Row;
  readonly one: FateCase;
  readonly pair: Contrast;
  readonly facts: Facts;
}

/**
 * Tries a line under one condition with requests that use its field, wherever that condition decides.
 * Fails: throws when it decides nowhere.
 */
export function tryLine(row: Row, one: FateCase, numRuns: number, check: (trial: Trial) => void): void {
  const [path = "", word] = one.key.split("=");
  let tried = 0;
  fc.assert(
    fc.property(contrastsOf(row, path, word, tellingOf(row, one)), (pair) => {
      fc.pre(!pair.same);
      const trials = trialsOf(row, one, pair);
      for (const trial of trials) check(trial);
      tried += trials.length;
    }),
    { numRuns },
  );
  if (tried === 0) throw new Error(`nothing triggers ${one.condition}`);
}

/** The situations of the row, and those of every condition's example, as far as the case decides there. */
function trialsOf(row: Row, one: FateCase, pair: Contrast): readonly Trial[] {
  const examples = row.conditions.map((condition) => row.exampleOf(condition));
  const telling = examples.filter(({ request }) => Object.keys(request).length > 0);
  const wanted = isTriggered(one.condition) ? row.exampleOf(one.condition) : undefined;
  const places = [
    ...(wanted === undefined ? [] : row.situations.map((facts) => ({ facts, request: wanted.request }))),
    ...(wanted === undefined ? row.situations.map((facts) => ({ facts, request: {} })) : [wanted]),
    ...telling,
  ];
  const own = [one.key.split(/[.[=<]/, 1)[0] ?? "", ...pair.companions];
  return places.flatMap(({ facts, request }) => {
    const given = withExample(pair.given, request, own);
    const decided = decidedBy(one.line, (condition) => row.holds(condition, facts, given));
    if (decided !== one.condition) return [];
    return [{ row, one, pair: { ...pair, given, contrast: withExample(pair.contrast, request, own) }, facts }];
  });
}

/** Several names for one thing: of an example that says it under the other name nothing is left. */
const sameThings = [
  ["tool_choice", "function_call"],
  ["google", "extra_body"],
  ["reasoning_effort", "thinking", "thinking_budget", "enable_thinking", "reasoning", "include_reasoning"],
];

/** A request with the members of an example. The field itself, and what it needs beside it, are the request's own. */
function withExample(request: object, example: object, own: readonly string[]): object {
  const kept = new Set([...own, ...sameThings.filter((names) => names.some((name) => own.includes(name))).flat()]);
  return { ...request, ...Object.fromEntries(Object.entries(example).filter(([name]) => !kept.has(name))) };
}

/** Words and variants of a field whose own line says the same as the field's, wherever the field's is decided so. */
function tellingOf(row: Row, { line, condition, fate }: FateCase): (key: string) => boolean {
  return (key) => {
    const own = row.lines[key];
    if (own === undefined) return true;
    const same = own.kind === "when" ? own.cases[condition] : undefined;
    if (same !== undefined) return same.kind === fate.kind;
    const decided = line.kind === "when" ? Object.keys(line.cases) : [];
    return casesOf({ [key]: own }).every((one) => decided.includes(one.condition) || one.fate.kind === fate.kind);
  };
}

/** A field's notice names the field, the field above it that was dropped whole, or a word of the list it is. */
export function noticeOf(changes: readonly Change[], path: string): Change | undefined {
  const reported = changes.filter((change) => change.verb === "reported");
  return reported.find((change) => isWithin(path, change.path) || change.path.replace(/\[\d+\]$/, "") === path);
}

/** Whether a path is another, or below it. */
export function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`);
}
