import { isNull, membersOf, nameOfRef, resolve, type Schema, type Schemas, typesOf } from "./schema.ts";
import { splitUnion } from "./union.ts";

/**
 * How strictly a document is read.
 *
 * - `exact`: as the spec says. For what we send.
 * - `received`: optional members may be null, and a word outside a list is not an error of shape. For what clients send.
 * - `tolerant`: as `received`, nothing is required or bounded, and a lone word counts only where it is a tag. For what
 *   upstreams answer: there are some that leave `object` empty.
 * - `closed`: as the spec says, and unknown members are refused. For requests to upstreams and for routes.yaml.
 * - `published`: as the spec says, without what specs/extensions.yaml adds. For comparing with an SDK's types.
 */
export type Mode = "exact" | "received" | "tolerant" | "closed" | "published";

/** Rewrites every component for a mode. The result is still a plain OpenAPI document. */
export function relax(schemas: Schemas, mode: Mode): Schemas {
  if (mode === "exact") return schemas;
  const rewrite = rewriterOf(mode, schemas);
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, rewrite(schema)]));
}

function rewriterOf(mode: Mode, schemas: Schemas): (schema: Schema) => Schema {
  if (mode === "closed") return close;
  if (mode === "published") return publish;
  const tags = mode === "tolerant" ? tagsIn(schemas) : new Map<Schema, string>();
  return (schema) => open(schema, { mode, schemas, tags });
}

/** The objects that a tag tells apart from others, with the name of that tag. */
function tagsIn(schemas: Schemas): ReadonlyMap<Schema, string> {
  const tags = new Map<Schema, string>();
  const visit = (schema: Schema): Schema => {
    if (membersOf(schema) !== undefined) {
      const { tag, objects } = splitUnion(schema, schemas);
      if (tag !== undefined) for (const object of objects) tags.set(resolve(object, schemas), tag);
    }
    return mapChildren(schema, visit);
  };
  for (const schema of Object.values(schemas)) visit(schema);
  return tags;
}

function mapChildren(schema: Schema, rewrite: (child: Schema) => Schema): Schema {
  const copy: Schema = { ...schema };
  if (schema.properties) {
    copy.properties = Object.fromEntries(Object.entries(schema.properties).map(([key, one]) => [key, rewrite(one)]));
  }
  if (schema.items) copy.items = rewrite(schema.items);
  if (schema.oneOf) copy.oneOf = schema.oneOf.map(rewrite);
  if (schema.anyOf) copy.anyOf = schema.anyOf.map(rewrite);
  if (typeof schema.additionalProperties === "object") copy.additionalProperties = rewrite(schema.additionalProperties);
  return copy;
}

function close(schema: Schema): Schema {
  const copy = mapChildren(schema, close);
  if (copy.properties && copy.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

function publish(schema: Schema): Schema {
  const copy = mapChildren(schema, publish);
  if (copy.properties) {
    const own = Object.entries(copy.properties).filter(([, property]) => !isExtension(property));
    copy.properties = Object.fromEntries(own);
  }
  if (copy.oneOf) copy.oneOf = copy.oneOf.filter((variant) => !isExtension(variant));
  return copy;
}

function isExtension(schema: Schema): boolean {
  return schema["x-specgate-extension"] === true;
}

interface Opening {
  readonly mode: Mode;
  readonly schemas: Schemas;
  readonly tags: ReadonlyMap<Schema, string>;
}

function open(schema: Schema, opening: Opening): Schema {
  const { mode, schemas, tags } = opening;
  const copy = mapChildren(schema, (child) => open(child, opening));
  // One word is a tag and selects a variant; several are a list that grows on the other side before it does here.
  if (copy.enum && copy.enum.filter((word) => word !== null).length > 1) delete copy.enum;
  if (mode === "tolerant") {
    delete copy.required;
    for (const bound of bounds) delete copy[bound];
    if (copy.properties) copy.properties = withoutWords(copy.properties, tags.get(schema));
  }
  if (copy.properties) copy.properties = nullableOptionals(copy.properties, copy.required ?? [], schemas);
  return copy;
}

/** Bounds move on the other side before they do here, and what is longer or more than expected can still be read. */
const bounds = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] as const;

function withoutWords(properties: Record<string, Schema>, tag: string | undefined): Record<string, Schema> {
  const rewrite = ([key, { enum: words, ...schema }]: [string, Schema]): [string, Schema] =>
    key === tag && words !== undefined ? [key, { ...schema, enum: words }] : [key, schema];
  return Object.fromEntries(Object.entries(properties).map(rewrite));
}

function nullableOptionals(properties: Record<string, Schema>, required: readonly string[], schemas: Schemas) {
  const rewrite = ([key, schema]: [string, Schema]): [string, Schema] =>
    required.includes(key) ? [key, schema] : [key, nullable(schema, schemas)];
  return Object.fromEntries(Object.entries(properties).map(rewrite));
}

/** The same schema, null allowed too. */
function nullable(schema: Schema, schemas: Schemas): Schema {
  if (allowsNull(schema, schemas)) return schema;
  if (schema.type !== undefined && schema.oneOf === undefined && schema.anyOf === undefined) {
    const copy: Schema = { ...schema, type: [...typesOf(schema), "null"] };
    if (schema.enum) copy.enum = [...schema.enum, null];
    return copy;
  }
  return { anyOf: [schema, { type: "null" }] };
}

function allowsNull(schema: Schema, schemas: Schemas): boolean {
  if (schema.$ref !== undefined) return allowsNull(resolve(schemas[nameOfRef(schema.$ref)] ?? {}, schemas), schemas);
  const members = membersOf(schema);
  if (members) return members.some((member) => isNull(member) || allowsNull(member, schemas));
  const types = typesOf(schema);
  return types.length === 0 || types.includes("null");
}
