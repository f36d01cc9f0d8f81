import type { Config } from "../config/config.ts";
import { providerOf } from "../providers/index.ts";

/** What a label says in place of any name that the config does not hold, and where there is no name. */
export const other = "other";

/** Names from outside → names of the config, the only ones that may become labels. */
export interface Labels {
  /** A client's name for a model → the entry of `models` that serves it: an alias's target, a wildcard's pattern. */
  readonly modelOf: (name: string | undefined) => string;
  readonly providerOf: (name: string | undefined) => string;
  /** Who is behind an origin; `a,b` where several share it. */
  readonly providersAt: (origin: string) => string;
}

/** Looks up in the config what labels there can be. */
export function createLabels(config: Config): Labels {
  // The longest prefix is the closest description of a name, here as in routing.
  const wildcards = config.models
    .filter(({ name }) => name.endsWith("*"))
    .map(({ name }) => ({ name, prefix: name.slice(0, -1) }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const entryOf = (name: string): string =>
    exact.get(name) ?? wildcards.find(({ prefix }) => name.startsWith(prefix))?.name ?? other;
  const exact = new Map(
    config.models.filter(({ name }) => !name.endsWith("*")).map(({ name }): [string, string] => [name, name]),
  );
  for (const [alias, name] of config.aliases) exact.set(alias, entryOf(name));
  const providers = new Set(config.providers.map(({ name }) => name));
  const origins = originsOf(config);
  return {
    modelOf: (name) => (name === undefined ? other : entryOf(name)),
    providerOf: (name) => (name !== undefined && providers.has(name) ? name : other),
    providersAt: (origin) => origins.get(origin) ?? other,
  };
}

/** Origin → the providers whose calls go there. */
function originsOf(config: Config): ReadonlyMap<string, string> {
  const names = new Map<string, Set<string>>();
  for (const { provider, upstreamModel, family } of config.models.flatMap(({ deployments }) => deployments)) {
    const { prepare } = providerOf(provider);
    const calls = operations.map((operation) => prepare(provider, upstreamModel, operation, family));
    const origins = calls.flatMap((call) => (call === undefined ? [] : [call.unary.origin]));
    for (const origin of new Set(origins.length > 0 ? origins : originOf(provider.baseUrl))) {
      names.set(origin, (names.get(origin) ?? new Set()).add(provider.name));
    }
  }
  return new Map(Array.from(names, ([origin, known]) => [origin, [...known].join(",")]));
}

/** A model may have one of them alone. */
const operations = ["chat", "completions", "embeddings"] as const;

function originOf(baseUrl: string | undefined): readonly string[] {
  return baseUrl === undefined ? [] : [new URL(baseUrl).origin];
}
