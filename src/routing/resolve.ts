import type { Config, DeploymentConfig, ModelConfig } from "../config/config.ts";
import { suggest } from "../config/suggest.ts";
import { GatewayError } from "../errors.ts";
import { fallback } from "./fallback.ts";
import type { Strategy, Weighted } from "./strategy.ts";
import { weighted } from "./weighted.ts";

/** A model name, resolved. */
export interface Route<Target> {
  /** As the client said it. */
  readonly requestedModel: string;
  readonly model: ModelConfig;
  /** In the order they are tried; at least one. */
  readonly targets: readonly Target[];
}

/** Finds models by the names clients use. A table, built once. */
export interface Router<Target> {
  /**
   * A name that the caller may not ask for is answered as one that nobody serves.
   * Fails: throws `missing_model` without a name where there is no default, `model_not_found` for a name nobody
   * serves, with those that somebody does.
   */
  readonly resolve: (requested: unknown, chance: number, mayAsk?: (model: string) => boolean) => Route<Target>;
  /** Who serves a name, wildcards included; undefined when nobody does. */
  readonly ownerOf: (name: string) => string | undefined;
  /** The names clients can use, wildcards left out, and who serves them. */
  readonly list: () => readonly { readonly id: string; readonly ownedBy: string }[];
}

const strategies: Readonly<Record<ModelConfig["strategy"], Strategy>> = { fallback, weighted };

/** Names of a wildcard model that are remembered; beyond it they are prepared anew. */
const maxWildcardNames = 1000;
/** The longest name that a wildcard serves: it is remembered, logged, and part of a header. Longer than any in use. */
const maxNameLength = 512;

interface Entry<Target> {
  readonly model: ModelConfig;
  readonly targets: readonly Target[];
}

/** Makes a deployment ready to be called, for one upstream model. */
export type Prepare<Target> = (deployment: DeploymentConfig, upstreamModel: string) => Target;

/** Builds the table from the config. */
export function createRouter<Target extends Weighted>(config: Config, prepare: Prepare<Target>): Router<Target> {
  const exact = new Map<string, Entry<Target>>();
  // The longest prefix is the closest description of a name.
  const wildcards = config.models.filter((model) => model.name.endsWith("*")).sort(byLengthDescending);
  const named = config.models.filter((model) => !model.name.endsWith("*"));
  for (const model of named) exact.set(model.name, toEntry(model, "", prepare));
  const seen = new Map<string, Entry<Target>>();

  function find(name: string): Entry<Target> | undefined {
    const known = exact.get(name) ?? seen.get(name);
    if (known !== undefined) return known;
    if (name.length > maxNameLength) return undefined;
    const model = wildcards.find((one) => name.startsWith(one.name.slice(0, -1)));
    if (model === undefined) return undefined;
    const rest = name.slice(model.name.length - 1);
    // A prefix alone names no model.
    if (rest === "" && model.deployments.some(({ upstreamModel }) => upstreamModel === "*")) return undefined;
    const entry = toEntry(model, rest, prepare);
    if (seen.size < maxWildcardNames) seen.set(name, entry);
    return entry;
  }

  return {
    resolve(requested, chance, mayAsk = anybody) {
      const name = requestedName(requested, config.server.defaultModel);
      const entry = mayAsk(name) ? find(config.aliases.get(name) ?? name) : undefined;
      if (entry === undefined) {
        const names = [...exact.keys(), ...config.aliases.keys(), ...wildcards.map((one) => one.name)];
        throw notFound(name, names.filter(mayAsk));
      }
      const { model, targets } = entry;
      return { requestedModel: name, model, targets: strategies[model.strategy](targets, chance) };
    },
    ownerOf(name) {
      const entry = find(config.aliases.get(name) ?? name);
      return entry === undefined ? undefined : ownerOf(entry.model);
    },
    list() {
      const models = named.map((model) => ({ id: model.name, ownedBy: ownerOf(model) }));
      const aliases = [...config.aliases].map(([alias, name]) => ({ id: alias, ownedBy: ownerOf(find(name)?.model) }));
      return [...models, ...aliases];
    },
  };
}

function byLengthDescending(a: ModelConfig, b: ModelConfig): number {
  return b.name.length - a.name.length;
}

function ownerOf(model: ModelConfig | undefined): string {
  return model?.deployments[0]?.provider.name ?? "specgate";
}

function toEntry<Target>(model: ModelConfig, rest: string, prepare: Prepare<Target>): Entry<Target> {
  const targets = model.deployments.map((deployment) => {
    const pattern = deployment.upstreamModel;
    return prepare(deployment, pattern.endsWith("*") ? pattern.slice(0, -1) + rest : pattern);
  });
  return { model, targets };
}

const anybody = (): boolean => true;

function requestedName(requested: unknown, standard: string | undefined): string {
  if (typeof requested === "string" && requested !== "") return requested;
  if (requested !== undefined && requested !== null && typeof requested !== "string") {
    const message = `Invalid type for 'model': expected a string, but got ${typeOf(requested)} instead.`;
    throw new GatewayError("invalid_type", message, { param: "model" });
  }
  if (standard !== undefined) return standard;
  throw new GatewayError("missing_model", "you must provide a model parameter");
}

/** In the words of the other type errors. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal number";
  return typeof value === "boolean" ? "a boolean" : "an object";
}

/** Looking for the nearest name takes time with the length of names and their number: strangers decide about neither. */
const maxGuessedLength = 100;
const maxGuesses = 500;

function notFound(asked: string, known: readonly string[]): GatewayError {
  const name = asked.length > 100 ? `${asked.slice(0, 100)}…` : asked;
  const near = asked.length > maxGuessedLength ? undefined : suggest(asked, known.slice(0, maxGuesses));
  const meant = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  const shown = known.length === 0 ? "none" : known.slice(0, 20).join(", ");
  const more = known.length > 20 ? `, and ${known.length - 20} more` : "";
  const message = `The model \`${name}\` does not exist or you do not have access to it.${meant} Models here: ${shown}${more}.`;
  return new GatewayError("model_not_found", message);
}
