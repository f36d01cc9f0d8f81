import type { Kept } from "../dialects/dialect.ts";
import type { MadeCall } from "./turn.ts";

/** What is kept of a turn, and for whom. */
export interface Envelope {
  /** Dialect, model and, where it is good nowhere else, provider. */
  readonly maker: string;
  /** The calls as they were made. */
  readonly calls: readonly MadeCall[];
  readonly kept: Kept;
}

/** Writes an envelope as JSON, in few words: signatures are long enough. */
export function writeEnvelope({ maker, calls, kept }: Envelope): string {
  return JSON.stringify([1, maker, calls.map(({ id, said }) => [id, said]), kept.turn ?? null, kept.calls ?? null]);
}

/** Reads an envelope; undefined for anything else, as what another version has written. */
export function readEnvelope(text: string): Envelope | undefined {
  const read = parse(text);
  if (!Array.isArray(read)) return undefined;
  const [version, maker, calls, turn, signs]: unknown[] = read;
  if (version !== 1 || typeof maker !== "string" || !isListOf(calls, isCall)) return undefined;
  const made = calls.map(([id, said]) => ({ id, said }));
  const kept = { turn: turn ?? undefined, calls: isListOf(signs, isSign) ? signs : undefined };
  return { maker, calls: made, kept };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.every(isItem);
}

const isCall = (item: unknown): item is [string, string] =>
  Array.isArray(item) && typeof item[0] === "string" && typeof item[1] === "string";

const isSign = (item: unknown): item is string | null => item === null || typeof item === "string";
