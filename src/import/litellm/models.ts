import type { DeploymentDraft, Named, Settings } from "./draft.ts";
import { limitsOf } from "./limits.ts";
import type { Notes } from "./notes.ts";
import { flagOf, textOf } from "./source.ts";
import { isLonger, toTimeouts } from "./timeouts.ts";
import { weightsOf } from "./weights.ts";

/** A deployment of a model; `asked` is what it is called upstream, where a fallback's wildcard leaves it open. */
interface Member {
  readonly draft: DeploymentDraft;
  readonly asked: string;
}

/** Models of the new file by name. */
export type Models = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

type Groups = ReadonlyMap<string, readonly DeploymentDraft[]>;

/** Puts entries of one name together to models, in the order of the source, each with those that stand in for it. */
export function buildModels(drafts: readonly DeploymentDraft[], settings: Settings, notes: Notes): Models {
  const groups = Map.groupBy(drafts, ({ modelName }) => modelName);
  const standIns = findStandIns(groups, settings, notes);
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, buildModel(name, group, standIns.get(name) ?? [], settings, notes)]),
  );
}

function buildModel(
  name: string,
  group: readonly DeploymentDraft[],
  standIns: readonly Member[],
  settings: Settings,
  notes: Notes,
): Models[string] {
  const ordered = inOrder(group, notes);
  const first = ordered.filter((draft) => orderOf(draft) === orderOf(ordered[0]));
  const own = ordered.map((draft) => ({ draft, asked: draft.upstreamModel }));
  const members = [...own, ...standIns.filter(({ draft }) => !group.includes(draft))];
  const limits = limitsOf(group, members.length > group.length, settings, notes);
  const weights = weightsOf(first, ordered, members.length > first.length, limits, notes);
  const sorted = members.toSorted((a, b) => Number(weights?.isIdle(a.draft)) - Number(weights?.isIdle(b.draft)));
  const rest = { ...limits.members, ...timeoutsOf(group, notes), ...unsupportedOf(group, settings, notes) };
  const [only, ...others] = sorted.map(({ draft, asked }, index) => {
    const use = `${draft.provider.name}/${asked}`;
    const weight = weights?.of(draft);
    const more = { ...draft.members, ...(weight === undefined ? {} : { weight }) };
    if (group.includes(draft)) draft.place = ["models", name, "deployments", index];
    return Object.keys(more).length === 0 ? use : { use, ...more };
  });
  if (typeof only === "string" && others.length === 0 && Object.keys(rest).length === 0) {
    for (const draft of group) draft.place = ["models", name];
    return only;
  }
  const strategy = weights === undefined ? {} : { strategy: "weighted" };
  return { ...strategy, deployments: [only, ...others], ...rest };
}

const last = Number.POSITIVE_INFINITY;

function orderOf(draft: DeploymentDraft | undefined): number {
  const order = Number(textOf(draft?.order) ?? last);
  return Number.isNaN(order) ? last : order;
}

/** The lowest order first; those without one behind all that have one. */
function inOrder(group: readonly DeploymentDraft[], notes: Notes): readonly DeploymentDraft[] {
  for (const { order } of group) {
    if (order !== undefined) notes.changed(order, "deployments of a lower order stand first in the file");
  }
  return [...group].sort((a, b) => (orderOf(a) === orderOf(b) ? 0 : orderOf(a) - orderOf(b)));
}

function timeoutsOf(group: readonly DeploymentDraft[], notes: Notes): Readonly<Record<string, unknown>> {
  const said = group.flatMap(({ timeout, modelName }) => (timeout === undefined ? [] : [{ timeout, modelName }]));
  let longest: Record<string, string> | undefined;
  for (const { timeout } of said) {
    const one = toTimeouts(timeout);
    if (one !== undefined && (longest === undefined || isLonger(one, longest))) longest = one;
  }
  for (const { timeout, modelName } of said) {
    const one = toTimeouts(timeout);
    if (one === undefined) notes.left(timeout, "a timeout is a number of seconds, written in the file");
    else {
      const isAll = JSON.stringify(one) === JSON.stringify(longest);
      const text = isAll ? "" : "; it holds for the whole model, so the longest counts";
      notes.changed(timeout, `it is how long an upstream may say nothing${text}`, () => [
        "models",
        modelName,
        "timeouts",
      ]);
    }
  }
  return longest === undefined ? {} : { timeouts: longest };
}

/** LiteLLM drops what a host cannot take, or refuses it; Specgate tells what it drops. */
function unsupportedOf(
  group: readonly DeploymentDraft[],
  settings: Settings,
  notes: Notes,
): Readonly<Record<string, unknown>> {
  const said = group.map(({ dropParams }) => flagOf(dropParams ?? settings.dropParams));
  const refuses = said.every((one) => one === false);
  for (const { dropParams, modelName } of group) {
    if (dropParams === undefined) continue;
    if (refuses) notes.carried(dropParams, () => ["models", modelName, "unsupported"]);
    else if (flagOf(dropParams) === false)
      notes.changed(dropParams, "another deployment of the model drops them, so all do");
    else notes.carried(dropParams, undefined, "it is the default, and each answer tells what was dropped");
  }
  return refuses ? { unsupported: "refuse" } : {};
}

/** Who stands in for which model. What cannot be said is told. */
function findStandIns(groups: Groups, settings: Settings, notes: Notes): ReadonlyMap<string, readonly Member[]> {
  const found = new Map<string, readonly Member[]>();
  for (const { entry, name, targets } of settings.fallbacks) {
    const model = followed(name, settings);
    if (groups.has(model))
      found.set(model, [...(found.get(model) ?? []), ...membersOfAll(targets, model, groups, settings, notes)]);
    else notes.left(entry, "no entry of `model_list` that is carried over has this name");
  }
  const others = [...groups.keys()].filter((name) => !found.has(name));
  for (const target of settings.defaultFallbacks)
    tellStandIn(target, resolve(target.name, groups, settings), others[0], groups, notes);
  for (const name of others) {
    const members = settings.defaultFallbacks.flatMap((target) => resolve(target.name, groups, settings));
    found.set(name, members);
  }
  return new Map(
    [...found].map(([name, members]) => [name, [...new Map(members.map((one) => [keyOf(one), one])).values()]]),
  );
}

const keyOf = ({ draft, asked }: Member): string => `${draft.index} ${asked}`;

function membersOfAll(
  targets: readonly Named[],
  model: string,
  groups: Groups,
  settings: Settings,
  notes: Notes,
): readonly Member[] {
  return targets.flatMap((target) => {
    const members = resolve(target.name, groups, settings);
    tellStandIn(target, members, model, groups, notes);
    return members;
  });
}

const standsBehind = "its deployments stand behind the model's own";
const withLeastWeight = `${standsBehind}, with the least weight: about one request in a million begins there`;

function tellStandIn(
  { entry }: Named,
  members: readonly Member[],
  model: string | undefined,
  groups: Groups,
  notes: Notes,
): void {
  if (members.length === 0) notes.left(entry, "no entry of `model_list` that is carried over has this name");
  else if (model === undefined) notes.left(entry, "every model has fallbacks of its own");
  else {
    const isShared = (groups.get(model)?.length ?? 0) > 1;
    notes.changed(entry, isShared ? withLeastWeight : standsBehind, () => ["models", model, "deployments"]);
  }
}

/** The deployments of a name, by way of a wildcard too. */
function resolve(name: string, groups: Groups, settings: Settings): readonly Member[] {
  const model = followed(name, settings);
  const exact = groups.get(model);
  // One model stands in for another, not all of a wildcard.
  if (model.endsWith("*")) return [];
  if (exact !== undefined) return exact.map((draft) => ({ draft, asked: draft.upstreamModel }));
  const wildcards = [...groups.keys()].filter((one) => one.endsWith("*") && model.startsWith(one.slice(0, -1)));
  const [nearest] = wildcards.sort((a, b) => b.length - a.length);
  if (nearest === undefined) return [];
  const rest = model.slice(nearest.length - 1);
  const drafts = groups.get(nearest) ?? [];
  return drafts.map((draft) => ({ draft, asked: draft.upstreamModel.replace(/\*$/, () => rest) }));
}

function followed(name: string, { aliases }: Settings): string {
  return aliases.find((alias) => alias.name === name)?.target ?? name;
}
