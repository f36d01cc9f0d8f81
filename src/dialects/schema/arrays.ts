import { isCount, isObject, own } from "./json.ts";
import { allows, loseUnsaid, type Rewriting, type Site } from "./site.ts";

/** `items` and what goes with it. Tuples of older drafts become `prefixItems`, a closed end becomes `maxItems`. */
export function rewriteArrays(site: Site, rewriting: Rewriting): void {
  if (!allows(site, "array")) return;
  const { out } = site;
  const least = countAt(site, "minItems", rewriting);
  let most = countAt(site, "maxItems", rewriting);
  const end = rewriteItems(site, rewriting);
  if (end !== undefined) most = Math.min(most ?? end, end);
  if (least !== undefined) out["minItems"] = leastOf(site, least, rewriting);
  if (most !== undefined && rewriting.form.words.has("maxItems")) out["maxItems"] = most;
  else if (most !== undefined) {
    const keyword = ["maxItems", "items", "additionalItems"].find((one) => own(site.schema, one) !== undefined);
    rewriting.lost(site.at(keyword ?? "prefixItems"));
    site.hints.push(`at most ${most} items`);
  }
  if (site.schema["uniqueItems"] === true && (most ?? 2) > 1) {
    rewriting.lost(site.at("uniqueItems"));
    site.hints.push("no item twice");
  }
  if (site.schema["contains"] !== undefined) loseUnsaid(site, "contains", rewriting);
}

function leastOf(site: Site, least: number, { form, lost }: Rewriting): number {
  if (least <= form.leastItems) return least;
  lost(site.at("minItems"));
  site.hints.push(`at least ${least} items`);
  return form.leastItems;
}

/** The items of a tuple and those after it; the answer is where an array has to end, if anywhere. */
function rewriteItems(site: Site, rewriting: Rewriting): number | undefined {
  const { schema, out, depth } = site;
  const items = own(schema, "items");
  const isOldTuple = Array.isArray(items);
  const keyword = isOldTuple ? "items" : "prefixItems";
  const first = own(schema, keyword);
  if (!isOldTuple && first !== undefined && !Array.isArray(first)) rewriting.lost(site.at("prefixItems"));
  const prefix: unknown[] = [];
  let isSame = !isOldTuple;
  for (const [i, item] of (Array.isArray(first) ? first : []).entries()) {
    const made = rewriting.rewrite(item, `${site.at(keyword)}[${i}]`, depth + 1);
    if (made === false) return end(out, prefix, i);
    isSame &&= made === item;
    prefix.push(made);
  }
  if (prefix.length > 0) out["prefixItems"] = isSame ? first : prefix;
  return rewriteRest(site, prefix.length, isOldTuple ? "additionalItems" : "items", rewriting);
}

function end(out: Record<string, unknown>, prefix: readonly unknown[], at: number): number {
  if (prefix.length > 0) out["prefixItems"] = prefix;
  return at;
}

function rewriteRest(site: Site, before: number, named: string, rewriting: Rewriting): number | undefined {
  const { schema, out, depth } = site;
  const unlooked = own(schema, "unevaluatedItems");
  const isLeftOver = own(schema, named) === undefined && unlooked !== undefined && unlooked !== true;
  if (isLeftOver && looksElsewhere(site)) rewriting.lost(site.at("unevaluatedItems"));
  const keyword = isLeftOver && !looksElsewhere(site) ? "unevaluatedItems" : named;
  const rest = own(schema, keyword);
  if (rest === undefined || rest === true) return undefined;
  if (rest !== false && !isObject(rest)) {
    rewriting.lost(site.at(keyword));
    return undefined;
  }
  const made = rest === false ? false : rewriting.rewrite(rest, site.at(keyword), depth + 1);
  if (made === false) return before;
  out["items"] = made;
  return undefined;
}

/** Whether other keywords look at members too, so that what is left over cannot be told from here. */
export function looksElsewhere({ schema }: Site): boolean {
  return ["anyOf", "oneOf", "if", "dependentSchemas", "contains", "$ref", "allOf"].some((keyword) => keyword in schema);
}

function countAt(site: Site, keyword: string, rewriting: Rewriting): number | undefined {
  const count = own(site.schema, keyword);
  if (count === undefined || isCount(count)) return count;
  rewriting.lost(site.at(keyword));
  return undefined;
}
