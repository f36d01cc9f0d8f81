import type { CompletionRequest } from "../types.ts";
import { type Gap, isMarker } from "./gap.ts";
import type { Trim } from "./trim.ts";

/** As many texts to stop at as OpenAI takes. */
export const maxStops = 4;

/** The longest of them that is looked for here: so much of a reply may be held back. */
const maxLength = 200;

/** The texts that end an answer. A chat model says no marker, so that none of them is waited for. */
export function stopsOf(stop: CompletionRequest["stop"]): readonly string[] {
  const texts = typeof stop === "string" ? [stop] : (stop ?? []);
  return texts.filter((text) => text !== "" && text.length <= maxLength && !isMarker(text));
}

/**
 * Those that the upstream is told. In a gap it hears of none that stands in fences and in repeated lines: they are taken
 * off a reply, and it would end at what is no part of its text.
 */
export function stopsUpstream(stop: CompletionRequest["stop"], gap: Gap | undefined): CompletionRequest["stop"] {
  const few = typeof stop === "string" || stop == null || stop.length <= maxStops;
  if (gap === undefined && few) return stop;
  const texts = stopsOf(stop).filter((text) => gap === undefined || !/[`\n\r]/.test(text));
  return texts.length === 0 ? undefined : texts.slice(0, maxStops);
}

/** Ends a reply before the first of several texts. Held back: what may be the beginning of one. */
export function createStopTrim(stops: readonly string[]): Trim {
  let held = "";
  let ended = false;

  function cut(): number | undefined {
    const places = stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0);
    return places.length === 0 ? undefined : Math.min(...places);
  }

  function keep(length: number): string {
    const kept = held.slice(0, length);
    held = held.slice(length);
    return kept;
  }

  return {
    push(text) {
      if (ended) return "";
      held += text;
      const at = cut();
      ended = at !== undefined;
      return keep(at ?? held.length - Math.max(0, ...stops.map((stop) => overlap(held, stop))));
    },
    end: () => (ended ? "" : keep(held.length)),
    skipped: () => 0,
    ended: () => ended,
  };
}

/** The length of the longest end of a text that another one begins with, less than all of it. */
export function overlap(text: string, next: string): number {
  for (let length = Math.min(text.length, next.length - 1); length > 0; length--) {
    if (text.endsWith(next.slice(0, length))) return length;
  }
  return 0;
}
