import { isNull, refTo, resolve, type Schema, type Schemas, typesOf } from "../schema.ts";
import { findTag, leavesOf, sharedBounds, tagNames, wordOf, wordsIn } from "../union.ts";

/**
 * Rewrites unions so that the flattener can take them apart: objects that no tag tells apart become one object with
 * the properties of all, several arrays one array, an object whose tag allows several words one object for each of
 * them. Ours need none of this, the house rules see to it.
 */
export function settle(schemas: Schemas): Schemas {
  // Joined objects are components too, or one that holds itself would be joined for ever.
  const all: Schemas = { ...schemas };
  const settled: Schemas = {};
  for (let names = Object.keys(all); names.length > 0; names = Object.keys(all).filter((name) => !settled[name])) {
    for (const name of names) settled[name] = settleSchema(all[name] ?? {}, all);
  }
  return settled;
}

/** A schema with its unions settled; objects joined on the way are added to `all`. */
function settleSchema(schema: Schema, all: Schemas): Schema {
  const settled = schema.oneOf ? settleUnion(schema, all) : { ...schema };
  const rewrite = (child: Schema): Schema => settleSchema(child, all);
  if (settled.oneOf) settled.oneOf = settled.oneOf.map(rewrite);
  if (settled.properties) {
    const entries = Object.entries(settled.properties);
    settled.properties = Object.fromEntries(entries.map(([name, child]) => [name, rewrite(child)]));
  }
  if (settled.items) settled.items = rewrite(settled.items);
  if (typeof settled.additionalProperties === "object") {
    settled.additionalProperties = rewrite(settled.additionalProperties);
  }
  return settled;
}

function settleUnion(schema: Schema, all: Schemas): Schema {
  const leaves = distinct(leavesOf(schema, all));
  const is = (type: string, leaf: Schema): boolean => typesOf(resolve(leaf, all)).includes(type);
  const objects = leaves.filter((leaf) => is("object", leaf));
  const arrays = leaves.filter((leaf) => is("array", leaf) && !objects.includes(leaf));
  const scalars = leaves.filter((leaf) => !objects.includes(leaf) && !arrays.includes(leaf));
  const nullable = [...objects, ...arrays].some((leaf) => is("null", leaf)) && !scalars.some(isNull);
  const members = [
    ...scalars,
    ...(arrays.length > 1 ? [joinArrays(arrays, all)] : arrays),
    ...groupsOf(wordByWord(objects, all), all).map((group) => joinOnce(group, all)),
    ...(nullable ? [{ type: "null" }] : []),
  ];
  return { ...schema, oneOf: members };
}

/** A group of one as it is, a larger one as a component of its own. */
function joinOnce(objects: readonly Schema[], all: Schemas): Schema {
  const [first] = objects;
  if (first !== undefined && objects.length === 1) return first;
  const name = JSON.stringify(objects);
  all[name] ??= joinObjects(objects, all);
  return refTo(name);
}

function distinct(schemas: readonly Schema[]): readonly Schema[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

/** The objects of a union so that the tag allows each of them one word, if it is the number of words that hinders it. */
function wordByWord(objects: readonly Schema[], all: Schemas): readonly Schema[] {
  const wordsOf = (object: Schema, tag: string): readonly unknown[] =>
    wordsIn(resolve(object, all).properties?.[tag], all);
  const tag = tagNames.find((name) => objects.every((object) => wordsOf(object, name).length > 0));
  if (tag === undefined || objects.length < 2 || findTag(objects, all) !== undefined) return objects;
  return objects.flatMap((object) => {
    const words = wordsOf(object, tag).filter((word) => typeof word === "string");
    return words.length < 2 ? [object] : words.map((word) => withWord(object, tag, word, all));
  });
}

function withWord(object: Schema, tag: string, word: string, all: Schemas): Schema {
  const { properties, ...rest } = resolve(object, all);
  const name = JSON.stringify([object, tag, word]);
  all[name] ??= { ...rest, properties: { ...properties, [tag]: { type: "string", enum: [word] } } };
  return refTo(name);
}

/** Objects that share the word of their tag, or all of them where there is no tag. */
function groupsOf(objects: readonly Schema[], schemas: Schemas): readonly (readonly Schema[])[] {
  if (objects.length < 2) return objects.length === 0 ? [] : [objects];
  const tag = findTag(objects, schemas);
  if (tag === undefined) return [objects];
  const word = (object: Schema): string => wordOf(resolve(object, schemas).properties?.[tag], schemas) ?? "";
  return [...Map.groupBy(objects, word).values()];
}

/** One object with the properties of all. Only what all require is required. */
function joinObjects(objects: readonly Schema[], all: Schemas): Schema {
  const resolved = objects.map((object) => resolve(object, all));
  const names = new Set(resolved.flatMap((object) => Object.keys(object.properties ?? {})));
  const properties = [...names].map((name) => {
    return [name, joinProperty(distinct(resolved.flatMap((object) => object.properties?.[name] ?? [])), all)] as const;
  });
  const required = [...names].filter((name) => resolved.every((object) => object.required?.includes(name)));
  return { type: "object", properties: Object.fromEntries(properties), required };
}

/** A property as any of the objects has it. A tag stays one word, whatever else they say of it. */
function joinProperty(found: readonly Schema[], all: Schemas): Schema {
  const [first = {}] = found;
  const word = wordOf(first, all);
  const same = word !== undefined && found.every((schema) => wordOf(schema, all) === word);
  return same || found.length === 1 ? first : { oneOf: [...found] };
}

function joinArrays(arrays: readonly Schema[], schemas: Schemas): Schema {
  const items = distinct(arrays.flatMap((array) => resolve(array, schemas).items ?? []));
  const [only] = items;
  const bounds = sharedBounds(arrays.map((array) => resolve(array, schemas)));
  return { type: "array", items: only !== undefined && items.length === 1 ? only : { oneOf: [...items] }, ...bounds };
}
