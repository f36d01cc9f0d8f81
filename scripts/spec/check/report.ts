import type { Outline } from "../readers/description.ts";
import type { Difference } from "./compare.ts";
import type { Comparison } from "./compare-spec.ts";
import type { Deviation, Remainder } from "./deviations.ts";
import type { Proof } from "./prove.ts";

/** The lines that say how a spec differs from upstream, and a last one that counts. */
export function reportComparison(
  spec: string,
  upstreams: readonly Outline[],
  comparison: Comparison,
  { differences, stale }: Remainder,
): string {
  const meant = comparison.differences.length - differences.length;
  const counts = `${comparison.places} places compared, ${meant} intended differences, ${differences.length} others`;
  const undeclared = `; upstream has ${comparison.undeclared} operations that the spec does not declare`;
  const speaksOfOperations = upstreams.some(({ operations }) => operations.length > 0);
  return [
    ...differences.map(toLine),
    ...stale.map(staleLine),
    `${spec} beside ${[...new Set(upstreams.map(({ name }) => name))].join(", ")}: ${counts}${speaksOfOperations ? undeclared : ""}`,
  ].join("\n");
}

/** A line per alteration that went unnoticed, and a last one that counts. */
export function reportProof(spec: string, { altered, unseen, noticed, unnoticed }: Proof): string {
  const counts = `${altered} altered, ${noticed} noticed, ${unnoticed.length} not`;
  return [
    ...unnoticed.map((alteration) => `? ${alteration}`),
    ...unseen.map((alteration) => `. ${alteration}`),
    `${spec}: ${counts}; ${unseen.length} more are out of sight of every description`,
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
