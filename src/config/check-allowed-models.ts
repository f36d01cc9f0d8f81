import { type Inspection, mistakeAt, namesIn, shownAt, unknownName } from "./inspection.ts";
import { isServed } from "./is-served.ts";
import type { Path } from "./mistakes.ts";

/** Names that lead to a model: one that nobody serves allows nothing. */
export function checkAllowedModels(inspection: Inspection, path: Path, models: readonly string[] = []): void {
  const known = [...namesIn(inspection, "models"), ...namesIn(inspection, "aliases")];
  for (const [index, name] of models.entries()) {
    const place = [...path, index];
    if (/\*./.test(name)) {
      mistakeAt(inspection, place, { message: "a `*` stands only at the end of a name" });
    } else if (!leadsSomewhere(name, known)) {
      const { message, suggestion } = unknownName(inspection, place, name, known);
      const shown = shownAt(inspection, place);
      const text = name.endsWith("*")
        ? `no model or alias begins as ${shown} does${message}`
        : `no model or alias is named ${shown}${message}`;
      mistakeAt(inspection, place, { message: text, suggestion });
    }
  }
}

/** Whether a name or a pattern allows anything: a pattern leads to what begins as it does, and to wildcards that serve names which begin so. */
export function leadsSomewhere(name: string, known: readonly string[]): boolean {
  if (!name.endsWith("*")) return isServed(name, known);
  const start = name.slice(0, -1);
  return isServed(start, known) || known.some((one) => one.startsWith(start));
}
