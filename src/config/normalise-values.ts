import { dirname, resolve } from "node:path";
import { type Parsed, parseDuration, parseSize } from "./units.ts";

/** Milliseconds of a duration that was checked before. */
export function millisecondsOf(text: string): number {
  return checked(parseDuration(text));
}

/** Bytes of a size that was checked before. */
export function sizeOf(text: string): number {
  return checked(parseSize(text));
}

function checked(parsed: Parsed): number {
  if ("value" in parsed) return parsed.value;
  throw new Error(`a quantity was not checked: it ${parsed.problem}`);
}

/** A path in routes.yaml: relative ones start at the folder of the file. */
export function absolutePath(path: string, file: string): string {
  return resolve(dirname(file), path);
}
