/**
 * Money: whole nano-dollars. A bigint, not a number: the type does not mix with counts and floats, a sum over years
 * and teams stays exact beyond 9 million dollars, and both databases count in 64 bits.
 */
export type NanoUsd = bigint;

/** The most that one figure may be: a billion dollars. Nine of them fit into the databases' 64 bits. */
export const maxNanoUsd: NanoUsd = 1_000_000_000_000_000_000n;

/** Fails: throws `RangeError` for what is below zero or above a billion dollars. */
export function checkMoney(name: string, value: NanoUsd): NanoUsd {
  if (value < 0n || value > maxNanoUsd) throw new RangeError(`${name} is not between 0 and ${maxNanoUsd} nano-dollars`);
  return value;
}
