import { suggest } from "../../config/suggest.ts";
import { type Entry, everyEntry, type MapEntry, memberOf } from "../../config/tree.ts";
import { type CostPlace, costNames, costPlace, isCost, isPriceText, shiftPoint, toPrice } from "./cost.ts";
import { type DeploymentDraft, type Providers, placeIn, type ShareName, shareNames } from "./draft.ts";
import { locate } from "./hosts.ts";
import { capability, infoWords, paramWords } from "./known.ts";
import type { Notes } from "./notes.ts";
import { providerPlace, readSetup, setupNames } from "./read-setup.ts";
import { azureNames } from "./setup-azure.ts";
import { bedrockNames } from "./setup-bedrock.ts";
import { vertexNames } from "./setup-vertex.ts";
import { isEmpty, itemsOf, membersOf, textAt, textOf } from "./source.ts";
import { referenceIn, type Variables } from "./variables.ts";

/** What entries are read with. */
export interface Reading {
  readonly notes: Notes;
  readonly variables: Variables;
  readonly providers: Providers;
}

/** Members of `litellm_params` that are read somewhere. */
const read: ReadonlySet<string> = new Set([
  ...["model", "timeout", "request_timeout", "weight", "rpm", "tpm", "order", "drop_params"],
  ...["custom_llm_provider", "safety_settings", ...setupNames, ...azureNames, ...bedrockNames, ...vertexNames],
]);

/** What is told of when the models are put together. */
const later: ReadonlySet<string> = new Set([...shareNames, "order", "timeout", "request_timeout", "drop_params"]);

/** What may stand under `litellm_params`, for what was probably meant. */
const params: readonly string[] = [...read, ...Object.keys(paramWords), ...costNames];

/** What `mode` says of models that chat and the like: the paths that this version serves. */
const modes: ReadonlySet<string> = new Set(["chat", "completion", "embedding", "responses"]);

/** Reads an entry of `model_list`; undefined for one that is left out, which its note says. */
export function readEntry(entry: Entry, index: number, reading: Reading): DeploymentDraft | undefined {
  const { notes, variables, providers } = reading;
  const map = memberOf(entry, "litellm_params");
  const modelEntry = memberOf(map, "model");
  const name = textAt(entry, "model_name");
  const written = textOf(modelEntry);
  if (!name || !written || map?.kind !== "map" || modelEntry === undefined) {
    notes.left(entry, "left out: a model has a `model_name`, and a `litellm_params.model`");
    return undefined;
  }
  const info = memberOf(entry, "model_info");
  const mode = textAt(info, "mode");
  const problem = whyNot(name, mode, modelEntry);
  const located = problem ?? locate(written, textAt(map, "custom_llm_provider"));
  if (typeof located === "string") {
    notes.left(entry, `left out: ${located}`);
    return undefined;
  }
  let draft: DeploymentDraft | undefined;
  const self = (): DeploymentDraft | undefined => draft;
  const atDeployment = (...steps: readonly (string | number)[]) => placeIn(self, ...steps);
  const at = (...steps: readonly (string | number)[]) => providerPlace(self, steps);
  const setup = readSetup({ map, located, notes, variables, at, atDeployment });
  if (typeof setup === "string") {
    notes.left(entry, `left out: ${setup}`);
    return undefined;
  }
  const family = readFamily(info, reading, self);
  const price = readPrice([map, info], reading, self);
  const safety = readSafety(map, reading, self);
  const shares = Object.fromEntries(shareNames.map((one) => [one, presentAt(map, one)] as const));
  draft = {
    entry,
    index,
    modelName: name,
    provider: providers.add(setup.kind ?? located.host.kind, setup.hint, setup.members),
    upstreamModel: setup.model,
    modelEntry,
    members: { ...setup.deployment, ...family, ...price, ...safety },
    shares: shares satisfies Partial<Record<ShareName, Entry | undefined>>,
    order: presentAt(map, "order"),
    timeout: presentAt(map, "timeout") ?? presentAt(map, "request_timeout"),
    dropParams: presentAt(map, "drop_params"),
    place: undefined,
  };
  const nameEntry = memberOf(entry, "model_name");
  if (nameEntry !== undefined)
    notes.carried(nameEntry, () => (self()?.place === undefined ? undefined : ["models", name]));
  notes.carried(modelEntry, atDeployment());
  const provider = memberOf(map, "custom_llm_provider");
  if (provider !== undefined) notes.carried(provider, at("type"));
  readRest(entry, map, info, notes);
  return draft;
}

function whyNot(name: string, mode: string | undefined, modelEntry: Entry): string | undefined {
  if (/\*./.test(name)) return "a `*` stands only at the end of a model's name";
  if (mode !== undefined && !modes.has(mode)) return `this version does not serve models of the mode \`${mode}\``;
  return referenceIn(modelEntry) === undefined ? undefined : "the model must be named in the file";
}

function presentAt(map: MapEntry, name: string): Entry | undefined {
  const entry = memberOf(map, name);
  return isEmpty(entry) ? undefined : entry;
}

/** LiteLLM reckons by this model; here it is what the deployment is made of. */
function readFamily(
  info: Entry | undefined,
  { notes, variables }: Reading,
  self: () => DeploymentDraft | undefined,
): Readonly<Record<string, string>> {
  const entry = memberOf(info, "base_model");
  if (entry === undefined || isEmpty(entry)) return {};
  notes.carried(entry, placeIn(self, "family"));
  return {
    family: variables.said(entry, "text").replace(/^(?:azure|bedrock|vertex_ai|openai)\/(?:(?:us|eu|global)\/)?/, ""),
  };
}

/** Costs stand in either of two maps; the first of a name counts. */
function readPrice(
  maps: readonly (Entry | undefined)[],
  { notes }: Reading,
  self: () => DeploymentDraft | undefined,
): Readonly<Record<string, unknown>> {
  const amounts: (readonly [CostPlace, string])[] = [];
  const said: (readonly [Entry, CostPlace, string])[] = [];
  const seen = new Set<string>();
  for (const [name, entry] of maps.flatMap(membersOf)) {
    if (!isCost(name) || isEmpty(entry)) continue;
    const place = costPlace(name);
    const amount = place && shiftPoint(textOf(entry) ?? "", place.each ? 0 : 6);
    if (place === undefined)
      notes.left(entry, "a price counts tokens, requests and searches; this is counted in other things");
    else if (seen.has(name)) notes.left(entry, "the same cost stands in `litellm_params`, and counts there");
    else if (amount === undefined || !isPriceText(amount, place.each)) {
      notes.left(entry, "a price is below a million dollars for a million tokens, with six digits behind the point");
    } else {
      amounts.push([place, amount]);
      said.push([entry, place, amount]);
    }
    seen.add(name);
  }
  const isWhole = amounts.some(([{ rate, above, tier, each }]) => each || (rate === "input" && !above && !tier));
  for (const [entry, place, amount] of said) {
    if (!isWhole) notes.left(entry, "a price says at least what input costs; without, Specgate's own list holds");
    else
      notes.changed(
        entry,
        `per million tokens, exactly: ${amount}`.replace(/^per.*: /, wordsOf(place)),
        priceAt(place, amounts, self),
      );
  }
  return isWhole ? { price: toPrice(amounts) } : {};
}

const wordsOf = ({ each }: CostPlace): string => (each ? "for each request: " : "per million tokens: ");

function priceAt(
  { rate, above, tier }: CostPlace,
  amounts: readonly (readonly [CostPlace, string])[],
  self: () => DeploymentDraft | undefined,
): ReturnType<typeof placeIn> {
  const steps = amounts.filter(([one]) => one.tier === tier && one.above !== undefined).map(([one]) => one.above);
  const step = above === undefined ? [] : ["above", [...new Set(steps)].indexOf(above)];
  return placeIn(self, "price", ...(tier === undefined ? [] : ["service_tiers", tier]), ...step, rate);
}

function readSafety(
  map: MapEntry,
  { notes }: Reading,
  self: () => DeploymentDraft | undefined,
): Readonly<Record<string, unknown>> {
  const safety = new Map<string, string>();
  for (const item of itemsOf(memberOf(map, "safety_settings"))) {
    const [category, threshold] = [textAt(item, "category"), textAt(item, "threshold")];
    if (category === undefined || threshold === undefined || category.includes("$")) {
      notes.left(item, "a safety setting has a category and a threshold");
    } else {
      safety.set(category, threshold);
      notes.carried(item, placeIn(self, "safety", category));
    }
  }
  return safety.size === 0 ? {} : { safety: Object.fromEntries(safety) };
}

/** What is not read above: known and without a counterpart, or unknown. */
function readRest(entry: Entry, map: MapEntry, info: Entry | undefined, notes: Notes): void {
  const noted = new Set(notes.all().map((note) => note.entry));
  for (const [name, member] of membersOf(map)) {
    if (isCost(name) || later.has(name) || [...everyEntry(member)].some((one) => noted.has(one))) continue;
    if (read.has(name)) notes.left(member, "it means nothing at this host");
    else if (Object.hasOwn(paramWords, name)) notes.left(member, paramWords[name] ?? "");
    else leftUnknown(notes, member, name, params);
  }
  for (const [name, member] of membersOf(info)) {
    if (name === "base_model" || isCost(name)) continue;
    if (name === "mode") notes.carried(member, undefined, "nothing to do: the path a client asks says so");
    else if (name.startsWith("supports_")) notes.left(member, capability);
    else if (Object.hasOwn(infoWords, name)) notes.left(member, infoWords[name] ?? "");
    else leftUnknown(notes, member, name, [...Object.keys(infoWords), "base_model", "mode", ...costNames]);
  }
  const words = ["model_name", "litellm_params", "model_info"];
  for (const [name, member] of membersOf(entry)) {
    if (!words.includes(name)) leftUnknown(notes, member, name, words);
  }
}

/** A word that is not known of LiteLLM. */
export function leftUnknown(notes: Notes, entry: Entry, name: string, known: readonly string[]): void {
  notes.left(entry, "LiteLLM is not known to have such a setting", suggest(name, known));
}
