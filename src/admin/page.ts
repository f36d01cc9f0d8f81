import { wholeIn } from "./query.ts";

const mostPages = 1_000_000;

/** A page by its number, from 1 on. */
export interface PageNumber {
  readonly number: number;
  readonly size: number;
}

/** Reads `page` and the size of pages, at most 100. Fails: throws 400. */
export function pageIn(query: URLSearchParams, sizeName: string, standard: number): PageNumber {
  return { number: wholeIn(query, "page", 1, mostPages), size: wholeIn(query, sizeName, standard, 100) };
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly totalPages: number;
}

/** The items of a page, and how many there are of all. */
export function toPage<Item>(all: readonly Item[], { number, size }: PageNumber): Page<Item> {
  const items = all.slice((number - 1) * size, number * size);
  return { items, total: all.length, totalPages: Math.ceil(all.length / size) };
}
