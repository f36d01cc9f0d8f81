import { type Charge, costOf } from "./cost.ts";
import { tokensOfBytes } from "./estimate.ts";
import type { Price } from "./price.ts";
import { addUsage, inputOf, outputOf, type Usage } from "./usage.ts";

/** An upstream call that was answered, as it stands when the request is over. */
export interface Call {
  /** What the upstream told by then. */
  readonly usage: Usage | undefined;
  /** Whether its answer came to its end, or as far as its counts go. */
  readonly isWhole: boolean;
  readonly price: Price | undefined;
  /** The class of service that answered, in the client's words; undefined where nobody said. */
  readonly tier: string | undefined;
  /** Bytes of text that came; asked only where the upstream does not tell. */
  readonly heardBytes: () => number;
  /** How many tokens its prompt is estimated to have; asked only where the upstream does not tell. */
  readonly promptTokens: () => number;
}

/** What a request took and what it costs. */
export interface Bill {
  /** Undefined where no upstream answered. */
  readonly usage: Usage | undefined;
  /** Whole nanodollars, rounded up. Undefined where a call has no price: part of a cost would look like all of it. */
  readonly costNanoUsd: number | undefined;
}

/**
 * Adds up the upstream calls of one request. What an upstream left out is estimated, and the sum says so; the client's
 * own counts are made elsewhere, of what was reported alone.
 */
export function billOf(calls: readonly Call[]): Bill {
  const [only] = calls;
  if (only === undefined) return { usage: undefined, costNanoUsd: undefined };
  if (calls.length === 1) {
    const usage = settle(only);
    const { price, tier } = only;
    return { usage, costNanoUsd: price && costOf([{ usage, price, tier }]) };
  }
  const settled = calls.map(settle);
  const charges = calls.flatMap(({ price, tier }, at): readonly Charge[] => {
    const usage = settled[at];
    return price === undefined || usage === undefined ? [] : [{ usage, price, tier }];
  });
  return { usage: settled.reduce(addUsage), costNanoUsd: charges.length < calls.length ? undefined : costOf(charges) };
}

/** The usage of a call with its gaps filled. What the upstream said in full, and at the end, stays as it is. */
function settle({ usage, isWhole, heardBytes, promptTokens }: Call): Usage {
  if (usage === undefined) {
    const output = tokensOfBytes(heardBytes());
    return { uncachedInput: promptTokens(), cacheRead: 0, output, reasoning: 0, provenance: "estimated" };
  }
  if (usage.provenance === "estimated" || (isWhole && usage.provenance === undefined)) return usage;
  const { said: _said, total: _total, ...told } = usage;
  // What was heard is the least that was made: counts may be older than the text, or leave it out.
  const isTold = isWhole && outputOf(told) > 0;
  const unheard = isTold ? 0 : Math.max(0, tokensOfBytes(heardBytes()) - outputOf(told));
  return {
    ...told,
    uncachedInput: inputOf(told) > 0 ? told.uncachedInput : promptTokens(),
    output: told.output + unheard,
    provenance: "partial",
  };
}
