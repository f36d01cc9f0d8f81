import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { parseDuration } from "./units.ts";

/** The longest wait a timer of Node takes; a longer one would end at once. */
const longestWaitMs = 2 ** 31 - 1;

/** Every timeout of a section is more than zero and short enough for a timer. */
export function checkTimeouts(inspection: Inspection, path: Path, timeouts: Routes["timeouts"]): void {
  for (const [name, text] of Object.entries(timeouts ?? {})) checkWait(inspection, [...path, name], text);
}

/** A duration that is waited for. */
export function checkWait(inspection: Inspection, path: Path, text: string | undefined, zero?: "may be zero"): void {
  const parsed = parseDuration(text ?? "1s");
  if (!("value" in parsed)) return;
  const name = `\`${path.at(-1)}\``;
  const isTooShort = parsed.value === 0 && zero === undefined;
  if (isTooShort) mistakeAt(inspection, path, { message: `${name} must be more than zero` });
  if (parsed.value > longestWaitMs) mistakeAt(inspection, path, { message: `${name} is at most 24d` });
}
