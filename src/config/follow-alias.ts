/** Where an alias leads. */
export interface AliasSteps {
  /** The alias and all it passes; in a circle the last one is there twice. */
  readonly names: readonly string[];
  /** The first name that is no alias; undefined when they go round in a circle. */
  readonly end: string | undefined;
}

/** Follows aliases of aliases to their end. */
export function followAlias(alias: string, aliases: ReadonlyMap<string, string>): AliasSteps {
  const passed = new Set<string>();
  let name = alias;
  while (!passed.has(name)) {
    const next = aliases.get(name);
    if (next === undefined) return { names: [...passed], end: name };
    passed.add(name);
    name = next;
  }
  return { names: [...passed, name], end: undefined };
}
