import type { Entry } from "../../config/tree.ts";
import { parseDuration } from "../../config/units.ts";
import { shiftPoint } from "./cost.ts";
import { textOf } from "./source.ts";

/** What a request may take as a whole unless the file says so, in milliseconds. */
const totalDefault = 1_200_000;

/**
 * A timeout of LiteLLM's, which is how long the upstream may say nothing: until the answer begins, and in the middle
 * of it. Undefined for what is no number of seconds.
 */
export function toTimeouts(entry: Entry): Record<string, string> | undefined {
  const milliseconds = shiftPoint(textOf(entry) ?? "", 3);
  if (milliseconds === undefined || !/^[1-9]\d{0,9}$/.test(milliseconds)) return undefined;
  const text = milliseconds.endsWith("000") ? `${milliseconds.slice(0, -3)}s` : `${milliseconds}ms`;
  if (!("value" in parseDuration(text))) return undefined;
  const total = Number(milliseconds) > totalDefault ? { total: text } : {};
  return { first_byte: text, idle: text, ...total };
}

/** Which of two timeouts is the longer one. */
export function isLonger(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return millisecondsOf(one) > millisecondsOf(other);
}

function millisecondsOf({ first_byte: text = "0s" }: Readonly<Record<string, string>>): number {
  const duration = parseDuration(text);
  return "value" in duration ? duration.value : 0;
}
