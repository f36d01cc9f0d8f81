import { parseJson } from "../json.ts";

/** A body whose vectors were left as the text they are: there `embedding` is `[k]`, the number of its list. */
export class Peeled {
  readonly body: unknown;
  /** The numbers between the brackets, each list one that JSON would take. */
  readonly lists: readonly string[];

  constructor(body: unknown, lists: readonly string[]) {
    this.body = body;
    this.lists = lists;
  }
}

/** Where a vector begins. Within a text the quotes would be escaped, so that what is found is a member. */
const opening = /"embedding"\s*:\s*\[/g;
/** A list of numbers as JSON writes them. */
const numbers = /^\s*(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?\s*(?:,\s*(?=[-\d])|$))+$/;

/**
 * Reads an answer and leaves its vectors as text: the numbers of 2,048 texts are 40 MB, and mostly nobody needs to know
 * them. Vectors in any other form are read like all the rest. Fails: throws where the text is no JSON.
 */
export function peel(text: string): unknown {
  const lists: string[] = [];
  let rest = "";
  let from = 0;
  for (const { 0: found, index } of text.matchAll(opening)) {
    const start = index + found.length;
    const end = text.indexOf("]", start);
    const list = text.slice(start, end);
    if (end < 0 || !numbers.test(list)) return JSON.parse(text);
    rest += text.slice(from, start) + lists.length;
    lists.push(list);
    from = end;
  }
  if (lists.length === 0) return JSON.parse(text);
  return new Peeled(JSON.parse(rest + text.slice(from)), lists);
}

/** The numbers of a list that was left as text. */
export function readList(list: string): number[] {
  const values: unknown = parseJson(`[${list}]`);
  return Array.isArray(values) ? values.filter((value) => typeof value === "number") : [];
}
