import type { Config, DeploymentConfig } from "../config/config.ts";
import { formatPath, type Mistake } from "../config/mistakes.ts";
import { providerOf } from "../providers/index.ts";
import { priceOf } from "../usage/price-list.ts";

/**
 * Warns of models that callers with a budget will be refused: what they cost is not known, so it cannot be bounded.
 * Nobody is warned where nobody has a budget, or can be given one; nor of wildcards, whose models only clients name.
 */
export function unpricedWarnings(config: Config): readonly Mistake[] {
  if (!mayHaveBudgets(config)) return [];
  return config.models.flatMap(({ name, deployments }): readonly Mistake[] => {
    const unknown = deployments.find((one) => !one.upstreamModel.endsWith("*") && !isPriced(one));
    if (unknown === undefined) return [];
    const use = `${unknown.provider.name}/${unknown.upstreamModel}`;
    const message = `nobody knows what \`${use}\` costs, so callers with a budget are refused \`${name}\`; write its \`price\``;
    return [{ line: 0, column: 0, path: formatPath(["models", name]), message }];
  });
}

function mayHaveBudgets({ server, database, keys, users, teams, endUsers, keyDefaults }: Config): boolean {
  if (server.masterKey !== undefined && database !== undefined) return true;
  return [...keys, ...users, ...teams, endUsers, keyDefaults].some((one) => one?.budget?.maxNanoUsd !== undefined);
}

function isPriced(deployment: DeploymentConfig): boolean {
  const { provider, upstreamModel, family } = deployment;
  const { hostOf, modelOf } = providerOf(provider);
  const models = [family, upstreamModel, modelOf(provider, upstreamModel)];
  return priceOf({ ...deployment, host: hostOf(provider, upstreamModel), models }) !== undefined;
}
