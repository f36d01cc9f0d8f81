import { isServed } from "../../config/is-served.ts";
import type { Settings } from "./draft.ts";
import type { Notes } from "./notes.ts";

/** Other names for models. Those that lead nowhere are left out. */
export function buildAliases(
  { aliases }: Settings,
  models: Readonly<Record<string, unknown>>,
  notes: Notes,
): Readonly<Record<string, string>> {
  const names = Object.keys(models);
  const known = new Map<string, string>();
  for (const { entry, name, target } of aliases) {
    const end = aliases.find((one) => one.name === target)?.target ?? target;
    if (names.includes(name)) notes.left(entry, "a model has this name");
    else if (name.includes("*") || name.trim() === "") notes.left(entry, "an alias is one name");
    else if (end.endsWith("*") || !isServed(end, names))
      notes.left(entry, "no model that is carried over has the name it leads to");
    else {
      known.set(name, end);
      notes.carried(entry, () => ["aliases", name]);
    }
  }
  return Object.fromEntries(known);
}
