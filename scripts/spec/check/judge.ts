import type { Outline } from "../readers/description.ts";
import { type Comparison, compareApart, compareSpec } from "./compare-spec.ts";
import { type Deviation, type Remainder, subtract } from "./deviations.ts";
import type { Oracle } from "./oracle.ts";

/** What a comparison found, what of it nobody meant, and whether that is nothing. */
export interface Verdict {
  readonly comparison: Comparison;
  readonly rest: Remainder;
  readonly fine: boolean;
}

/** Compares one spec with descriptions of its API and takes the intended differences of all specs off. */
export function judge(
  name: string,
  ours: Outline,
  { upstreams, roots }: Oracle,
  deviations: readonly Deviation[],
): Verdict {
  const comparison = compareSpec(ours, upstreams, roots);
  const own = deviations.filter((deviation) => deviation.spec === name);
  const kinds = [...new Set(upstreams.map(({ format }) => format))];
  const [only] = kinds;
  // Most often there is but one kind, and nothing to tell apart.
  const apart =
    only !== undefined && kinds.length === 1 ? new Map([[only, comparison]]) : compareApart(ours, upstreams, roots);
  const rest = subtract(comparison, own, apart);
  return { comparison, rest, fine: rest.differences.length + rest.stale.length === 0 };
}
