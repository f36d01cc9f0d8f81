import { isNull, membersOf, resolve, type Schema, type Schemas, typesOf } from "./schema.ts";

/** A union taken apart by JSON type: at most one array, objects by their tag, and the scalars. */
export interface Union {
  readonly nullable: boolean;
  readonly scalars: readonly Schema[];
  readonly arrays: readonly Schema[];
  readonly objects: readonly Schema[];
  /** The property that tells the objects apart; undefined with fewer than two objects. */
  readonly tag: string | undefined;
}

/** The variants of a tagged union, by the value of the tag. */
export type Variants = ReadonlyMap<string, Schema>;

/** What a tag may be called. */
export const tagNames = ["role", "type", "object"] as const;

/** Takes a union apart, nested unions and references included. */
export function splitUnion(schema: Schema, schemas: Schemas): Union {
  const leaves = leavesOf(schema, schemas);
  const objects = leaves.filter((leaf) => typesOf(resolve(leaf, schemas)).includes("object"));
  const arrays = leaves.filter((leaf) => typesOf(resolve(leaf, schemas)).includes("array"));
  const scalars = leaves.filter((leaf) => !isNull(leaf) && !objects.includes(leaf) && !arrays.includes(leaf));
  const nullable = leaves.some((leaf) => typesOf(resolve(leaf, schemas)).includes("null"));
  return { nullable, scalars, arrays, objects, tag: objects.length > 1 ? tagOf(objects, schemas) : undefined };
}

/** The members of a union, nested ones and those behind references too; a schema that is no union is its own leaf. */
export function leavesOf(schema: Schema, schemas: Schemas): readonly Schema[] {
  const members = membersOf(resolve(schema, schemas));
  return members === undefined ? [schema] : members.flatMap((member) => leavesOf(member, schemas));
}

function tagOf(objects: readonly Schema[], schemas: Schemas): string {
  const found = findTag(objects, schemas);
  if (found === undefined) throw new Error(`a union of objects has no common tag: ${JSON.stringify(objects)}`);
  return found;
}

/** The property that allows one word in each of the objects. */
export function findTag(objects: readonly Schema[], schemas: Schemas): string | undefined {
  const hasTag = (name: string): boolean =>
    objects.every((object) => wordOf(resolve(object, schemas).properties?.[name], schemas) !== undefined);
  return tagNames.find(hasTag);
}

/** The one word a tag property allows. */
export function wordOf(schema: Schema | undefined, schemas: Schemas): string | undefined {
  const words = wordsIn(schema, schemas);
  return words.length === 1 && typeof words[0] === "string" ? words[0] : undefined;
}

/** The values that a property lists, null left out; none where it lists nothing. */
export function wordsIn(schema: Schema | undefined, schemas: Schemas): readonly unknown[] {
  return schema === undefined ? [] : (resolve(schema, schemas).enum?.filter((word) => word !== null) ?? []);
}

/** The objects of a union by the value of a tag. Fails when two share a value. */
export function variantsBy(tag: string, objects: readonly Schema[], schemas: Schemas): Variants {
  const variants = new Map<string, Schema>();
  for (const object of objects) {
    const word = wordOf(resolve(object, schemas).properties?.[tag], schemas);
    if (word === undefined || variants.has(word)) throw new Error(`tag ${tag} does not tell "${word}" apart`);
    variants.set(word, object);
  }
  return variants;
}

const boundsOfArrays = ["minItems", "maxItems"] as const;

/** The bounds that several arrays have in common: what holds whichever of them a value is. */
export function sharedBounds(arrays: readonly Schema[]): Schema {
  const [first] = arrays;
  const shared = boundsOfArrays.filter((keyword) => arrays.every((array) => array[keyword] === first?.[keyword]));
  const entries = shared.flatMap((keyword) => (first?.[keyword] === undefined ? [] : [[keyword, first[keyword]]]));
  return Object.fromEntries(entries);
}
