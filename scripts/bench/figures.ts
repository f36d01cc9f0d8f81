/** What several rounds came to. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median and range. Fails: throws where there is no value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new Error("there is nothing to take the median of");
  const upper = sorted[Math.floor(sorted.length / 2)] ?? min;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? min;
  return { median: (lower + upper) / 2, min, max };
}

/**
 * Figures of one side beside those of the other, round by round: what slows the machine down for a while slows both.
 * Fails: throws where one side has more rounds.
 */
export function ratiosOf(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds beside ${theirs.length}`);
  return ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
}

/** The order of each round: every other one runs backwards, so that nobody always follows the same neighbour. */
export function interleave<Item>(items: readonly Item[], rounds: number): readonly (readonly Item[])[] {
  return Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? items : items.toReversed()));
}

/** How much y grows with x, by least squares. 0 for less than two points. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return under === 0 || points.length < 2 ? 0 : over / under;
}
