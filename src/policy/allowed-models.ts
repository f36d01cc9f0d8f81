/** LiteLLM's words for all models. The team's list is looked at in any case, so its models need no list of their own. */
const wordsForAll: ReadonlySet<string> = new Set(["*", "all-proxy-models", "all-team-models"]);

/** LiteLLM's word for no model but those beside it. */
const wordForNone = "no-default-models";

/**
 * Whether a model may be asked for: every list has to allow it, those of key, user and team. A list allows a name that
 * is in it or begins as an entry with `*` at its end, and an alias whose model it allows. None, or an empty one, allows
 * all.
 *
 * @param aliases alias → name of a model
 * @returns undefined where all models are allowed
 */
export function toMayAsk(
  lists: readonly (readonly string[] | undefined)[],
  aliases: ReadonlyMap<string, string>,
): ((model: string) => boolean) | undefined {
  const checks = lists.map(toCheck).filter((check) => check !== undefined);
  if (checks.length === 0) return undefined;
  return (model) => {
    const meant = aliases.get(model);
    return checks.every((allows) => allows(model) || (meant !== undefined && allows(meant)));
  };
}

function toCheck(list: readonly string[] | undefined): ((name: string) => boolean) | undefined {
  if (list === undefined || list.length === 0 || list.some((entry) => wordsForAll.has(entry))) return undefined;
  const entries = list.filter((entry) => entry !== wordForNone);
  const names = new Set(entries.filter((entry) => !entry.endsWith("*")));
  const starts = entries.filter((entry) => entry.endsWith("*")).map((entry) => entry.slice(0, -1));
  return (name) => names.has(name) || starts.some((start) => name.startsWith(start));
}
