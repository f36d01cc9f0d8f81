import { isObject } from "./json.ts";

/**
 * How many schemas a document may become beyond those it holds: what is merged or copied can grow with every level, so
 * that a few lines would become more than memory holds.
 */
const mostMore = 10_000;

/** What a document may still grow by. */
export interface Budget {
  /** Takes a number of schemas; false where that is more than are left, and then none are taken. */
  readonly spend: (schemas: number) => boolean;
}

/** A budget for one document: as many schemas as it holds, which are counted when they are asked for, and some more. */
export function createBudget(document: unknown): Budget {
  let left = mostMore;
  let isCounted = false;
  return {
    spend(schemas) {
      if (schemas > left && !isCounted) {
        left += sizeOf(document);
        isCounted = true;
      }
      if (schemas > left) return false;
      left -= schemas;
      return true;
    },
  };
}

/** How many values a value holds at most at places where a schema may stand, itself among them. */
export function sizeOf(value: unknown): number {
  let size = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (isObject(next)) {
      size++;
      for (const name of Object.keys(next)) waiting.push(next[name]);
    } else if (Array.isArray(next)) for (const item of next) waiting.push(item);
    else if (typeof next === "boolean") size++;
  }
  return size;
}
