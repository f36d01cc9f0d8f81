import type { components } from "../../generated/types/routes.closed.ts";
import { compilePrice, type Price, type PriceText } from "./price.ts";
import list from "./prices.json" with { type: "json" };

type PriceList = components["schemas"]["PriceList"];
type Entry = PriceList["prices"][number];

/** A deployment, as far as it decides what it costs. */
export interface Priced {
  /** What the config says, before anything else. */
  readonly price: PriceText | undefined;
  /** Type of the provider, the server behind it, and where it runs. */
  readonly provider: { readonly type: string; readonly location?: string | undefined };
  readonly host: string;
  /** Names of the upstream model, the one that tells the most first. */
  readonly models: readonly (string | undefined)[];
}

/** The list as it stands in its file; it has the shape of specs/routes.yaml#/components/schemas/PriceList. */
export const priceList: PriceList = list;

/**
 * The price of a deployment: what routes.yaml says, as a whole, or else the first entry of the list that fits.
 * Undefined where neither knows the model: then it has no cost.
 */
export function priceOf(deployment: Priced): Price | undefined {
  const price = deployment.price ?? findEntry(deployment)?.price;
  return price && compilePrice(price);
}

/** The entry of the list that holds for a deployment. */
export function findEntry({ provider, host, models }: Omit<Priced, "price">): Entry | undefined {
  const { type, location } = provider;
  const places = new Set([type, `${type}/${host}`, `${type}@${location}`]);
  for (const model of models.flatMap(withShort)) {
    const found = priceList.prices.find((entry) => entry.at.some((at) => places.has(at)) && names(entry, model));
    if (found) return found;
  }
  return undefined;
}

/** No model of the list has a longer name. A wildcard lets clients say any, and looking through the list takes time. */
const maxName = 200;

/** A model's name, and the last part of its path where it has one. */
function withShort(model: string | undefined): readonly string[] {
  if (model === undefined || model.length > maxName) return [];
  return model.includes("/") ? [model, model.slice(model.lastIndexOf("/") + 1)] : [model];
}

const compiled = new Map<string, RegExp>();

function names({ models }: Entry, model: string): boolean {
  return models.some((pattern) => {
    const known = compiled.get(pattern) ?? toRegExp(pattern);
    compiled.set(pattern, known);
    return known.test(model);
  });
}

/** A pattern of the list: `*` is any text, `#` a date or a version as 20250929, 05-20 or 001; the rest is itself. */
export function toRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\/]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("#", "(?:\\d{3,}[\\d.-]*|\\d\\d-[\\d.-]+)");
  return new RegExp(`^${source}$`);
}
