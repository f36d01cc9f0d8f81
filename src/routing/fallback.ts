import type { Strategy } from "./strategy.ts";

/** In the order of the file: the next is tried when the one before fails. */
export const fallback: Strategy = (targets) => targets;
