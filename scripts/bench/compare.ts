import { ratiosOf, spreadOf } from "./figures.ts";
import type { Result, Results } from "./load.ts";
import type { Measured, RowName } from "./rows.ts";
import { significant } from "./table.ts";

/** What each of two did in all rounds, as a row. `figure` is what they are compared by. */
export function compare(
  row: RowName,
  results: Results,
  names: readonly [ours: string, theirs: string],
  figure: "perSecond" | "medianUs",
): Measured {
  const [ours, theirs] = names.map((name) => results.get(name) ?? []);
  const of = (rounds: readonly Result[] = [], key: keyof Result = figure) => rounds.map((result) => result[key]);
  const text = (rounds: readonly number[]) => {
    const { median } = spreadOf(rounds);
    return figure === "perSecond" ? `${significant(median)}/s` : `${significant(median)} µs`;
  };
  const cpu = [ours, theirs].map((rounds) => `${significant(spreadOf(of(rounds, "cpuUs")).median)} µs`);
  return {
    row,
    ours: text(of(ours)),
    theirs: text(of(theirs)),
    value: spreadOf(ratiosOf(of(ours), of(theirs))),
    cpu: cpu.join(" / "),
  };
}

/** The quickest of those that have results, by the median of their rounds. Fails: throws where none has. */
export function bestOf(results: Results, names: readonly string[]): string {
  const speed = (name: string) => spreadOf((results.get(name) ?? []).map((result) => result.perSecond)).median;
  const [best] = names.filter((name) => results.has(name)).toSorted((a, b) => speed(b) - speed(a));
  if (best === undefined) throw new Error(`none of them could be measured: ${names.join(", ")}`);
  return best;
}
