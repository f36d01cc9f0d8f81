import { inputOf, outputOf, type Usage } from "./usage.ts";

/** An upstream's sum of tokens that is not the sum of the parts it told. */
export interface Mismatch {
  /** Whether its parts are more than its sum, or less. */
  readonly kind: "parts_above_total" | "parts_below_total";
  /** Sum of the buckets. */
  readonly counted: number;
  /** What the upstream says they are together. */
  readonly total: number;
}

/** Compares the counts of an upstream call with the upstream's own sum. Nothing is refused for it. */
export type SumCheck<About> = (usage: Usage | undefined, about: About) => void;

/** Who hears of it. */
export interface SumCheckDeps<About> {
  /** Every time. */
  readonly onMismatch: (mismatch: Mismatch, about: About) => void;
  /** The first time of each kind at each provider. */
  readonly onNewKind: (mismatch: Mismatch, about: About) => void;
}

/**
 * The mismatch in counts, or undefined where there is none, or no sum to compare with: Anthropic says none, and counts
 * that are estimated in part are nobody's.
 *
 * What is known of single languages is settled where they are read, in `usage.ts` of each dialect: thinking that some
 * hosts count within the answer and others on top of it, and results of tools that some leave out of their sum.
 */
export function mismatchOf(usage: Usage): Mismatch | undefined {
  const total = usage.total ?? usage.said?.total_tokens;
  if (total === undefined || usage.provenance !== undefined) return undefined;
  const counted = inputOf(usage) + outputOf(usage);
  if (counted === total) return undefined;
  return { kind: counted > total ? "parts_above_total" : "parts_below_total", counted, total };
}

/** Makes the check of one gateway. Providers come from the config, so that what is remembered stays small. */
export function createSumCheck<About extends { readonly provider: string }>({
  onMismatch,
  onNewKind,
}: SumCheckDeps<About>): SumCheck<About> {
  const known = new Set<string>();
  return (usage, about) => {
    const mismatch = usage && mismatchOf(usage);
    if (mismatch === undefined) return;
    onMismatch(mismatch, about);
    const kind = `${mismatch.kind} ${about.provider}`;
    if (known.has(kind)) return;
    known.add(kind);
    onNewKind(mismatch, about);
  };
}
