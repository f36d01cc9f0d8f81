import type { Difference } from "./compare.ts";
import type { Comparison } from "./compare-spec.ts";
import type { Deviation, Remainder } from "./deviations.ts";

/** The lines that say how a spec differs from upstream, and a last one that counts. */
export function reportComparison(spec: string, comparison: Comparison, { differences, stale }: Remainder): string {
  const meant = comparison.differences.length - differences.length;
  const counts = `${comparison.places} places compared, ${meant} intended differences, ${differences.length} others`;
  return [
    ...differences.map(toLine),
    ...stale.map(staleLine),
    `${spec}: ${counts}; upstream has ${comparison.undeclared} operations that the spec does not declare`,
  ].join("\n");
}

/** `+ path  string`, `- path  word`, `~ path  required: optional upstream, required here`. */
function toLine({ path, kind, detail }: Difference): string {
  if (kind === "added") return `+ ${path}  ${detail}`;
  if (kind === "removed") return `- ${path}  ${detail}`;
  return `~ ${path}  ${kind}: ${detail}`;
}

function staleLine({ path, kind }: Deviation): string {
  return `! ${path}  ${kind}: in specs/deviations.yaml, but no difference any more`;
}
