import { looksElsewhere } from "./arrays.ts";
import { rewriteCount } from "./bounds.ts";
import { sizeOf } from "./budget.ts";
import { isCount, isObject, type JsonObject, own, put } from "./json.ts";
import { allows, loseUnsaid, type Rewriting, type Site } from "./site.ts";
import { valuesOf } from "./values.ts";

/** `properties` and what goes with them. */
export function rewriteObjects(site: Site, rewriting: Rewriting): void {
  const { schema, out } = site;
  if (!allows(site, "object")) return;
  const listed = namesListed(site, rewriting);
  const rest = listed === undefined ? rewriteOthers(site, rewriting) : false;
  const properties = listed ?? rewriteProperties(site, rest, rewriting);
  if (properties !== undefined) out["properties"] = properties;
  if (rest !== undefined) out["additionalProperties"] = rest;
  rewriteRequired(site, rest, rewriting);
  rewriteNumberOf(site, rewriting);
  const order = schema["propertyOrdering"];
  const isOrdered = rewriting.form.words.has("propertyOrdering") && Array.isArray(order);
  if (isOrdered && order.every((name) => typeof name === "string")) out["propertyOrdering"] = order;
  for (const keyword of ["dependentRequired", "dependentSchemas", "dependencies"]) {
    const given = own(schema, keyword);
    const isEmpty = given === undefined || (isObject(given) && Object.keys(given).length === 0);
    if (!isEmpty) loseUnsaid(site, keyword, rewriting);
  }
}

/** A schema may list the names themselves, as records over an enum do: then they are properties, and no others. */
function namesListed(site: Site, rewriting: Rewriting): Record<string, unknown> | undefined {
  const { schema, depth } = site;
  const names = own(schema, "propertyNames");
  if (names === undefined || names === true) return undefined;
  const words = isObject(names) ? valuesOf(names)?.filter((word) => typeof word === "string") : undefined;
  const keyword = keywordOfOthers(site, rewriting);
  const rest = own(schema, keyword) ?? {};
  const isPlain = isObject(rest) && words !== undefined && words.length <= maxNames;
  if (!isPlain || schema["properties"] !== undefined || schema["patternProperties"] !== undefined) {
    const isAny = isObject(names) && Object.keys(names).every((name) => name === "type") && takesTexts(names);
    if (!isAny) rewriting.lost(site.at("propertyNames"));
    return undefined;
  }
  const made = rewriting.rewrite(rest, site.at(keyword), depth + 1);
  if (made === false) return {};
  if (!rewriting.spend(words.length * sizeOf(made))) {
    rewriting.lost(site.at("propertyNames"));
    return undefined;
  }
  const properties: Record<string, unknown> = {};
  for (const word of words) put(properties, word, made);
  return properties;
}

const takesTexts = ({ type }: JsonObject): boolean => type === undefined || [type].flat().includes("string");

/** Each name gets its own copy of the schema on the wire. */
const maxNames = 100;

function rewriteProperties(site: Site, rest: unknown, rewriting: Rewriting): unknown {
  const given = own(site.schema, "properties");
  if (given === undefined) return undefined;
  if (!isObject(given)) {
    rewriting.lost(site.at("properties"));
    return undefined;
  }
  const properties: Record<string, unknown> = {};
  let isSame = true;
  const path = site.at("properties");
  for (const name of Object.keys(given)) {
    const schema = given[name];
    const made = rewriting.rewrite(schema, `${path}.${name}`, site.depth + 1);
    isSame &&= made === schema && made !== false;
    // A member that may not be there is one that no other rule lets in, or cannot be said.
    if (made === false && rest !== false) rewriting.lost(`${path}.${name}`);
    if (made !== false || rest !== false) put(properties, name, made === false ? {} : made);
  }
  return isSame ? given : properties;
}

/** Members that are not named: what `additionalProperties` and its relatives say of them, in one word. */
function rewriteOthers(site: Site, rewriting: Rewriting): JsonObject | boolean | undefined {
  const { schema } = site;
  const patterns = own(schema, "patternProperties");
  const rest = valueAt(site, keywordOfOthers(site, rewriting), rewriting);
  return isObject(patterns) && Object.keys(patterns).length > 0 ? withPatterns(site, patterns, rest, rewriting) : rest;
}

/** The keyword that speaks of members nobody else looks at. */
function keywordOfOthers(site: Site, { lost }: Rewriting): "additionalProperties" | "unevaluatedProperties" {
  const unlooked = own(site.schema, "unevaluatedProperties");
  const isLeftOver = own(site.schema, "additionalProperties") === undefined && unlooked !== undefined;
  if (!isLeftOver || unlooked === true) return "additionalProperties";
  if (!looksElsewhere(site)) return "unevaluatedProperties";
  lost(site.at("unevaluatedProperties"));
  return "additionalProperties";
}

function valueAt(site: Site, keyword: string, rewriting: Rewriting): JsonObject | boolean | undefined {
  const rest = own(site.schema, keyword);
  if (rest === undefined || typeof rest === "boolean") return rest;
  if (isObject(rest)) return rewriting.rewrite(rest, site.at(keyword), site.depth + 1);
  rewriting.lost(site.at(keyword));
  return undefined;
}

export const isEveryName = (pattern: string): boolean => pattern === "" || /^\^?(?:\.\*|\(\.\*\))\$?$/.test(pattern);

/** A pattern for every name is what `additionalProperties` says; others let too much in, but nothing less. */
function withPatterns(
  site: Site,
  patterns: JsonObject,
  rest: JsonObject | boolean | undefined,
  rewriting: Rewriting,
): JsonObject | boolean | undefined {
  const path = site.at("patternProperties");
  const [[pattern, schema] = ["", {}], ...others] = Object.entries(patterns);
  const properties = own(site.schema, "properties");
  const isAlone = others.length === 0 && !(isObject(properties) && Object.keys(properties).length > 0);
  if (isAlone && isEveryName(pattern)) return rewriting.rewrite(schema, `${path}.${pattern}`, site.depth + 1);
  rewriting.lost(path);
  site.hints.push(`names of members: ${Object.keys(patterns).slice(0, 10).join(" or ")}`);
  if (rest === undefined || rest === true) return undefined;
  const branches = Object.entries(patterns).flatMap(([name, one]) => {
    const made = rewriting.rewrite(one, `${path}.${name}`, site.depth + 2);
    return made === false ? [] : [made];
  });
  if (rest !== false) branches.push(rest);
  const [only] = branches;
  return branches.length > 1 ? { anyOf: branches } : (only ?? false);
}

/** `required`: names of properties. A name that is no property becomes one, where others are let in. */
function rewriteRequired(site: Site, rest: JsonObject | boolean | undefined, rewriting: Rewriting): void {
  const given = own(site.schema, "required");
  if (given === undefined || given === false) return;
  if (!Array.isArray(given)) {
    rewriting.lost(site.at("required"));
    return;
  }
  const names = [...new Set(given.filter((name) => typeof name === "string"))];
  if (given.some((name) => typeof name !== "string")) rewriting.lost(site.at("required"));
  const properties: unknown = site.out["properties"];
  const known: JsonObject = isObject(properties) ? properties : {};
  const unknown = names.filter((name) => !Object.hasOwn(known, name));
  const kept = unknown.length > 0 && !canBeNamed(unknown, rest, rewriting) ? without(names, unknown) : names;
  if (kept.length < names.length) rewriting.lost(site.at("required"));
  else if (unknown.length > 0) site.out["properties"] = withNames(known, unknown, rest);
  if (kept.length > 0) site.out["required"] = kept.length === given.length ? given : kept;
}

function without(names: readonly string[], some: readonly string[]): readonly string[] {
  const left = new Set(some);
  return names.filter((name) => !left.has(name));
}

/** Whether names that are no properties can become some: each gets its own copy of what holds for others. */
function canBeNamed(
  names: readonly string[],
  rest: JsonObject | boolean | undefined,
  { form, spend }: Rewriting,
): boolean {
  if (rest === false || !form.takesAnything) return false;
  return !isObject(rest) || spend(names.length * sizeOf(rest));
}

function withNames(
  known: JsonObject,
  names: readonly string[],
  rest: JsonObject | boolean | undefined,
): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const name of Object.keys(known)) put(properties, name, known[name]);
  for (const name of names) put(properties, name, isObject(rest) ? rest : {});
  return properties;
}

/** How many members: often no more than what `required` and `properties` say already. */
function rewriteNumberOf(site: Site, rewriting: Rewriting): void {
  const { out, schema } = site;
  const required: unknown = out["required"];
  const least = own(schema, "minProperties");
  const isMet = Array.isArray(required) && isCount(least) && least <= required.length;
  if (!isMet) rewriteCount(site, "minProperties", rewriting, (n) => `at least ${n} members`);
  const most = own(schema, "maxProperties");
  const properties: unknown = out["properties"];
  const named = isObject(properties) ? Object.keys(properties).length : 0;
  if (out["additionalProperties"] === false && isCount(most) && most >= named) return;
  rewriteCount(site, "maxProperties", rewriting, (n) => `at most ${n} members`);
}
