/** Something that can be chosen among. */
export interface Weighted {
  readonly weight: number;
}

/** Puts targets in the order they are tried. Pure: chance comes in as a number in [0, 1). */
export type Strategy = <T extends Weighted>(targets: readonly T[], chance: number) => readonly T[];
