import type { Strategy } from "./strategy.ts";

/** The first by its share of the weights; the others follow in the order of the file, should it fail. */
export const weighted: Strategy = (targets, chance) => {
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  let mark = chance * total;
  const chosen = targets.find((target) => {
    mark -= target.weight;
    return mark < 0;
  });
  return chosen === undefined ? targets : [chosen, ...targets.filter((target) => target !== chosen)];
};
