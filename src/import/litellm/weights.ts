import type { Entry } from "../../config/tree.ts";
import { shiftPoint } from "./cost.ts";
import { type DeploymentDraft, placeIn, type ShareName, shareNames } from "./draft.ts";
import type { Limits } from "./limits.ts";
import type { Notes } from "./notes.ts";
import { textOf } from "./source.ts";

/** The largest weight that routes.yaml takes; none is below one. */
const most = 1_000_000n;

export interface Weights {
  readonly of: (draft: DeploymentDraft) => number;
  /** It is asked when the others fail. */
  readonly isIdle: (draft: DeploymentDraft) => boolean;
}

const noLimit =
  "LiteLLM refuses nothing by it as it is set up here; to have that, write it at the model, which is for all callers";

/**
 * How requests are spread over the deployments that are asked first; undefined where that is one alone.
 *
 * As LiteLLM does: by `weight`, else by `rpm`, else by `tpm`, whichever the first of them has; else evenly. Those that
 * stand behind get the least weight there is, and the others as much more as there is room for.
 */
export function weightsOf(
  first: readonly DeploymentDraft[],
  all: readonly DeploymentDraft[],
  isBacked: boolean,
  limits: Limits,
  notes: Notes,
): Weights | undefined {
  const [leader] = first;
  const name = shareNames.find((one) => leader?.shares[one] !== undefined);
  const isShared = first.length > 1;
  for (const draft of all) tell(draft, isShared && first.includes(draft) ? name : undefined, limits, notes);
  if (leader === undefined || !isShared) return undefined;
  const shares = new Map(first.map((draft) => [draft, shareOf(draft, name)]));
  const idle = first.filter((draft) => shares.get(draft) === 0n);
  const active = idle.length === first.length ? first : first.filter((draft) => !idle.includes(draft));
  const whole = active.map((draft) => (idle.length === first.length ? 1n : (shares.get(draft) ?? 1n)));
  const scaled = scale(whole, isBacked || idle.length > 0);
  const weights = new Map(active.map((draft, index) => [draft, Number(scaled[index] ?? 1n)]));
  return { of: (draft) => weights.get(draft) ?? 1, isIdle: (draft) => !weights.has(draft) };
}

function tell(draft: DeploymentDraft, name: ShareName | undefined, limits: Limits, notes: Notes): void {
  for (const one of shareNames) {
    const entry = draft.shares[one];
    if (entry === undefined || (one !== name && limits.entries.has(entry))) continue;
    const to = placeIn(() => draft, "weight");
    if (one === name && one === "weight") tellWeight(entry, notes, to);
    else if (one === name) {
      notes.changed(entry, "LiteLLM spreads requests by it, so it is a `weight`", to);
    } else if (one === "weight") notes.left(entry, "it counts among deployments that are asked first alone");
    else notes.left(entry, noLimit);
  }
}

function tellWeight(entry: Entry, notes: Notes, to: ReturnType<typeof placeIn>): void {
  const text = textOf(entry) ?? "";
  if (/^0*[1-9]\d*$/.test(text)) notes.carried(entry, to, "as a whole number, in the same proportion");
  else notes.changed(entry, "a weight is a whole number, in the same proportion, from 1", to);
}

/** Micro-units, so that parts of one stay exact. */
function shareOf(draft: DeploymentDraft, name: ShareName | undefined): bigint {
  if (name === undefined) return 1n;
  const exact = shiftPoint(textOf(draft.shares[name]) ?? "", 6)?.split(".")[0];
  return exact === undefined ? 0n : BigInt(exact);
}

/** Whole numbers in the same proportion: the smallest there are, or the largest where others stand behind. */
function scale(shares: readonly bigint[], isBacked: boolean): readonly bigint[] {
  const divisor = shares.reduce(gcd, 0n);
  const small = shares.map((share) => share / divisor);
  const largest = small.reduce((a, b) => (a > b ? a : b), 1n);
  if (largest > most) return small.map((share) => max(1n, (share * most) / largest));
  return isBacked ? small.map((share) => share * (most / largest)) : small;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
