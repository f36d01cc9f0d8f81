import { isObject, type JsonObject, own } from "./json.ts";
import type { Rewriting, Site } from "./site.ts";
import { valuesOf } from "./values.ts";

/** `anyOf` and `oneOf`. Both become "any": a loss where a value could fit two branches of `oneOf`. */
export function rewriteUnions(site: Site, rewriting: Rewriting): void {
  for (const keyword of ["anyOf", "oneOf"]) {
    const given = own(site.schema, keyword);
    if (given === undefined) continue;
    const isFree = site.out["anyOf"] === undefined;
    const branches = isFree && Array.isArray(given) ? rewriteBranches(site, keyword, given, rewriting) : [];
    if (branches.length === 0) {
      rewriting.lost(site.at(keyword));
      continue;
    }
    if (keyword === "oneOf" && Array.isArray(given) && !areApart(given, rewriting)) rewriting.lost(site.at("oneOf"));
    const isSame = keyword === "anyOf" && Array.isArray(given) && given.length === branches.length;
    site.out["anyOf"] = isSame && branches.every((branch, i) => branch === given[i]) ? given : branches;
  }
}

function rewriteBranches(site: Site, keyword: string, given: readonly unknown[], rewriting: Rewriting): JsonObject[] {
  const path = site.at(keyword);
  return given.flatMap((branch, i) => {
    const made = rewriting.rewrite(branch, `${path}[${i}]`, site.depth + 1);
    return made === false ? [] : [made];
  });
}

/** What a branch says of the values it takes, as far as that tells it from others. */
interface Signs {
  /** undefined: values of any type. */
  readonly types: readonly unknown[] | undefined;
  readonly values: readonly unknown[] | undefined;
  /** Members that must be there with one of a few values. */
  readonly tags: ReadonlyMap<string, readonly unknown[]>;
}

/** More branches than these are not compared in pairs. */
const maxBranches = 64;

/** Whether no value can fit two of the branches, as far as types, values and required tags show it. */
export function areApart(branches: readonly unknown[], rewriting: Rewriting): boolean {
  if (branches.length > maxBranches) return false;
  const signs = branches.map((branch) => signsOf(branch, rewriting));
  return signs.every((one, i) => signs.slice(i + 1).every((other) => differ(one, other)));
}

function differ(one: Signs, other: Signs): boolean {
  if (one.types !== undefined && other.types !== undefined && isDisjoint(one.types, other.types)) return true;
  if (one.values !== undefined && other.values !== undefined && isDisjoint(one.values, other.values)) return true;
  if (one.types?.some((type) => type !== "object") !== false) return false;
  return [...one.tags].some(([name, values]) => {
    const others = other.tags.get(name);
    return others !== undefined && isDisjoint(values, others);
  });
}

/** Both lists hold texts, numbers, flags and null only, so that equal means the same. */
const isDisjoint = (one: readonly unknown[], other: readonly unknown[]): boolean => {
  const values = new Set(one);
  return !other.some((value) => values.has(value));
};

function signsOf(branch: unknown, rewriting: Rewriting): Signs {
  let schema = branch;
  for (let hops = 0; hops < 8 && isObject(schema) && schema["$ref"] !== undefined; hops++) {
    schema = rewriting.resolve(schema["$ref"])?.schema;
  }
  if (!isObject(schema)) return { types: undefined, values: undefined, tags: new Map() };
  const type = own(schema, "type");
  const types = type === undefined || schema["nullable"] === true ? undefined : Array.isArray(type) ? type : [type];
  const widened = types?.includes("number") ? [...types, "integer"] : types;
  const values = schema["nullable"] === true ? undefined : scalars(valuesOf(schema));
  return { types: widened, values, tags: tagsOf(schema, rewriting) };
}

function scalars(values: readonly unknown[] | undefined): readonly unknown[] | undefined {
  return values?.every((value) => typeof value !== "object" || value === null) ? values : undefined;
}

function tagsOf(schema: JsonObject, rewriting: Rewriting): ReadonlyMap<string, readonly unknown[]> {
  const tags = new Map<string, readonly unknown[]>();
  const [required, properties] = [own(schema, "required"), own(schema, "properties")];
  if (!Array.isArray(required) || !isObject(properties)) return tags;
  for (const name of required) {
    let property = typeof name === "string" ? own(properties, name) : undefined;
    if (isObject(property) && property["$ref"] !== undefined) property = rewriting.resolve(property["$ref"])?.schema;
    const values = isObject(property) ? scalars(valuesOf(property)) : undefined;
    if (values !== undefined) tags.set(name, values);
  }
  return tags;
}
