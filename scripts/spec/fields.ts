import { isNull, membersOf, nameOfRef, refTo, resolve, type Schema, type Schemas, typesOf } from "./schema.ts";
import { splitUnion, variantsBy } from "./union.ts";

/**
 * One place in a message, whatever components describe it: `messages[]<user>.content[]<text>.text`.
 *
 * Paths name properties (`.name`), items (`[]`), variants of a tagged union (`<tag value>`) and members of free maps
 * (`.{}`). Component names do not matter, so two descriptions of one API can be compared path by path.
 */
export interface Field {
  readonly path: string;
  readonly kind: "root" | "property" | "item" | "variant" | "entry";
  /** The schema as authored; bounds and formats are read from here. */
  readonly schema: Schema;
  readonly types: readonly string[];
  readonly nullable: boolean;
  /** Of a property; of a variant, whether its tag is. */
  readonly required: boolean;
  /** The words of a closed list, null left out. */
  readonly values: readonly string[] | undefined;
  readonly default: unknown;
  /** Smallest and largest numbers, lengths and counts, by keyword. */
  readonly bounds: Readonly<Record<string, number>>;
  /** From specs/extensions.yaml. */
  readonly extension: boolean;
  /** An object with members that the spec does not name. */
  readonly open: boolean;
  /** A component inside itself: what is below has been described above. */
  readonly again: boolean;
  readonly properties: ReadonlyMap<string, Field>;
  readonly items: Field | undefined;
  /** What the members of a free map are, where the spec says. Fates do not look into them. */
  readonly entries: Field | undefined;
  readonly tag: string | undefined;
  readonly variants: ReadonlyMap<string, Field>;
}

/** Everything under a component, to any depth; a component inside itself is named but not entered again. */
export function fieldsOf(rootName: string, schemas: Schemas): Field {
  return toField({ path: "", kind: "root", required: true, schema: refTo(rootName), schemas, stack: [], skip: [] });
}

interface Place {
  readonly path: string;
  readonly kind: Field["kind"];
  readonly required: boolean;
  readonly schema: Schema;
  readonly schemas: Schemas;
  /** Components being described above this place. */
  readonly stack: readonly string[];
  /** Properties already said by the path: the tag of a variant. */
  readonly skip: readonly string[];
}

function toField(place: Place): Field {
  const { schemas } = place;
  const union = splitUnion(place.schema, schemas);
  const resolved = resolve(place.schema, schemas);
  const leaves = [...union.scalars, ...union.arrays, ...union.objects].map((leaf) => resolve(leaf, schemas));
  const types = new Set(leaves.flatMap(typesOf).filter((type) => type !== "null"));
  const entered = componentsOf(place.schema, union.tag === undefined ? union.objects : [], schemas);
  const below = { ...place, stack: [...place.stack, ...entered] };
  const again = below.stack.length !== new Set(below.stack).size;
  const array = union.arrays.map((one) => resolve(one, schemas));
  const [object] = union.tag === undefined ? union.objects.map((one) => resolve(one, schemas)) : [];
  return {
    path: place.path,
    kind: place.kind,
    schema: resolved,
    types: [...types].sort(),
    nullable: union.nullable,
    required: place.required,
    values: wordsOf(union.scalars, schemas),
    default: place.schema.default ?? resolved.default,
    bounds: Object.fromEntries(leaves.flatMap(boundsOf)),
    extension: place.schema["x-specgate-extension"] === true,
    open: object !== undefined && (object.properties === undefined || object.additionalProperties === true),
    again,
    properties: again || object === undefined ? new Map() : propertiesOf(object, below),
    items: again || array.length === 0 ? undefined : itemOf(array, below),
    entries: again || object === undefined ? undefined : entryOf(object, below),
    tag: union.tag,
    variants: again || union.tag === undefined ? new Map() : variantsOf(union.tag, union.objects, below),
  };
}

const boundKeywords = [
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
] as const;

function boundsOf(schema: Schema): readonly (readonly [string, number])[] {
  return boundKeywords.flatMap((keyword) => {
    const bound = schema[keyword];
    return bound === undefined ? [] : [[keyword, bound] as const];
  });
}

/** Components entered at a place, also as the one object of a union. Only those that hold others can hold themselves. */
function componentsOf(schema: Schema, objects: readonly Schema[], schemas: Schemas): readonly string[] {
  const names = [schema, ...objects].flatMap((one) => (one.$ref === undefined ? [] : [nameOfRef(one.$ref)]));
  return [...new Set(names)].filter((name) => {
    const target = resolve(refTo(name), schemas);
    const map = typeof target.additionalProperties === "object" ? target.additionalProperties : undefined;
    return (target.properties ?? target.items ?? membersOf(target) ?? map) !== undefined;
  });
}

function wordsOf(scalars: readonly Schema[], schemas: Schemas): readonly string[] | undefined {
  const resolved = scalars.map((scalar) => resolve(scalar, schemas)).filter((scalar) => !isNull(scalar));
  const strings = resolved.filter((scalar) => typesOf(scalar).includes("string"));
  if (strings.length === 0 || strings.some((scalar) => scalar.enum === undefined)) return undefined;
  return strings.flatMap((scalar) => scalar.enum ?? []).filter((word) => typeof word === "string");
}

function propertiesOf(object: Schema, place: Place): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, schema] of Object.entries(object.properties ?? {})) {
    if (place.skip.includes(name)) continue;
    const path = place.path === "" ? name : `${place.path}.${name}`;
    const required = object.required?.includes(name) ?? false;
    fields.set(name, toField({ ...place, path, kind: "property", required, schema, skip: [] }));
  }
  return fields;
}

function itemOf(arrays: readonly Schema[], place: Place): Field | undefined {
  const items = arrays.map((array) => array.items).filter((one) => one !== undefined);
  const [first] = items;
  if (first === undefined) return undefined;
  const schema = items.length === 1 ? first : { oneOf: items };
  return toField({ ...place, path: `${place.path}[]`, kind: "item", required: false, schema, skip: [] });
}

/** A map of anything says nothing about its members. */
function entryOf(object: Schema, place: Place): Field | undefined {
  const schema = object.additionalProperties;
  if (typeof schema !== "object") return undefined;
  const resolved = resolve(schema, place.schemas);
  if (resolved.type === undefined && membersOf(resolved) === undefined) return undefined;
  return toField({ ...place, path: `${place.path}.{}`, kind: "entry", required: false, schema, skip: [] });
}

function variantsOf(tag: string, objects: readonly Schema[], place: Place): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [word, schema] of variantsBy(tag, objects, place.schemas)) {
    const path = `${place.path}<${word}>`;
    const required = resolve(schema, place.schemas).required?.includes(tag) ?? false;
    fields.set(word, toField({ ...place, path, kind: "variant", required, schema, skip: [tag] }));
  }
  return fields;
}

/** A field and all below it that may have a fate, parents first. */
export function* walk(field: Field): Generator<Field> {
  yield field;
  for (const child of field.properties.values()) yield* walk(child);
  if (field.items) yield* walk(field.items);
  for (const variant of field.variants.values()) yield* walk(variant);
}

/** A required property that can only ever say one word tells nothing. */
function isFixed(field: Field): boolean {
  return field.required && field.values?.length === 1;
}

/**
 * What must have a fate: every property, every variant, and every word of a closed list as `path=word`.
 * A property that is a tag has none of its own: the variant's path says it.
 */
export function fateKeys(root: Field): readonly string[] {
  const keys: string[] = [];
  for (const field of walk(root)) {
    if ((field.kind === "property" && !isFixed(field)) || field.kind === "variant") keys.push(field.path);
    const words = field.values ?? [];
    if (words.length > 1) keys.push(...words.map((word) => `${field.path}=${word}`));
  }
  return keys;
}
