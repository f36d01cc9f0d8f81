/** Takes text as it comes, and gives back what of it is sure to stay. The outcome does not depend on where it was cut. */
export interface Trim {
  readonly push: (text: string) => string;
  /** No more comes: what was held back and stays. */
  readonly end: () => string;
  /** Characters that were dropped before the first one that stays. */
  readonly skipped: () => number;
  /** Nothing that comes stays any more: the text is complete, whatever ended the reply. */
  readonly ended: () => boolean;
}

/** One after the other. Each keeps one stretch of what it is given, so that all of them together do. */
export function chainTrims(trims: readonly Trim[]): Trim {
  return {
    push: (text) => trims.reduce((kept, trim) => (kept === "" ? "" : trim.push(kept)), text),
    end: () => trims.reduce((kept, trim) => (kept === "" ? "" : trim.push(kept)) + trim.end(), ""),
    skipped: () => trims.reduce((sum, trim) => sum + trim.skipped(), 0),
    ended: () => trims.some((trim) => trim.ended()),
  };
}
