import { nameOfRef, resolve, type Schema, type Schemas, typesOf } from "./schema.ts";
import { sharedBounds, splitUnion, variantsBy } from "./union.ts";

/** What ajv is given: JSON Schema of the draft-07 class plus our keyword `tagged`. */
export interface AjvSchema {
  [keyword: string]: unknown;
}

const kept = ["enum", "required", "minimum", "maximum", "minItems", "maxItems", "minProperties", "maxProperties"];

/** What compiling hands down: the components and the definitions made of them so far. */
interface Work {
  readonly schemas: Schemas;
  readonly definitions: Record<string, AjvSchema>;
  /** Whether an object that fits no variant of a union is let through. */
  readonly tagOpen: boolean;
}

/**
 * Turns component schemas into `$defs` that ajv compiles to one type switch per value.
 *
 * A plain `oneOf` makes ajv try every branch and report every failure; here a union becomes a list of JSON types,
 * keywords that each speak to one of them, and `tagged` for the objects, so that a bad request has one exact error.
 * `tagOpen` lets objects through whose tag is missing or new: whoever answers need not know our list.
 */
export function toDefinitions(schemas: Schemas, tagOpen: boolean): Record<string, AjvSchema> {
  const definitions: Record<string, AjvSchema> = {};
  const work: Work = { schemas, definitions, tagOpen };
  const wanted = Object.keys(schemas);
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const schema = schemas[name];
    if (schema === undefined || definitions[name] !== undefined) continue;
    definitions[name] = compile(schema, work);
  }
  return definitions;
}

function compile(schema: Schema, work: Work): AjvSchema {
  if (schema.$ref !== undefined) return { $ref: `#/$defs/${nameOfRef(schema.$ref)}` };
  if (schema.oneOf || schema.anyOf) return compileUnion(schema, work);
  const compiled: AjvSchema = {};
  if (schema.type !== undefined) compiled["type"] = schema.type;
  for (const keyword of kept) {
    const value = Object.entries(schema).find(([key]) => key === keyword)?.[1];
    if (value !== undefined) compiled[keyword] = value;
  }
  Object.assign(compiled, lengths(schema));
  if (schema.items) compiled["items"] = compile(schema.items, work);
  if (schema.properties) {
    const entries = Object.entries(schema.properties);
    compiled["properties"] = Object.fromEntries(entries.map(([k, v]) => [k, compile(v, work)]));
  }
  if (schema.additionalProperties === false) compiled["additionalProperties"] = false;
  if (typeof schema.additionalProperties === "object") {
    compiled["additionalProperties"] = compile(schema.additionalProperties, work);
  }
  return compiled;
}

/** ajv walks a string char by char to count it: bounds that nobody hits by mistake are not worth that. */
function lengths(schema: Schema): AjvSchema {
  const compiled: AjvSchema = {};
  if (schema.minLength !== undefined) compiled["minLength"] = schema.minLength;
  if (schema.maxLength !== undefined && schema.maxLength < 100_000) compiled["maxLength"] = schema.maxLength;
  return compiled;
}

function compileUnion(schema: Schema, work: Work): AjvSchema {
  const union = splitUnion(schema, work.schemas);
  const scalars = union.scalars.map((member) => resolve(member, work.schemas));
  if (scalars.some((scalar) => typesOf(scalar).length === 0)) return {}; // a member that allows anything
  const [only] = union.objects;
  if (only?.$ref !== undefined && union.objects.length === 1 && scalars.length + union.arrays.length === 0) {
    return union.nullable ? nullableRef(nameOfRef(only.$ref), work) : compile(only, work);
  }
  const types = new Set(scalars.flatMap(typesOf));
  const compiled: AjvSchema = {};
  if (union.arrays.length > 0) Object.assign(compiled, compileArrays(union.arrays, work));
  if (union.arrays.length > 0) types.add("array");
  if (union.objects.length > 0) Object.assign(compiled, compileObjects(union.objects, union.tag, work));
  if (union.objects.length > 0) types.add("object");
  for (const scalar of scalars) Object.assign(compiled, compileScalar(scalar, types.size === 1));
  if (union.nullable) types.add("null");
  if (union.nullable && Array.isArray(compiled["enum"]) && !compiled["enum"].includes(null))
    compiled["enum"].push(null);
  compiled["type"] = types.size === 1 ? [...types][0] : [...types];
  return compiled;
}

/** `enum` speaks to values of every type, so beside other types it waits behind an `if`. */
function compileScalar(scalar: Schema, alone: boolean): AjvSchema {
  const { minimum, maximum, ...rest } = scalar;
  const bounds: AjvSchema = lengths(rest);
  if (minimum !== undefined) bounds["minimum"] = minimum;
  if (maximum !== undefined) bounds["maximum"] = maximum;
  if (scalar.enum === undefined) return bounds;
  if (alone) return { ...bounds, enum: [...scalar.enum] };
  const condition = { type: typesOf(scalar).filter((type) => type !== "null") };
  return { ...bounds, if: condition, then: { enum: scalar.enum } };
}

function compileArrays(arrays: readonly Schema[], work: Work): AjvSchema {
  const resolved = arrays.map((array) => resolve(array, work.schemas));
  const [first] = resolved;
  if (first === undefined) return {};
  const { type: _type, ...compiled } = compile(first, work);
  if (resolved.length === 1) return compiled;
  // Several array members (strings, token ids, lists of them): an item may be what any of them allows, and only the
  // bounds that all of them have hold.
  const items = resolved.map((array) => array.items).filter((one) => one !== undefined);
  return { ...sharedBounds(resolved), items: compileUnion({ oneOf: items }, work) };
}

function compileObjects(objects: readonly Schema[], tag: string | undefined, work: Work): AjvSchema {
  const [first] = objects;
  if (tag === undefined) {
    const { type: _type, ...compiled } = compile(resolve(first ?? {}, work.schemas), work);
    return compiled;
  }
  const variants = [...variantsBy(tag, objects, work.schemas)];
  const tagged = Object.fromEntries(variants.map(([word, variant]) => [word, compile(variant, work)]));
  return { tagBy: tag, ...(work.tagOpen ? { tagOpen: true } : missingTag(tag, variants, work)), tagged };
}

/** The variant that an object without a tag is: the only one that does not require it. */
function missingTag(tag: string, variants: readonly (readonly [string, Schema])[], { schemas }: Work): AjvSchema {
  const optional = variants.filter(([, variant]) => !resolve(variant, schemas).required?.includes(tag));
  const [only] = optional;
  return only === undefined || optional.length > 1 ? {} : { tagMissing: only[0] };
}

/** A component that may also be null: a second definition beside the first, made once. */
function nullableRef(name: string, work: Work): AjvSchema {
  const { schemas, definitions } = work;
  const key = `${name}.nullable`;
  if (definitions[key] === undefined) {
    definitions[key] = {}; // holds the place, should the component refer to itself
    const compiled = compile(schemas[name] ?? {}, work);
    definitions[key] = { ...compiled, type: [...typesOf(schemas[name] ?? {}), "null"] };
  }
  return { $ref: `#/$defs/${key}` };
}
