import { isNull, membersOf, nameOfRef, resolve, type Schema, type Schemas, typesOf } from "./schema.ts";

/**
 * How strictly a document is read.
 *
 * - `exact`: as the spec says. For what we send.
 * - `received`: optional members may be null, and a word outside a list is not an error of shape. For what clients send.
 * - `tolerant`: as `received`, and nothing is required. For what upstreams answer.
 * - `closed`: as the spec says, and unknown members are refused. For Google's requests and for routes.yaml.
 */
export type Mode = "exact" | "received" | "tolerant" | "closed";

/** Rewrites every component for a mode. The result is still a plain OpenAPI document. */
export function relax(schemas: Schemas, mode: Mode): Schemas {
  if (mode === "exact") return schemas;
  const rewrite = mode === "closed" ? close : (schema: Schema): Schema => open(schema, mode, schemas);
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, rewrite(schema)]));
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

function open(schema: Schema, mode: Mode, schemas: Schemas): Schema {
  const copy = mapChildren(schema, (child) => open(child, mode, schemas));
  // One word is a tag and selects a variant; several are a list that grows on the other side before it does here.
  if (copy.enum && copy.enum.length > 1) delete copy.enum;
  if (mode === "tolerant") delete copy.required;
  if (copy.properties) copy.properties = nullableOptionals(copy.properties, copy.required ?? [], schemas);
  return copy;
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
