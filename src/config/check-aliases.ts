import { followAlias } from "./follow-alias.ts";
import { type Inspection, isInterpolated, mistakeAt, namesIn, shownAt, unknownName } from "./inspection.ts";
import { isServed } from "./is-served.ts";

/** Each alias is a name of its own and leads to a model in the end. */
export function checkAliases(inspection: Inspection): void {
  const aliases = new Map(Object.entries(inspection.routes.aliases ?? {}));
  const models = namesIn(inspection, "models");
  for (const [alias, target] of aliases) {
    const path = ["aliases", alias];
    if (models.includes(alias)) {
      mistakeAt(inspection, path, {
        message: `\`${alias}\` is a model already; an alias needs a name of its own`,
        at: "key",
      });
    } else if (alias.includes("*") || alias.trim() === "") {
      mistakeAt(inspection, path, { message: "an alias is one name; a `*` works under `models` only", at: "key" });
    } else {
      checkTarget(inspection, alias, target, aliases);
    }
  }
}

function checkTarget(
  inspection: Inspection,
  alias: string,
  target: string,
  aliases: ReadonlyMap<string, string>,
): void {
  const path = ["aliases", alias];
  const models = namesIn(inspection, "models");
  const steps = followAlias(alias, aliases);
  const known = [...models, ...namesIn(inspection, "aliases")];
  if (steps.end === undefined) {
    reportCircle(inspection, alias, steps.names, aliases);
  } else if (target.endsWith("*") && models.includes(target)) {
    const message = "an alias leads to one model, and this names many; write one of their names";
    mistakeAt(inspection, path, { message });
  } else if (!known.includes(target) && !isServed(target, models)) {
    const plain = known.filter((name) => name !== alias && !name.endsWith("*"));
    const { message, suggestion } = unknownName(inspection, path, target, plain);
    mistakeAt(inspection, path, { message: `no model is named ${shownAt(inspection, path)}${message}`, suggestion });
  }
}

/** Each alias of a circle would say the same, so the first in the file does; one that leads into it keeps quiet. */
function reportCircle(
  inspection: Inspection,
  alias: string,
  names: readonly string[],
  aliases: ReadonlyMap<string, string>,
): void {
  if (names.at(-1) !== alias || firstOf(names, aliases) !== alias) return;
  const fromEnv = names.some((name) => isInterpolated(inspection, ["aliases", name]));
  const chain = fromEnv ? "" : `: ${names.join(" → ")}`;
  mistakeAt(inspection, ["aliases", alias], { message: `these aliases go round in a circle${chain}` });
}

function firstOf(names: readonly string[], aliases: ReadonlyMap<string, string>): string | undefined {
  return [...aliases.keys()].find((alias) => names.includes(alias));
}
