import { takesObject } from "./document.ts";
import type { Join } from "./join.ts";
import { among, isObject, isSame, type JsonObject, own, put, shortJson } from "./json.ts";
import { isAnnotation } from "./keywords.ts";
import type { Piece } from "./merge.ts";
import { describe, valuesOf } from "./values.ts";

/** Unions within unions; those of people are one or two deep. */
const deepest = 8;

/**
 * The root of a schema of arguments as one object: no reference, no `allOf`, `anyOf` or `oneOf` at its top. What holds
 * in any case is merged without a loss, and so are branches that no object fits. Of several branches all members stay,
 * those are required that every branch requires, and the loss is told; the description says which go together.
 */
export function flattenRoot(document: JsonObject, path: string, join: Join, lost: (path: string) => void): JsonObject {
  const root = flatten(document, path, 0);
  if (root === undefined) lost(path);
  if (root?.["type"] === "object") return root;
  const typed = join.without(root ?? {}, types);
  typed["type"] = "object";
  return typed;

  /** One object; undefined where no object fits. */
  function flatten(schema: unknown, path: string, levels: number): JsonObject | undefined {
    if (schema === false) return undefined;
    if (!isObject(schema) || levels > deepest) {
      if (schema !== true) lost(path);
      return {};
    }
    const joined = join.isNeeded(schema) ? join.join(schema, path, true) : schema;
    if (typeof joined === "boolean") return joined ? {} : undefined;
    if (!takesObject(joined)) return undefined;
    if (joined["$ref"] !== undefined) lost(join.pathOf(joined, "$ref") ?? `${path}.$ref`);
    if (!Object.keys(joined).some((keyword) => notAtTheTop.has(keyword))) return joined;
    let flat: JsonObject = join.without(joined, notAtTheTop);
    for (const keyword of ["anyOf", "oneOf"]) {
      const given = own(joined, keyword);
      const at = join.pathOf(joined, keyword) ?? `${path}.${keyword}`;
      if (given !== undefined) flat = withUnion(flat, given, { path, at, levels });
    }
    return flat;
  }

  function withUnion(rest: JsonObject, union: unknown, place: Place): JsonObject {
    const given: readonly unknown[] = Array.isArray(union) ? union : [];
    const branches = given.flatMap((branch, i) => {
      const path = (isObject(branch) ? join.movedFrom(branch) : undefined) ?? `${place.at}[${i}]`;
      const schema = flatten(branch, path, place.levels + 1);
      return schema === undefined ? [] : [{ schema, path }];
    });
    const [only] = branches;
    if (only === undefined || branches.length > 1) lost(place.at);
    if (only === undefined) return rest;
    const outer = { schema: rest, path: place.path };
    return branches.length === 1 ? join.merge([outer, only]) : alternatives(outer, branches, join);
  }
}

/** Where a union stands: the schema around it, the union itself, and how many are around it. */
interface Place {
  readonly path: string;
  readonly at: string;
  readonly levels: number;
}

const types: ReadonlySet<string> = new Set(["type"]);
const notAtTheTop: ReadonlySet<string> = new Set(["$ref", "anyOf", "oneOf", "nullable"]);

function alternatives(outer: Piece, branches: readonly Piece[], join: Join): JsonObject {
  const shared = namesIn(branches[0]?.schema["required"]).filter((name) =>
    branches.every(({ schema }) => namesIn(schema["required"]).includes(name)),
  );
  const required = [...new Set([...namesIn(outer.schema["required"]), ...shared])];
  const areClosed = branches.every(({ schema }) => schema["additionalProperties"] === false);
  const hint = hintOf(branches, required);
  const more: Record<string, unknown> = { properties: membersOf(outer, branches, join) };
  if (required.length > 0) more["required"] = required;
  if (areClosed && outer.schema["additionalProperties"] === undefined) more["additionalProperties"] = false;
  if (hint !== undefined) more["description"] = describe(outer.schema["description"], [hint]);
  // The kept keywords still know their places; those that are made here have none but the union's.
  const kept = join.without(outer.schema, new Set(Object.keys(more)));
  return join.merge([
    { schema: kept, path: outer.path },
    { schema: more, path: outer.path },
  ]);
}

/** Members of all branches. What a branch leaves open it could say of any, so that only the others are heard. */
function membersOf(outer: Piece, branches: readonly Piece[], join: Join): JsonObject {
  const around = propertiesOf(outer.schema);
  const properties: Record<string, unknown> = {};
  for (const name of Object.keys(around)) put(properties, name, around[name]);
  const names = new Set(branches.flatMap(({ schema }) => Object.keys(propertiesOf(schema))));
  for (const name of names) {
    const said = branches.flatMap(({ schema, path }) => {
      const member = own(propertiesOf(schema), name);
      if (isObject(member)) join.move(member, `${path}.properties.${name}`);
      return member === undefined ? [] : [member];
    });
    const [first, ...others] = said;
    const either = others.reduce(eitherOf, first);
    const outside = own(around, name);
    if (outside === undefined) put(properties, name, either);
    else if (said.length === branches.length && !isSame(outside, either))
      put(properties, name, { allOf: [outside, either] });
  }
  return properties;
}

/** What one branch says of a member, or another: the same said twice is said once, and lists of words become one. */
function eitherOf(one: unknown, other: unknown): unknown {
  if (isSame(one, other)) return one;
  const [words, more] = [wordsOf(one), wordsOf(other)];
  if (isObject(one) && isObject(other) && words && more && isSame(one["type"], other["type"])) {
    const { const: _, ...rest } = one;
    const isKnown = among(words);
    return { ...rest, enum: [...words, ...more.filter((word) => !isKnown(word))] };
  }
  const known: readonly unknown[] = isObject(one) && isUnion(one) ? one.anyOf : [one];
  return known.some((branch) => isSame(branch, other)) ? one : { anyOf: [...known, other] };
}

function isUnion(schema: JsonObject): schema is { readonly anyOf: readonly unknown[] } {
  return Array.isArray(schema["anyOf"]) && Object.keys(schema).length === 1;
}

/** The words that a schema lists, where it says nothing else. */
function wordsOf(schema: unknown): readonly unknown[] | undefined {
  const isList =
    isObject(schema) && Object.keys(schema).every((keyword) => listing.has(keyword) || isAnnotation(keyword));
  return isList ? valuesOf(schema) : undefined;
}

const listing: ReadonlySet<string> = new Set(["type", "enum", "const"]);

const maxBranches = 20;
const maxNames = 10;

/** Which members go together: `one of: kind "card", number; kind "iban", iban`. */
function hintOf(branches: readonly Piece[], always: readonly string[]): string | undefined {
  const sets = branches.slice(0, maxBranches).map(({ schema }) => {
    const said = namesIn(schema["required"]).flatMap((name) => {
      const [word, ...others] = wordsOf(own(propertiesOf(schema), name)) ?? [];
      const text = others.length === 0 && word !== undefined ? shortJson(word) : undefined;
      if (text !== undefined) return [`${name} ${text}`];
      return always.includes(name) ? [] : [name];
    });
    return said.slice(0, maxNames).join(", ");
  });
  const distinct = [...new Set(sets)];
  return distinct.length > 1 ? `one of: ${distinct.map((set) => set || "no more").join("; ")}` : undefined;
}

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = own(schema, "properties");
  return isObject(properties) ? properties : {};
}

function namesIn(required: unknown): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
}
